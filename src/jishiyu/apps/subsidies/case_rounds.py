"""Many cases at once: an officer who has called all day notes everything that was said in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.subsidies.case_operations import ASK_AGAIN
from jishiyu.apps.subsidies.models import CASE_MOVES, Case, CaseState
from jishiyu.apps.subsidies.problems import (
    CaseDateMissing,
    CaseMoveNotAllowed,
    CaseSentenceMissing,
    CaseTwice,
    CaseUnknown,
    SecondPersonNeeded,
)
from jishiyu.engine.words import listed

# From where a case came is what was checked under its lock.
TAKE_STEPS = """
WITH step AS (
    SELECT * FROM unnest(
        %(case_id)s::bigint[], %(from_state)s::text[], %(to_state)s::text[], %(sentence)s::text[], %(due_on)s::date[]
    ) AS step(case_id, from_state, to_state, sentence, due_on)
), moved AS (
    UPDATE subsidies_case kase
    SET state = step.to_state, due_on = coalesce(step.due_on, kase.due_on),
        closed_at = CASE step.to_state WHEN 'closed' THEN %(at)s END,
        closed_because = CASE step.to_state WHEN 'closed' THEN step.sentence ELSE '' END
    FROM step WHERE kase.id = step.case_id AND kase.state = step.from_state
    RETURNING kase.id
)
INSERT INTO subsidies_casemove (case_id, from_state, to_state, by, second, at, due_on, sentence)
SELECT step.case_id, step.from_state, step.to_state, %(by)s, '', %(at)s, step.due_on, step.sentence
FROM step JOIN moved ON moved.id = step.case_id ORDER BY step.case_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one case: where it goes, what was said, and when to ask again (default: a week later)."""

    case_id: int
    to: CaseState
    sentence: str
    due_on: date | None = None


def log_round(*, steps: Sequence[Step], by: str, on: date) -> int:
    """This function will take one step with each of many cases, all of them or none, and return how many.

    Every step is kept like a single one (`log_call`, `log_promise`, `log_papers`, `close_case`). Nothing is approved
    this way: that needs two people who look at one case (`SecondPersonNeeded`). Raises `CaseTwice`, `CaseUnknown`,
    `CaseMoveNotAllowed`, `CaseSentenceMissing`, and `CaseDateMissing` for a promise without a day to come.
    """
    if not steps:
        return 0
    wanted = sorted(steps, key=lambda step: step.case_id)
    for before, step in pairwise(wanted):
        if before.case_id == step.case_id:
            raise CaseTwice(case=step.case_id)
    with transaction.atomic():
        ids = [step.case_id for step in wanted]
        held = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=ids).order_by("id")}
        states = [_checked(step, held.get(step.case_id), by, on) for step in wanted]
        at = moment()
        values: dict[str, Any] = {
            "by": by, "at": at, "case_id": ids, "from_state": states, "to_state": [step.to.value for step in wanted],
            "sentence": [step.sentence.strip() for step in wanted],
            "due_on": [None if step.to == CaseState.CLOSED else step.due_on or on + ASK_AGAIN for step in wanted],
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(TAKE_STEPS, values)
            if cursor.rowcount != len(wanted):
                raise AssertionError(f"{cursor.rowcount} cases moved, not {len(wanted)}")
        details = {"count": len(wanted), "cases": [(step.case_id, step.to.value) for step in wanted[:1000]]}
        record(by=by, action="case.round", record=f"cases {len(wanted)}", details=details, at=at,
               changes={"state of each": (states[:1000], values["to_state"][:1000])})  # fmt: skip
    return len(wanted)


def _checked(step: Step, case: Case | None, by: str, on: date) -> str:
    """Return the state a case is in, when the step may be taken from there."""
    if case is None:
        raise CaseUnknown(case=step.case_id)
    if step.to == CaseState.APPROVED:
        raise SecondPersonNeeded(case=step.case_id, by=by)
    possible = CASE_MOVES[CaseState(case.state)]
    if step.to not in possible:
        raise CaseMoveNotAllowed(
            case=case.pk, state=CaseState(case.state).label, wanted=step.to.label,
            possible=listed(CaseState(state).label for state in possible),
        )  # fmt: skip
    if len(step.sentence.strip()) < 2:
        raise CaseSentenceMissing(case=step.case_id)
    if step.to == CaseState.PROMISED and (step.due_on is None or step.due_on < on):
        raise CaseDateMissing(case=step.case_id, on=on.isoformat())
    return case.state
