"""From the draft to the desk: begin, fill in, hand in, supplement, withdraw."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.applications import forms
from jishiyu.apps.applications.acting import Actor, same_people
from jishiyu.apps.applications.deciding import Preview, data_stay, look
from jishiyu.apps.applications.models import Application, FiledAs, Kind, Move, Paper, State
from jishiyu.apps.applications.problems import CaseNotFitting, FormNotRight, PapersMissing, PersonNotAMember
from jishiyu.apps.applications.states import EDITABLE, OVER
from jishiyu.apps.applications.steps import locked, move, not_allowed, rules_of, said
from jishiyu.apps.audit.operations import record
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.queries import memberships_on
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import lookup_hash
from jishiyu.apps.subsidies.models import CASE_ENDS, Case, CaseReason
from jishiyu.apps.subsidies.operations import log_papers
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.evidence import Papers, papers_on
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.words import Words, listed

LEADS_HERE = (CaseReason.NO_DATA, CaseReason.OVER_LIMIT, CaseReason.UNMATCHED)
# The number is the row's own: drawn from the sequence before the row is made.
NEXT_ID = "SELECT nextval(pg_get_serial_sequence('applications_application', 'id'))"


def start_application(
    *, kind: Kind, person_id: int, by: Actor, filed_as: FiledAs, on: date, at: datetime, case_id: int | None = None,
    form: Mapping[str, str] | None = None,
) -> Application:  # fmt: skip
    """This function will begin a draft for a member, by themselves or by an officer for them.

    `case_id` names the case of the call list it comes from (reason no_data, over_limit or unmatched; kind stay).
    Raises `PersonNotAMember`, `CaseNotFitting`, `FormNotRight`.
    """
    with transaction.atomic():
        person = Person.objects.select_related("merged_into").get(pk=person_id)
        counts = person.merged_into or person
        case = None if case_id is None else _fitting(case_id, kind, counts)
        first = form or {}
        if case is not None and case.decision is not None and case.decision.anchor_date is not None:
            first = {"event_on": case.decision.anchor_date.isoformat(), **first}
        filled = forms.cleaned(kind, first)
        with connection.cursor() as cursor:
            cursor.execute(NEXT_ID)
            own = cursor.fetchone()[0]
        token, digest = forms.sealed(filled)
        draft = Application.objects.create(
            pk=own, number=f"APP-{on.year}-{own:07d}", kind=kind, person=counts, case=case, filed_by=by.name,
            filed_as=filed_as, filed_by_person_id=by.person_id, form=token, form_hash=digest, drafted_at=at,
            **_facts(kind, filled, counts.pk, on),
        )  # fmt: skip
        Move.objects.create(application=draft, turn=0, to_state=State.DRAFT, by=by.name, at=at, what="drafted")
        details = {"kind": str(kind), "as": str(filed_as), "case": case_id, "person": counts.pk}
        record(by=by.name, action="application.drafted", record=f"application {draft.number}", details=details, at=at)
    return draft


def save_form(
    *, application_id: int, form: Mapping[str, str], by: Actor, on: date, at: datetime
) -> Application:  # fmt: skip
    """This function will put another form in the place of a draft's (or a returned application's).

    Raises `MoveNotAllowed`, and `FormNotRight` for what cannot be read; what is still missing may be missing.
    """
    with transaction.atomic():
        about = locked(application_id)
        if about.state not in EDITABLE:
            raise not_allowed(about)
        filled = forms.cleaned(about.kind, form)
        _check(about, filled, on, complete=False)
        token, digest = forms.sealed(filled)
        changes = {"form": token, "form_hash": digest, **_facts(about.kind, filled, about.person_id, on)}
        if digest != bytes(about.form_hash):
            move(about, State(about.state), by=by.name, at=at, what="form_saved", **changes)
    return about


def submit(
    *, application_id: int, by: Actor, on: date, at: datetime, words: str = "", policies: Shelf | None = None,
    calendar: Calendar | None = None,
) -> Preview:  # fmt: skip
    """This function will hand an application in, for the first time or after a supplement.

    Returns what deciding would say now. From here on nothing of it is changed or deleted. Raises `MoveNotAllowed`,
    `FormNotRight`, `PapersMissing`.
    """
    with transaction.atomic():
        about = locked(application_id)
        if about.state not in EDITABLE:
            raise not_allowed(about)
        form = forms.opened([about])[0]
        _check(about, form, about.filed_on or on, complete=True)
        facts = _facts(about.kind, form, about.person_id, on)
        for name, value in facts.items():
            setattr(about, name, value)
        about.filed_on = about.filed_on or on
        seen = look(about, on=on, at=at, policies=policies)
        _require_papers(about, form, seen.amount_fen)
        rules = rules_of(about, on)
        due = rules.due("decide", after=on, calendar=calendar or known_calendar())
        Paper.objects.filter(application=about, handed_in_at=None).update(handed_in_at=at)
        _tell_the_case(about, by=by.name, on=on)
        move(
            about, State.SUBMITTED, by=by.name, at=at, what="submitted", words=words, due_on=due.on,
            amount_fen=seen.amount_fen, turn=about.turn + 1, submitted_at=about.submitted_at or at,
            filed_on=about.filed_on, expected_fen=max(seen.amount_fen, 0), decide_due_on=due.on,
            due_assumed=due.assumed, supplement_due_on=None, reviewer="", taken_at=None, **facts,
        )  # fmt: skip
    return seen


def withdraw(*, application_id: int, by: Actor, because: str, on: date, at: datetime) -> Application:
    """This function will take an application back before it is decided. Raises `MoveNotAllowed`, `WordsMissing`."""
    with transaction.atomic():
        about = locked(application_id)
        needed = about.state != State.DRAFT
        _, words = said(codes=(), words=because, use="withdraw", rules=rules_of(about, on), needed=needed)
        move(about, State.WITHDRAWN, by=by.name, at=at, what="withdrawn", words=words, ended_at=at, decide_due_on=None)
    return about


def _fitting(case_id: int, kind: Kind, person: Person) -> Case:
    """Return the case, when an application may come from it."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).select_related("decision").first()
    if case is None or case.state in CASE_ENDS:
        raise CaseNotFitting(case=case_id, what=Words("事项不存在或已办结", "it does not exist or is over"))
    if case.reason not in LEADS_HERE or kind != Kind.STAY:
        raise CaseNotFitting(case=case_id, what=Words("此类事项不经申请办理", "its kind is not applied for"))
    if case.person_id is not None and case.person_id not in same_people(person.pk):
        raise CaseNotFitting(case=case_id, what=Words("事项属于另一人", "it is about somebody else"))
    if Application.objects.filter(case=case).exclude(state__in=OVER).exists():
        raise CaseNotFitting(case=case_id, what=Words("已有在办的申请", "an application is under way already"))
    return case


