"""What memberships say by themselves: joined, transferred, out of service, left; and what the trail has told already."""

from datetime import date

from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.turns import Kind, turns, untold


def held(pk: int, union: int, joined: str | None, left: str | None = None, *, service: bool = True) -> Membership:
    return Membership(
        pk=pk, person_id=1, union_id=union, member_no="M1", in_service=service,
        joined_on=date.fromisoformat(joined) if joined else None, left_on=date.fromisoformat(left) if left else None,
    )  # fmt: skip


def told(*rows: Membership) -> list[tuple[Kind, str]]:
    return [(turn.kind, turn.on.isoformat()) for turn in turns(rows)]


def test_who_moves_retires_and_leaves_has_a_line_for_each() -> None:
    assert told(
        held(1, 7, "2020-01-01", "2021-06-01"), held(2, 8, "2021-06-01", "2024-01-01"),
        held(3, 8, "2024-01-01", "2025-03-01", service=False),
    ) == [
        (Kind.LEFT, "2025-03-01"), (Kind.SERVICE_ENDED, "2024-01-01"), (Kind.TRANSFERRED, "2021-06-01"),
        (Kind.JOINED, "2020-01-01"),
    ]  # fmt: skip


def test_a_gap_is_leaving_and_joining_again() -> None:
    assert told(held(1, 7, "2020-01-01", "2021-06-01"), held(2, 8, "2021-07-01")) == [
        (Kind.JOINED, "2021-07-01"), (Kind.LEFT, "2021-06-01"), (Kind.JOINED, "2020-01-01"),
    ]  # fmt: skip


def test_a_membership_split_within_its_union_goes_on_and_one_of_two_unions_is_not_taken_for_it() -> None:
    rows = (
        held(1, 7, "2020-01-01", "2022-01-01"), held(2, 8, "2020-01-01", "2022-01-01"), held(3, 8, "2022-01-01"),
    )  # fmt: skip
    assert told(*rows) == [(Kind.LEFT, "2022-01-01"), (Kind.JOINED, "2020-01-01"), (Kind.JOINED, "2020-01-01")]
    assert [turn.before for turn in turns(rows) if turn.kind is Kind.LEFT] == [rows[0]]


def test_a_beginning_that_nobody_wrote_down_is_none() -> None:
    assert told(held(1, 7, None, "2021-06-01")) == [(Kind.LEFT, "2021-06-01")]


def test_what_somebody_did_to_one_membership_is_not_told_twice() -> None:
    rows = (
        held(1, 7, "2020-01-01", "2021-06-01"), held(2, 8, "2021-06-01", "2024-01-01"), held(3, 9, "2024-05-01"),
    )  # fmt: skip
    steps = [("membership.transfer", 1, 2), ("membership.leave", 2, None), ("membership.join", 3, None)]
    assert [(turn.kind, turn.on) for turn in untold(rows, steps)] == [(Kind.JOINED, date(2020, 1, 1))]
    kept = [("membership.service", 1, 1), ("membership.household", 3, 3)]  # changed in place: nothing ended or began
    assert list(untold(rows, kept)) == turns(rows)
