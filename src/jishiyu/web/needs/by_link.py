"""Handing in by a personal link or the QR code of a round, by form or in Excel: no account, no row of anybody on the page."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Link, LinkFor, Need, Participation
from jishiyu.apps.enterprises.queries import find_link, handed_in_before
from jishiyu.engine.problems import Problem
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.components.download import given as handed_out
from jishiyu.web.needs.forms import Asker, Named, Power
from jishiyu.web.needs.lists_given import LONGEST_KEY, need_list
from jishiyu.web.needs.sheets_given import read_sheet, take, template_of
from jishiyu.web.problem import REFUSED, told

PER_ADDRESS, SECONDS = 30, 600  # lists from one address in ten minutes; a whole office may sit behind it


class TooManyLists(Problem):
    """An address hands in too often."""

    en = "Too many lists came from here in a short time. Try again in ten minutes; nothing was lost."
    zh = "短时间内从此处提交的清单过多。请十分钟后再试,内容没有丢失。"


def hand_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the form behind a link, or take what it brings."""
    link, given = _opened(secret), need_list(request)
    forms, problem = _forms(request, link), ""
    if request.method == "POST" and given.is_valid() & _filled(forms):
        try:
            _count(request)
            with whole(), transaction.atomic():
                operations.hand_in(
                    participation_id=_whose(link, forms).pk, needs=given.given(), once=given.once, source="link",
                    by=_by(link), at=timezone.now(), said=_said(forms),
                )  # fmt: skip
            address = f"{reverse('needs:by-link-done', args=[secret])}?{urlencode({'list': given.once})}"
            return HttpResponseRedirect(address)
        except Problem as refused:
            problem = told(refused)
    context = {**_about(link, secret), **forms, "given": given, "problem": problem}
    return render(request, "needs/by_link.html", context, status=REFUSED if request.method == "POST" else 200)


def done(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what was handed in, and what comes next."""
    once, link = request.GET.get("list", "").replace("\x00", ""), _opened(secret)
    with whole():
        wanted = Need.objects.filter(participation__campaign_id=link.campaign_id, need_list__once__endswith=f":{once}")
        numbers = list(wanted.order_by("line").values_list("number", "words")) if len(once) >= 16 else []
    return render(request, "needs/by_link_done.html", {**_about(link, secret), "numbers": numbers})


def template(request: HttpRequest, secret: str) -> HttpResponse:
    """Hand out the Excel template with the items and skills of the link's round."""
    link = _opened(secret)
    with whole():
        file = template_of(link.campaign)
    return handed_out(request, file, about=f"round {link.campaign.code}")


def sheet(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a filled-in template from somebody without an account, and say what became of every line."""
    link = _opened(secret)
    forms, asked = _forms(request, link), request.method == "POST"
    context: dict[str, Any] = {**_about(link, secret), **forms, "once": secrets.token_urlsafe(16)}
    status = REFUSED if asked else 200
    if asked and _filled(forms):
        try:
            _count(request)
            context, status = context | _taken(request, link, forms), 200
        except Problem as refused:
            context["problem"] = told(refused)
    return render(request, "needs/sheet_by_link.html", context, status=status)


def _taken(request: HttpRequest, link: Link, forms: Mapping[str, Any]) -> dict[str, Any]:
    """Hand in what a sheet holds. What this link brought from the same telephone is not taken twice; nobody else's is told."""
    with whole():
        read = read_sheet(request.FILES.get("file"), link.campaign)
    once = request.POST.get("once", "")[:LONGEST_KEY].replace("\x00", "") or secrets.token_urlsafe(16)
    said, by = _said(forms), _by(link)
    with whole(), transaction.atomic():
        whose = _whose(link, forms)
        before = handed_in_before(whose, by=by, mobile=said["mobile"], but=once)
        return take(read, whose, before, once=once, source="link", by=by, said=said)


def _opened(secret: str) -> Link:
    with whole():
        return find_link(secret=secret, opens=LinkFor.HAND_IN, at=timezone.now())


def _forms(request: HttpRequest, link: Link) -> dict[str, Any]:
    data = request.POST or None
    forms: dict[str, Any] = {"asker": Asker(data, prefix="asker"), "power": Power(data, prefix="power")}
    if link.participation is None:
        forms["named"] = Named(data, prefix="named")
    return forms


def _filled(forms: Mapping[str, Any]) -> bool:
    """Say whether all forms are filled in; every one says what is wrong with it."""
    told = [form.is_valid() for form in forms.values()]
    return all(told)


def _whose(link: Link, forms: Mapping[str, Any]) -> Participation:
    """Return who hands in: the enterprise of a personal link, else the one that is named, entered where it is new."""
    if link.participation is not None:
        return link.participation
    named, said = forms["named"].cleaned_data, _said(forms)
    return operations.enrol_enterprise(
        campaign_id=link.campaign_id, name=named["enterprise"], uscc=named["uscc"], facts=_facts(forms),
        contact={"name": said["name"], "mobile": said["mobile"]}, by=_by(link), at=timezone.now(),
    )  # fmt: skip


def _said(forms: Mapping[str, Any]) -> dict[str, str]:
    asker = forms["asker"].cleaned_data
    facts = {name: str(value) for name, value in _facts(forms).items()}
    return {"name": asker["contact"], "mobile": asker["mobile"], **facts}


def _facts(forms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in forms["power"].cleaned_data.items() if value not in (None, "")}


def _count(request: HttpRequest) -> None:
    """Count a list; raises `TooManyLists` for an address that hands in too often."""
    key = f"handed-in-{address_of(request)}"
    cache.add(key, 0, timeout=SECONDS)
    if int(cache.incr(key)) > PER_ADDRESS:
        raise TooManyLists


def _about(link: Link, secret: str) -> dict[str, Any]:
    enterprise = link.participation.enterprise.name if link.participation is not None else ""
    return {"link": link, "secret": secret, "enterprise": enterprise}


def _by(link: Link) -> str:
    return f"link {link.pk}"
