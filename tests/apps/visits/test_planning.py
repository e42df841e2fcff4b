"""Visits moved, cancelled, planned and finished; who may not be in two places."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import NeedMove, State
from jishiyu.apps.experts.models import Availability
from jishiyu.apps.visits.models import Visit, VisitState
from jishiyu.apps.visits.operations import cancel_visit, finish_visit, move_visit, set_plan
from jishiyu.apps.visits.planning import halves_of
from jishiyu.apps.visits.problems import (
    ConflictsOpen,
    DayOver,
    PlanNotRight,
    SameTime,
    SentenceMissing,
    TeamElsewhere,
    TimeDoubtful,
    VisitNotPlanned,
    VisitUnknown,
)
from jishiyu.apps.visits.queries import plan_of
from tests.apps.enterprises.situations import participation
from tests.apps.visits.situations import AT, ON, check, done, expert, send, visit

pytestmark = pytest.mark.django_db
NEXT = date(2026, 3, 5)


def move(
    of: Visit, *, on: date = NEXT, half: str = "pm", sentence: str = "企业停产检修", sure: bool = False
) -> Visit:  # fmt: skip
    return move_visit(visit_id=of.pk, on=on, half=half, sentence=sentence, by="steward-a", today=ON, at=AT, sure=sure)


def test_a_moved_visit_says_why_in_the_steps_of_its_need() -> None:
    planned = visit()
    moved = move(planned)
    assert (moved.on, moved.half) == (NEXT, "pm")
    step = NeedMove.objects.filter(need=planned.need).order_by("-id")[0]
    assert (step.what, step.sentence, step.to_state) == ("visit_moved", "企业停产检修", State.PLANNED)
    assert "2026-03-05 pm" in Trail.objects.get(action="visit.moved").details


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"on": ON, "half": "am"}, SameTime), ({"on": date(2026, 3, 3)}, DayOver), ({"sentence": " "}, SentenceMissing),
    ],
)  # fmt: skip
def test_what_is_no_move_changes_nothing(wrong: dict[str, Any], problem: type[Exception]) -> None:
    planned = visit()
    with pytest.raises(problem):
        move(planned, **wrong)
    planned.refresh_from_db()
    assert (planned.on, planned.half) == (ON, "am")


def test_nobody_is_sent_to_two_places_at_once() -> None:
    other = visit(of=participation("E2", steward="steward-a"), on=NEXT, half="am", halfdays=2)
    planned = visit()
    with pytest.raises(TeamElsewhere, match=f"visit {other.pk}"):
        move(planned)
    move(planned, on=date(2026, 3, 6))
    assert move(visit(team=[expert("li.gong", full_name="乙工匠")])).on == NEXT


@pytest.mark.parametrize(
    ("on", "halfdays", "zh", "en"),
    [
        (date(2026, 4, 6), 1, "2026-04-06 是法定节假日放假日", "2026-04-06 is a public holiday"),
        (date(2026, 4, 3), 2, "2026-04-06 是法定节假日放假日", "2026-04-06 is a public holiday"),  # its second half-day
        (date(2026, 4, 4), 1, "2026-04-04 是法定节假日放假日", "2026-04-04 is a public holiday"),  # a Saturday as well
        (date(2026, 3, 7), 1, "2026-03-07 是周末休息日", "2026-03-07 is on a weekend that is not worked"),
        (date(2029, 3, 7), 1, "尚未登记 2029 年的节假日安排", "The holidays of 2029 are not entered yet"),
    ],
)
def test_a_day_on_which_people_rest_is_asked_about_first(on: date, halfdays: int, zh: str, en: str) -> None:
    planned = visit(halfdays=halfdays)
    with pytest.raises(TimeDoubtful) as asked:
        move(planned, on=on)
    assert zh in asked.value.say("zh")
    assert en in asked.value.say("en")
    planned.refresh_from_db()
    assert (planned.on, planned.half) == (ON, "am")
    assert move(planned, on=on, sure=True).on == on


def test_a_weekend_that_is_worked_is_a_day_like_others() -> None:
    assert move(visit(), on=date(2026, 5, 9)).on == date(2026, 5, 9)


def test_whoever_does_not_offer_the_time_is_named_and_who_said_nothing_is_not() -> None:
    away = expert("li.gong", full_name="乙工匠")
    planned = visit(team=[expert(), away])
    Availability.objects.create(expert=away, on=NEXT, half="pm", free=False, source="icalendar")
    with pytest.raises(TimeDoubtful) as asked:
        move(planned)
    assert asked.value.say("zh").startswith("乙工匠 没有提供该时间。")
    assert "甲工匠" not in asked.value.say("zh")
    assert move(planned, half="am").half == "am"


def test_a_time_behind_the_end_of_the_round_is_asked_about() -> None:
    planned = visit()
    campaign = planned.need.participation.campaign
    campaign.__class__.objects.filter(pk=campaign.pk).update(ends_on=NEXT)
    with pytest.raises(TimeDoubtful, match="The last day of the round is 2026-03-04"):
        move(planned)


def test_half_days_in_a_row_leave_the_weekend_out() -> None:
    assert halves_of(date(2026, 3, 6), "pm", 3) == [
        (date(2026, 3, 6), "pm"), (date(2026, 3, 9), "am"), (date(2026, 3, 9), "pm"),
    ]  # fmt: skip


def test_a_cancelled_visit_puts_its_need_back_to_the_meeting() -> None:
    planned = visit()
    cancel_visit(visit_id=planned.pk, sentence="专家生病", by="steward-a", at=AT)
    planned.refresh_from_db()
    planned.need.refresh_from_db()
    assert (planned.state, planned.cancelled_why, planned.need.state) == (
        VisitState.CANCELLED,
        "专家生病",
        State.CLASSIFIED,
    )
    with pytest.raises(VisitNotPlanned):
        move(planned)


def test_a_finished_visit_knows_who_came_and_its_need_is_visited() -> None:
    planned = visit(team=[expert(), expert("li.gong", full_name="乙工匠")])
    first, second = planned.team.order_by("id")
    finish_visit(visit_id=planned.pk, came=[first.pk], by="zhao.gong", at=AT)
    planned.refresh_from_db()
    planned.need.refresh_from_db()
    assert (planned.state, planned.done_at, planned.need.state) == (VisitState.DONE, AT, State.VISITED)
    assert [one.came for one in planned.team.order_by("id")] == [True, False]
    assert second.pk != first.pk


def test_a_visit_is_not_finished_while_two_phones_disagree() -> None:
    planned = visit()
    send(planned, check("c1", "done"))
    send(planned, check("c1", "problem"))
    with pytest.raises(ConflictsOpen, match="Measure the supply voltage") as refused:
        finish_visit(visit_id=planned.pk, came=[], by="zhao.gong", at=AT)
    assert "测量进线电压" in refused.value.say("zh")


def test_what_a_phone_still_holds_is_taken_in_after_the_visit() -> None:
    assert len(send(done(), check("c2", "done")).stored) == 1


def test_lines_of_a_plan_keep_their_keys() -> None:
    planned = visit()
    assert [line["key"] for line in plan_of(planned.plan)] == ["c1", "c2", "c3"]
    lines: list[dict[str, Any]] = plan_of(planned.plan)
    changed = [{"zh": "补测谐波", "en": ""}, lines[2], lines[0] | {"zh": "测量进线三相电压"}]
    plan = set_plan(visit_id=planned.pk, lines=changed, by="steward-a", at=AT)
    assert [(line["key"], line["zh"]) for line in plan] == [
        ("c4", "补测谐波"), ("c3", "配电室标识"), ("c1", "测量进线三相电压"),
    ]  # fmt: skip
    assert plan[2]["quantity"] == "voltage"
    assert plan[0]["en"] == "补测谐波"
    planned.refresh_from_db()
    assert plan_of(planned.plan) == plan
    with pytest.raises(PlanNotRight):
        set_plan(visit_id=planned.pk, lines=[{"zh": " "}], by="steward-a", at=AT)


def test_a_visit_that_is_not_there_is_said_so() -> None:
    with pytest.raises(VisitUnknown):
        cancel_visit(visit_id=10**9, sentence="没有", by="x", at=AT)


def test_a_visit_is_never_deleted() -> None:
    planned = visit()
    Visit.objects.filter(pk=planned.pk).update(state="done", done_at=AT)
    with pytest.raises(DatabaseError, match="no move"), transaction.atomic():
        Visit.objects.filter(pk=planned.pk).update(state="planned")
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        Visit.objects.filter(pk=planned.pk)._raw_delete("default")
