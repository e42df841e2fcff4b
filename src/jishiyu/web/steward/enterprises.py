"""Enterprises in rounds: the list, one with its file, whom to call, what is written down for it; a steward's own record."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Participation
from jishiyu.apps.enterprises.queries import Record, needs_of, participations_of, stewards
from jishiyu.apps.enterprises.states import OVER
from jishiyu.engine.problems import Problem
from jishiyu.web.campaigns.stewards import hours, records, share
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.needs.forms import Facts
from jishiyu.web.needs.lists_given import need_list
from jishiyu.web.needs.views import account, line
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.steward import lists


def listed(request: HttpRequest) -> HttpResponseBase:
    """List the enterprises the reader has to do with."""
    now = timezone.now()
    rows = (
        participations_of(account(request)).select_related("enterprise", "campaign", "steward")
        .annotate(
            count=Count("needs"), open=Count("needs", filter=~Q(needs__state__in=OVER)),
            late=Count("needs", filter=Q(needs__due_at__lte=now)),
        ).order_by("-campaign__begins_on", "enterprise__name", "id")
    )  # fmt: skip
    may_change = who(request).may("campaigns.change")
    people = [(one.name, f"{one.full_name} ({one.name})") for one in stewards()] if may_change else []
    return lists.ENTERPRISES.answer(request, rows, may_change=may_change, stewards=people)


def one(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Show one enterprise in a round: what is on record, its needs, its steward, its history."""
    taking = taking_of(request, participation_id)
    needs = lists.by_clock(needs_of(account(request)).filter(participation=taking))
    return render(request, "steward/enterprise.html", {
        "take": taking, "enterprise": taking.enterprise, "needs": [line(need) for need in needs[:100]],
        "mine": taking.steward_id == account(request).pk and who(request).may("service.work"),
        "may_change": who(request).may("campaigns.change"), "has_contact": taking.enterprise.contact is not None,
        "links": list(taking.links.filter(withdrawn_at=None).order_by("-id")),
        "history": steps(f"participation {taking.pk}", f"enterprise {taking.enterprise.code}"),
    })  # fmt: skip


@require_POST
def contact(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Say whom to call, about a need first who handed it in, and write down who asked."""
    taking = taking_of(request, participation_id)
    asked = request.POST.get("need", "").replace("\x00", "")
    need = needs_of(account(request)).filter(participation=taking, number=asked).first() if asked else None
    with whole():
        found = operations.read_contacts(
            enterprise_id=taking.enterprise_id, about=need, by=who(request).name, at=timezone.now()
        )  # fmt: skip
    return render(request, "steward/contact.html", {"contacts": found})


def write_down(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Write needs down that the enterprise told its steward."""
    taking = own_taking(request, participation_id)
    given, problem = need_list(request), ""
    if request.method == "POST" and given.is_valid():
        try:
            with whole():
                operations.hand_in(
                    participation_id=taking.pk, needs=given.given(), once=given.once, source="steward", by=who(request).name,
                    at=timezone.now(),
                )  # fmt: skip
            messages.success(request, _("Written down; they wait for your confirmation."))
            return HttpResponseRedirect(reverse("service:enterprise", args=[taking.pk]))
        except Problem as refused:
            problem = told(refused)
    context = {"given": given, "take": taking, "problem": problem}
    return render(request, "steward/write_down.html", context, status=REFUSED if request.method == "POST" else 200)


def facts(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Change what is on record about an enterprise."""
    taking = own_taking(request, participation_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        said = {"name": data.pop("contact"), "mobile": data.pop("mobile")}
        with whole():
            operations.describe_enterprise(
                enterprise_id=taking.enterprise_id, facts=data, contact=said if any(said.values()) else None,
                by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("service:enterprise", args=[taking.pk]))

    return answer_form(
        request, Facts.of(taking.enterprise, request.POST or None), template="steward/facts.html", do=do, take=taking
    )


def record(request: HttpRequest) -> HttpResponse:
    """Show a steward their own record in each round, as the organiser sees it."""
    me = account(request)
    rounds = Campaign.objects.filter(participations__steward=me).distinct().order_by("-begins_on", "-id")[:6]
    with whole():  # only their own needs, but a need may have been forwarded before it was theirs
        found = [(round_, [_shown(one) for one in records(round_, only=me.pk)]) for round_ in rounds]
    return render(request, "steward/record.html", {"rounds": found})


def _shown(row: Record) -> dict[str, Any]:
    return {
        "enterprises": row.enterprises, "needs": row.needs, "points": row.points,
        "shown": {
            "confirm": hours(row.minutes_to_confirm), "visit": hours(row.minutes_to_visit), "in_time": share(row.in_time),
            "solved": share(row.solved), "content": share(row.content),
        },
    }  # fmt: skip


def taking_of(request: HttpRequest, participation_id: int) -> Participation:
    """Return an enterprise in a round that the reader may see."""
    rows = participations_of(account(request)).select_related("enterprise__union", "campaign", "steward")
    found: Participation = get_object_or_404(rows, pk=participation_id)
    return found


def own_taking(request: HttpRequest, participation_id: int) -> Participation:
    """Return an enterprise in a round that the reader is the steward of."""
    me = account(request)
    rows = participations_of(me).filter(steward=me).select_related("enterprise__union", "campaign", "steward")
    found: Participation = get_object_or_404(rows, pk=participation_id)
    return found
