"""An accepted proposal becomes visits and notices exactly once; what falls through goes back to the meeting."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.enterprises.models import Need, NeedMove, State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.experts.halfdays import halfday_of
from jishiyu.apps.experts.models import Expert, Proposal, ProposalState
from jishiyu.apps.experts.operations import current_plan, set_times
from jishiyu.apps.experts.problems import NeedMovedOn, NeedNotInProposal, ProposalNotOpen
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import take_up
from jishiyu.apps.visits.appointment_problems import NoLongerFree, TakenMeanwhile, TooLate, VisitNotPlanned
from jishiyu.apps.visits.appointments import cancel_appointment, make_appointments, report_absence
from jishiyu.apps.visits.models import Visit, VisitState
from tests.apps.experts.situations import AT, FIRST, LAST, settle, solved

pytestmark = pytest.mark.django_db
BY = {"by": "organiser", "at": AT}


def test_accepting_all_makes_visits_teams_moves_and_notices_once() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    made = make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    assert {visit.need_id for visit in made} == {one.pk, two.pk}
    for visit in made:
        assert {member.part for member in visit.team.all()} == {"steward", "officer", "expert"}
        assert visit.plan == [{"zh": "谐波电压", "en": "Harmonic voltage"}]
        visit.need.refresh_from_db()
        assert visit.need.state == State.PLANNED
    steps = list(NeedMove.objects.filter(need=one).order_by("id").values_list("to_state", flat=True))[-2:]
    assert steps == [State.PAIRED, State.PLANNED]
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.ACCEPTED
    # Steward, officer, one expert each, and the enterprise: the steward stands in the team and is told once.
    assert Notice.objects.filter(kind="appointment").count() == 8
    with pytest.raises(ProposalNotOpen):
        make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    assert Visit.objects.count() == 2


def test_accepting_one_twice_makes_it_once_and_leaves_the_other_open() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    assert len(make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)) == 1
    assert make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY) == []
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.READY
    assert Notice.objects.count() == 4
    make_appointments(proposal_id=found.pk, need_ids=[two.pk], **BY)
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.ACCEPTED


def test_the_database_keeps_a_second_planned_visit_of_a_need_out() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    (visit,) = make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(need=one, on=visit.on, half="am", made_by="x", made_at=AT)


def test_an_e_mail_carries_a_calendar_entry_with_the_hours_of_the_round() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    (visit,) = make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    letters = {letter.address: letter for letter in take_up(at=AT)}
    mail = letters["officer@example.org"]
    assert "BEGIN:VCALENDAR" in mail.calendar
    hours = "T083000" if visit.half == "am" else "T130000"
    assert f"{visit.on:%Y%m%d}{hours}" in mail.calendar
    assert "甲谐波" in mail.text or "甲双能" in mail.text
    assert letters["13900000011"].calendar


def test_somebody_who_cannot_be_reached_is_in_the_notice_log() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    failed = Notice.objects.filter(state="failed")
    assert failed.exists()
    assert all("没有可用的手机号" in notice.problem for notice in failed)


def test_what_is_no_longer_possible_is_refused_by_name_and_nothing_is_accepted() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    steward = Expert.objects.get(code="S1")
    set_times(expert_id=steward.pk, offered=(), first=FIRST, last=LAST, source="own", **BY)
    with pytest.raises(NoLongerFree) as problem:
        make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    assert "甲管家" in problem.value.say("zh")
    assert not Visit.objects.exists()
    with pytest.raises(TooLate):
        make_appointments(proposal_id=found.pk, need_ids=None, by="organiser", at=AT + timedelta(days=60))
    move_need(need_id=one.pk, to=State.WITHDRAWN, what="withdrawn", sentence="不需要了", **BY)
    with pytest.raises(NeedMovedOn):
        make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    assert two.number in found.input["waiting"]


def test_all_of_a_plan_are_accepted_also_where_one_was_withdrawn_meanwhile() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    move_need(need_id=one.pk, to=State.WITHDRAWN, what="withdrawn", sentence="不需要了", **BY)
    (made,) = make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    assert made.need_id == two.pk
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.ACCEPTED


def test_a_plan_of_which_every_need_has_moved_on_is_refused_by_name() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    for need in (one, two):
        move_need(need_id=need.pk, to=State.WITHDRAWN, what="withdrawn", sentence="不需要了", **BY)
    with pytest.raises(NeedMovedOn):
        make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.READY


def test_a_need_without_a_team_is_not_accepted() -> None:
    from jishiyu.apps.experts.operations import pin

    one, _two = settle()
    pin(need_id=one.pk, ban=True, first_on=FIRST, weeks=4, **BY)
    found = solved(one.participation.campaign_id)
    with pytest.raises(NeedNotInProposal):
        make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)


def test_cancelling_tells_everybody_and_puts_the_need_back_to_be_paired_again() -> None:
    one, _two = settle()
    campaign = one.participation.campaign_id
    found = solved(campaign)
    made = make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    visit = next(visit for visit in made if visit.need_id == one.pk)
    cancel_appointment(visit_id=visit.pk, because="企业临时停电", **BY)
    one.refresh_from_db()
    assert one.state == State.CLASSIFIED
    assert Visit.objects.get(pk=visit.pk).state == VisitState.CANCELLED
    assert Notice.objects.filter(kind="appointment_cancelled").count() == 4
    with pytest.raises(VisitNotPlanned):
        cancel_appointment(visit_id=visit.pk, because="再次", **BY)
    again = solved(campaign, again=True)
    assert again.input["waiting"] == [one.number]
    assert len(again.input["fixed"]) == 1
    (second,) = make_appointments(proposal_id=again.pk, need_ids=None, **BY)
    assert second.pk != visit.pk


def test_visits_that_are_planned_take_time_and_capacity_of_their_people() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    (first,) = make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    again = solved(one.participation.campaign_id)
    plan = {visit.need_id: visit for visit in current_plan(again)}
    assert plan[two.number].start != plan[one.number].start
    assert first.need.number in again.input["fixed"]


def test_a_visit_that_was_moved_to_a_weekend_takes_its_people_on_the_monday_too() -> None:
    one, two = settle()
    Need.objects.filter(pk=two.pk).update(earliest_on=date(2026, 3, 9))
    found = solved(one.participation.campaign_id)
    (first,) = make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    Visit.objects.filter(pk=first.pk).update(on=date(2026, 3, 7), half="am", halfdays=4)
    again = solved(one.participation.campaign_id)
    plan = {visit.need_id: visit for visit in current_plan(again)}
    assert halfday_of(plan[two.number].start, monday=again.monday).on >= date(2026, 3, 10)


def test_an_absence_cancels_the_visits_it_hits_and_no_others() -> None:
    one, two = settle()
    Need.objects.filter(pk=two.pk).update(earliest_on=date(2026, 3, 16))
    found = solved(one.participation.campaign_id)
    make_appointments(proposal_id=found.pk, need_ids=None, **BY)
    officer = Expert.objects.get(code="O1")
    gone = report_absence(
        expert_id=officer.pk, first=FIRST, last=FIRST + timedelta(days=6), because="队员临时不能到场", **BY
    )
    assert [visit.need_id for visit in gone] == [one.pk]
    assert not officer.availability.filter(free=True, on__range=(FIRST, FIRST + timedelta(days=6))).exists()
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (State.CLASSIFIED, State.PLANNED)


def test_somebody_given_to_another_visit_meanwhile_is_refused_by_name() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    plan = {visit.need_id: visit for visit in current_plan(found)}
    from jishiyu.apps.experts.halfdays import halfday_of
    from jishiyu.apps.visits.models import TeamMember

    when = halfday_of(plan[one.number].start, monday=found.monday)
    other = Visit.objects.create(need=two, on=when.on, half=when.half, made_by="x", made_at=AT)
    TeamMember.objects.create(visit=other, expert=Expert.objects.get(code="O1"), part="officer")
    with pytest.raises(TakenMeanwhile) as problem:
        make_appointments(proposal_id=found.pk, need_ids=[one.pk], **BY)
    assert "甲干部" in problem.value.say("zh")
