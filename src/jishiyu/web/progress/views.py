"""Requests for the page of one enterprise: by its personal link, and from the console."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Link, LinkFor, Participation
from jishiyu.apps.enterprises.operations import make_link, withdraw_link
from jishiyu.apps.enterprises.problems import LinkNotValid
from jishiyu.apps.enterprises.queries import find_link, participations_of
from jishiyu.apps.visits.models import Report
from jishiyu.apps.visits.operations import ask_satisfaction
from jishiyu.apps.visits.progress import progress_of
from jishiyu.web.components.download import Download, given
from jishiyu.web.gate import who
from jishiyu.web.problem import problem_page
from jishiyu.web.progress.limit import TooOften, count_asking, count_wrong
from jishiyu.web.progress.shown import about, cards
from jishiyu.web.reports.paper import report_pdf

HIDDEN = "noindex, nofollow, noarchive"
GONE, TOO_MANY = 404, 429
FROM_LINK = "enterprise"


def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an enterprise where its needs stand; the secret in the address is all that is asked for."""
    found = _opened(request, secret)
    if isinstance(found, HttpResponse):
        return found
    with whole():
        context = context_of(found, timezone.now())
    return _hidden(render(request, "progress/page.html", {**context, "secret": secret}))


def report_by_link(request: HttpRequest, secret: str, report_id: int) -> HttpResponse:
    """Give a released report of this enterprise as PDF."""
    found = _opened(request, secret)
    if isinstance(found, HttpResponse):
        return found
    return _hidden(released(request, report_id, of=[found]))


def say_how_it_was(request: HttpRequest, secret: str) -> HttpResponse:
    """Lead to the form of satisfaction by a link made now."""
    found = _opened(request, secret)
    if isinstance(found, HttpResponse):
        return found
    with whole():
        fresh = ask_satisfaction(participation_id=found.pk, by=FROM_LINK, at=timezone.now())
    return _hidden(HttpResponseRedirect(reverse("plans:say", args=[fresh])))


def in_console(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Show the same page to those who look after the enterprise, with the links that are open."""
    found = _mine(request, participation_id)
    links = Link.objects.filter(participation=found, opens=LinkFor.PROGRESS, withdrawn_at=None).order_by("-made_at")
    context = context_of(found, timezone.now())
    shown = request.session.pop(f"progress-link-{found.pk}", "")
    address = request.build_absolute_uri(reverse("progress:by-link", args=[shown])) if shown else ""
    return render(request, "progress/console.html", {**context, "links": links, "address": address})


def new_link(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Make a personal link; it is shown once."""
    found = _mine(request, participation_id)
    with whole():
        secret = make_link(
            campaign_id=found.campaign_id, participation_id=found.pk, opens=LinkFor.PROGRESS, by=who(request).name,
            at=timezone.now(),
        )  # fmt: skip
    request.session[f"progress-link-{found.pk}"] = secret
    return HttpResponseRedirect(reverse("progress:in-console", args=[found.pk]))


def withdraw(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Withdraw every personal link of an enterprise."""
    found, now = _mine(request, participation_id), timezone.now()
    open_links = list(
        Link.objects.filter(participation=found, opens=LinkFor.PROGRESS, withdrawn_at=None).order_by("pk")
    )
    with whole():
        for one in open_links:
            withdraw_link(link_id=one.pk, by=who(request).name, at=now)
    messages.success(request, _("The links are withdrawn; they open nothing any more."))
    return HttpResponseRedirect(reverse("progress:in-console", args=[found.pk]))


def _opened(request: HttpRequest, secret: str) -> Participation | HttpResponse:
    """Return whom a link belongs to, or the page that says why it opens nothing."""
    try:
        count_asking(request)
        with whole():
            link = find_link(secret=secret[:100], opens=LinkFor.PROGRESS, at=timezone.now())
    except TooOften as problem:
        return _hidden(problem_page(request, problem, status=TOO_MANY))
    except LinkNotValid as problem:
        count_wrong(request)
        return _hidden(problem_page(request, problem, status=GONE))
    assert link.participation is not None  # the table says so of every link but those for handing in
    return link.participation


def _mine(request: HttpRequest, participation_id: int) -> Participation:
    account = who(request).account
    if account is None:
        raise Http404
    rows = participations_of(account).select_related("enterprise", "campaign", "steward")
    return get_object_or_404(rows, pk=participation_id)


def released(request: HttpRequest, report_id: int, *, of: Sequence[Participation]) -> HttpResponse:
    """Give a released report of one of these participations as PDF."""
    with whole():
        rows = Report.objects.filter(released_at__isnull=False, visit__need__participation__in=[one.pk for one in of])
        found = get_object_or_404(rows.select_related("visit"), pk=report_id)
        name = f"report-{found.visit_id}-{found.number}.pdf"
        file = Download(name, report_pdf(found), "application/pdf")
        return given(request, file, about=f"visit {found.visit_id}", inline=True)


def context_of(participation: Participation, now: datetime) -> dict[str, Any]:
    """Return what the page shows of an enterprise in a round."""
    found = progress_of(participation)
    return {"about": about(participation, found), "cards": cards(found, now), "now": timezone.localtime(now)}


def _hidden(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = HIDDEN
    return response
