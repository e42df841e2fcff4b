"""Reading the resource list, proposals and pins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.apps.experts.halfdays import HalfDay
from jishiyu.apps.experts.models import Availability, Expert, ExpertSkill, Pin, Proposal, ProposalState
from jishiyu.apps.experts.problems import CampaignUnknown, ExpertUnknown, ProposalUnknown

AT_WORK = (ProposalState.QUEUED, ProposalState.SOLVING)


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit that is planned: its need, when, and who goes."""

    number: str
    enterprise: str
    at: HalfDay
    halfdays: int
    people: tuple[str, ...]
    priority: int
    x_m: int | None
    y_m: int | None


def experts() -> QuerySet[Expert]:
    """Return the resource list with the skills of everybody."""
    skills = Prefetch("skills", ExpertSkill.objects.select_related("skill").order_by("-level", "skill__code"))
    return Expert.objects.select_related("union", "account").prefetch_related(skills).order_by("code")


def on_list(*, on: date) -> QuerySet[Expert]:
    """Return who is on the list on a day."""
    return experts().filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))


def expert(*, expert_id: int) -> Expert:
    """Return one of the list; raises ExpertUnknown."""
    found = experts().filter(pk=expert_id).first()
    if found is None:
        raise ExpertUnknown(code=expert_id)
    return found


def expert_of(account: Account) -> Expert | None:
    """Return who an account is on the list."""
    return experts().filter(account=account).first()


def said_times(*, expert_id: int, first: date, last: date) -> dict[HalfDay, Availability]:
    """Return what was said about somebody's half-days from the first to the last day."""
    rows = Availability.objects.filter(expert_id=expert_id, on__range=(first, last)).order_by("on", "half")
    return {HalfDay(row.on, row.half): row for row in rows}


def planned_visits(*, first: date, last: date, expert_id: int | None = None) -> list[Planned]:
    """Return the planned visits that begin from the first to the last day, of everybody or of one expert."""
    visits = apps.get_model("visits", "Visit").objects.filter(state="planned", on__range=(first, last))
    if expert_id is not None:
        visits = visits.filter(team__expert=expert_id)
    members = Prefetch("team", apps.get_model("visits", "TeamMember").objects.select_related("expert"))
    rows = visits.select_related("need__participation__enterprise").prefetch_related(members).order_by("id")
    found = []
    for row in rows:
        enterprise = row.need.participation.enterprise
        people = tuple(sorted(member.expert.code for member in row.team.all()))
        found.append(Planned(
            row.need.number, enterprise.code, HalfDay(row.on, row.half), row.halfdays, people, row.need.priority,
            enterprise.x_m, enterprise.y_m,
        ))  # fmt: skip
    return found


def load_of(*, expert_ids: Iterable[int]) -> dict[int, int]:
    """Return the half-days of the visits somebody is or was on, cancelled ones not counted."""
    members = apps.get_model("visits", "TeamMember").objects.filter(expert_id__in=list(expert_ids))
    rows = members.exclude(visit__state="cancelled").values("expert").annotate(load=Sum("visit__halfdays")).order_by()
    return {row["expert"]: row["load"] for row in rows}


def campaign(*, campaign_id: int) -> Campaign:
    """Return a round; raises CampaignUnknown."""
    found = Campaign.objects.select_related("lead").filter(pk=campaign_id).first()
    if found is None:
        raise CampaignUnknown(campaign=campaign_id)
    return found


def proposal(*, proposal_id: int) -> Proposal:
    """Return a proposal with its round; raises ProposalUnknown."""
    found = Proposal.objects.select_related("campaign", "previous", "job").filter(pk=proposal_id).first()
    if found is None:
        raise ProposalUnknown(proposal=proposal_id)
    return found


def proposals(*, campaign_id: int) -> QuerySet[Proposal]:
    """Return the proposals of a round without their contents, the newest first."""
    rows = Proposal.objects.filter(campaign_id=campaign_id).select_related("job")
    return rows.defer("input", "plan", "changed", "reasons").order_by("-id")


def at_work(*, campaign_id: int) -> Proposal | None:
    """Return the proposal of a round that is being worked out."""
    return proposals(campaign_id=campaign_id).filter(state__in=AT_WORK).first()


def newest_ready(*, campaign_id: int) -> Proposal | None:
    """Return the newest proposal of a round that has a plan."""
    states = (ProposalState.READY, ProposalState.ACCEPTED)
    rows = Proposal.objects.filter(campaign_id=campaign_id, state__in=states).select_related("campaign", "job")
    return rows.order_by("-id").first()


def pins(*, campaign_id: int) -> QuerySet[Pin]:
    """Return what the meeting decided so far."""
    return Pin.objects.filter(campaign_id=campaign_id).select_related("need", "expert").order_by("id")


def waiting_needs(*, campaign_ids: Iterable[int]) -> dict[int, int]:
    """Return how many needs of each round wait for the meeting."""
    rows = Campaign.objects.filter(pk__in=list(campaign_ids)).order_by("id")
    counted = rows.annotate(many=Count("participations__needs", filter=Q(participations__needs__state="classified")))
    return {row.pk: row.many for row in counted}
