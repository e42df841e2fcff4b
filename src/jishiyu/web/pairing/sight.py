"""Which rounds, proposals and needs a reader sees: those of the branch, and a steward's own."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.enterprises.queries import branch
from jishiyu.apps.experts.models import Proposal
from jishiyu.apps.orgs.models import Union
from jishiyu.web.gate import who
from jishiyu.web.language import language


def campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    """Return the rounds of the reader, the newest first: those that a union of the branch leads or is in the network of,
    and those a steward serves in. Only an organiser leads a meeting (`pairing.work`), so for that the first alone."""
    known = who(request)
    helper = known.reach(known.action).helper
    if helper is None:
        return Campaign.objects.none()
    ours = branch(helper.led)
    seen = Q(lead__in=ours) | Q(network__union__in=ours)
    if helper.steward:
        seen |= Q(participations__steward=helper.account_id)
    found = Campaign.objects.filter(seen).values("pk")
    return Campaign.objects.filter(pk__in=found).order_by("-begins_on", "-id")


def union_of_the_list(request: HttpRequest) -> str:
    """Return the union to which an organiser's people belong who sees those of the branch alone, having no round yet and
    no city; empty for everybody else, who sees the whole list."""
    known = who(request)
    helper = known.reach(known.action).helper
    if helper is None or not helper.led or campaigns(request).exists():
        return ""
    ours = Union.objects.filter(pk__in=branch(helper.led))
    return "" if ours.filter(kind="city").exists() else ours.get(pk=helper.led[0]).code


def rounds(request: HttpRequest) -> list[Campaign]:
    """Return the open rounds of the reader with their words."""
    found = list(campaigns(request).filter(closed_at=None)[:20])
    for one in found:
        one.words = named(one)  # type: ignore[attr-defined]
    return found


def named(campaign: Campaign) -> str:
    """Return what a round is called."""
    return campaign.zh if language() == "zh" else campaign.en


def leads(request: HttpRequest, campaign: Campaign) -> bool:
    """Say whether the reader leads the meeting of a round; of a closed one nobody does any more."""
    return who(request).may("pairing.work") and campaign.closed_at is None


def round_in_sight(request: HttpRequest, campaign_id: int) -> Campaign:
    """Return a round of the reader; another's is no such page."""
    found: Campaign = get_object_or_404(campaigns(request), pk=campaign_id)
    return found


def proposal_in_sight(request: HttpRequest, proposal_id: int) -> Proposal:
    """Return a proposal of a round of the reader; another's is no such page."""
    rows = Proposal.objects.select_related("campaign", "job", "previous").filter(campaign__in=campaigns(request))
    found: Proposal = get_object_or_404(rows, pk=proposal_id)
    return found


def need_in_sight(proposal: Proposal, need_id: int) -> Need:
    """Return a need of a proposal's round."""
    rows = Need.objects.select_related("participation__enterprise", "item").filter(
        participation__campaign=proposal.campaign_id, number__in=proposal.input["waiting"]
    )
    found: Need = get_object_or_404(rows, pk=need_id)
    return found
