"""A proposal from frozen input to a plan: the job, the stop, solving again, what was open before."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.experts.models import Pin, Proposal, ProposalState
from jishiyu.apps.experts.operations import current_plan, exchange, pin, start_proposal, stop_solving
from jishiyu.apps.experts.problems import NobodyToPair, NothingToStop, UnderWay
from jishiyu.apps.experts.saying import names
from jishiyu.engine.pairing.frozen import thawed_reasons, thawed_round
from jishiyu.engine.pairing.points import breaches
from tests.apps.experts.situations import AT, FIRST, MONDAY, person, settle, solved, waiting, work

pytestmark = pytest.mark.django_db


def test_a_round_is_frozen_solved_and_stated_with_bound_and_gap() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    assert (found.state, found.monday) == (ProposalState.READY, MONDAY)
    assert found.input["waiting"] == [one.number, two.number]
    assert found.score is not None
    assert (found.score["status"], found.score["served"], found.score["gap"]) == ("optimal", 2, 0.0)
    assert found.score["bound"] >= found.score["score"]
    assert set(found.score["aims"]) == {"served", "changes", "waiting", "fit", "travel", "fairness"}
    assert breaches(thawed_round(found.input), current_plan(found)) == []


def test_reasons_speak_of_people_days_and_skills() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    known = names(monday=found.monday)
    said = {known.say(reason, "zh") for reason in thawed_reasons(found.reasons or ()) if reason.need_id == one.number}
    text = " ".join(said)
    assert "覆盖谐波治理 4 级" in text
    assert "该企业的专属管家" in text
    assert "月" in text
    assert "第 1 周" not in text


def test_the_same_input_and_seed_give_the_same_plan() -> None:
    one, _two = settle()
    first, second = solved(one.participation.campaign_id), solved(one.participation.campaign_id)
    assert first.plan == second.plan
    first.refresh_from_db()
    assert first.state == ProposalState.REPLACED


def test_unconfirmed_skills_do_not_count_and_the_need_left_out_says_why() -> None:
    one, two = settle()
    from jishiyu.apps.experts.models import ExpertSkill

    ExpertSkill.objects.filter(skill__code="harmonics").update(confirmed_by="", confirmed_on=None)
    found = solved(one.participation.campaign_id)
    assert [visit.need_id for visit in current_plan(found)] == [two.number]
    known = names(monday=found.monday)
    (left,) = [reason for reason in thawed_reasons(found.reasons or ()) if reason.kind == "left_out"]
    assert "没有空闲的谐波治理 4 级人员" in known.say(left, "zh")


def test_a_second_proposal_waits_for_the_first_and_nothing_to_pair_is_told() -> None:
    one, two = settle()
    campaign = one.participation.campaign_id
    begun = start_proposal(campaign_id=campaign, first_on=FIRST, by="organiser", at=AT)
    with pytest.raises(UnderWay):
        start_proposal(campaign_id=campaign, first_on=FIRST, by="organiser", at=AT)
    assert begun.job is not None
    work(begun.job)
    Need.objects.filter(pk__in=[one.pk, two.pk]).update(earliest_on=date(2026, 8, 30), latest_on=date(2026, 8, 31))
    with pytest.raises(NobodyToPair) as problem:
        start_proposal(campaign_id=campaign, first_on=FIRST, by="organiser", at=AT)
    assert "0 项" in problem.value.say("zh")


def test_whoever_stops_gets_the_best_so_far() -> None:
    one, _two = settle()
    begun = start_proposal(campaign_id=one.participation.campaign_id, first_on=FIRST, by="organiser", at=AT)
    stop_solving(proposal_id=begun.pk, by="organiser", at=AT)
    assert begun.job is not None
    work(begun.job)
    found = Proposal.objects.get(pk=begun.pk)
    assert found.state == ProposalState.READY
    assert found.score is not None
    assert found.score["status"] in ("stopped", "optimal")
    with pytest.raises(NothingToStop):
        stop_solving(proposal_id=begun.pk, by="organiser", at=AT)


def test_a_job_done_twice_changes_nothing() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    before = Trail.objects.count()
    assert found.job is not None
    from jishiyu.conf.jobs.pairing import solve_proposal

    solve_proposal(found.job)
    again = Proposal.objects.get(pk=found.pk)
    assert (again.plan, again.ready_at, Trail.objects.count()) == (found.plan, found.ready_at, before)


def test_solving_again_keeps_what_was_changed_by_hand_and_pinned() -> None:
    one, _two = settle()
    campaign = one.participation.campaign_id
    first = solved(campaign)
    visit = next(visit for visit in current_plan(first) if visit.need_id == one.number)
    old = "E1" if "E1" in visit.people else "E2"
    new = "E2" if old == "E1" else "E1"
    exchange(proposal_id=first.pk, number=one.number, out=old, into=new, by="organiser", at=AT)
    assert Pin.objects.filter(need=one, expert__code=new, ban=False).exists()
    again = solved(campaign, again=True)
    assert again.previous_id == first.pk
    kept = next(visit for visit in current_plan(again) if visit.need_id == one.number)
    assert new in kept.people
    assert old not in kept.people
    assert again.score is not None
    assert again.score["aims"]["changes"]["value"] == 0


def test_a_new_week_moves_the_numbers_of_the_earlier_plan() -> None:
    one, two = settle()
    late = FIRST + timedelta(days=7)
    for need in (one, two):
        Need.objects.filter(pk=need.pk).update(earliest_on=late)
    first = solved(one.participation.campaign_id)
    again = solved(one.participation.campaign_id, again=True, first_on=late)
    assert again.monday == first.monday + timedelta(days=7)
    assert again.score is not None
    assert again.score["aims"]["changes"]["value"] == 0


def test_needs_that_cannot_be_visited_in_time_are_told_and_not_lost() -> None:
    one, two = settle()
    Need.objects.filter(pk=two.pk).update(earliest_on=FIRST, latest_on=FIRST, halfdays=3)
    past = waiting({"thermal": 3}, of=one.participation, latest=FIRST - timedelta(days=1))
    found = solved(one.participation.campaign_id)
    assert found.input["waiting"] == [one.number]
    assert {number: code for number, code, _details in found.input["outside"]} == {
        two.number: "window_too_short", past.number: "window_over",
    }  # fmt: skip


def test_pins_that_cannot_hold_together_fail_with_a_sentence() -> None:
    one, two = settle()
    campaign = one.participation.campaign_id
    for need in (one, two):
        Need.objects.filter(pk=need.pk).update(earliest_on=FIRST, latest_on=FIRST, halfdays=2)
        pin(need_id=need.pk, first_on=FIRST, weeks=4, by="organiser", at=AT)
    from jishiyu.conf.jobs.pairing import solve_proposal
    from jishiyu.conf.jobs.running import carry_out

    begun = start_proposal(campaign_id=campaign, first_on=FIRST, by="organiser", at=AT)
    assert begun.job is not None
    carry_out(begun.job.pk, solve_proposal)
    found = Proposal.objects.select_related("job").get(pk=begun.pk)
    assert found.state == ProposalState.FAILED
    assert found.job is not None
    assert "无法同时满足" in found.job.zh


def test_what_a_proposal_was_made_from_cannot_be_changed() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    for change in ({"input": {}}, {"plan": []}, {"score": {}}, {"seed": 7}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Proposal.objects.filter(pk=found.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=found.pk).delete()


def test_somebody_who_left_the_list_is_not_planned() -> None:
    one, two = settle()
    person("E9", levels={"harmonics": 4}, since=FIRST + timedelta(days=300))
    found = solved(one.participation.campaign_id)
    assert {who for visit in current_plan(found) for who in visit.people} <= {"S1", "O1", "E1", "E2"}
    assert Need.objects.filter(pk__in=[one.pk, two.pk], state=State.CLASSIFIED).count() == 2
