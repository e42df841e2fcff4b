"""An entry as it is shown: its words in the language of the page, and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from jishiyu.apps.visits.models import Entry, EntryKind, Visit
from jishiyu.apps.visits.queries import plan_of, remark
from jishiyu.engine.inspection.words import survey_words
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.documents.inspection_words import quantity_words
from jishiyu.web.figures.typography import chinese
from jishiyu.web.visits.words import CHECKS, KINDS


@dataclass(frozen=True, slots=True)
class Noted:
    """One entry, ready for a template. `about` is its line or point, `said` its value or words, `told` what is wrong."""

    pk: int
    kind: str
    kind_words: str
    slot: str
    about: str
    said: str
    state: Badge | None
    phase: str
    instrument: str
    told: str
    by: str
    at: datetime
    has_file: bool
    late: bool
    removed: bool


def noted(entry: Entry, visit: Visit, language: str) -> Noted:
    """Return an entry as it is shown."""
    content = entry.content
    told = remark(content, on=timezone.localdate(entry.received_at)) if entry.kind == EntryKind.READING else None
    return Noted(
        pk=entry.pk, kind=entry.kind, kind_words=str(KINDS[entry.kind]), slot=entry.slot,
        about=_about(entry, visit, language), said=_said(entry, language),
        state=badge(content.get("state", ""), CHECKS) if entry.kind == EntryKind.CHECK else None,
        phase=content.get("phase", ""), instrument=content.get("instrument", ""),
        told="" if told is None else chinese(told[0]) if language == "zh" else told[1], by=entry.by, at=entry.made_at,
        has_file=bool(entry.file), late=visit.done_at is not None and entry.received_at > visit.done_at,
        removed=bool(content.get("removed")),
    )  # fmt: skip


def quantity(content: dict[str, str], language: str) -> str:
    """Return the quantity of a reading in words; one that is not known as it was written."""
    return quantity_words(content.get("quantity", ""), language)


def _about(entry: Entry, visit: Visit, language: str) -> str:
    if entry.kind == EntryKind.CHECK:
        words = {line["key"]: line["zh" if language == "zh" else "en"] for line in plan_of(visit.plan)}
        return words.get(entry.slot, entry.slot)
    if entry.kind == EntryKind.READING:
        kind = entry.content.get("kind", "")
        known = survey_words().word("kind", kind) if kind else None
        words_ = survey_words().label("kind", known, language) if known else kind
        return " · ".join(
            part for part in (entry.content.get("point", ""), words_, entry.content.get("voltage_level", "")) if part
        )
    return str(entry.content.get("point") or entry.content.get("name") or "")


def _said(entry: Entry, language: str) -> str:
    content = entry.content
    if entry.kind == EntryKind.READING:
        unit = content.get("unit", "")
        shown = f"{content.get('value', '')} {unit if unit != '1' else ''}".strip()
        return f"{quantity(content, language)} {shown}"
    if entry.kind == EntryKind.SERIES:
        return f"{content.get('rows', 0):,}"
    if entry.kind == EntryKind.SIGNATURE:
        return str(content.get("title", ""))
    return str(content.get("words", ""))
