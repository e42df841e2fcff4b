"""What the page of one enterprise is made of: its needs with every step, visits, released reports and actions.

Only of one participation: nothing of another enterprise is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jishiyu.apps.enterprises.models import Need, NeedMove, Participation
from jishiyu.apps.enterprises.states import State
from jishiyu.apps.visits.models import Action, Report, TeamMember, Visit, VisitState
from jishiyu.engine.words import Words

# What an enterprise follows, and the states that have come as far: several states of ours are one stage of theirs.
STAGES: tuple[tuple[str, State], ...] = (
    ("handed_in", State.HANDED_IN), ("confirmed", State.CONFIRMED), ("paired", State.PAIRED), ("planned", State.PLANNED),
    ("visited", State.VISITED), ("diagnosed", State.DIAGNOSED), ("served", State.SERVED), ("closed", State.CLOSED),
)  # fmt: skip
# A step that stays inside the union: who was reminded of what is not the enterprise's affair.
INSIDE = ("reminded", "escalated", "plan_changed", "reclassified", "called")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a need: when it was reached, or nothing yet."""

    key: str
    at: datetime | None
    now: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a need, as the enterprise reads it."""

    at: datetime
    state: str
    sentence: Words


@dataclass(frozen=True, slots=True)
class Coming:
    """An appointment, planned or done, and who comes."""

    on: date
    half: str
    halfdays: int
    done: bool
    team: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A released report."""

    report_id: int
    number: int
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Doing:
    """One action of the service plan."""

    what: str
    due_on: date
    done_on: date | None
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How one need stands; `asks` where the enterprise is asked whether it is solved."""

    need: Need
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    visits: tuple[Coming, ...]
    reports: tuple[Paper, ...]
    actions: tuple[Doing, ...]
    reason: Words

    @property
    def asks(self) -> bool:
        """Say whether the enterprise is asked about it now."""
        return self.need.state == State.SERVED


def progress_of(participation: Participation) -> list[Progress]:
    """This function will return the needs of an enterprise in a round with everything that became of them."""
    needs = list(
        Need.objects.filter(participation=participation).select_related("item__aim", "need_list").order_by("pk")
    )
    for need in needs:
        need.participation = participation
    keys = [need.pk for need in needs]
    moves = _by_need(NeedMove.objects.filter(need__in=keys).order_by("at", "pk"))
    visits = _by_need(Visit.objects.filter(need__in=keys).exclude(state=VisitState.CANCELLED).order_by("on", "half"))
    team: dict[int, list[str]] = defaultdict(list)
    for one in (
        TeamMember.objects.filter(visit__need__in=keys).select_related("expert").order_by("part", "expert__code")
    ):
        team[one.visit_id].append(one.expert.name)
    papers: dict[int, list[Paper]] = defaultdict(list)
    released = Report.objects.filter(visit__need__in=keys, released_at__isnull=False).order_by("released_at")
    for need_id, key, number, at in released.values_list("visit__need_id", "pk", "number", "released_at"):
        if at is not None:
            papers[need_id].append(Paper(key, number, at))
    actions = _by_need(Action.objects.filter(need__in=keys).order_by("due_on", "pk"))
    return [
        Progress(
            need=need, stages=_stages(need, moves[need.pk]), steps=_steps(moves[need.pk]), reason=_reason(need, moves[need.pk]),
            visits=tuple(
                Coming(one.on, one.half, one.halfdays, one.state == VisitState.DONE, tuple(team[one.pk]))
                for one in visits[need.pk]
            ),
            reports=tuple(papers[need.pk]),
            actions=tuple(Doing(one.what, one.due_on, one.done_on, one.result) for one in actions[need.pk]),
        ) for need in needs
    ]  # fmt: skip


def _by_need(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.need_id].append(row)
    return found


def _stages(need: Need, moves: Sequence[NeedMove]) -> tuple[Stage, ...]:
    """Return the stages with the last moment at which each was reached; what a setback undid is open again."""
    order = list(State)
    last: dict[str, datetime] = {State.HANDED_IN: need.need_list.handed_in_at}
    for move in moves:
        if move.from_state != move.to_state:
            last[move.to_state] = move.at
    way = [state for _, state in STAGES]
    held = need.state if need.state in way or need.state in order[: order.index(State.CLOSED)] else _left_from(moves)
    reached = [state for state in way if order.index(State(held)) >= order.index(state)]
    now = reached[-1] if reached and need.state == held else None
    return tuple(Stage(key, last.get(state) if state in reached else None, state == now) for key, state in STAGES)


def _left_from(moves: Sequence[NeedMove]) -> str:
    """Return the state in which a need was when it left the way."""
    before = [move.from_state for move in moves if move.from_state and move.from_state != move.to_state]
    way = [state for _, state in STAGES]
    return next(
        (state for state in reversed(before) if state in way or state in (State.FORWARDED, State.CLASSIFIED)),
        State.HANDED_IN,
    )


def _steps(moves: Sequence[NeedMove]) -> tuple[Step, ...]:
    return tuple(
        Step(move.at, move.to_state, _said(move))
        for move in moves
        if move.what not in INSIDE and move.from_state != move.to_state
    )


def _reason(need: Need, moves: Sequence[NeedMove]) -> Words:
    """Return why a need ended as it did, in the words that were written for the enterprise."""
    told = (_said(move) for move in reversed(moves) if move.to_state == need.state and move.sentence)
    return next(told, Words("", ""))


def _said(move: NeedMove) -> Words:
    return Words(move.say("zh"), move.say("en"))
