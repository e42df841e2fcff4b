"""Tied policies: the engine and the oracle agree on every fen, whatever shares a limit or gives way."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from tests.engine.policy import desk
from tests.oracle import tied
from tests.oracle.test_hospital import SOME
from tests.oracle.worlds import fen

Rule = dict[str, Any]


def rule(name: str, **more: Any) -> Rule:
    """Return a rule as the oracle reads it; what is left out is ordinary."""
    ordinary = {
        "kinds": ["stay"],
        "rate": Decimal(50),
        "at_most": None,
        "shared": None,
        "gives_way_to": [],
        "needs_cause": False,
    }
    return {"name": f"check.{name}", **ordinary, **more}


def purse(limit: str | None, window: str, *, greatest: bool = False) -> dict[str, Any]:
    """Return a shared limit as the oracle reads it."""
    return {"limit": None if limit is None else Decimal(limit), "window": window, "greatest": greatest}


APPLIED = ["accident", "death"]
YEAR = {"purse": purse("900.00", "calendar_year")}
SETS: dict[str, tuple[list[Rule], dict[str, dict[str, Any]]]] = {
    "two share a year": ([rule("a", shared="purse"), rule("b", shared="purse", rate=Decimal("33.33"))], YEAR),
    "three share a year after limits of their own": (
        [
            rule("a", shared="purse", at_most=Decimal("150.00")),
            rule("b", shared="purse", kinds=APPLIED),
            rule("c", shared="purse", kinds=["stay", *APPLIED], rate=Decimal("12.5"), needs_cause=True),
        ],
        YEAR,
    ),
    "for life": ([rule("a", shared="purse"), rule("b", shared="purse", kinds=APPLIED)], {"purse": purse("1500.00", "lifetime")}),
    "the greater of two counts": (
        [rule("a", shared="purse", kinds=APPLIED), rule("b", shared="purse", kinds=APPLIED, rate=Decimal(70))],
        {"purse": purse("400.00", "occurrence", greatest=True)},
    ),
    "one gives way": ([rule("a", needs_cause=True), rule("b", gives_way_to=["check.a"], at_most=Decimal("99.99"))], {}),
    "one gives way to accidents": (
        [rule("a", kinds=["accident"], needs_cause=True), rule("b", kinds=APPLIED, gives_way_to=["check.a"])], {},
    ),
    "in a row": (
        [
            rule("c", shared="purse", needs_cause=True),
            rule("d", shared="purse"),
            rule("b", gives_way_to=["check.c", "check.d"]),
            rule("a", gives_way_to=["check.b"], rate=Decimal(100)),
        ],
        {"purse": purse("300.00", "calendar_year")},
    ),
}  # fmt: skip


def written(one: Rule, rules: Sequence[Rule], purses: dict[str, dict[str, Any]]) -> Policy:
    """Write a rule down as a policy file and read it back."""
    limits, requirements = [], []
    if one["at_most"] is not None:
        limits.append(f'amount = "{one["at_most"]}"\nper = "member"\nwindow = "payment"')
    if one["shared"] is not None:
        shared = purses[one["shared"]]
        others = [other["name"] for other in rules if other["shared"] == one["shared"] and other is not one]
        amount = "" if shared["limit"] is None else f'amount = "{shared["limit"]}"\n'
        mode = 'mode = "greatest"\n' if shared["greatest"] else ""
        limits.append(f'{amount}{mode}per = "member"\nwindow = "{shared["window"]}"\nwith = {others}'.replace("'", '"'))
    if one["needs_cause"]:
        requirements.append('code = "cause_missing"\ntest = "given"\nfield = "cause"\notherwise = "held"')
    if one["gives_way_to"]:
        others = str(one["gives_way_to"]).replace("'", '"')
        requirements.append(f'code = "paid_by_another"\ntest = "not_paid_by"\npolicies = {others}')
    return desk.policy(
        Path(mkdtemp()), name=one["name"], kind='", "'.join(one["kinds"]), order='["settled_at"]', limits=limits,
        formula=f'kind = "flat"\nrate = "{one["rate"]} %"', requirements=requirements,
    )  # fmt: skip


@cache
def shelf(name: str) -> Shelf:
    """Return the policies of a set."""
    rules, purses = SETS[name]
    return Shelf.of([written(one, rules, purses) for one in rules])


@st.composite
def happenings(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A few events of two people, on few days, at few moments, under few names."""
    days = [date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 1)]
    events = []
    for number in draw(st.permutations(range(draw(st.integers(1, 8))))):
        kind = draw(st.sampled_from(["stay", "stay", *APPLIED]))
        on = draw(st.sampled_from(days))
        events.append({
            "event": f"E{number}", "person": draw(st.sampled_from(["A", "A", "B"])), "kind": kind, "on": on,
            "settled_at": datetime.combine(on, datetime.min.time()) + timedelta(days=draw(st.sampled_from([0, 0, 1, 90]))),
            "cash": Decimal(draw(st.one_of(st.sampled_from([0, 1, 20_000, 60_000]), st.integers(0, 200_000)))).scaleb(-2),
            "cause": draw(st.sampled_from(["fall", "fall", None])),
            "name": None if kind == "stay" else draw(st.sampled_from(["X", "Y", on.isoformat()])),
        })  # fmt: skip
    return events


def as_the_engine_reads(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event of the oracle as an event of the engine."""
    applied = event["kind"] != "stay"
    return {
        "event_id": event["event"], "person_key": event["person"], "kind": event["kind"], "ends_on": event["on"],
        "settled_at": event["settled_at"], "cash": event["cash"], "cause": event["cause"] or "", "occurrence": event["name"],
        "event_on": event["on"] if applied else None, "filed_on": event["on"] if applied else None,
    }  # fmt: skip


@pytest.mark.parametrize("name", SETS)
@SOME
@given(happenings())
def test_tied_policies_pay_what_a_clerk_would_have_paid(name: str, events: list[dict[str, Any]]) -> None:
    rules, purses = SETS[name]
    expected = tied.decide(events, rules, purses)
    roster = desk.people({"person_key": "A"}, {"person_key": "B"})
    frame = desk.events(*map(as_the_engine_reads, events))
    found = decide(frame, roster, None, shelf(name))

    rows = {(row["stay_id"], row["policy"]): row for row in found.iter_rows(named=True) if row["policy"]}
    assert len(rows) == found.filter(found["policy"].is_not_null()).height
    assert rows.keys() == expected.keys()
    for key, clerk in expected.items():
        row = rows[key]
        assert (row["bucket"], set(row["reasons"])) == (clerk["bucket"], clerk["why"]), key
        assert (row["uncapped_fen"], row["payable_fen"]) == (fen(clerk["uncapped"]), fen(clerk["payable"])), key


@pytest.mark.parametrize("name", SETS)
@SOME
@given(happenings())
def test_a_shared_limit_is_never_exceeded_and_used_up_before_anything_is_cut(
    name: str, events: list[dict[str, Any]]
) -> None:
    rules, purses = SETS[name]
    roster = desk.people({"person_key": "A"}, {"person_key": "B"})
    found = decide(desk.events(*map(as_the_engine_reads, events)), roster, None, shelf(name))
    sharing = {one["name"] for one in rules if one["shared"]}
    for limit in (purse for purse in purses.values() if purse["window"] == "lifetime"):
        for person in ("A", "B"):
            mine = [
                row for row in found.iter_rows(named=True) if row["policy"] in sharing and row["person_key"] == person
            ]
            asked = sum(row["uncapped_fen"] for row in mine)
            assert sum(row["payable_fen"] for row in mine) == min(fen(limit["limit"]), asked)
