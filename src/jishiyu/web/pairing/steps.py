"""What the meeting decides: solve, stop, pin, release, change by hand, accept."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.experts import operations
from jishiyu.apps.experts.gathering import WEEKS
from jishiyu.apps.experts.halfdays import half_day_from
from jishiyu.apps.experts.models import Pin
from jishiyu.apps.experts.queries import at_work, newest_ready
from jishiyu.apps.visits.appointments import make_appointments
from jishiyu.engine.problems import Problem
from jishiyu.web.gate import who
from jishiyu.web.pairing.forms import Solving
from jishiyu.web.pairing.sight import proposal_in_sight, round_in_sight
from jishiyu.web.problem import problem_page, told

PART = "part"  # asked by the page's script, which shows a sentence where it belongs and goes on by itself
SHOWN = re.compile(r"show=[a-z]+&page=\d+")


def _meeting(campaign: Campaign, need: Need | None = None, *, query: str = "") -> HttpResponseRedirect:
    place = f"#need-{need.pk}" if need is not None else ""
    return HttpResponseRedirect(
        f"{reverse('pairing:meeting', args=[campaign.pk])}{f'?{query}' if query else ''}{place}"
    )


@require_POST
def solve(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Have the round paired, anew or around what is pinned."""
    campaign = round_in_sight(request, campaign_id)
    form = Solving(request.POST)
    if not form.is_valid():
        messages.error(
            request,
            "; ".join(
                f"{form.fields[name].label}: {' '.join(str(one) for one in said)}" for name, said in form.errors.items()
            ),
        )
        return _meeting(campaign)
    data = form.cleaned_data
    with whole():
        operations.start_proposal(
            campaign_id=campaign.pk, first_on=max(data["first_on"], timezone.localdate()), weeks=data["weeks"],
            seconds=data["seconds"], seed=data["seed"] or 1, again="again" in request.POST, by=who(request).name,
            at=timezone.now(),
        )  # fmt: skip
    return _meeting(campaign)


@require_POST
def stop(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """End the work with the best plan so far."""
    campaign = round_in_sight(request, campaign_id)
    working = at_work(campaign_id=campaign.pk)
    with whole():
        operations.stop_solving(proposal_id=working.pk if working else 0, by=who(request).name, at=timezone.now())
    messages.info(request, _("Stopping: the best plan so far appears in a moment."))
    return _meeting(campaign)


@require_POST
def pin(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Pin or forbid a team, a person or a time; what breaks a hard rule is refused with the reason."""
    campaign = round_in_sight(request, campaign_id)
    ready = newest_ready(campaign_id=campaign.pk)
    need = _need(campaign, request.POST.get("need", ""))
    if need is None:
        return _meeting(campaign)
    with whole():
        operations.pin(
            need_id=need.pk, people=[code.replace("\x00", "") for code in request.POST.getlist("person")],
            start=half_day_from(request.POST.get("start", "")), ban="ban" in request.POST,
            first_on=timezone.localdate(), weeks=ready.input["weeks"] if ready else WEEKS, by=who(request).name,
            at=timezone.now(),
        )  # fmt: skip
    messages.success(request, _("Forbidden.") if "ban" in request.POST else _("Pinned. Solving again keeps it."))
    return _back(request, campaign, need)


@require_POST
def release(request: HttpRequest, campaign_id: int, pin_id: int) -> HttpResponse:
    """Release one pin or ban."""
    campaign = round_in_sight(request, campaign_id)
    found = Pin.objects.select_related("need").filter(pk=pin_id, campaign=campaign).first()
    if found is None:
        return _meeting(campaign)
    with whole():
        operations.release(pin_id=found.pk, by=who(request).name, at=timezone.now())
    messages.success(request, _("Released."))
    return _back(request, campaign, found.need)


@require_POST
def change(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Put somebody in the place of a member, add or take out somebody; a broken rule is told beside the need."""
    found = proposal_in_sight(request, proposal_id)
    given = {name: request.POST.get(name, "").replace("\x00", "") for name in ("need", "out", "into")}
    need = _need(found.campaign, given["need"])
    if need is None:
        return _meeting(found.campaign)
    base: dict[str, Any] = {
        "proposal_id": found.pk,
        "number": need.number,
        "by": who(request).name,
        "at": timezone.now(),
    }
    try:
        with whole():
            if given["out"] and given["into"]:
                operations.exchange(out=given["out"], into=given["into"], **base)
            elif given["into"]:
                operations.add_member(into=given["into"], **base)
            elif given["out"]:
                operations.drop_member(out=given["out"], **base)
    except Problem as problem:
        if request.headers.get("X-Meeting") == PART:
            return HttpResponse(told(problem), status=422, content_type="text/plain; charset=utf-8")
        return problem_page(request, problem)
    messages.success(request, _("Changed by hand and pinned."))
    back = _back(request, found.campaign, need)
    if request.headers.get("X-Meeting") == PART:
        return HttpResponse(status=204, headers={"X-Meeting": back.url})
    return back


@require_POST
def accept(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Accept one pairing or all of them: appointments are made and everybody is told."""
    found = proposal_in_sight(request, proposal_id)
    asked = request.POST.get("need", "")
    need = _need(found.campaign, asked) if asked else None
    if asked and need is None:
        return _meeting(found.campaign)
    with whole():
        made = make_appointments(
            proposal_id=found.pk, need_ids=None if need is None else [need.pk], by=who(request).name, at=timezone.now()
        )
    said = ngettext(
        "One appointment is made; everybody concerned is told.",
        "%(count)d appointments are made; everybody concerned is told.", len(made),
    )  # fmt: skip
    messages.success(request, said % {"count": len(made)})
    return _meeting(found.campaign, need)


def _need(campaign: Campaign, given: str) -> Need | None:
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        return None
    return Need.objects.filter(pk=int(given), participation__campaign=campaign).first()


def _back(request: HttpRequest, campaign: Campaign, need: Need) -> HttpResponseRedirect:
    """Return to the page of the need where it was asked from there, else to the meeting."""
    ready = newest_ready(campaign_id=campaign.pk)
    if request.POST.get("from") == "need" and ready is not None and need.number in ready.input["waiting"]:
        return HttpResponseRedirect(reverse("pairing:need", args=[ready.pk, need.pk]))
    query = request.POST.get("query", "")
    return _meeting(campaign, need, query=query if SHOWN.fullmatch(query) else "")
