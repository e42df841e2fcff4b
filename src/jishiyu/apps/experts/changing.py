"""A plan changed by hand at the meeting: somebody put in the place of another, added, taken out; a need given a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.enterprises.operations import refuse_closed_round
from jishiyu.apps.experts.halfdays import halfday_of
from jishiyu.apps.experts.models import Expert, Pin, Proposal, ProposalState
from jishiyu.apps.experts.problems import (
    ExpertUnknown,
    NeedMovedOn,
    NeedNotInProposal,
    ProposalNotOpen,
    ProposalUnknown,
    TeamRefused,
)
from jishiyu.apps.experts.proposing import current_plan
from jishiyu.apps.experts.saying import Names, names
from jishiyu.engine.pairing.frozen import frozen_plan, thawed_round
from jishiyu.engine.pairing.model import Round, Visit, missing_skills
from jishiyu.engine.pairing.occupancy import Occupancy
from jishiyu.engine.pairing.points import breaches
from jishiyu.engine.words import Words


@dataclass(frozen=True)
class _Opened:
    proposal: Proposal
    round: Round
    plan: tuple[Visit, ...]
    need: Need


@transaction.atomic
def exchange(*, proposal_id: int, number: str, out: str, into: str, by: str, at: datetime) -> Visit:
    """This function will put somebody in the place of a member, and pin them there.

    Raises `TeamRefused` with the hard rule that would break, `NeedNotInProposal`, `ProposalNotOpen`, `NeedMovedOn`.
    """
    opened = _open(proposal_id, number)
    visit = _visit(opened)
    people = [into if who == out else who for who in visit.people]
    made = _put(opened, Visit(number, visit.start, tuple(people)), what="exchange", by=by, at=at)
    Pin.objects.filter(need=opened.need, expert__code=out, ban=False).delete()
    _pin(opened, into, by=by, at=at)
    return made


@transaction.atomic
def add_member(*, proposal_id: int, number: str, into: str, by: str, at: datetime) -> Visit:
    """This function will add somebody to a team, and pin them there; raises as `exchange` does."""
    opened = _open(proposal_id, number)
    visit = _visit(opened)
    made = _put(opened, Visit(number, visit.start, (*visit.people, into)), what="add", by=by, at=at)
    _pin(opened, into, by=by, at=at)
    return made


@transaction.atomic
def drop_member(*, proposal_id: int, number: str, out: str, by: str, at: datetime) -> Visit:
    """This function will take somebody out of a team that can do without them; raises as `exchange` does."""
    opened = _open(proposal_id, number)
    visit = _visit(opened)
    people = tuple(who for who in visit.people if who != out)
    made = _put(opened, Visit(number, visit.start, people), what="drop", by=by, at=at)
    Pin.objects.filter(need=opened.need, expert__code=out, ban=False).delete()
    _pin(opened, out, by=by, at=at, ban=True)
    return made


@transaction.atomic
def place(*, proposal_id: int, number: str, start: int, people: Sequence[str], by: str, at: datetime) -> Visit:
    """This function will give a need a start and a team by hand, and pin both; raises as `exchange` does."""
    opened = _open(proposal_id, number)
    made = _put(opened, Visit(number, start, tuple(sorted(set(people)))), what="place", by=by, at=at)
    halfday = halfday_of(start, monday=opened.proposal.monday)
    Pin.objects.filter(need=opened.need, ban=False, on__isnull=False).delete()
    Pin.objects.create(
        campaign_id=opened.proposal.campaign_id, need=opened.need, on=halfday.on, half=halfday.half, by=by, at=at
    )
    for who in made.people:
        _pin(opened, who, by=by, at=at)
    return made


def lock_open(proposal_id: int) -> Proposal:
    """Return a proposal that is open for changes, locked; raises ProposalUnknown, ProposalNotOpen, RoundClosed."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("campaign")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise ProposalUnknown(proposal=proposal_id)
    if found.state != ProposalState.READY:
        state = ProposalState(found.state)
        raise ProposalNotOpen(proposal=proposal_id, state=state.label)
    refuse_closed_round(found.campaign)
    return found


