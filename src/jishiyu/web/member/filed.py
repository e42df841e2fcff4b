"""What the pages of an application show: its form, its papers, where it stands and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import forms
from jishiyu.apps.applications.deciding import look
from jishiyu.apps.applications.models import Application, Move, Paper, State
from jishiyu.apps.applications.operations import Actor, Preview
from jishiyu.apps.applications.problems import FormNotRight, PapersMissing
from jishiyu.apps.applications.queries import application_file, form_fields, needed_papers
from jishiyu.apps.applications.rows import StepRow
from jishiyu.apps.policies.shelves import in_force
from jishiyu.apps.subsidies.models import CaseReason
from jishiyu.engine.evidence import papers_on
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.problems import Problem
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.components.spoken import printed
from jishiyu.web.language import language
from jishiyu.web.member.forms import chosen_words, day, label
from jishiyu.web.member.words import APPLICATIONS, KINDS, STEPS
from jishiyu.web.problem import told

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One application in a list."""

    key: int
    kind: str | Promise
    number: str
    on: date | None
    state: Badge
    deadline: str


@dataclass(frozen=True, slots=True)
class Needed:
    """One kind of paper: its name, whether it must be there, and the files that are."""

    code: str
    words: str
    required: bool
    files: list[Paper]


@dataclass(frozen=True, slots=True)
class Told:
    """One step in the life of an application, in words of the member; `by` is them, the union, or the system."""

    at: datetime
    by: str
    words: str
    said: list[str]


def line(row: Application) -> Line:
    """Return an application for a list."""
    return Line(row.pk, KINDS[row.kind], row.number, row.event_on, badge(row.state, APPLICATIONS), deadline(row))


def deadline(about: Application) -> str:
    """Say until when who has to do something; nothing where nobody has."""
    if about.state == State.RETURNED and about.supplement_due_on:
        return _("Please send what is missing by {day}.").format(day=about.supplement_due_on)
    if about.state == State.REFUSED and about.appeal_due_on:
        return _("If you disagree, say so by {day}.").format(day=about.appeal_due_on)
    if about.decide_due_on and about.state in (
        State.SUBMITTED,
        State.UNDER_REVIEW,
        State.APPEALED,
        State.SECOND_REVIEW,
    ):
        return _("The union decides by {day}.").format(day=about.decide_due_on)
    return ""


def texts(about: Application) -> dict[str, str]:
    """Return the form as it was saved last."""
    return forms.opened([about])[0]


def version(about: Application) -> str:
    """Return what changes with every step of an application: a form that was overtaken shows by it."""
    last = Move.objects.filter(application_id=about.pk).order_by("-pk").values_list("pk", flat=True).first()
    return str(last or 0)


def has_case_data(about: Application) -> bool:
    """Say whether the amounts come from the insurance bureau already."""
    return about.case is not None and about.case.reason in (CaseReason.OVER_LIMIT, CaseReason.UNMATCHED)


def papers(about: Application, at: datetime, seen: Preview | None = None) -> list[Needed]:
    """Return the papers an application needs with the files that are there, and last whatever else was brought."""
    seen = seen or looked(about, at)[0]
    fen = seen.amount_fen if seen is not None else 0
    day = about.filed_on or timezone.localdate(at)
    found = needed_papers(kind=about.kind, amount_fen=fen, on=day, cause=texts(about).get("cause"))
    files = list(Paper.objects.filter(application_id=about.pk).order_by("pk"))
    at_word = 0 if language() == "zh" else 1
    listed = [
        Needed(need.paper, printed(words[at_word]), True, [one for one in files if one.paper == need.paper])
        for need, *words in found
    ]  # fmt: skip
    known = {one.code for one in listed}
    rules = papers_on(day).papers
    more = sorted({one.paper for one in files} - known - {OTHER})
    return listed + [
        Needed(code, printed(rules[code].words[language()]), False, [one for one in files if one.paper == code])
        for code in [*more, OTHER]
    ]  # fmt: skip


def looked(about: Application, at: datetime, policies: Shelf | None = None) -> tuple[Preview | None, str]:
    """Return what deciding would say now, or why it cannot be said yet."""
    try:
        with whole():
            return look(about, on=timezone.localdate(at), at=at, policies=policies), ""
    except FormNotRight as refused:
        return None, plainly(about, refused)
    except Problem as refused:
        return None, told(refused)


def plainly(about: Application, refused: FormNotRight | PapersMissing) -> str:
    """Return what is missing, with the names that the form itself uses."""
    if isinstance(refused, PapersMissing):
        return told(refused)
    zh = language() == "zh"
    names = {field.name: field.zh if zh else field.en for field in form_fields(about.kind)}
    said = [
        f"{names.get(flaw.field, flaw.field)}{':' if zh else ': '}{flaw.zh if zh else flaw.en}"
        for flaw in refused.flaws
    ]
    sentence = _("The form is not complete yet. {missing} Go back to step 1.")
    return printed(sentence.format(missing=(";" if zh else " ").join(said)))


def summary(about: Application, at: datetime) -> dict[str, Any]:
    """Return what stands on the last page before handing in."""
    shelf = in_force()  # asked once for the page
    seen, problem = looked(about, at, shelf)
    listed = papers(about, at, seen)
    return {
        "facts": facts(about, shelf), "papers": [one for one in listed if one.files or one.required],
        "missing": [one for one in listed if one.required and not one.files], "seen": seen, "not_yet": problem,
        "sentence": printed(seen.zh if language() == "zh" else seen.en) if seen else "",
    }  # fmt: skip


def facts(about: Application, policies: Shelf | None = None) -> list[tuple[str, str]]:
    """Return what was filled in, in words."""
    said = texts(about)
    shown = []
    for field in form_fields(about.kind):
        if field.name in said:
            shown.append((label(field), chosen_words(field, said[field.name], day(said.get("event_on", "")), policies)))
    return shown


def page(about: Application, actor: Actor, today: date) -> dict[str, Any]:
    """Return what stands on the page of one application."""
    file = application_file(application_id=about.pk)
    open_still = about.state in (State.DRAFT, State.RETURNED)
    in_time = about.appeal_due_on is None or today <= about.appeal_due_on
    return {
        "about": about, "line": line(about), "facts": facts(about), "papers": [(one, printed(one.zh if language() == "zh" else one.en)) for one in file.papers],
        "assumed": about.due_assumed and bool(deadline(about)),
        "asked": _asked(file.steps) if about.state == State.RETURNED else [],
        "refused": _asked(file.steps) if about.state in (State.REFUSED, State.UPHELD) else [],
        "steps": [_step(one, actor, about) for one in reversed(file.steps) if one.what != "form_saved"],
        "may_go_on": open_still, "may_withdraw": State.WITHDRAWN in file.moves,
        "may_appeal": about.state == State.REFUSED and in_time, "fen": about.decided_fen or 0,
    }  # fmt: skip


def _asked(steps: Sequence[StepRow]) -> list[str]:
    """Return what the union said last."""
    last = next((one for one in reversed(steps) if one.what in ("returned", "refused", "upheld")), None)
    return _said(last) if last is not None else []


def _said(step: StepRow) -> list[str]:
    picked = step.zh if language() == "zh" else step.en
    return [printed(text) for text in (*picked, step.words) if text]


def _step(step: StepRow, actor: Actor, about: Application) -> Told:
    if step.by == actor.name:
        by = _("You")
    else:
        by = _("Your union") if step.by == about.filed_by else _("The union's staff")
    return Told(step.at, by, str(STEPS.get(step.what, step.what)), _said(step))
