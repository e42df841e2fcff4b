"""Handing in by a personal link or the QR code of a round: no account, no row of anybody on the page."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Link, LinkFor, Need
from jishiyu.apps.enterprises.queries import find_link
from jishiyu.engine.problems import Problem
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.needs.forms import Asker, Named, Power
from jishiyu.web.needs.lists_given import NeedListForm, need_list
from jishiyu.web.problem import REFUSED, told

PER_ADDRESS, SECONDS = 30, 600  # lists from one address in ten minutes; a whole office may sit behind it


def hand_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the form behind a link, or take what it brings."""
    with whole():
        link = find_link(secret=secret, opens=LinkFor.HAND_IN, at=timezone.now())
    given = need_list(request)
    forms = _forms(request, link)
    problem = ""
    if request.method == "POST" and all([given.is_valid(), *(form.is_valid() for form in forms.values())]):
        if not _may_go_on(request):
            problem = _("Too many lists came from here in a short time. Try again in ten minutes; nothing was lost.")
        else:
            try:
                with whole():
                    once = _take(link, given, forms)
                return HttpResponseRedirect(
                    f"{reverse('needs:by-link-done', args=[secret])}?{urlencode({'list': once})}"
                )
            except Problem as refused:
                problem = told(refused)
    context = {"given": given, "link": link, "problem": problem, "enterprise": _enterprise(link), **forms}
    return render(request, "needs/by_link.html", context, status=REFUSED if request.method == "POST" else 200)


def done(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what was handed in, and what comes next."""
    once = request.GET.get("list", "").replace("\x00", "")
    with whole():
        link = find_link(secret=secret, opens=LinkFor.HAND_IN, at=timezone.now())
        wanted = Need.objects.filter(participation__campaign_id=link.campaign_id, need_list__once__endswith=f":{once}")
        numbers = list(wanted.order_by("line").values_list("number", "words")) if len(once) >= 16 else []
    return render(request, "needs/by_link_done.html", {"link": link, "numbers": numbers, "secret": secret})


def _forms(request: HttpRequest, link: Link) -> dict[str, Any]:
    data = request.POST or None
    forms: dict[str, Any] = {"asker": Asker(data, prefix="asker"), "power": Power(data, prefix="power")}
    if link.participation is None:
        forms["named"] = Named(data, prefix="named")
    return forms


def _take(link: Link, given: NeedListForm, forms: dict[str, Any]) -> str:
    asker, power = forms["asker"].cleaned_data, forms["power"].cleaned_data
    now, contact = timezone.now(), {"name": asker["contact"], "mobile": asker["mobile"]}
    by = f"link {link.pk}"
    facts = {name: value for name, value in power.items() if value not in (None, "")}
    if link.participation is not None:
        participation = link.participation.pk
    else:
        named = forms["named"].cleaned_data
        participation = operations.enrol_enterprise(
            campaign_id=link.campaign_id, name=named["enterprise"], uscc=named["uscc"], facts=facts, contact=contact, by=by,
            at=now,
        ).pk  # fmt: skip
    said = {**contact, **{name: str(value) for name, value in facts.items()}}
    operations.hand_in(
        participation_id=participation, needs=given.given(), once=given.once, source="link", by=by, at=now, said=said
    )
    return given.once


def _may_go_on(request: HttpRequest) -> bool:
    """Say whether this address has not handed in too often."""
    key = f"handed-in-{address_of(request)}"
    cache.add(key, 0, timeout=SECONDS)
    return int(cache.incr(key)) <= PER_ADDRESS


def _enterprise(link: Link) -> str:
    return link.participation.enterprise.name if link.participation is not None else ""
