"""The rounds to pair, the meeting page, and how far a proposal is."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jishiyu.apps.experts.models import Proposal, ProposalState
from jishiyu.apps.experts.queries import at_work, newest_ready, proposals, waiting_needs
from jishiyu.apps.jobs.models import ENDS
from jishiyu.apps.visits.models import Visit, VisitState
from jishiyu.engine.pairing.budget import MOST_SECONDS
from jishiyu.web.components.badge import badge
from jishiyu.web.components.history import steps
from jishiyu.web.language import language
from jishiyu.web.pairing.board import Board, paged
from jishiyu.web.pairing.forms import Solving
from jishiyu.web.pairing.lists import PLAN, members
from jishiyu.web.pairing.sight import leads, proposal_in_sight, round_in_sight, rounds
from jishiyu.web.pairing.words import AIMS, STATES, STATUS

ALL, TEAMS, OUT, PINNED, DONE = "all", "teams", "out", "pinned", "done"


def home(request: HttpRequest) -> HttpResponse:
    """List the rounds, how many needs wait in each, and the newest proposal."""
    found = rounds(request)
    waiting = waiting_needs(campaign_ids=[one.pk for one in found])
    newest: dict[int, Proposal] = {}
    rows = Proposal.objects.filter(campaign__in=found).defer("input", "plan", "changed", "reasons").order_by("id")
    for row in rows:
        newest[row.campaign_id] = row
    listed = [
        (
            one,
            waiting.get(one.pk, 0),
            newest.get(one.pk),
            badge(newest[one.pk].state, STATES) if one.pk in newest else None,
        )
        for one in found
    ]
    return render(request, "pairing/home.html", {"listed": listed})


def meeting(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show the newest proposal beside the resource list, with everything that can be decided about it."""
    campaign = round_in_sight(request, campaign_id)
    campaign.words = campaign.zh if language() == "zh" else campaign.en  # type: ignore[attr-defined]
    working, ready = at_work(campaign_id=campaign.pk), newest_ready(campaign_id=campaign.pk)
    may_work = leads(request, campaign)
    form = Solving(initial={
        "first_on": timezone.localdate() + timedelta(days=1), "weeks": (ready.input["weeks"] if ready else 4), "seed": 1,
    })  # fmt: skip
    waiting = waiting_needs(campaign_ids=[campaign.pk]).get(campaign.pk, 0)
    context: dict[str, Any] = {
        "campaign": campaign, "working": working, "form": form, "may_work": may_work, "waiting": waiting,
        "limit": form.suggest(waiting), **_job(working),
        "failed": _failed(campaign.pk) if working is None else "",
    }  # fmt: skip
    if ready is not None:
        context |= _shown(request, ready)
    return render(request, "pairing/meeting.html", context)


def _shown(request: HttpRequest, ready: Proposal) -> dict[str, Any]:
    """Return what the meeting page shows of a proposal."""
    board = Board(ready)
    show, page = request.GET.get("show", ALL), request.GET.get("page", "1")
    every = board.cards()
    made = list(Visit.objects.filter(proposal=ready).order_by("id").values_list("need_id", "pk", "state"))
    going = {need: visit for need, visit, state in made if state != VisitState.CANCELLED}
    for card in every:
        card.visit = going.get(card.need.pk, 0)
    wanted = {
        TEAMS: [card for card in every if card.members and card.waits], OUT: [card for card in every if not card.members],
        PINNED: [card for card in every if card.pinned], DONE: [card for card in every if card.visit],
    }  # fmt: skip
    cards, at, pages = paged(wanted.get(show, every), int(page) if page.isascii() and page.isdigit() else 1)
    worth = board.worth
    return {
        "proposal": ready, "state": badge(ready.state, STATES), "worth": worth, "status": badge(worth["status"], STATUS),
        "aims": [(AIMS[aim], value, bound, gap) for aim, value, bound, gap in worth["aims"]],
        "cards": cards, "page": at, "pages": pages, "show": show if show in wanted else ALL,
        "counts": {ALL: len(every), **{name: len(group) for name, group in wanted.items()}},
        "helpers": board.helpers(), "outside": board.outside(), "scarce": board.scarce(),
        "open": ready.state == ProposalState.READY, "accepted": len(made),
        "history": steps(f"proposal {ready.pk}", limit=20),
    }  # fmt: skip


def progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Return the part of the page that says how far the work is; at its end, the way to what came of it."""
    campaign = round_in_sight(request, campaign_id)
    working = at_work(campaign_id=campaign.pk)
    if working is None:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("pairing:meeting", args=[campaign.pk])})
    context = {"campaign": campaign, "working": working, "may_work": leads(request, campaign), **_job(working)}
    return render(request, "pairing/progress.html", context)


def plan(request: HttpRequest, proposal_id: int) -> HttpResponseBase:
    """List the members of every team of a proposal, for Excel and paper."""
    found = proposal_in_sight(request, proposal_id)
    if found.plan is None:
        return render(request, "pairing/empty.html", {"proposal": found, "state": badge(found.state, STATES)})
    board = Board(found)
    return PLAN.answer(request, members(board), proposal=found, worth=board.worth, state=badge(found.state, STATES))


def _job(working: Proposal | None) -> dict[str, Any]:
    job = working.job if working is not None else None
    if job is None:
        return {"job": None, "step": ""}
    gone = max(0, int((timezone.now() - job.started_at).total_seconds())) if job.started_at else 0
    return {
        "job": job, "step": job.step_zh if language() == "zh" else job.step_en, "gone": gone,
        "most": job.arguments.get("limit", MOST_SECONDS),
    }  # fmt: skip


def _failed(campaign_id: int) -> str:
    """Return why the newest proposal could not be worked out, if it could not."""
    newest = proposals(campaign_id=campaign_id).first()
    if newest is None or newest.state != ProposalState.FAILED or newest.job is None or newest.job.state not in ENDS:
        return ""
    return newest.job.zh if language() == "zh" else newest.job.en
