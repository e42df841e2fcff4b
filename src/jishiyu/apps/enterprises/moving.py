"""One step of a need: the row locked, the move allowed, its clock set, the step kept, the trail written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.clocks import due_in
from jishiyu.apps.enterprises.models import Campaign, Need, NeedList, NeedMove
from jishiyu.apps.enterprises.problems import MoveNotAllowed, NeedUnknown, RoundClosed, SentenceMissing
from jishiyu.apps.enterprises.states import AFTER_CLOSING, CLOCK_IN, MOVES, OVER, REASONED, Clock, Level, State
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.words import Words, listed

# A clock that goes on running keeps what was said about it.
FRESH = {"reminded_at": None, "escalated_at": None, "escalated_to": None}


def move_need(
    *, need_id: int, to: State, what: str, by: str, at: datetime, sentence: str | Words = "", level: Level | None = None,
    changes: Mapping[str, Any] | None = None, calendar: Calendar | None = None,
) -> Need:  # fmt: skip
    """This function will take one step of a need: the state (and the level, and further columns of the row) changed, its
    clock set, the step and the trail written.

    `what` names the step as in the trail (`need.confirmed` without the first word); a step to the same state (forwarding
    from level to level, a note) keeps its clock. Raises `NeedUnknown`, `MoveNotAllowed`, `SentenceMissing`,
    `RoundClosed`, `YearWithoutNotice`; then nothing was changed.
    """
    with transaction.atomic():
        need = locked(need_id)
        before = State(need.state)
        to = State(to)
        if to != before and to not in MOVES[before]:
            raise not_allowed(need)
        if to != before and to not in AFTER_CLOSING:
            refuse_closed_round(need.participation.campaign)
        if to in REASONED and len(_both(sentence).zh) < 2:
            raise SentenceMissing
        new: dict[str, Any] = {**(changes or {})}
        if level is not None:
            new["level"] = level
        if to != before:
            new |= _arrival(need, before, to, at, calendar or known_calendar())
        take_step(need, to, what=what, by=by, at=at, sentence=sentence, changes=new)
    return need


def start_need(
    handed: NeedList, *, line: int, words: str, by: str, at: datetime, wished: str = "", sentence: str | Words = "",
    calendar: Calendar | None = None, **facts: Any,
) -> Need:  # fmt: skip
    """This function will write a need that was just handed in, with its number in the round and its first clock.

    Called inside a transaction. Raises `RoundClosed`, `YearWithoutNotice`.
    """
    round_ = Campaign.objects.select_for_update(of=("self",)).get(pk=handed.participation.campaign_id)
    refuse_closed_round(round_)
    count = Need.objects.filter(participation__campaign=round_).count()
    days = calendar or known_calendar()
    need = Need(
        number=f"{round_.code}-{count + 1:04d}", need_list=handed, participation=handed.participation, line=line,
        words=words, wished=wished, state=State.HANDED_IN, state_at=at, **facts,
    )  # fmt: skip
    need.due_at = due_in(need, State.HANDED_IN, campaign=round_, at=at, calendar=days)
    need.save(force_insert=True)
    said = _both(sentence)
    NeedMove.objects.create(
        need=need, to_state=State.HANDED_IN, level=need.level, what="handed_in", by=by, at=at, sentence=said.zh,
        sentence_en=said.en,
    )  # fmt: skip
    details = {"round": round_.code, "enterprise": handed.participation.enterprise_id, "list": handed.pk, "line": line}
    record(by=by, action="need.handed_in", record=f"need {need.number}", details=details, at=at)
    return need


def locked(need_id: int) -> Need:
    """This function will lock a need until the end of the transaction. Raises `NeedUnknown`."""
    need = (
        Need.objects.select_for_update(of=("self",)).filter(pk=need_id)
        .select_related("participation__campaign", "participation__enterprise").first()
    )  # fmt: skip
    if need is None:
        raise NeedUnknown(need=need_id)
    return need


def refuse_closed_round(campaign: Campaign) -> None:
    """This function will refuse what begins something in a round that is closed by now. Raises `RoundClosed`."""
    closed = Campaign.objects.filter(pk=campaign.pk).values_list("closed_at", flat=True).first()
    if closed is not None:
        raise RoundClosed(code=campaign.code, on=localdate(closed))


def not_allowed(need: Need) -> MoveNotAllowed:
    """This function will return the problem of a step that the state does not allow."""
    possible = listed(State(state).label for state in MOVES[need.state])
    return MoveNotAllowed(number=need.number, state=State(need.state).label, possible=possible)


def take_step(
    need: Need, to: State, *, what: str, by: str, at: datetime, sentence: str | Words,
    changes: Mapping[str, Any],
) -> NeedMove:  # fmt: skip
    """This function will write a step of a locked need: the row, the step, the trail."""
    before, said = State(need.state), _both(sentence)
    was = {name: getattr(need, name) for name in changes}
    for name, value in {"state": to, **changes}.items():
        setattr(need, name, value)
    need.save(update_fields=["state", *changes])
    step = NeedMove.objects.create(
        need=need, from_state=before, to_state=to, level=need.level, what=what, by=by, at=at, sentence=said.zh,
        sentence_en=said.en,
    )  # fmt: skip
    told = {name: (_told(was[name]), _told(value)) for name, value in changes.items()}
    record(
        by=by, action=f"need.{what}", record=f"need {need.number}", details={"level": int(need.level)}, at=at,
        changes={"state": (before.value, to.value), **told},
    )  # fmt: skip
    return step


def _arrival(need: Need, before: State, to: State, at: datetime, calendar: Calendar) -> dict[str, Any]:
    """Return what a new state writes into the row: its moment, its clock, and the moments of the life of a need."""
    new: dict[str, Any] = {"state_at": at}
    if to == State.CONFIRMED:
        new["confirmed_at"] = need.confirmed_at = at
    if to == State.VISITED:
        new["visited_at"] = at
    if to in OVER:
        new["ended_at"] = at
    new["due_at"] = due_in(need, to, campaign=need.participation.campaign, at=at, calendar=calendar)
    if CLOCK_IN.get(to) != CLOCK_IN.get(before) or CLOCK_IN.get(to) != Clock.VISIT:
        new |= FRESH
    return new


def _both(sentence: str | Words) -> Words:
    """Return a sentence as it is kept: what somebody wrote stands in one language only."""
    return sentence if isinstance(sentence, Words) else Words(sentence.strip(), "")


def _told(value: Any) -> Any:
    """Return a value for the trail: of another row its number."""
    return getattr(value, "pk", value)