def _facts(kind: str, form: forms.Form, person_id: int, on: date) -> dict[str, Any]:
    """Return the columns that stand in the clear beside a form: day, amount, union, keyed hashes."""
    found = forms.read(
        kind=kind, form={"event_on": on.isoformat(), **form}, person_id=person_id, number="-", filed_on=on,
        papers=(), case_data=False,
    )  # fmt: skip
    event = found.events.row(0, named=True) if found.events.height else {}
    event_on = event.get("event_on") if "event_on" in form else None
    column = forms.AMOUNT.get(Kind(kind))
    held = memberships_on(person_id=person_id, day=event_on or on)
    last = held[0] if held else _latest(person_id)
    who = identities(person_ids=[person_id]).row(0, named=True)
    household = last.household_hash if last.household_hash is not None else None
    if household is None and "household" in form:
        household = lookup_hash(form["household"], purpose="household")
    name_key = event.get("name_key") or ""
    return {
        "event_on": event_on, "base_fen": event.get(column) if column else None, "union": last.union,
        "household_hash": bytes(household) if household is not None else None,
        "account_hash": forms.account_hash(form.get("heir_account") if kind == Kind.DEATH else who["bank_account"]),
        "name_differs": name_key != "" and lookup_hash(name_key, purpose="name") != bytes(last.person.name_hash or b""),
    }  # fmt: skip


def _latest(person_id: int) -> Membership:
    row = (
        Membership.objects.filter(person_id__in=same_people(person_id)).select_related("union", "person")
        .order_by("-joined_on", "-id").first()
    )  # fmt: skip
    if row is None:
        raise PersonNotAMember(person=person_id)
    return row


def _check(about: Application, form: forms.Form, on: date, *, complete: bool) -> None:
    found = forms.read(
        kind=about.kind, form=form, person_id=about.person_id, number=about.number, filed_on=on, papers=(),
        case_data=data_stay(about) is not None,
    )  # fmt: skip
    flaws = forms.flaws_of(
        kind=about.kind, form=form, found=found, complete=complete, case_data=data_stay(about) is not None
    )
    if flaws:
        raise FormNotRight(flaws)


def _require_papers(about: Application, form: forms.Form, amount_fen: int) -> None:
    there = set(Paper.objects.filter(application=about).values_list("paper", flat=True))
    rules = papers_on(about.filed_on or date.max)
    missing = missing_papers(rules, about.kind, amount_fen, form.get("cause"), there)
    if missing:
        words = [rules.papers[code].words for code in missing]
        raise PapersMissing(
            number=about.number, papers=missing, what=listed(Words(word["zh"], word["en"]) for word in words),
        )  # fmt: skip


def missing_papers(rules: Papers, kind: str, amount_fen: int, cause: str | None, there: set[str]) -> list[str]:
    """This function will list the papers that an application of this amount (fen) still needs."""
    said_cause = forms.cause_of(cause)
    return [need.paper for need in rules.needed(kind=kind, amount_fen=amount_fen, cause=said_cause)
            if need.paper not in there]  # fmt: skip


def _tell_the_case(about: Application, *, by: str, on: date) -> None:
    """Note on the call list that the papers came in."""
    if about.case is not None and about.case.state not in (*CASE_ENDS, "papers_in"):
        log_papers(
            case_id=about.case.pk,
            by=by,
            sentence=f"申请 {about.number} 已提交,材料已收 / Application {about.number} was handed in with its papers.",
            on=on,
        )
