"""What every step has in common: the row is locked, the move allowed, the step kept, the words sealed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jishiyu.apps.applications.models import Application, Move, State
from jishiyu.apps.applications.problems import (
    ApplicationMissing,
    MoveNotAllowed,
    SentenceUnknown,
    WordsMissing,
)
from jishiyu.apps.applications.states import MOVES
from jishiyu.apps.applications.telling import tell_step
from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.sealing import seal_many
from jishiyu.engine.evidence import Review, review_on
from jishiyu.engine.words import listed

WORDS = "applications_move.words"


def locked(application_id: int) -> Application:
    """This function will lock an application until the end of the transaction. Raises `ApplicationMissing`."""
    row = Application.objects.select_for_update(of=("self",)).filter(pk=application_id).select_related("case").first()
    if row is None:
        raise ApplicationMissing(application=application_id)
    return row


SECRET = ("form",)  # sealed: a change of it shows as a change of its keyed hash


def allow(about: Application, to: State) -> None:
    """This function will refuse a move that the table does not have. Raises `MoveNotAllowed`."""
    if to not in MOVES[about.state]:
        raise not_allowed(about)


def not_allowed(about: Application) -> MoveNotAllowed:
    """This function will return the problem of a step that the state does not allow."""
    possible = listed(State(state).label for state in MOVES[about.state])
    return MoveNotAllowed(number=about.number, state=State(about.state).label, possible=possible)


def _told(value: Any) -> Any:
    """Return a value for the trail: of a hash its beginning, which tells two forms apart and says nothing else."""
    return bytes(value).hex()[:16] if isinstance(value, bytes | memoryview) else value


def rules_of(about: Application, on: date) -> Review:
    """This function will return the rules an application is reviewed by: those of the day it was filed."""
    return review_on(about.filed_on or on)


def said(*, codes: Sequence[str], words: str, use: str, rules: Review, needed: bool) -> tuple[list[str], str]:
    """This function will check the sentences that were picked, and the own words. Raises `SentenceUnknown`,
    `WordsMissing`.
    """
    for code in codes:
        if code not in rules.sentences or rules.sentences[code].use != use:
            raise SentenceUnknown(code=code)
    own = words.strip()
    if needed and not codes and len(own) < 2:
        raise WordsMissing
    return list(dict.fromkeys(codes)), own


def move(
    about: Application, to: State, *, by: str, at: datetime, what: str, codes: Sequence[str] = (), words: str = "",
    due_on: date | None = None, amount_fen: int | None = None, **changes: Any,
) -> None:  # fmt: skip
    """This function will take one step: the row changed, the step and the trail written, whom it concerns told, in the
    caller's transaction.

    `what` names the step, as in the trail (`application.submitted` without the first word); `words` are sealed.
    """
    before = State(about.state)
    if to != before:
        allow(about, to)
    was = {name: getattr(about, name) for name in changes}
    Application.objects.filter(pk=about.pk).update(state=to, **changes)
    for name, value in {"state": to, **changes}.items():
        setattr(about, name, value)
    told = {name: (_told(was[name]), _told(value)) for name, value in changes.items() if name not in SECRET}
    token = seal_many([words.strip().encode()], purpose=WORDS)[0] if words.strip() else None
    step = Move.objects.create(
        application=about, turn=about.turn, from_state=before, to_state=to, by=by, at=at, what=what,
        codes=list(codes), words=token, due_on=due_on, amount_fen=amount_fen,
    )  # fmt: skip
    details = {"from": before.value, "to": to.value, "codes": list(codes), "due_on": due_on, "fen": amount_fen}
    record(by=by, action=f"application.{what}", record=f"application {about.number}", details=details, at=at,
           changes={"state": (before.value, to.value), **told})  # fmt: skip
    tell_step(about, what=what, before=before, due_on=due_on, amount_fen=amount_fen, step=step.pk, by=by, at=at)
