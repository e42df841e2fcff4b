"""A need list in Excel by an account: the template, and the list that comes back, with a reason for every line that was not taken as it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Need, Participation
from jishiyu.apps.enterprises.states import OVER
from jishiyu.engine.problems import Problem
from jishiyu.web.components.download import given
from jishiyu.web.gate import who
from jishiyu.web.needs.sheets_given import read_sheet, take, template_of
from jishiyu.web.needs.views import own
from jishiyu.web.problem import REFUSED, told


def template(request: HttpRequest) -> HttpResponse:
    """Hand out the template with the items and skills of the running round."""
    takes = own(request)
    campaign = takes[0].campaign if takes else None
    return given(request, template_of(campaign), about=f"round {campaign.code}" if campaign else "round -")


def sheet(request: HttpRequest) -> HttpResponse:
    """Take a filled-in template and say what became of every line."""
    takes = own(request)
    context: dict[str, Any] = {"take": takes[0] if takes else None}
    if request.method != "POST" or not takes:
        return render(request, "needs/sheet.html", context, status=REFUSED if request.method == "POST" else 200)
    try:
        return render(request, "needs/sheet.html", context | _taken(request, takes[0]))
    except Problem as refused:
        return render(request, "needs/sheet.html", {**context, "problem": told(refused)}, status=REFUSED)


def _taken(request: HttpRequest, whose: Participation) -> dict[str, Any]:
    """Hand in what a sheet holds; the same file twice counts once, and of a corrected one only what is new."""
    read = read_sheet(request.FILES.get("file"), whose.campaign)
    under_way = Need.objects.filter(participation=whose).exclude(state__in=OVER).order_by("-id")
    with whole():
        return take(read, whose, under_way, once=f"file {read.sha256}", source="file", by=who(request).name)