def broken_rules(round_: Round, visits: Sequence[Visit], known: Names, number: str) -> tuple[str, str] | None:
    """Return what a plan breaks at one need, in Chinese and English; None for nothing."""
    codes = [
        code for need_id, code in breaches(round_, visits) if need_id in (number, "") and code not in ("pin", "ban")
    ]
    if not codes:
        return None
    visit = next(one for one in visits if one.need_id == number)
    need = round_.need(number)
    others = Occupancy(round_, [one for one in visits if one.need_id != number])
    zh: list[str] = []
    en: list[str] = []
    for who in visit.people:
        person = round_.person(who)
        name = known.person(who)
        for hindrance in others.hindrances(need, person, visit.start):
            days = (
                "、".join(known.day(at, "zh") for at in hindrance.halfdays),
                ", ".join(known.day(at, "en") for at in hindrance.halfdays),
            )
            if hindrance.code == "not_free":
                zh, en = [*zh, f"{name} 在{days[0]}不空闲"], [*en, f"{name} does not offer {days[1]}"]
            elif hindrance.code == "elsewhere":
                at = ", ".join(hindrance.needs)
                zh, en = [*zh, f"{name} 当时在 {at}"], [*en, f"{name} is at {at} then"]
            elif hindrance.code == "week_full":
                zh = [*zh, f"{name} 该周已满({person.per_week} 个半天)"]
                en = [*en, f"{name} has a full week ({person.per_week} half-days)"]
    for skill, level in missing_skills(need, [round_.person(who) for who in visit.people]):
        zh = [*zh, f"队伍中没有人具备{known.skill(skill, 'zh')} {level} 级"]
        en = [*en, f"nobody of the team has {known.skill(skill, 'en')} level {level}"]
    plain = {
        "steward": ("队伍中没有专属管家", "the team has no steward"),
        "officer": ("队伍中没有驻企工会干部", "the team has no union officer"),
        "team_size": (f"队伍须有 {need.team_min} 至 {need.team_max} 人", f"a team has {need.team_min} to {need.team_max} people"),
        "person_twice": ("同一人在队伍中出现两次", "somebody is in the team twice"),
        "window": ("不在企业可勘查的时间内", "the enterprise cannot be visited then"),
    }  # fmt: skip
    for code in dict.fromkeys(codes):
        if code in plain:
            zh, en = [*zh, plain[code][0]], [*en, plain[code][1]]
    return ";".join(zh or codes), "; ".join(en or codes)


def _open(proposal_id: int, number: str) -> _Opened:
    proposal = lock_open(proposal_id)
    need = Need.objects.filter(number=number, participation__campaign_id=proposal.campaign_id).first()
    if need is None or number not in proposal.input["waiting"]:
        raise NeedNotInProposal(proposal=proposal_id, need=number)
    if need.state != State.CLASSIFIED:
        raise NeedMovedOn(need=number, state=State(need.state).label)
    return _Opened(proposal, thawed_round(proposal.input), current_plan(proposal), need)


def _visit(opened: _Opened) -> Visit:
    found = next((visit for visit in opened.plan if visit.need_id == opened.need.number), None)
    if found is None:
        raise NeedNotInProposal(proposal=opened.proposal.pk, need=opened.need.number)
    return found


def _put(opened: _Opened, visit: Visit, *, what: str, by: str, at: datetime) -> Visit:
    """Write a visit into the plan, where no hard rule is broken."""
    for who in visit.people:
        if who not in opened.round.person_at:
            raise ExpertUnknown(code=who)
    before = next((one for one in opened.plan if one.need_id == visit.need_id), None)
    plan = [one for one in opened.plan if one.need_id != visit.need_id] + [visit]
    known = names(monday=opened.proposal.monday)
    broken = broken_rules(opened.round, plan, known, visit.need_id)
    if broken is not None:
        raise TeamRefused(need=visit.need_id, why=Words(broken[0], broken[1]))
    Proposal.objects.filter(pk=opened.proposal.pk).update(changed=frozen_plan(plan))
    changes = {
        "team": (list(before.people) if before else [], list(visit.people)),
        "start": (before.start if before else None, visit.start),
    }
    details = {"need": visit.need_id, "what": what}
    record(
        by=by, action="pairing.change", record=f"proposal {opened.proposal.pk}", details=details, at=at, changes=changes
    )
    return visit


def _pin(opened: _Opened, code: str, *, by: str, at: datetime, ban: bool = False) -> None:
    who = Expert.objects.get(code=code)
    Pin.objects.filter(need=opened.need, expert=who, ban=not ban).delete()
    Pin.objects.get_or_create(
        need=opened.need, expert=who, on=None, half="", ban=ban,
        defaults={"campaign_id": opened.proposal.campaign_id, "by": by, "at": at},
    )  # fmt: skip
