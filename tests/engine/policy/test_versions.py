"""Which version decides, what is left when none does, and that no event is lost on the way."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.problems import NotInForce, PolicyUnknown, VersionsDiffer, VersionsOverlap
from jishiyu.engine.policy.shelf import Shelf, every_shipped, load_shelf, shipped
from tests.engine.policy.desk import decided, events, people, policy

HALF = 'kind = "flat"\nrate = "50 %"'


def test_the_anchor_date_chooses_the_version_and_until_is_not_included(tmp_path: Path) -> None:
    old = policy(tmp_path, version="2020", top="until = 2025-01-01\n")
    new = policy(tmp_path, version="2025", starts="2025-01-01", formula=HALF)
    rows = [
        {"cash": "100.00", "ends_on": date.fromisoformat(day)}
        for day in ("2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01")
    ]
    found = decided([new, old], *rows)
    assert [(row["version"], row["payable_fen"]) for row in found] == [
        (None, 0),
        ("2020", 10_000),
        ("2020", 10_000),
        ("2025", 5_000),
    ]
    assert (found[0]["bucket"], found[0]["reasons"]) == ("ineligible", ["no_version_in_force"])


def test_a_gap_between_versions_has_no_version(tmp_path: Path) -> None:
    old = policy(tmp_path, version="2020", top="until = 2022-01-01\n")
    new = policy(tmp_path, version="2023", starts="2023-01-01")
    row = decided([old, new], {"cash": "100.00", "ends_on": date(2022, 6, 1)})[0]
    assert (row["version"], row["reasons"]) == (None, ["no_version_in_force"])
    with pytest.raises(NotInForce) as refusal:
        Shelf.of([old, new]).on("check.rule", date(2022, 6, 1))
    assert refusal.value.details["begins"] == "2020-01-01, 2023-01-01"


@pytest.mark.parametrize("until", ["", "until = 2025-01-02\n"])
def test_versions_that_hold_on_the_same_day_are_refused(tmp_path: Path, until: str) -> None:
    old = policy(tmp_path, version="2020", top=until)
    new = policy(tmp_path, version="2025", starts="2025-01-01")
    with pytest.raises(VersionsOverlap) as refusal:
        Shelf.of([new, old])
    assert refusal.value.details == {"name": "check.rule", "first": "2020", "second": "2025", "day": "2025-01-01"}


def test_the_same_file_given_twice_is_refused(tmp_path: Path) -> None:
    rule = policy(tmp_path)
    path = tmp_path / "rule-1.toml"
    with pytest.raises(VersionsOverlap):
        load_shelf([path, path])
    assert load_shelf([path]).on(rule.name, date(2025, 1, 1)).digest == rule.digest


@pytest.mark.parametrize(("word", "parts"), [("anchor", {"anchor": "begins_on"}), ("judges", {"kind": "fire"})])
def test_versions_that_judge_something_else_need_a_name_of_their_own(
    tmp_path: Path, word: str, parts: dict[str, str]
) -> None:
    old = policy(tmp_path, version="2020", top="until = 2025-01-01\n")
    new = policy(tmp_path, version="2025", starts="2025-01-01", **parts)
    with pytest.raises(VersionsDiffer) as refusal:
        Shelf.of([old, new])
    assert refusal.value.details["word"] == word


def test_an_unknown_policy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(PolicyUnknown) as refusal:
        shipped(["changchun.hospitals"])
    assert "changchun.hospital," in refusal.value.say("en")


def test_the_default_shelf_holds_the_three_subsidies_of_changchun() -> None:
    assert set(shipped().versions) == {"changchun.hospital", "changchun.accident", "changchun.fire"}
    assert set(shipped().versions) < set(every_shipped().versions)


def test_events_that_no_policy_judges_are_told_so_and_not_lost(tmp_path: Path) -> None:
    fires_only = policy(tmp_path, kind="fire")
    rows = decided(fires_only, {"cash": "100.00"}, {"cash": "100.00", "kind": "fire"})
    assert [(row["policy"], row["bucket"], row["reasons"]) for row in rows] == [
        (None, "ineligible", ["no_policy"]), ("check.rule", "auto", []),
    ]  # fmt: skip


def test_an_event_without_the_day_that_decides_is_held_and_not_lost(tmp_path: Path) -> None:
    rule = policy(tmp_path, kind="fire", anchor="event_on")
    rows = decided(
        rule, {"cash": "100.00", "kind": "fire", "event_on": None},
        {"cash": "100.00", "kind": "fire", "event_on": date(2025, 1, 1)},
    )  # fmt: skip
    assert [(row["bucket"], row["reasons"], row["payable_fen"]) for row in rows] == [
        ("held", ["anchor_missing"], 0), ("auto", [], 10_000),
    ]  # fmt: skip


def test_two_policies_with_different_anchors_judge_the_same_stay_each_by_its_own_day(tmp_path: Path) -> None:
    by_end = policy(tmp_path, name="check.end", version="e")
    by_begin = policy(tmp_path, name="check.begin", version="b", anchor="begins_on", formula=HALF)
    asked = events(
        {"cash": "100.00", "begins_on": date(2024, 12, 30), "ends_on": date(2025, 1, 5)},
        {"cash": "7.00", "person_key": "X"},
    )
    found = decide(asked, people({"joined_on": date(2025, 1, 1)}), None, Shelf.of([by_end, by_begin]))
    member = {row["policy"]: row for row in found.filter(pl.col("stay_id") == "E0").iter_rows(named=True)}
    assert {name: (row["anchor_date"], row["payable_fen"]) for name, row in member.items()} == {
        "check.end": (date(2025, 1, 5), 10_000), "check.begin": (date(2024, 12, 30), 5_000),
    }  # fmt: skip
    strangers = found.filter(pl.col("stay_id") == "E1")
    assert strangers["bucket"].to_list() == ["unmatched"], "who is on no roster is told so once"


def test_no_events_give_no_decisions(tmp_path: Path) -> None:
    found = decide(events({"cash": "1.00"}).clear(), people(), None, Shelf.of([policy(tmp_path)]))
    assert found.height == 0
    assert "payable_fen" in found.columns


def test_a_policy_without_events_of_its_kind_does_not_ask_for_their_columns(tmp_path: Path) -> None:
    stays_only = policy(tmp_path, name="check.stay", version="s")
    fires = policy(
        tmp_path, name="check.fire", version="f", kind="fire", requirements=['test = "given"\nfield = "certificate_no"']
    )
    assert decide(events({"cash": "1.00"}), people(), None, Shelf.of([stays_only, fires]))["payable_fen"].to_list() == [
        100
    ]
