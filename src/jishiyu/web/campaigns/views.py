"""Rounds: the list, one with everything that defines it, and opening one from a file."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Level, ServiceItem, Skill
from jishiyu.apps.enterprises.problems import RoundOfAnother
from jishiyu.apps.enterprises.queries import branch, open_needs, participations_of, years_without_notice
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.orgs.models import Union
from jishiyu.engine.calendar import DAY
from jishiyu.engine.help.campaign import read_campaign
from jishiyu.web.campaigns.opening import Opening, leading
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.needs.views import account
from jishiyu.web.needs.words import level_words
from jishiyu.web.steward.lists import words


def listed(request: HttpRequest) -> HttpResponse:
    """List the rounds the reader has to do with."""
    mine, today = participations_of(account(request)), timezone.localdate()
    rows = seen(request).annotate(
        enterprises=Count("participations", filter=Q(participations__in=mine), distinct=True),
        needs=Count("participations__needs", filter=Q(participations__in=mine), distinct=True),
        open=Count("participations__needs", filter=Q(participations__in=mine) & ~Q(participations__needs__state__in=OVER), distinct=True),
    ).order_by("-begins_on", "-id")  # fmt: skip
    shown = [
        {"row": row, "words": words(row), "last": row.ends_on - DAY, "stage": _stage(row, today)} for row in rows[:50]
    ]
    return render(request, "campaigns/list.html", {"rounds": shown, "may_change": who(request).may("campaigns.change")})


def one(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a round: dates, clocks, network, aims with their items and words."""
    row = get_object_or_404(seen(request), pk=campaign_id)
    spoken, skills = language(), {skill.code: words(skill) for skill in Skill.objects.all()}
    items = list(ServiceItem.objects.filter(aim__campaign=row).select_related("aim").order_by("aim__place", "place"))
    aims: dict[str, list[Any]] = {}
    for item in items:
        wanted = [(skills.get(code, code), level) for code, level in item.skills.items()]
        aims.setdefault(words(item.aim), []).append({"item": item, "words": words(item), "skills": wanted})
    network = [
        (level_words(row, one.level, spoken), one.union)
        for one in row.network.select_related("union").order_by("level", "id")
    ]
    return render(request, "campaigns/one.html", {
        "row": row, "words": words(row), "last": row.ends_on - DAY, "aims": aims, "network": network,
        "fourth": level_words(row, Level.ENTERPRISE, spoken), "stage": _stage(row, timezone.localdate()),
        "missing": years_without_notice(row) if row.closed_at is None else [],
        "may_change": who(request).may("campaigns.change") and row.closed_at is None,
        "may_close": who(request).may("campaigns.change") and row.closed_at is None and row.lead_id in of_branch(request),
        "left": open_needs(row) if row.closed_at is not None else 0, "followers": list(row.followers.order_by("begins_on", "id")),
        "assumed": read_campaign(row.definition).assumed if row.definition else (), "history": steps(f"campaign {row.code}"),
        "links": list(row.links.filter(participation=None, withdrawn_at=None).order_by("-id")),
    })  # fmt: skip


def open_round(request: HttpRequest) -> HttpResponse:
    """Open a round from a file that is shipped or brought."""
    leads = leading(of_branch(request), organised(request))
    form = Opening(
        request.POST or None,
        request.FILES or None,
        rounds=seen(request).order_by("-begins_on"),
        leads=leads,
        initial={"source": "power-1", "begins_on": timezone.localdate()},
    )

    def do(data: dict[str, Any]) -> HttpResponse:
        begins: date = data["begins_on"]
        _check_lead(request, form, data["follows"])
        with whole():
            made = operations.open_campaign(
                definition=form.definition, network=form.network, code=data["code"], begins_on=begins,
                follows=data["follows"], by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The round is open. Now add its enterprises and stewards."))
        return HttpResponseRedirect(reverse("campaigns:one", args=[made.pk]))

    return answer_form(request, form, template="campaigns/open.html", do=do)


def seen(request: HttpRequest) -> QuerySet[Campaign]:
    """Return the rounds a reader has to do with: led by or networked with their branch, or with an enterprise of theirs."""
    led = of_branch(request)
    mine = participations_of(account(request)).values("campaign")
    found = Campaign.objects.filter(Q(lead__in=led) | Q(network__union__in=led) | Q(pk__in=mine))
    return Campaign.objects.filter(pk__in=found.values("pk")).select_related("lead", "follows")


def of_branch(request: HttpRequest) -> list[int]:
    """Return the unions whose organiser the reader is, with everything below them."""
    return branch(organised(request))


def organised(request: HttpRequest) -> list[int]:
    """Return the unions whose organiser the reader is."""
    return [one.union_id for one in who(request).held if one.role == Role.ORGANISER and one.union_id is not None]


def _check_lead(request: HttpRequest, form: Opening, follows: str) -> None:
    """Refuse a round that another branch leads. Raises `RoundOfAnother`."""
    named = [code for code, level in form.network.items() if level == Level.CITY]
    before = (
        list(Campaign.objects.filter(code=follows).values_list("lead__code", flat=True)) if not form.network else []
    )
    leads = Union.objects.filter(code__in=[*named, *before])
    if leads.exclude(pk__in=of_branch(request)).exists():
        raise RoundOfAnother(union=leads[0].name)


def _stage(row: Campaign, today: date) -> Badge:
    """Return how far a round is: one whose time is over waits for its organiser until it is closed."""
    if row.closed_at is not None:
        return Badge(_("round closed"), Tone.QUIET)
    if today < row.begins_on:
        return Badge(_("begins later"), Tone.QUIET)
    return Badge(_("running"), Tone.WORK) if today < row.ends_on else Badge(_("round to be closed"), Tone.WAIT)
