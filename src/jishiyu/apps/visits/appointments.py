"""An accepted proposal becomes visits, exactly once; an appointment that falls through puts the need back to the meeting."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.experts.changing import lock_open
from jishiyu.apps.experts.halfdays import HalfDay, halfday_of, in_a_row
from jishiyu.apps.experts.models import Availability, Expert, Proposal, ProposalState
from jishiyu.apps.experts.operations import address_of, current_plan, withdraw_times
from jishiyu.apps.experts.problems import NeedMovedOn, NeedNotInProposal
from jishiyu.apps.experts.saying import day_words
from jishiyu.apps.experts.times import ILLNESS
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.notices.texts import ADDRESS
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.visits.appointment_problems import NoLongerFree, TakenMeanwhile, TooLate, VisitNotPlanned
from jishiyu.apps.visits.invitation import invitation
from jishiyu.apps.visits.models import TeamMember, Visit, VisitState
from jishiyu.engine.pairing.model import Visit as Pairing
from jishiyu.engine.words import Words, listed

CONTACT = "enterprises_enterprise.contact"


@transaction.atomic
def make_appointments(*, proposal_id: int, need_ids: Sequence[int] | None, by: str, at: datetime) -> list[Visit]:
    """This function will make visits of a proposal's pairings (of all its needs that still wait for None), and tell everybody.

    The survey plan is copied from the need (or its service item), the need goes on to paired and planned. What was
    accepted from this proposal before is passed over, so that a second click makes nothing twice. All or nothing: raises
    ProposalNotOpen, NeedNotInProposal, NeedMovedOn, TooLate, NoLongerFree, TakenMeanwhile.
    """
    proposal = lock_open(proposal_id)
    plan = {visit.need_id: visit for visit in current_plan(proposal)}
    waiting = [number for number in proposal.input["waiting"] if number in plan]
    rows = Need.objects.filter(participation__campaign=proposal.campaign_id)
    rows = rows.filter(number__in=waiting) if need_ids is None else rows.filter(pk__in=need_ids)
    needs = list(
        rows.select_for_update(of=("self",)).select_related("item", "participation__enterprise",
                                                            "participation__campaign", "participation__steward")
        .order_by("id")
    )  # fmt: skip
    if need_ids is None and any(need.state == State.CLASSIFIED for need in needs):  # what was withdrawn stops no other
        needs = [need for need in needs if need.state == State.CLASSIFIED]
    done = set(Visit.objects.filter(need__in=needs, proposal=proposal).values_list("need_id", flat=True))
    made = []
    codes = {who for need in needs if need.number in plan for who in plan[need.number].people}
    people = {
        row.code: row for row in Expert.objects.select_for_update(of=("self",)).filter(code__in=codes).order_by("id")
    }
    for need in needs:
        if need.pk in done:
            continue
        if need.number not in waiting:
            raise NeedNotInProposal(proposal=proposal_id, need=need.number)
        if need.state != State.CLASSIFIED:
            raise NeedMovedOn(need=need.number, state=State(need.state).label)
        made.append(_make(proposal, need, plan[need.number], people, by=by, at=at))
    left = Need.objects.filter(number__in=waiting, state=State.CLASSIFIED).exists()
    before = proposal.state
    if not left:
        proposal.state = ProposalState.ACCEPTED
        Proposal.objects.filter(pk=proposal.pk).update(state=proposal.state, accepted_by=by, accepted_at=at)
    details = {"visits": [visit.pk for visit in made], "needs": [visit.need.number for visit in made]}
    changes = {"state": (str(before), str(proposal.state))}
    record(by=by, action="pairing.accept", record=f"proposal {proposal.pk}", details=details, at=at, changes=changes)
    return made


@transaction.atomic
def cancel_appointment(*, visit_id: int, because: str, by: str, at: datetime) -> Visit:
    """This function will cancel a planned visit, put its need back to the meeting, and tell everybody concerned.

    Raises `VisitNotPlanned`.
    """
    found = (
        Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id)
        .select_related("need__participation__enterprise", "need__participation__campaign",
                        "need__participation__steward").first()
    )  # fmt: skip
    if found is None or found.state != VisitState.PLANNED:
        raise VisitNotPlanned(visit=visit_id)
    changes = {"state": (found.state, VisitState.CANCELLED.value), "cancelled_why": ("", because)}
    found.state, found.cancelled_why = VisitState.CANCELLED, because
    Visit.objects.filter(pk=visit_id).update(state=found.state, cancelled_why=because)
    move_need(need_id=found.need_id, to=State.CLASSIFIED, what="unpaired", by=by, at=at, sentence=because)
    record(by=by, action="visits.cancel", record=f"visit {visit_id}", details={}, at=at, changes=changes)
    team = [member.expert for member in found.team.select_related("expert__account").order_by("id")]
    tell_everybody(found, team, Kind.APPOINTMENT_CANCELLED, by=by, at=at)
    return found


@transaction.atomic
def report_absence(
    *, expert_id: int, first: date, last: date, because: str, by: str, at: datetime
) -> list[Visit]:  # fmt: skip
    """This function will take somebody's half-days back from the first to the last day, and cancel their visits then."""
    withdraw_times(expert_id=expert_id, first=first, last=last, source=ILLNESS, by=by, at=at)
    planned = Visit.objects.filter(team__expert=expert_id, state=VisitState.PLANNED, on__lte=last).order_by("id")
    hit = [visit for visit in planned if any(first <= halfday.on <= last for halfday in halfdays_of(visit))]
    return [cancel_appointment(visit_id=visit.pk, because=because, by=by, at=at) for visit in hit]


