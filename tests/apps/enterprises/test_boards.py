"""Boards: needs with their clocks, where each stood and for how long in working time, how far they came."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import make_aware
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.apps.enterprises.boards import (
    Asked,
    Spent,
    Standing,
    WorkingTime,
    cards,
    reached,
    spent,
    stays,
    time_in_states,
)
from jishiyu.apps.enterprises.clocks import hours_of
from jishiyu.apps.enterprises.models import Campaign, Need, Participation, State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.engine.calendar import Calendar
from tests.apps.enterprises import situations

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in China
HOUR = timedelta(hours=1)
EVERY_YEAR = Calendar(frozenset(range(2020, 2031)), frozenset({date(2026, 3, 4)}), frozenset({date(2026, 3, 7)}))


def asked(**narrowed: object) -> Asked:
    return Asked(campaign=Campaign.objects.get(), participations=Participation.objects.all(), **narrowed)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_card_says_how_its_clock_stands() -> None:
    need = situations.need(at=MONDAY)
    Need.objects.filter(pk=need.pk).update(due_at=MONDAY + 3 * HOUR)
    (card,) = cards(asked())
    assert card.standing(MONDAY) is Standing.TODAY
    assert card.standing(MONDAY - timedelta(days=1)) is Standing.RUNNING
    assert card.standing(MONDAY + 3 * HOUR) is Standing.OVERDUE
    Need.objects.filter(pk=need.pk).update(escalated_to=2)
    assert cards(asked())[0].standing(MONDAY + 4 * HOUR) is Standing.ESCALATED
    Need.objects.filter(pk=need.pk).update(due_at=None)
    assert cards(asked())[0].standing(MONDAY + 4 * HOUR) is Standing.NONE


@pytest.mark.django_db
def test_stays_follow_each_other_without_a_gap_and_the_last_is_open() -> None:
    need = situations.need(at=MONDAY)
    move_need(need_id=need.pk, to=State.FORWARDED, what="forwarded", by="t", at=MONDAY + HOUR)
    move_need(need_id=need.pk, to=State.FORWARDED, what="called", by="t", at=MONDAY + 2 * HOUR, sentence="打过电话")
    move_need(need_id=need.pk, to=State.CONFIRMED, what="confirmed", by="t", at=MONDAY + 3 * HOUR)
    found = stays(asked())
    assert [(one.state, one.begins_at, one.ends_at) for one in found] == [
        (State.HANDED_IN, MONDAY, MONDAY + HOUR), (State.FORWARDED, MONDAY + HOUR, MONDAY + 3 * HOUR),
        (State.CONFIRMED, MONDAY + 3 * HOUR, None),
    ]  # fmt: skip
    counts = reached(found)
    assert [counts[state] for state in (State.HANDED_IN, State.CONFIRMED, State.CLASSIFIED)] == [1, 1, 0]
    times = time_in_states(found, WorkingTime(Campaign.objects.get()), at=MONDAY + 4 * HOUR)
    left, still = times[State.FORWARDED]
    assert (left, still) == (
        Spent(1, 5400, 5400),
        Spent(0, None, None),
    )  # ten to noon, less the break at half past eleven
    assert times[State.CONFIRMED][1].count == 1


@pytest.mark.django_db
def test_a_board_is_narrowed_by_aim_steward_and_level() -> None:
    one = situations.need_in(State.CLASSIFIED, of=situations.participation("E1", steward="s-a"))
    other = situations.need(of=situations.participation("E2", steward="s-b"))
    item = Campaign.objects.get().aims.get().items.get()
    Need.objects.filter(pk=one.pk).update(item=item, level=3)
    steward = other.participation.steward
    assert steward is not None
    assert [card.need_id for card in cards(asked(aim="reliable"))] == [one.pk]
    assert [card.need_id for card in cards(asked(steward=steward.pk))] == [other.pk]
    assert [card.need_id for card in cards(asked(level=3))] == [one.pk]
    assert {card.need_id for card in cards(asked())} == {one.pk, other.pk}
    nobody = Asked(campaign=Campaign.objects.get(), participations=Participation.objects.none())
    assert cards(nobody) == []


@given(
    st.datetimes(datetime(2026, 2, 20), datetime(2026, 3, 20)), st.datetimes(datetime(2026, 2, 20), datetime(2026, 3, 20))
)  # fmt: skip
def test_working_time_by_look_up_is_that_of_the_calendar(one: datetime, other: datetime) -> None:
    begins, ends = sorted((one, other))
    round_ = Campaign()
    work = WorkingTime(round_, EVERY_YEAR)
    spans = hours_of(round_)
    expected = EVERY_YEAR.seconds_between(begins, ends, spans)
    assert abs(work.between(make_aware(begins), make_aware(ends)) - expected) <= 2  # whole seconds of each part


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_nine_in_ten_are_within_the_value_that_is_given(seconds: list[int]) -> None:
    found = spent(seconds)
    assert found.median in seconds
    assert sum(one <= (found.nine_in_ten or 0) for one in seconds) * 10 >= 9 * len(seconds)
    assert sum(one < (found.nine_in_ten or 0) for one in seconds) * 10 < 9 * len(seconds)
