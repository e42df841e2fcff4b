"""The history strip: what the trail says about one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jishiyu.apps.audit.queries import about
from jishiyu.web.audit.details import details_words
from jishiyu.web.audit.words import action_words
from jishiyu.web.components.names import who_did


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the strip; `by` is how people call whoever did it, `at` a day where no moment is known."""

    at: datetime | date
    by: str
    words: str
    details: Sequence[tuple[str, str]]


def steps(*records: str, limit: int = 50) -> Sequence[Step]:
    """Return the steps of one or several records (`case 12`, `batch 3`), the newest first."""
    return [step(row) for row in who_did(about(records=records), limit=limit)]


def step(row: Any) -> Step:
    """Return a row of the trail, as `who_did` gives it, as a line of the strip."""
    return Step(row.at, row.called, action_words(row.action), details_words(row.details, row.record))
