"""Before and after: a proposal beside the one it was made from."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishiyu.apps.experts.models import Proposal
from jishiyu.apps.experts.operations import current_plan
from jishiyu.engine.pairing.frozen import thawed_round
from jishiyu.engine.pairing.model import WEEK, Visit
from jishiyu.engine.pairing.points import judge
from jishiyu.web.pairing.board import Board
from jishiyu.web.pairing.sight import proposal_in_sight
from jishiyu.web.pairing.words import AIMS

PLAIN = ("served", "waiting", "fit", "travel", "fairness")


@dataclass(frozen=True, slots=True)
class Difference:
    """A need that is planned otherwise than before."""

    number: str
    enterprise: str
    before: str
    now: str
    left: str
    came: str


def compare(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Show what is different from the proposal before, need by need and aim by aim."""
    found = proposal_in_sight(request, proposal_id)
    earlier = found.previous or _before(found)
    if found.plan is None or earlier is None or earlier.plan is None:
        return render(request, "pairing/compare.html", {"proposal": found, "campaign": found.campaign})
    board = Board(found)
    changed, same = _differences(board, earlier)
    before = judge(thawed_round(earlier.input), current_plan(earlier))
    aims = [(AIMS[aim], getattr(before, aim), getattr(board.parts, aim)) for aim in PLAIN]
    return render(request, "pairing/compare.html", {
        "proposal": found, "campaign": found.campaign, "earlier": earlier, "changed": changed, "same": same, "aims": aims,
    })  # fmt: skip


def _before(found: Proposal) -> Proposal | None:
    """Return the proposal that was open before this one."""
    rows = Proposal.objects.filter(campaign=found.campaign_id, pk__lt=found.pk, plan__isnull=False)
    return rows.order_by("-id").first()


def _differences(board: Board, earlier: Proposal) -> tuple[list[Difference], int]:
    shift = (earlier.monday - board.proposal.monday).days // 7 * WEEK
    before = {visit.need_id: Visit(visit.need_id, visit.start + shift, visit.people) for visit in current_plan(earlier)}
    found, same = [], 0
    for number, need in board.needs.items():
        old, new = before.get(number), board.visits.get(number)
        if old is not None and new is not None and (old.start, set(old.people)) == (new.start, set(new.people)):
            same += 1
        elif old is not None or new is not None:
            left = set(old.people if old else ()) - set(new.people if new else ())
            came = set(new.people if new else ()) - set(old.people if old else ())
            found.append(Difference(
                number, need.participation.enterprise.name, _when(board, old), _when(board, new), _named(board, left),
                _named(board, came),
            ))  # fmt: skip
    return found, same


def _when(board: Board, visit: Visit | None) -> str:
    return "" if visit is None else board.names.day(visit.start, board.language)


def _named(board: Board, codes: Any) -> str:
    return ("、" if board.language == "zh" else ", ").join(board.names.person(code) for code in sorted(codes))
