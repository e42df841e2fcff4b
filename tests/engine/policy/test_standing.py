"""Where limits stand: every kind by numbers worked out by hand, and what is left is what the next one would be paid."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.standing import DECIDED_SCHEMA, standings
from tests.engine.policy import desk

ON = date(2025, 9, 30)
YEAR = 'amount = "500.00"\nper = "member"\nwindow = "calendar_year"'
FROM_JUNE = 'amount = "500.00"\nper = "member"\nwindow = "policy_year"\nstarts = "06-01"'
ROLLING = 'amount = "500.00"\nper = "member"\nwindow = "rolling_months"\nmonths = 6'
LIFE = 'amount = "500.00"\nper = "member"\nwindow = "lifetime"'
TWICE = 'count = 2\nper = "member"\nwindow = "calendar_year"'
TWICE_ROLLING = 'count = 2\nper = "member"\nwindow = "rolling_months"\nmonths = 6'
EVENT = 'amount = "500.00"\nper = "member"\nwindow = "occurrence"'
GREATEST = 'amount = "500.00"\nper = "member"\nwindow = "occurrence"\nmode = "greatest"'
GREATEST_YEAR = 'per = "member"\nwindow = "calendar_year"\nmode = "greatest"'
EACH = 'amount = "300.00"\nper = "member"\nwindow = "payment"'
HOME = 'amount = "500.00"\nper = "household"\nwindow = "calendar_year"'
AT_HOME = 'test = "given"\nfield = "household"\notherwise = "held"'
HIGH, HIGH_FEN = "99999999.00", 9_999_999_900
APPLIED: dict[str, Any] = {"kind": "fire", "anchor": "event_on"}


def event(day: date, cash: str, **more: Any) -> dict[str, Any]:
    """Return a stay that ends on a day, or a fire of that day."""
    if "occurrence" in more or "household" in more:
        more = {"kind": "fire", "event_on": day, "filed_on": day, "occurrence": None, "household": None} | more
    return {"ends_on": day, "cash": cash, **more}


def decided(
    policies: Sequence[Policy], *rows: dict[str, Any], mine: str = "A", unseen: Sequence[str] = ()
) -> pl.DataFrame:
    """Decide events, and return what is kept of them."""
    shelf, events = Shelf.of(policies), desk.events(*rows)
    people = desk.people(*({"person_key": key} for key in sorted({row.get("person_key", "A") for row in rows})))
    found = decide(events, people, None, shelf).filter(pl.col("bucket").is_in(["auto", "assist", "capped"]))
    texts = {(one.name, one.version): one.digest for versions in shelf.versions.values() for one in versions}
    about = events.select(
        "event_id", *(set(DECIDED_SCHEMA) & set(events.columns)) - {"event_id", "person_key", "settled_at", "ends_on"}
    )
    kept = found.rename({"stay_id": "event_id", "payable_fen": "decided_fen"}).join(about, on="event_id").with_columns(
        digest=pl.Series([texts[row["policy"], row["version"]] for row in found.to_dicts()], dtype=pl.String),
        mine=pl.col("person_key") == mine, seen=~pl.col("person_key").is_in(list(unseen)),
    )  # fmt: skip
    empty = [pl.lit(None, kind).alias(name) for name, kind in DECIDED_SCHEMA.items() if name not in kept.columns]
    return kept.with_columns(empty).select(pl.col(name).cast(kind) for name, kind in DECIDED_SCHEMA.items())


def told(policies: Sequence[Policy], *rows: dict[str, Any], on: date = ON, mine: str = "A") -> list[tuple[Any, ...]]:
    """Return day, used, times and left of each window; yuan as text."""
    found = standings(Shelf.of(policies), decided(policies, *rows, mine=mine), on=on)
    assert all(one.certain for one in found)
    return [
        (one.day, desk.yuan(one.used_fen), one.payments, None if one.left_fen is None else desk.yuan(one.left_fen))
        for one in found
    ]


MARCH, JUNE, AUGUST = date(2025, 3, 10), date(2025, 6, 10), date(2025, 8, 10)
BEFORE = date(2024, 12, 10)


@pytest.mark.parametrize(
    ("limit", "stands"),
    [
        (YEAR, [(date(2025, 1, 1), "500.00", 2, "0.00"), (date(2024, 1, 1), "200.00", 1, "300.00")]),
        (FROM_JUNE, [(date(2025, 6, 1), "250.00", 1, "250.00"), (date(2024, 6, 1), "500.00", 2, "0.00")]),
        (ROLLING, [(ON, "250.00", 1, "250.00")]),
        (LIFE, [(None, "500.00", 2, "0.00")]),
        (TWICE, [(date(2025, 1, 1), "650.00", 2, "0.00"), (date(2024, 1, 1), "200.00", 1, None)]),
        (TWICE_ROLLING, [(ON, "250.00", 1, None)]),
        (GREATEST_YEAR, [(date(2025, 1, 1), "400.00", 1, None), (date(2024, 1, 1), "200.00", 1, None)]),
        (EACH, [(date(2025, 1, 1), "550.00", 2, None), (date(2024, 1, 1), "200.00", 1, None)]),
    ],
)  # fmt: skip
def test_each_kind_of_time(tmp_path: Path, limit: str, stands: list[tuple[Any, ...]]) -> None:
    policy = desk.policy(tmp_path, limits=[limit])
    rows = [event(BEFORE, "200.00"), event(MARCH, "400.00"), event(AUGUST, "250.00")]
    if limit is ROLLING:  # March pays 300 beside December's 200; in September only August's 250 still counts
        assert desk.paid(policy, *rows) == ["200.00", "300.00", "200.00"]
        stands = [(ON, "200.00", 1, "300.00")]
    assert told([policy], *rows) == stands


def test_an_event_has_a_limit_of_its_own(tmp_path: Path) -> None:
    rows = [
        event(MARCH, "200.00", occurrence="X"),
        event(JUNE, "450.00", occurrence="X"),
        event(AUGUST, "100.00", occurrence="Y"),
    ]
    summed = desk.policy(tmp_path, limits=[EVENT], **APPLIED)
    assert told([summed], *rows) == [(AUGUST, "100.00", 1, "400.00"), (MARCH, "500.00", 2, "0.00")]
    greatest = desk.policy(tmp_path, limits=[GREATEST], **APPLIED)
    assert told([greatest], *rows) == [(AUGUST, "100.00", 1, "400.00"), (MARCH, "450.00", 2, "50.00")]


def test_a_household_counts_together_and_shows_what_all_of_it_was_granted(tmp_path: Path) -> None:
    policy = desk.policy(tmp_path, limits=[HOME], requirements=[AT_HOME], **APPLIED)
    rows = [
        event(MARCH, "200.00", household="H"),
        event(JUNE, "250.00", household="H", person_key="B"),
        event(AUGUST, "400.00", household="other", person_key="C"),
    ]
    assert told([policy], *rows) == [(date(2025, 1, 1), "450.00", 2, "50.00")]
    assert told([policy], *rows, mine="C") == [(date(2025, 1, 1), "400.00", 1, "100.00")]


@pytest.mark.parametrize(("theirs", "left"), [("250.00", None), ("300.00", 0), ("0.00", 30_000)])
def test_what_may_not_be_seen_of_a_household_counts_and_is_not_told(
    tmp_path: Path, theirs: str, left: int | None
) -> None:
    policy = desk.policy(tmp_path, limits=[HOME], requirements=[AT_HOME], **APPLIED)
    rows = [event(MARCH, "200.00", household="H"), event(JUNE, theirs, household="H", person_key="B")]
    (one,) = standings(Shelf.of([policy]), decided([policy], *rows, unseen=["B"]), on=ON)
    assert (one.used_fen, one.payments, one.left_fen, one.unseen) == (20_000, 1, left, theirs != "0.00")
    (rolling,) = [
        desk.policy(
            tmp_path,
            limits=[HOME.replace("calendar_year", "rolling_months") + "\nmonths = 6"],
            requirements=[AT_HOME],
            **APPLIED,
        )
    ]
    (one,) = standings(Shelf.of([rolling]), decided([rolling], *rows, unseen=["B"]), on=date(2025, 7, 1))
    assert (one.used_fen, one.payments, one.left_fen) == (20_000, 1, left)


def test_several_limits_stand_one_by_one(tmp_path: Path) -> None:
    policy = desk.policy(tmp_path, limits=[EACH, YEAR, LIFE.replace("500", "400")])
    # 300 + 300 pass the single payment; the year lets 500 of them through, life 400.
    rows = [event(MARCH, "900.00"), event(AUGUST, "300.00")]
    assert told([policy], *rows) == [(None, "400.00", 2, "0.00"), (date(2025, 1, 1), "500.00", 2, "0.00")]


def test_a_limit_that_is_shared_is_told_once_for_all_of_its_policies(tmp_path: Path) -> None:
    made = []
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        limits = [EACH] if name == "two" else []
        made.append(
            desk.policy(tmp_path / name, name=f"check.{name}", limits=[*limits, f'{YEAR}\nwith = ["check.{other}"]'])
        )
    found = standings(Shelf.of(made), decided(made, event(MARCH, "150.00"), event(JUNE, "90.00")), on=ON)
    assert [(one.policies, one.used_fen, one.payments, one.left_fen) for one in found] == [
        (("check.one", "check.two"), 48_000, 4, 2_000)
    ]


def test_in_a_year_of_two_versions_the_newer_limit_counts(tmp_path: Path) -> None:
    old = desk.policy(tmp_path, version="1", top="until = 2025-07-01\n", limits=[YEAR])
    new = desk.policy(tmp_path, version="2", starts="2025-07-01", limits=[YEAR.replace("500", "800")])
    rows = [event(MARCH, "450.00")]
    assert told([old, new], *rows, on=JUNE) == [(date(2025, 1, 1), "450.00", 1, "50.00")]
    assert told([old, new], *rows, on=ON) == [(date(2025, 1, 1), "450.00", 1, "350.00")]
    assert told([old, new], *rows, on=date(2026, 2, 1)) == [(date(2025, 1, 1), "450.00", 1, "350.00")]


def test_what_was_decided_otherwise_cannot_be_said(tmp_path: Path) -> None:
    policy = desk.policy(tmp_path, limits=[YEAR])
    kept = decided([policy], event(MARCH, "400.00"), event(AUGUST, "400.00"))
    shelf = Shelf.of([policy])

    def certain(rows: pl.DataFrame) -> list[bool]:
        return [one.certain for one in standings(shelf, rows, on=ON)]

    assert certain(kept) == [True]
    assert certain(kept.head(1)) == [True]  # the first alone is what it was
    assert certain(kept.tail(1)) == [False]  # the second was cut by what is not at hand
    assert certain(kept.with_columns(digest=pl.lit("another text"))) == [False]
    assert certain(kept.with_columns(decided_fen=pl.lit(1))) == [False]


KINDS = [YEAR, FROM_JUNE, ROLLING, LIFE, TWICE, TWICE_ROLLING, GREATEST_YEAR]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "kinds", [[one] for one in KINDS] + [[EACH, YEAR], [TWICE, LIFE], [ROLLING, LIFE], [EACH, YEAR, TWICE]]
)
def test_what_is_left_is_what_the_next_one_would_be_paid(tmp_path: Path, kinds: list[str], seed: int) -> None:
    chance = random.Random(f"{seed} {kinds}")
    policy = desk.policy(tmp_path, limits=kinds)
    days = [*sorted(ON - timedelta(days=chance.randrange(700)) for _ in range(chance.randrange(1, 6))), ON]
    rows = [event(day, f"{chance.randrange(1, 300)}.00") for day in days]
    found = standings(Shelf.of([policy]), decided([policy], *rows), on=ON)
    holding = [one for one in found if one.limit and (one.day is None or one.day + timedelta(days=365) > ON)]
    assert len(holding) == len([one for one in kinds if one is not EACH])
    left = [one.left_fen for one in holding if one.left_fen is not None]
    most = min([*left, 30_000 if EACH in kinds else HIGH_FEN])
    if kinds == [GREATEST_YEAR]:
        most = HIGH_FEN - holding[0].used_fen
    assert desk.decided(policy, *rows, event(ON, HIGH))[-1]["payable_fen"] == most, (days, found)