def halfdays_of(visit: Visit) -> list[HalfDay]:
    """This function will return the half-days of a visit."""
    return in_a_row(HalfDay(visit.on, visit.half), visit.halfdays)


def _make(
    proposal: Proposal, need: Need, pairing: Pairing, people: dict[str, Expert], *, by: str, at: datetime
) -> Visit:  # fmt: skip
    begin = halfday_of(pairing.start, monday=proposal.monday)
    visit = Visit(
        need=need, proposal=proposal, on=begin.on, half=begin.half, halfdays=need.halfdays, made_by=by, made_at=at,
        plan=need.plan or (need.item.checks if need.item else []),
    )  # fmt: skip
    if begin.on < localtime(at).date():
        raise TooLate(need=need.number, when=Words(day_words(begin, "zh"), day_words(begin, "en")))
    team = [people[code] for code in pairing.people]
    _refuse_absent(visit, team)
    visit.save()
    TeamMember.objects.bulk_create([TeamMember(visit=visit, expert=who, part=who.part) for who in team])
    move_need(need_id=need.pk, to=State.PAIRED, what="paired", by=by, at=at)
    move_need(need_id=need.pk, to=State.PLANNED, what="planned", by=by, at=at)
    details = {"need": need.number, "on": visit.on, "half": visit.half, "team": list(pairing.people)}
    record(by=by, action="visits.make", record=f"visit {visit.pk}", details=details, at=at)
    tell_everybody(visit, team, Kind.APPOINTMENT, by=by, at=at)
    return visit


def _refuse_absent(visit: Visit, team: Iterable[Expert]) -> None:
    """Refuse a team of which somebody has gone elsewhere since the plan was made, or offers the time no longer."""
    span = halfdays_of(visit)
    keys = {halfday.key for halfday in span}
    for who in team:
        others = Visit.objects.filter(team__expert=who, state=VisitState.PLANNED, on__lte=span[-1].on)
        for other in others.select_related("need").order_by("id"):
            if keys & {halfday.key for halfday in halfdays_of(other)}:
                raise TakenMeanwhile(need=visit.need.number, name=who.name, other=other.need.number)
        said = Availability.objects.filter(expert=who, on__range=(span[0].on, span[-1].on), free=True).order_by("id")
        if keys - {HalfDay(on, half).key for on, half in said.values_list("on", "half")}:
            raise NoLongerFree(need=visit.need.number, name=who.name)


def tell_everybody(
    visit: Visit, team: Sequence[Expert], kind: Kind, *, by: str, at: datetime, again: str = ""
) -> None:  # fmt: skip
    """This function will queue a notice to everybody of the team, the steward and the enterprise, each once.

    `again` names a change after which they are told once more.
    """
    participation = visit.need.participation
    enterprise = participation.enterprise
    begin = HalfDay(visit.on, visit.half)
    names = listed(who.name for who in team)
    file = invitation(visit, team=names, at=at, cancelled=kind == Kind.APPOINTMENT_CANCELLED)
    fields = {
        "number": visit.need.number, "enterprise": enterprise.name,
        "when": Words(day_words(begin, "zh"), day_words(begin, "en")), "halfdays": str(visit.halfdays), "team": names,
    }  # fmt: skip
    words = []

    def tell(key: str, address: str, language: str) -> None:
        words.append(Word(
            kind=kind, fields=fields, address=address, language=language, calendar=file,
            once=f"visit {visit.pk} {kind.value} {again}{' ' if again else ''}{key}",
        ))  # fmt: skip

    for who in team:
        account = who.account
        address = address_of(who) or (account.mobile if account is not None else "")
        tell(f"expert {who.code}", _usable(address), account.speaks if account is not None else "zh")
    steward = participation.steward
    if steward is not None and steward.pk not in [who.account_id for who in team]:
        tell("steward", _usable(steward.mobile), steward.speaks)
    tell("enterprise", _usable(_contact(enterprise.contact)), "zh")
    queue_notices(words=words, by=by, at=at)


def _contact(sealed: bytes | memoryview | None) -> str:
    if not sealed:
        return ""
    return str(json.loads(open_many([bytes(sealed)], purpose=CONTACT)[0]).get("mobile") or "")


def _usable(address: str) -> str:
    text = "".join(address.split())
    return text if ADDRESS.fullmatch(text) else ""
