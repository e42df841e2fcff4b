"""The one way a need moves: the table of moves, the clocks, the steps kept, the trail; and who sees which enterprises."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import Need, NeedMove, State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.enterprises.problems import MoveNotAllowed, NeedUnknown, SentenceMissing
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.enterprises.states import MOVES, REASONED
from jishiyu.engine.calendar import YearWithoutNotice, shipped_calendar
from tests.apps.enterprises.situations import AT, campaign, need, need_in, participation, somebody

pytestmark = pytest.mark.django_db


def china(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """Return a moment of 2026 by the clock on the wall in China."""
    return datetime(2026, month, day, hour - 8, minute, tzinfo=UTC)


def test_a_step_changes_the_state_sets_the_clock_and_is_kept() -> None:
    moved = move_need(need_id=need().pk, to=State.FORWARDED, what="forwarded", by="organiser", at=AT)
    assert (moved.state, moved.state_at, moved.due_at) == ("forwarded", AT, china(3, 10))
    step = NeedMove.objects.get(need=moved, what="forwarded")
    assert (step.from_state, step.to_state, step.by, step.at) == ("handed_in", "forwarded", "organiser", AT)
    trail = Trail.objects.get(action="need.forwarded")
    assert trail.record == f"need {moved.number}"
    assert '"state":["handed_in","forwarded"]' in trail.details


def test_the_clock_of_the_visit_runs_from_the_confirmation() -> None:
    confirmed = need_in(State.CONFIRMED)
    assert confirmed.due_at == china(4, 10)
    later = move_need(need_id=confirmed.pk, to=State.CLASSIFIED, what="classified", by="s", at=china(3, 15))
    assert (later.due_at, later.confirmed_at) == (china(4, 10), AT)
    for to in (State.PAIRED, State.PLANNED, State.CLASSIFIED):
        later = move_need(need_id=confirmed.pk, to=to, what=to.value, by="s", at=china(3, 16))
    assert later.due_at == china(4, 10)


def test_the_report_is_due_three_working_days_after_the_visit() -> None:
    seen = need_in(State.PLANNED)
    seen = move_need(need_id=seen.pk, to=State.VISITED, what="visited", by="s", at=china(5, 10))
    assert (seen.visited_at, seen.due_at) == (china(5, 10), china(10, 10))


def test_what_is_over_has_no_clock_and_an_end() -> None:
    over = need_in(State.CLOSED)
    assert (over.due_at, over.ended_at) == (None, AT)


def test_every_move_that_the_table_does_not_have_is_refused() -> None:
    for state in (State.HANDED_IN, State.CONFIRMED, State.SERVED, State.CLOSED):
        about = need_in(state)
        for to in set(State) - set(MOVES[state]) - {state}:
            with pytest.raises(MoveNotAllowed):
                move_need(need_id=about.pk, to=to, what="tried", by="s", at=AT, sentence="试试")
        assert Need.objects.get(pk=about.pk).state == state
    assert not NeedMove.objects.filter(what="tried").exists()


@pytest.mark.parametrize("to", REASONED)
def test_what_ends_without_help_says_why(to: State) -> None:
    about = need_in(State.FORWARDED)
    with pytest.raises(SentenceMissing):
        move_need(need_id=about.pk, to=to, what=to.value, by="s", at=AT, sentence=" 无 ")
    assert move_need(need_id=about.pk, to=to, what=to.value, by="s", at=AT, sentence="电话三次无人接听").state == to


def test_there_must_be_a_need() -> None:
    with pytest.raises(NeedUnknown):
        move_need(need_id=0, to=State.FORWARDED, what="forwarded", by="s", at=AT)


def test_a_clock_never_runs_into_a_year_that_nobody_entered() -> None:
    about = need()
    with pytest.raises(YearWithoutNotice, match="2027"):
        move_need(
            need_id=about.pk,
            to=State.FORWARDED,
            what="forwarded",
            by="s",
            at=china(31, 16, month=12),
            calendar=shipped_calendar(),
        )
    assert Need.objects.get(pk=about.pk).state == State.HANDED_IN


def test_the_database_refuses_other_moves_other_words_and_other_steps() -> None:
    about = need()
    for change in ({"state": "closed", "ended_at": AT}, {"words": "别的"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Need.objects.filter(pk=about.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        NeedMove.objects.update(sentence="改过")
    with pytest.raises(DatabaseError), transaction.atomic():
        Need.objects.filter(pk=about.pk).delete()


def test_each_sees_the_enterprises_they_have_to_do_with() -> None:
    first, second = participation("E1", steward="steward-a"), participation("E2", steward="steward-b")
    elsewhere = campaign("power-2")
    elsewhere.network.all().delete()
    seen = {
        account.name: set(participations_of(account).values_list("pk", flat=True))
        for account in (
            somebody(Role.STEWARD, name="steward-a"), somebody(Role.ENTERPRISE, union="E2"),
            somebody(Role.ORGANISER, union="MADE"), somebody(Role.ORGANISER, union="E1"),
            somebody(Role.EXPERT), somebody(Role.UNION_OFFICER, union="CITY"),
        )
    }  # fmt: skip
    assert seen == {
        "steward-a": {first.pk}, "enterprise-e2": {second.pk}, "organiser-made": {first.pk, second.pk},
        "organiser-e1": {first.pk}, "expert-city": set(), "union_officer-city": set(),
    }  # fmt: skip


def test_a_role_that_has_ended_shows_nothing() -> None:
    participation("E1", steward="steward-a")
    account = somebody(Role.STEWARD, name="steward-a")
    account.grants.update(until=date(2026, 3, 1))
    assert not participations_of(account).exists()
