"""The same page for an enterprise that signs in: round by round, with its reports and its word about what was done."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Participation
from jishiyu.apps.enterprises.queries import enterprises_of
from jishiyu.apps.visits.operations import ask_satisfaction
from jishiyu.web.gate import who
from jishiyu.web.progress.views import context_of, released


def progress(request: HttpRequest) -> HttpResponse:
    """Show where the own needs stand, in the round that runs or the one that is asked for."""
    takes = _own(request)
    asked = request.GET.get("round", "")
    chosen = next((one for one in takes if str(one.pk) == asked), takes[0] if takes else None)
    if chosen is None:
        return render(request, "progress/own.html", {"takes": []})
    with whole():  # visits, reports and plans are of the own enterprise: it was chosen among its own rounds
        context = context_of(chosen, timezone.now())
    return render(request, "progress/own.html", {**context, "takes": takes, "chosen": chosen, "own": True})


def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Give a released report of the own enterprise as PDF."""
    return released(request, report_id, of=_own(request))


def say_how_it_was(request: HttpRequest) -> HttpResponse:
    """Lead to the form of satisfaction by a link made now."""
    asked = request.POST.get("participation", "")
    chosen = next((one for one in _own(request) if str(one.pk) == asked), None)
    if chosen is None:
        return HttpResponseRedirect(reverse("progress:own"))
    with whole():
        fresh = ask_satisfaction(participation_id=chosen.pk, by=who(request).name, at=timezone.now())
    return HttpResponseRedirect(reverse("plans:say", args=[fresh]))


def _own(request: HttpRequest) -> list[Participation]:
    account = who(request).account
    assert account is not None
    return list(enterprises_of(account, on=timezone.localdate()))
