"""What people do with a case: call, note a promise, receive papers, hand over, approve, close. Every step is kept."""

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import connection, transaction

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.queries import person_declared
from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.members.queries import memberships_on
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.heirs import require_heir
from jishiyu.apps.subsidies.models import CASE_ENDS, CASE_MOVES, Case, CaseMove, CaseReason, CaseState
from jishiyu.apps.subsidies.posting import Posted, post_differences, single_decision
from jishiyu.apps.subsidies.problems import (
    CaseChanged,
    CaseDateMissing,
    CaseMoveNotAllowed,
    CasePaysNothing,
    CaseSentenceMissing,
    CaseUnknown,
    OwnCase,
    SecondPersonNeeded,
    SignatoryUnknown,
)
from jishiyu.apps.subsidies.together import lock_people
from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words, listed

ASK_AGAIN = timedelta(days=7)
SAME_HOUSEHOLD = """
SELECT EXISTS (
    SELECT FROM members_membership mine JOIN people_person me ON me.id = mine.person_id
    JOIN members_membership theirs ON theirs.household_hash = mine.household_hash
    JOIN people_person they ON they.id = theirs.person_id
    WHERE coalesce(me.merged_into_id, me.id) = ANY(%(me)s) AND coalesce(they.merged_into_id, they.id) = %(they)s
)
"""


def report_no_data(*, person_id: int, by: str, sentence: str, on: date) -> Case:
    """This function will open a case for a member whose stay no feed brought, at the union they belong to that day.

    Once per person at a time: a second report is added to the open case as a further step. It ends with an
    application, or with a reason.
    """
    said = _sentence(0, sentence)
    with transaction.atomic():
        person = (
            Person.objects.select_for_update(of=("self",), no_key=True).select_related("merged_into").get(pk=person_id)
        )
        counts = person.merged_into or person
        at = moment()
        known = Case.objects.select_for_update().filter(stay_id=f"no-data/{counts.pk}", reason=CaseReason.NO_DATA)
        case = known.exclude(state__in=CASE_ENDS).first()
        if case is None:
            held = memberships_on(person_id=counts.pk, day=on)
            case = Case.objects.create(
                reason=CaseReason.NO_DATA, stay_id=f"no-data/{counts.pk}", person_hash=bytes(counts.person_hash),
                person=counts, union=held[0].union if held else None, opened_at=at, due_on=on + ASK_AGAIN,
            )  # fmt: skip
        state = CaseState(case.state)
        _note(case.pk, state, state, by=by, sentence=said, at=at, due_on=case.due_on)
        record(by=by, action="case.no_data", record=f"case {case.pk}", details={"union": case.union_id}, at=at)
    return case


def log_call(*, case_id: int, by: str, sentence: str, on: date, due_on: date | None = None) -> Case:
    """This function will note a call to the union; asked again on `due_on` (default: a week later)."""
    return _move(case_id, CaseState.CALLED, by=by, sentence=sentence, due_on=due_on or on + ASK_AGAIN)


def log_promise(*, case_id: int, by: str, sentence: str, on: date, due_on: date | None) -> Case:
    """This function will note what was promised and for which day; raises `CaseDateMissing` without a day to come."""
    if due_on is None or due_on < on:
        raise CaseDateMissing(case=case_id, on=on.isoformat())
    return _move(case_id, CaseState.PROMISED, by=by, sentence=sentence, due_on=due_on)


def log_papers(*, case_id: int, by: str, sentence: str, on: date) -> Case:
    """This function will note that the papers have come in; to be approved or closed within a week."""
    return _move(case_id, CaseState.PAPERS_IN, by=by, sentence=sentence, due_on=on + ASK_AGAIN)


def close_case(*, case_id: int, by: str, because: str) -> Case:
    """This function will close a case without paying; the reason is kept and shown."""
    return _move(case_id, CaseState.CLOSED, by=by, sentence=because, due_on=None)


def hand_over(*, case_id: int, by: str, to: str, sentence: str, union_code: str | None = None) -> Case:
    """This function will give a case to an officer (of a grassroots union), and to another union if one is named.

    The officer is told, at the mobile number of the account.
    """
    with transaction.atomic():
        case = _lock(case_id)
        state = CaseState(case.state)
        if not CASE_MOVES[state]:
            raise CaseMoveNotAllowed(case=case_id, state=state.label, wanted=Words("移交", "handed over"), possible="—")
        was = case.union_id
        if union_code is not None:
            case.union = Union.objects.get(code=union_code)
        Case.objects.filter(pk=case_id).update(officer=to, union=case.union)
        at = moment()
        _note(case_id, state, state, by=by, sentence=f"移交 {to}:{_sentence(case_id, sentence)}", at=at)
        details = {"to": to, "union": union_code}
        record(by=by, action="case.handed_over", record=f"case {case_id}", details=details, at=at,
               changes={"officer": (case.officer, to), "union": (was, case.union_id)})  # fmt: skip
        _tell_receiver(case, to, by=by, at=at)
    return Case.objects.get(pk=case_id)


