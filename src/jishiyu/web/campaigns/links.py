"""Links and QR codes to hand in with: shown once, withdrawn when they are not needed any more."""

import io
from datetime import datetime, time

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Link, LinkFor
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.web.campaigns.views import seen
from jishiyu.web.gate import who
from jishiyu.web.needs.views import account
from jishiyu.web.steward.enterprises import taking_of
from jishiyu.web.steward.lists import words


@require_POST
def of_round(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Make a link of a whole round, and show it with its QR code, to be printed."""
    round_ = get_object_or_404(seen(request), pk=campaign_id)
    return _made(request, round_, None, words(round_), reverse("campaigns:one", args=[round_.pk]))


@require_POST
def of_enterprise(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Make a personal link of an enterprise."""
    taking = taking_of(request, participation_id)
    back = reverse("service:enterprise", args=[taking.pk])
    return _made(request, taking.campaign, taking.pk, taking.enterprise.name, back)


@require_POST
def withdraw(request: HttpRequest, link_id: int) -> HttpResponse:
    """Withdraw a link: from now on it opens nothing."""
    mine = participations_of(account(request))
    found = get_object_or_404(Link, pk=link_id)
    if found.participation_id is not None:
        get_object_or_404(mine, pk=found.participation_id)
        back = reverse("service:enterprise", args=[found.participation_id])
    else:
        get_object_or_404(seen(request), pk=found.campaign_id)
        back = reverse("campaigns:one", args=[found.campaign_id])
    with whole():
        operations.withdraw_link(link_id=found.pk, by=who(request).name, at=timezone.now())
    return HttpResponseRedirect(back)


def qr(address: str) -> SafeString:
    """Return the QR code of an address as SVG, drawn here: nobody else learns the address."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgclass="qr", lineclass=None, omitsize=True, border=4, title="QR"
    )
    return mark_safe(out.getvalue().decode("ascii"))  # made of squares by our own library call


def _made(request: HttpRequest, round_: Campaign, participation: int | None, title: str, back: str) -> HttpResponse:
    until = timezone.make_aware(datetime.combine(round_.ends_on, time()))
    with whole():
        secret = operations.make_link(
            campaign_id=round_.pk, participation_id=participation, opens=LinkFor.HAND_IN, until_at=until,
            by=who(request).name, at=timezone.now(),
        )  # fmt: skip
    address = request.build_absolute_uri(reverse("needs:by-link", args=[secret]))
    context = {
        "title": title,
        "address": address,
        "qr": qr(address),
        "back": back,
        "round": round_,
        "words": words(round_),
    }
    return render(request, "campaigns/link.html", context)
