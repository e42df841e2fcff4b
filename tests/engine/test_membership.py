"""Who was it on that day: one membership per event, the right one, whatever the hashes say."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from jishiyu.engine import membership
from jishiyu.engine.membership import with_membership
from tests.engine.policy.desk import events, people

DAY = date(2025, 3, 10)


def found(asked: list[dict[str, Any]], *members: dict[str, Any]) -> list[tuple[str | None, bool, bool]]:
    """Return number of the member, whether somebody was found, and whether the name is another."""
    rows = with_membership(events(*asked), people(*members), pl.col("ends_on"))
    return [(row["member_no"], row["matched"], row["name_differs"]) for row in rows.iter_rows(named=True)]


PEOPLE: list[dict[str, Any]] = [
    {"person_key": "A", "member_no": "M1"},
    {"person_key": "B", "member_no": "M2", "name_key": "other"},
    {"person_key": "C", "member_no": "M3", "left_on": date(2020, 1, 1)},
    {"person_key": "C", "member_no": "M4", "joined_on": date(2020, 1, 1)},
    {"person_key": "D", "member_no": "M5", "name_key": None},
]
ASKED: list[dict[str, Any]] = [{"person_key": key} for key in ("C", "A", "X", "B", "A", "D")]
EXPECTED = [
    ("M4", True, False), ("M1", True, False), (None, False, False), ("M2", True, True), ("M1", True, False),
    ("M5", True, False),
]  # fmt: skip


def test_everybody_meets_the_membership_that_holds_in_the_order_of_the_events() -> None:
    assert found(ASKED, *PEOPLE) == EXPECTED


def test_people_whose_hashes_are_the_same_are_told_apart_by_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "_HASH", pl.col("person_key").is_not_null().cast(pl.UInt64))
    assert found(ASKED, *PEOPLE) == EXPECTED


def test_who_has_no_number_is_nobody_on_the_roster() -> None:
    asked: list[dict[str, Any]] = [{"person_key": None}, {"person_key": "A"}]
    members: list[dict[str, Any]] = [{"person_key": None, "member_no": "M0"}, {"person_key": "A", "member_no": "M1"}]
    assert found(asked, *members) == [(None, False, False), ("M1", True, False)]


def test_without_an_anchor_date_nobody_is_taken_for_a_member() -> None:
    rows = with_membership(events({"ends_on": None}, {}), people(), pl.col("ends_on"))
    assert rows["is_member"].to_list() == [False, True]
    assert rows["in_service"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"left_on": DAY}, {"joined_on": DAY}, "M2"),  # half-open: the day of the move is the new union's
        ({"in_service": False}, {}, "M2"),
        ({"name_key": "other"}, {}, "M2"),
        ({"joined_on": date(2012, 1, 1)}, {"joined_on": date(2011, 1, 1)}, "M2"),
        ({"joined_on": date(2012, 1, 1)}, {"joined_on": None}, "M2"),
        ({}, {}, "M1"),
    ],
)
def test_of_several_memberships_one_counts(first: dict[str, Any], second: dict[str, Any], expected: str) -> None:
    both = [{"member_no": "M1"} | first, {"member_no": "M2"} | second]
    for members in (both, both[::-1]):
        assert found([{}, {}], *members) == [(expected, True, False)] * 2


def test_what_the_event_says_of_birth_and_household_is_kept_where_it_must_be() -> None:
    born, other = date(1970, 1, 1), date(1980, 1, 1)
    asked = events({"birth_date": born, "household": "H1"}, {"birth_date": None, "household": "H1", "person_key": "B"})
    members = people({"birth_date": other, "household": "H2"}, {"person_key": "B", "birth_date": other})
    rows = with_membership(asked, members, pl.col("ends_on"))
    assert rows["birth_date"].to_list() == [born, other]
    assert rows["household"].to_list() == ["H2", "H1"]
