"""A proposal from its beginning to its end: asked for with frozen input, worked out by a job, replaced by the next one."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.apps.enterprises.operations import refuse_closed_round
from jishiyu.apps.experts.gathering import MOST_WEEKS, WEEKS, gather
from jishiyu.apps.experts.models import Proposal, ProposalState
from jishiyu.apps.experts.problems import CampaignUnknown, NobodyToPair, NothingToStop, UnderWay
from jishiyu.apps.experts.queries import AT_WORK, newest_ready
from jishiyu.apps.experts.queries import proposal as read
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.engine.pairing.budget import usual_limit
from jishiyu.engine.pairing.checking import check_pins
from jishiyu.engine.pairing.frozen import frozen_plan, frozen_reasons, frozen_score, thawed_plan
from jishiyu.engine.pairing.model import Visit
from jishiyu.engine.pairing.proposal import Proposal as Solved
from jishiyu.engine.pairing.reasons import left_out_reasons, pairing_reasons
from jishiyu.engine.words import Words


@transaction.atomic
def start_proposal(
    *, campaign_id: int, first_on: date, by: str, at: datetime, weeks: int = WEEKS, seconds: int | None = None,
    seed: int = 1, again: bool = False,
) -> Proposal:  # fmt: skip
    """This function will freeze what a round looks like from a day on, and queue the job that pairs it.

    `seconds` say how much is done; without them the size does, and the clock ends what takes longer than usual (`limit`).
    `again` keeps as much as possible of the newest proposal that is open, as the meeting changed it. Raises
    CampaignUnknown, RoundClosed, UnderWay, NobodyToPair, and the problems of pins that cannot hold.
    """
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignUnknown(campaign=campaign_id)
    refuse_closed_round(campaign)
    if Proposal.objects.filter(campaign=campaign, state__in=AT_WORK).exists():
        raise UnderWay
    before = newest_ready(campaign_id=campaign_id) if again else None
    gathered = gather(campaign=campaign, first_on=first_on, weeks=min(max(1, weeks), MOST_WEEKS))
    if before is not None:
        shifted = _shifted(before, gathered.monday)
        gathered = gather(campaign=campaign, first_on=first_on, weeks=min(max(1, weeks), MOST_WEEKS), previous=shifted)
    if not gathered.waiting or not gathered.round.people:
        _refuse_nothing(len(gathered.waiting), len(gathered.round.people))
    check_pins(gathered.round)
    limit = seconds or usual_limit(len(gathered.round.needs))
    made = Proposal.objects.create(
        campaign=campaign, previous=before, monday=gathered.monday, seed=seed, asked_by=by, asked_at=at,
        input={**gathered.frozen(), "first_on": first_on.isoformat(), "weeks": weeks, "seconds": seconds, "limit": limit},
    )  # fmt: skip
    job = queue(kind=Kind.PAIR, by=by, at=at, subject=campaign.zh, arguments={"proposal": made.pk, "limit": limit})
    Proposal.objects.filter(pk=made.pk).update(job=job)
    made.job = job
    details = {
        "needs": len(gathered.waiting), "fixed": len(gathered.fixed), "people": len(gathered.round.people),
        "pins": len(gathered.round.pins), "seed": seed, "seconds": seconds, "again": before.pk if before else None,
    }  # fmt: skip
    record(by=by, action="pairing.start", record=f"proposal {made.pk}", details=details, at=at)
    return made


def begin_solving(*, proposal_id: int) -> Proposal | None:
    """This function will mark a proposal as being worked out; None when it has ended already."""
    with transaction.atomic():
        found = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
        if found is None or found.state not in AT_WORK:
            return None
        Proposal.objects.filter(pk=proposal_id).update(state=ProposalState.SOLVING)
    return read(proposal_id=proposal_id)


def is_stopped(*, proposal_id: int) -> bool:
    """This function will tell whether somebody asked a proposal to end with the best so far."""
    return bool(Proposal.objects.filter(pk=proposal_id, stop=True).exists())


@transaction.atomic
def stop_solving(*, proposal_id: int, by: str, at: datetime) -> None:
    """This function will ask the job to end with the best plan so far; raises NothingToStop."""
    if not Proposal.objects.filter(pk=proposal_id, state__in=AT_WORK).update(stop=True):
        raise NothingToStop
    record(by=by, action="pairing.stop", record=f"proposal {proposal_id}", details={}, at=at)


@transaction.atomic
def finish_solving(*, proposal_id: int, solved: Solved, took_ms: int, at: datetime) -> Proposal:
    """This function will keep a plan with its reasons, bound and gap; what was open before gives way to it."""
    reasons = [
        *pairing_reasons(solved.round, solved.visits),
        *left_out_reasons(solved.round, solved.visits, solved.left_out),
    ]
    found = Proposal.objects.select_for_update().get(pk=proposal_id)
    open_before = Proposal.objects.filter(campaign_id=found.campaign_id, state=ProposalState.READY)
    open_before.exclude(pk=proposal_id).update(state=ProposalState.REPLACED)
    score = frozen_score(solved)
    Proposal.objects.filter(pk=proposal_id).update(
        state=ProposalState.READY, plan=frozen_plan(solved.visits), reasons=frozen_reasons(reasons), score=score,
        took_ms=took_ms, ready_at=at,
    )  # fmt: skip
    details = {name: score[name] for name in ("served", "needs", "score", "bound", "status")}
    details["gap"] = f"{score['gap']:.6f}"  # the digits of a float could look like an identity number
    record(by=found.asked_by, action="pairing.ready", record=f"proposal {proposal_id}", details=details, at=at)
    return read(proposal_id=proposal_id)


def fail_solving(*, proposal_id: int) -> None:
    """This function will end a proposal that could not be worked out; why stands in its job."""
    Proposal.objects.filter(pk=proposal_id, state__in=AT_WORK).update(state=ProposalState.FAILED)


def current_plan(proposal: Proposal) -> tuple[Visit, ...]:
    """Return the plan of a proposal as the meeting changed it."""
    return thawed_plan((proposal.plan if proposal.changed is None else proposal.changed) or [])


def _shifted(before: Proposal, monday: date) -> list[Visit]:
    """Return the plan of an earlier proposal counted from another Monday."""
    halfdays = (before.monday - monday).days // 7 * 10
    return [
        Visit(visit.need_id, visit.start + halfdays, visit.people) for visit in current_plan(before)
        if visit.start + halfdays >= 0
    ]  # fmt: skip


def _refuse_nothing(needs: int, people: int) -> Any:
    words = (
        ("Admit people to the resource list first.", "请先在资源清单中登记人员。") if needs
        else ("Classify needs first, or look at the times at which the enterprises can be visited.", "请先完成需求分类,或核对企业可勘查的时间。")
    )  # fmt: skip
    raise NobodyToPair(needs=needs, people=people, next=Words(words[1], words[0]))
