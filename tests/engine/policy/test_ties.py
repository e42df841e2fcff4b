"""Ties between policies: what is refused before anything runs, and what a tie says of a decision."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jishiyu.engine.explain import explain
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import (
    EventsNotShared,
    LimitsDisagree,
    PoliciesInACircle,
    PolicyRefused,
    TiedPolicyMissing,
    UnitsDiffer,
)
from jishiyu.engine.policy.regulation import regulation
from jishiyu.engine.policy.shelf import Shelf, load_shelf
from tests.engine.policy import desk

YEAR = 'amount = "500.00"\nper = "member"\nwindow = "calendar_year"\nwith = ["check.{}"]'
CAUSE = 'test = "given"\nfield = "cause"\notherwise = "held"'


def made(folder: Path, name: str, **parts: Any) -> Policy:
    """Write a policy into a folder of its own and read it back."""
    place = folder / name
    place.mkdir(exist_ok=True)
    return desk.policy(place, name=f"check.{name}", **parts)


def gives_way(*names: str) -> str:
    """Return a requirement that none of these policies pays."""
    others = ", ".join(f'"check.{name}"' for name in names)
    return f'test = "not_paid_by"\npolicies = [{others}]'


def by_policy(
    policies: Sequence[Policy], *rows: dict[str, Any], history: pl.DataFrame | None = None
) -> dict[str, list[int]]:
    """Return what each policy pays for each row, in fen."""
    from jishiyu.engine.decide import decide

    found = decide(desk.events(*rows), desk.people(), history, Shelf.of(policies)).sort("stay_id")
    return {policy.name: found.filter(pl.col("policy") == policy.name)["payable_fen"].to_list() for policy in policies}


def test_what_was_decided_elsewhere_under_any_of_them_uses_the_shared_limit_up(tmp_path: Path) -> None:
    alone = 'amount = "100.00"\nper = "member"\nwindow = "payment"'
    one = made(tmp_path, "one", limits=[alone, YEAR.format("two")])
    two = made(tmp_path, "two", limits=[YEAR.format("one")])
    history = pl.DataFrame(
        {"person_key": ["A", "A"], "policy": ["check.one", "check.two"], "anchor_date": [date(2025, 1, 1)] * 2,
         "uncapped_fen": [90_000, 15_000]}
    )  # fmt: skip
    # 100 of the first (its own limit), 150 of the second: 250 are left.
    assert by_policy([one, two], {"cash": "400.00"}, history=history) == {"check.one": [10_000], "check.two": [15_000]}


def test_a_version_without_the_shared_limit_does_not_use_it_up(tmp_path: Path) -> None:
    old = made(tmp_path, "one", version="1", top="until = 2025-01-01\n")
    new = made(
        tmp_path,
        "one",
        version="2",
        starts="2025-01-01",
        limits=[YEAR.format("two").replace("calendar_year", "lifetime")],
    )
    two = made(tmp_path, "two", starts="2025-01-01", limits=[YEAR.format("one").replace("calendar_year", "lifetime")])
    rows = [{"cash": "400.00", "ends_on": date(2024, 5, 1)}, {"cash": "400.00", "ends_on": date(2025, 5, 1)}]
    assert by_policy([old, new, two], *rows)["check.two"] == [0, 10_000]


def test_the_decision_says_that_others_used_the_limit_up(tmp_path: Path) -> None:
    one, two = made(tmp_path, "one", limits=[YEAR.format("two")]), made(tmp_path, "two", limits=[YEAR.format("one")])
    from jishiyu.engine.decide import decide

    found = decide(desk.events({"cash": "400.00"}), desk.people(), None, Shelf.of([one, two]))
    row = found.row(by_predicate=pl.col("policy") == "check.two", named=True)
    assert (row["used_before_fen"], row["payable_fen"], row["reasons"]) == (40_000, 10_000, ["limit_reached"])
    explained = explain(row, two)
    assert "本年度与其他补贴合计已用 400.00 元,上限 500.00 元,实际补贴 100.00 元" in explained.zh
    assert "this year with other subsidies 400.00 yuan used of 500.00" in explained.en
    assert "与 check.one 合并计算" in regulation(two, "zh")
    assert "together with check.one" in regulation(two, "en")


def test_a_tie_to_a_policy_that_is_not_given_is_refused(tmp_path: Path) -> None:
    one = made(tmp_path, "one", limits=[YEAR.format("two")])
    late = made(tmp_path, "late", requirements=[gives_way("nobody")])
    for policy, other in ((one, "check.two"), (late, "check.nobody")):
        with pytest.raises(TiedPolicyMissing) as refusal:
            Shelf.of([policy])
        assert refusal.value.details["other"] == other
        assert other in refusal.value.say("zh")


@pytest.mark.parametrize(
    "theirs",
    [
        {},
        {"limits": [YEAR.format("one").replace("500.00", "600.00")]},
        {"limits": [YEAR.format("one").replace("calendar_year", "lifetime")]},
        {"limits": [YEAR.format("one").replace('["check.one"]', '["check.one", "check.three"]')]},
        {"limits": [YEAR.format("one")], "order": '["ends_on"]'},
    ],
)
def test_policies_that_do_not_state_the_same_shared_limit_are_refused(tmp_path: Path, theirs: dict[str, Any]) -> None:
    one, two = made(tmp_path, "one", limits=[YEAR.format("two")]), made(tmp_path, "two", **theirs)
    three = made(tmp_path, "three", limits=[YEAR.format("one").replace("]", ', "check.two"]')])
    with pytest.raises(LimitsDisagree):
        Shelf.of([one, two, three] if "three" in str(theirs) else [one, two])


def test_versions_of_different_times_need_not_state_the_same_limit(tmp_path: Path) -> None:
    one = made(tmp_path, "one", top="until = 2025-01-01\n", limits=[YEAR.format("two")])
    two = made(tmp_path, "two", starts="2025-01-01")
    assert Shelf.of([one, two]).tied == [("check.one", "check.two")]


def test_policies_that_give_way_to_each_other_are_refused(tmp_path: Path) -> None:
    one, two = (
        made(tmp_path, "one", requirements=[gives_way("two")]),
        made(tmp_path, "two", requirements=[gives_way("one")]),
    )
    with pytest.raises(PoliciesInACircle):
        Shelf.of([one, two])
    both = [
        made(tmp_path, "one", limits=[YEAR.format("two")], requirements=[gives_way("two")]),
        made(tmp_path, "two", limits=[YEAR.format("one")]),
    ]
    with pytest.raises(PoliciesInACircle):
        Shelf.of(both)


@pytest.mark.parametrize("tie", ["not_paid_by", "occurrence"])
def test_a_stay_and_an_accident_are_never_the_same_event(tmp_path: Path, tie: str) -> None:
    each = YEAR.replace("calendar_year", "occurrence")
    if tie == "occurrence":
        policies = [
            made(tmp_path, "one", limits=[each.format("two")]),
            made(tmp_path, "two", kind="accident", limits=[each.format("one")]),
        ]
    else:
        policies = [made(tmp_path, "one", requirements=[gives_way("two")]), made(tmp_path, "two", kind="accident")]
    with pytest.raises(EventsNotShared):
        Shelf.of(policies)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"limits": [YEAR.format("two"), 'amount = "9.00"\nper = "member"\nwindow = "lifetime"']}, "must be the last limit"),
        ({"limits": [YEAR.format("one")]}, "names this policy itself"),
        ({"requirements": [gives_way("one")]}, "names this policy itself"),
        ({"limits": ['amount = "9.00"\nper = "member"\nwindow = "payment"\nwith = ["check.two"]']}, "has no effect beside"),
        ({"kind": "fire", "anchor": "event_on", "top": 'unit = "settlement"\n'}, "judges no stays"),
        ({"requirements": ['test = "by_day"\nfield = "filed_on"\nafter = "ends_on"\nday = "02-29"\nyears = 1']}, "not a day of every year"),
        ({"requirements": ['test = "by_day"\nfield = "filed_on"\nafter = "ends_on"\nday = "01-10"']}, "lacks years"),
        ({"formula": 'kind = "table"\ntable = "x.csv"\nfield = "applied"'}, "do not have: applied"),
    ],
)  # fmt: skip
def test_a_tie_that_could_not_hold_is_refused_with_its_line(tmp_path: Path, parts: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyRefused, match=words):
        made(tmp_path, "one", **parts)


def test_whole_stays_and_single_settlements_are_not_decided_in_one_run(tmp_path: Path) -> None:
    made(tmp_path, "one")
    made(tmp_path, "two", top='unit = "settlement"\n')
    with pytest.raises(UnitsDiffer) as refusal:
        load_shelf([tmp_path / "one" / "rule-1.toml", tmp_path / "two" / "rule-1.toml"])
    assert refusal.value.details == {"first": "check.one", "second": "check.two"}


def test_one_that_gives_way_waits_until_a_person_has_looked(tmp_path: Path) -> None:
    one = made(tmp_path, "one", kind="accident", anchor="event_on", order='["filed_on"]', requirements=[CAUSE])
    two = made(
        tmp_path, "two", kind="accident", anchor="event_on", order='["filed_on"]', requirements=[gives_way("one")]
    )
    row = {
        "kind": "accident",
        "cash": "10.00",
        "event_on": date(2025, 3, 1),
        "filed_on": date(2025, 3, 9),
        "occurrence": "X",
    }
    later = {**row, "event_on": date(2025, 3, 2), "cause": "fall"}
    assert by_policy([one, two], {**row, "cause": ""}, {**row, "event_on": date(2025, 6, 1), "occurrence": "Y", "cause": ""}) == {
        "check.one": [0, 0], "check.two": [0, 0],
    }  # fmt: skip
    # The second application names the same accident, and is paid: neither of the two is paid again.
    assert by_policy([one, two], {**row, "cause": ""}, later) == {"check.one": [0, 1_000], "check.two": [0, 0]}
