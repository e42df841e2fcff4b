"""Counters of the programme: person-times, enterprises, solved as the enterprise says, sums that add up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jishiyu.apps.enterprises.boards import Asked, WorkingTime
from jishiyu.apps.enterprises.models import Campaign, Need, Participation, State
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.visits.boards import bars, days_of, loads
from jishiyu.apps.visits.figures import by_aim, by_level, by_round, by_steward, facts, satisfaction, times, whole
from jishiyu.apps.visits.models import Action, Satisfaction, TeamMember, Visit, VisitState
from jishiyu.apps.visits.progress import progress_of
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises import situations

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def asked() -> Asked:
    return Asked(campaign=Campaign.objects.get(), participations=Participation.objects.all())


def visited(union: str = "E1", *, done: bool = True, stays_away: bool = False) -> Need:
    need = situations.need_in(
        State.SERVED if done else State.PLANNED, of=situations.participation(union, steward=f"s-{union}".lower()), at=AT
    )
    visit = Visit.objects.create(
        need=need, on=date(2026, 3, 6), half="pm", halfdays=2, made_by="t", made_at=AT,
        state=VisitState.DONE if done else VisitState.PLANNED, done_at=AT if done else None,
    )  # fmt: skip
    for code, part in (("X1", "expert"), ("G1", "steward"), ("U1", "officer")):
        who, _ = Expert.objects.get_or_create(
            code=code, defaults={"name": f"甲{code}", "part": part, "since": date(2026, 1, 1)}
        )
        TeamMember.objects.create(
            visit=visit, expert=who, part=part, came=None if not done else not (stays_away and part == "officer")
        )
    return need


def test_person_times_count_who_came_on_visits_that_took_place() -> None:
    visited("E1")
    visited("E1", stays_away=True)
    visited("E2", done=False)
    total = whole(facts(asked()))
    assert (total.services, total.person_times, total.expert_times, total.enterprises) == (2, 5, 2, 1)
    assert (total.raised, total.solved, total.open) == (3, 0, 3)


def test_solved_is_what_the_enterprise_said_and_its_newest_word_counts() -> None:
    need = visited()
    for stars, solved, hours in ((2, False, 1), (5, True, 2)):
        Satisfaction.objects.create(
            need=need, solved=solved, stars=stars, said_by="e", said_at=AT + timedelta(hours=hours)
        )
    Need.objects.filter(pk=need.pk).update(solved=True)
    rows = facts(asked())
    assert whole(rows).solved == 1
    assert whole(rows).stars == (5, 1)
    assert satisfaction(rows) == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}


def test_only_actions_that_were_done_count_and_withdrawn_needs_are_not_raised() -> None:
    need = visited()
    given = {
        "need": need,
        "what": "换接线端子",
        "owner": "甲",
        "due_on": date(2026, 3, 20),
        "made_by": "t",
        "made_at": AT,
    }
    Action.objects.create(**given, done_on=date(2026, 3, 10), trained=7, saved_fen=100_00, saved_kwh=30)
    Action.objects.create(**given, trained=0, saved_fen=999_00)
    Need.objects.filter(pk=situations.need().pk).update(state=State.WITHDRAWN, ended_at=AT)
    total = whole(facts(asked()))
    assert (total.trained, total.saved_fen, total.saved_kwh) == (7, 100_00, 30)
    assert (total.needs, total.raised) == (2, 1)


def test_groups_add_up_to_the_whole() -> None:
    visited("E1")
    visited("E2")
    situations.need()
    rows = facts(asked())
    total = whole(rows)
    for groups in (by_aim(rows), by_steward(rows), by_level(rows)):
        for name in ("needs", "services", "person_times", "raised", "solved", "trained", "open"):
            assert sum(getattr(one, name) for one in groups) == getattr(total, name)


def test_rounds_stand_beside_each_other_each_by_its_own_working_hours() -> None:
    one = visited("E1")
    other = situations.need_in(
        State.CONFIRMED, of=situations.participation("E2", steward="s-e2", code="power-2"), at=AT
    )
    Campaign.objects.filter(code="power-2").update(working_hours=[["08:30", "11:00"]], begins_on=date(2026, 3, 2))
    later = {"confirmed_at": AT + timedelta(hours=3)}  # from ten to one
    for need in (one, other):
        Need.objects.filter(pk=need.pk).update(**later)
    first, second = Campaign.objects.order_by("code")
    of_all = facts(Asked(campaign=first, participations=Participation.objects.all()), every_round=True)
    assert facts(Asked(campaign=first, participations=Participation.objects.all()))[0] in of_all
    found = by_round(of_all, [second, first])
    assert [(round_.code, counted.raised, counted.services) for round_, counted, _took in found] == [
        ("power-2", 1, 0), ("power-1", 1, 1),
    ]  # fmt: skip
    assert [took.confirm.median for _round, _counted, took in found] == [3600, 5400]
    assert sum(counted.needs for _round, counted, _took in found) == whole(of_all).needs == len(of_all) == 2


def test_levels_of_several_rounds_together_have_the_general_names() -> None:
    visited("E1")
    Campaign.objects.update(definition=shipped()["power-1"].read_text(encoding="utf-8"))
    Need.objects.update(level=2)
    rows = facts(asked())
    assert [(one.zh, one.en) for one in by_level(rows)] == [("产业工会联合会", "industry federation")]
    own = by_level(rows, campaign=Campaign.objects.get())
    assert [(one.zh, one.en) for one in own] == [("制造业工会联合会", "manufacturing federation")]


def test_times_are_of_working_hours() -> None:
    need = visited()
    Need.objects.filter(pk=need.pk).update(
        confirmed_at=AT + timedelta(hours=1), visited_at=AT + timedelta(days=1, hours=1)
    )
    took = times(facts(asked()), WorkingTime(Campaign.objects.get()))
    assert took.confirm.median == 3600
    assert took.visit.median == 6 * 3600 + 1800
    assert took.close.count == 0


def test_a_visit_over_a_weekend_takes_friday_and_monday_and_counts_in_the_load() -> None:
    visited()
    (bar,) = bars(asked())
    assert days_of(bar) == [date(2026, 3, 6), date(2026, 3, 9)]
    found = loads([bar], since=date(2026, 3, 1), until=date(2026, 9, 1))
    assert {(one.name, one.done, one.planned) for one in found} == {("甲X1", 2, 0), ("甲G1", 2, 0), ("甲U1", 2, 0)}


def test_the_page_of_an_enterprise_knows_its_own_needs_only() -> None:
    mine, other = visited("E1"), visited("E2")
    (found,) = progress_of(mine.participation)
    assert found.need.pk == mine.pk != other.pk
    assert [stage.key for stage in found.stages if stage.now] == ["served"]
    assert [stage.at is not None for stage in found.stages] == [True] * 7 + [False]
    assert found.visits[0].team == ("甲X1", "甲U1", "甲G1")
    assert found.asks