def approve_case(*, case_id: int, by: str, second: str, sentence: str, on: date, seen_fen: int | None = None) -> Posted:
    """This function will approve an assist decision whose papers are in; it becomes an entitlement.

    `by` and `second` are two different people who may sign, neither of them the member nor of the household.
    With `seen_fen`, refuses (`CaseChanged`) when the amount is not the one they looked at. Raises `CaseUnknown`,
    `CaseMoveNotAllowed`, `CasePaysNothing`, `SecondPersonNeeded`, `SignatoryUnknown`, `OwnCase`, and
    `HeirMissing` for a death that nobody is named to receive for.
    """
    if by == second:
        raise SecondPersonNeeded(case=case_id, by=by)
    with transaction.atomic():
        about = Case.objects.filter(pk=case_id).first()
        if about is None:
            raise CaseUnknown(case=case_id)
        if about.reason != CaseReason.OVER_LIMIT or about.person_hash is None:
            raise CasePaysNothing(case=case_id, reason=CaseReason(about.reason).label)
        lock_people([bytes(about.person_hash)])  # before the case: deciding locks in this order too
        case = _lock(case_id)
        _allow(case, CaseState.APPROVED)
        if seen_fen is not None and seen_fen != case.amount_fen:
            raise CaseChanged(case=case_id, now=yuan_text(case.amount_fen), seen=yuan_text(seen_fen))
        require_heir(stay_id=case.stay_id)
        for name in (by, second):
            _refuse_own(case, name, on)
        at = moment()
        assert case.decision_id is not None
        single_decision(case.decision_id)
        posted = post_differences(at=at, on=on, approved=[case.decision_id])
        if posted.owed_fen != case.amount_fen:
            raise AssertionError(f"case {case_id} stands at {case.amount_fen} fen, posted were {posted.owed_fen}")
        said = _sentence(case_id, sentence)
        Case.objects.filter(pk=case_id).update(state=CaseState.APPROVED, closed_at=at, closed_because=said)
        _note(case_id, CaseState(case.state), CaseState.APPROVED, by=by, second=second, sentence=said, at=at)
        details = {"second": second, "decision": case.decision_id, "owed_fen": posted.owed_fen}
        record(by=by, action="case.approved", record=f"case {case_id}", details=details, at=at,
               changes={"state": (case.state, CaseState.APPROVED.value)})  # fmt: skip
    return posted


def _tell_receiver(case: Case, to: str, *, by: str, at: datetime) -> None:
    receiver = Account.objects.filter(name=to, for_member=False).first()
    if receiver is None or to == by:
        return
    fields = {"number": str(case.pk), "day": case.due_on.isoformat()}
    word = Word(kind=Kind.CASE_HANDED, address=receiver.mobile, fields=fields, language=receiver.speaks)
    queue_notices(words=[word], by=by, at=at)


def _move(case_id: int, to: CaseState, *, by: str, sentence: str, due_on: date | None) -> Case:
    """Take one step of CASE_MOVES and keep who, when and why."""
    said = _sentence(case_id, sentence)
    with transaction.atomic():
        case = _lock(case_id)
        _allow(case, to)
        at = moment()
        changes: dict[str, object] = {"state": to}
        if to == CaseState.CLOSED:
            changes |= {"closed_at": at, "closed_because": said}
        else:
            changes |= {"due_on": due_on}
        Case.objects.filter(pk=case_id).update(**changes)
        _note(case_id, CaseState(case.state), to, by=by, sentence=said, at=at, due_on=due_on)
        details = {"from": case.state, "to": to.value, "due_on": due_on}
        record(by=by, action="case.moved", record=f"case {case_id}", details=details, at=at,
               changes={"state": (case.state, to.value), "due_on": (case.due_on, due_on)})  # fmt: skip
    return Case.objects.get(pk=case_id)


def _note(
    case_id: int, old: CaseState, new: CaseState, *, by: str, sentence: str, at: datetime, second: str = "",
    due_on: date | None = None,
) -> None:  # fmt: skip
    CaseMove.objects.create(
        case_id=case_id, from_state=old, to_state=new, by=by, second=second, at=at, due_on=due_on, sentence=sentence
    )


def _lock(case_id: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(case=case_id)
    return case


def _allow(case: Case, to: CaseState) -> None:
    possible = CASE_MOVES[CaseState(case.state)]
    if to not in possible:
        raise CaseMoveNotAllowed(
            case=case.pk, state=CaseState(case.state).label, wanted=to.label,
            possible=listed(CaseState(state).label for state in possible),
        )  # fmt: skip


def _sentence(case_id: int, sentence: str) -> str:
    said = sentence.strip()
    if len(said) < 2:
        raise CaseSentenceMissing(case=case_id)
    return said


def _refuse_own(case: Case, name: str, on: date) -> None:
    """Refuse a name that may not sign, and one that would decide about the own person or household."""
    # By name, not by import: payments build on subsidies, and signatories are kept there.
    signatory = apps.get_model("payments", "Signatory").objects.filter(name=name).first()
    if signatory is None or (signatory.ended_on is not None and signatory.ended_on <= on):
        raise SignatoryUnknown(name=name, on=on.isoformat())
    said = [one for one in (signatory.person_id, person_declared(name=name)) if one is not None]
    if not said or case.person is None:
        return
    me = [kept or own for own, kept in Person.objects.filter(pk__in=said).values_list("id", "merged_into_id")]
    they = case.person.merged_into_id or case.person_id
    with connection.cursor() as cursor:
        cursor.execute(SAME_HOUSEHOLD, {"me": me, "they": they})
        if they in me or cursor.fetchone()[0]:
            raise OwnCase(case=case.pk, name=name)
