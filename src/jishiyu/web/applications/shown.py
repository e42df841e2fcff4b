"""What a page shows of an application: masked, unless the reader filed it, decides it, or gave a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import forms
from jishiyu.apps.applications.models import Application
from jishiyu.apps.applications.queries import application_file, form_fields
from jishiyu.apps.applications.rows import ApplicationFile, StepRow
from jishiyu.apps.people.queries import identity_of
from jishiyu.engine.evidence import papers_on
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.applications.lists import deadline
from jishiyu.web.applications.words import FILED_AS, STEPS
from jishiyu.web.components.badge import badge
from jishiyu.web.components.history import steps as trail
from jishiyu.web.components.spoken import printed
from jishiyu.web.figures.typography import chinese
from jishiyu.web.find.words import APPLICATION_KINDS, APPLICATIONS
from jishiyu.web.language import language
from jishiyu.web.member.filed import version
from jishiyu.web.member.forms import chosen_words, day, label

NAMES, NUMBERS = {"name", "heir_name"}, {"heir_phone", "household"}
ACCOUNTS = {"heir_account"}  # masked for everybody; whoever fills it in sees it in the form
HIDDEN = {"injuries", "story"}  # what somebody suffered, and what they told


@dataclass(frozen=True, slots=True)
class Told:
    """One step: when, who, what they did, and what they said."""

    at: datetime
    by: str
    words: str
    said: list[str]
    hidden: bool
    due_on: Any
    amount_fen: int | None


def opened(application_id: int) -> ApplicationFile:
    """Return the whole file of an application that the reader was found to see."""
    with whole():
        return application_file(application_id=application_id)


def about_it(about: Application, file: ApplicationFile, *, full: bool) -> dict[str, Any]:
    """Return what every page about an application shows of it."""
    records = [f"application {about.number}", *([f"case {about.case_id}"] if about.case_id else [])]
    return {
        "about": about, "row": file.row, "state": badge(about.state, APPLICATIONS), "full": full,
        "kind": str(APPLICATION_KINDS[about.kind]), "deadline": deadline(about), "masked_number": file.masked_number,
        "filed_as": FILED_AS[about.filed_as], "facts": facts(about.kind, {field.name: text for field, text in file.form}, full),
        "papers": papers_of(file), "missing": missing_of(file), "steps": told(file.steps, full=full),
        "history": trail(*records), "seen": version(about), "assumed": about.due_assumed and deadline(about) is not None,
    }  # fmt: skip


def whose(about: Application) -> dict[str, Any]:
    """Return what stands over each step of filing: what it is about, and for whom, masked."""
    return {
        "about": about,
        "kind": APPLICATION_KINDS[about.kind],
        "whom": mask_name(identity_of(about.person).get("name") or ""),
    }


def facts(kind: str, form: forms.Form, full: bool) -> list[tuple[str, str]]:
    """Return what was filled in, in words; masked unless `full`."""
    return [
        (label(field), _said(field, form[field.name], full, day(form.get("event_on", ""))))
        for field in form_fields(kind) if field.name in form
    ]  # fmt: skip


def told(steps: Sequence[StepRow], *, full: bool) -> list[Told]:
    """Return the steps, the newest first; own words only where they may be read in full."""
    zh = language() == "zh"
    return [
        Told(
            step.at, step.by, str(STEPS.get(step.what, step.what)),
            [chinese(text) if zh else text for text in (*(step.zh if zh else step.en), step.words if full else "") if text],
            bool(step.words) and not full, step.due_on, step.amount_fen,
        )
        for step in reversed(steps) if step.what != "form_saved"
    ]  # fmt: skip


def papers_of(file: ApplicationFile) -> list[dict[str, Any]]:
    """Return the papers that were brought: what each is, and whether it can be looked at on the page."""
    zh = language() == "zh"
    return [
        {"file": paper, "words": printed(paper.zh if zh else paper.en), "picture": paper.media_type.startswith("image/"),
         "size": f"{max(1, paper.size_bytes // 1000):,} kB", "scanned": _scan(paper.scan)}
        for paper in file.papers
    ]  # fmt: skip


def missing_of(file: ApplicationFile) -> list[str]:
    """Return the papers that are still needed."""
    known = papers_on(file.row.filed_on or localdate(file.steps[0].at)).papers
    return [printed(known[code].words[language()]) for code in file.missing]


def _scan(said: str) -> str:
    return _("not scanned for malware") if said.startswith("not") else _("scanned: clean")


def _said(field: forms.Field, text: str, full: bool, event_on: date | None) -> str:
    if field.name in ACCOUNTS:
        return mask_number(text)
    if full:
        return chosen_words(field, text, event_on)
    if field.name in NAMES:
        return mask_name(text)
    if field.name in NUMBERS:
        return mask_number(text)
    return "••••" if field.name in HIDDEN else chosen_words(field, text, event_on)
