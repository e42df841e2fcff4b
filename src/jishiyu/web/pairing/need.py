"""One need at the meeting: its team, who could come instead, why somebody does not, and a team by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.experts import operations
from jishiyu.apps.experts.models import ProposalState
from jishiyu.engine.pairing.asking import who_could_join, why_not
from jishiyu.engine.pairing.model import mask_of
from jishiyu.engine.pairing.occupancy import OPEN
from jishiyu.web.components.history import steps
from jishiyu.web.experts.words import PARTS
from jishiyu.web.gate import who
from jishiyu.web.pairing.board import Board
from jishiyu.web.pairing.sight import leads, need_in_sight, proposal_in_sight

MOST = 20


def need(request: HttpRequest, proposal_id: int, need_id: int) -> HttpResponse:
    """Show a need with ranked candidates; with `?person=` also why this person does not go."""
    found = proposal_in_sight(request, proposal_id)
    about = need_in_sight(found, need_id)
    board = Board(found)
    card = board.card(about)
    asked = request.GET.get("person", "")
    asked = asked if asked in board.round.person_at else ""
    return render(request, "pairing/need.html", {
        "proposal": found, "campaign": found.campaign, "card": card, "asked": asked, "start": board.half_key(card.start) if card.members else "",
        "candidates": _candidates(board, about.number), "joining": _joining(board, about.number),
        "answer": _answer(board, about.number, asked) if asked else None,
        "people": [(person.person_id, f"{board.names.person(person.person_id)} ({person.person_id})") for person in board.round.people],
        "starts": _starts(request, board, about.number) if not card.members else None,
        "days": [(board.half_key(at), words) for at, words in board.days(about.number)],
        "may_work": leads(request, found.campaign) and found.state == ProposalState.READY and about.state == State.CLASSIFIED,
        "history": steps(f"need {about.number}", limit=20),
    })  # fmt: skip


@require_POST
def place(request: HttpRequest, proposal_id: int, need_id: int) -> HttpResponse:
    """Give a need a start and a team by hand."""
    found = proposal_in_sight(request, proposal_id)
    about = need_in_sight(found, need_id)
    start = request.POST.get("start", "")
    with whole():
        operations.place(
            proposal_id=found.pk, number=about.number, start=int(start) if start.isascii() and start.isdigit() else -1,
            people=[code.replace("\x00", "") for code in request.POST.getlist("person")], by=who(request).name,
            at=timezone.now(),
        )  # fmt: skip
    messages.success(request, _("Changed by hand and pinned."))
    return HttpResponseRedirect(reverse("pairing:need", args=[found.pk, about.pk]))


def _candidates(board: Board, number: str) -> list[dict[str, Any]]:
    """Return the best exchanges, each person once."""
    visit = board.visits.get(number)
    if visit is None:
        return []
    answer = why_not(board.round, board.plan, board.weights, number, visit.people[0], board.occupancy, most=MOST)
    return [
        {"code": swap.person_id, "name": board.names.person(swap.person_id), "out": swap.instead_of,
         "part": PARTS[board.round.person(swap.person_id).role], "instead": board.names.person(swap.instead_of),
         "words": board.difference(swap), "score": swap.score}
        for swap in answer.alternatives
    ]  # fmt: skip


def _joining(board: Board, number: str) -> list[dict[str, Any]]:
    """Return who could come as well."""
    found = who_could_join(board.round, board.plan, board.weights, number, board.occupancy)
    return [
        {"code": one.person_id, "name": board.names.person(one.person_id), "words": board.difference(one), "score": one.score,
         "part": PARTS[board.round.person(one.person_id).role]}
        for one in found[:MOST]
    ]  # fmt: skip


def _answer(board: Board, number: str, person: str) -> dict[str, Any]:
    """Return why somebody does not go, and five who could."""
    answer = why_not(board.round, board.plan, board.weights, number, person, board.occupancy)
    five = [(board.names.person(swap.person_id), board.difference(swap)) for swap in answer.alternatives]
    return {
        "name": board.names.person(person),
        "sentence": board.say(answer.reason),
        "five": five,
    }


def _starts(request: HttpRequest, board: Board, number: str) -> dict[str, Any]:
    """Return the starts of a need that was left out, and who is open at the one that is looked at."""
    wanted, days = board.round.need(number), board.days(number)
    given = request.GET.get("start", "")
    at = (
        int(given)
        if given.isascii() and given.isdigit() and len(given) < 5 and int(given) in wanted.starts
        else wanted.starts[0]
    )
    able = [
        {"code": person.person_id, "name": board.names.person(person.person_id), "part": PARTS[person.role],
         "skills": "、".join(board.names.skill(skill, board.language) for skill, level in wanted.skills if person.skills.get(skill, 0) >= level)}
        for person in board.round.people
        if mask_of(wanted, person) and board.occupancy.hindrance(wanted, person, at).code == OPEN
    ]  # fmt: skip
    return {"days": days, "at": at, "able": able}
