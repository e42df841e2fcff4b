"""What members complain about, and the answers."""

from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.applications.acting import Actor
from jishiyu.apps.applications.models import Complaint, ComplaintState
from jishiyu.apps.applications.problems import ComplaintMissing, WordsMissing
from jishiyu.apps.applications.telling import tell_answer
from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.sealing import seal_many
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.evidence import review_on

WORDS = "applications_complaint.words"
ANSWER = "applications_complaint.answer"
LONGEST = 4000


def complain(
    *, person_id: int, words: str, by: Actor, on: date, at: datetime, application_id: int | None = None,
    calendar: Calendar | None = None,
) -> Complaint:  # fmt: skip
    """This function will keep what a member complains about, sealed, with the day by which it is answered.

    Raises `WordsMissing`; more than 4,000 characters are cut.
    """
    said = words.strip()[:LONGEST]
    if len(said) < 2:
        raise WordsMissing
    with transaction.atomic():
        due = review_on(on).due("answer", after=on, calendar=calendar or known_calendar())
        complaint = Complaint.objects.create(
            person_id=person_id, application_id=application_id, words=seal_many([said.encode()], purpose=WORDS)[0],
            filed_by=by.name, filed_at=at, due_on=due.on,
        )  # fmt: skip
        details = {"application": application_id, "due_on": due.on}
        record(by=by.name, action="complaint.filed", record=f"complaint {complaint.pk}", details=details, at=at)
    return complaint


def answer_complaint(*, complaint_id: int, words: str, by: Actor, at: datetime) -> Complaint:
    """This function will answer a complaint, once, by somebody else than who filed it.

    Raises `ComplaintMissing`, `WordsMissing`.
    """
    said = words.strip()[:LONGEST]
    if len(said) < 2:
        raise WordsMissing
    with transaction.atomic():
        complaint = Complaint.objects.select_for_update().filter(pk=complaint_id).first()
        if complaint is None or complaint.state != ComplaintState.OPEN or complaint.filed_by == by.name:
            raise ComplaintMissing(complaint=complaint_id)
        Complaint.objects.filter(pk=complaint_id).update(
            state=ComplaintState.ANSWERED, answer=seal_many([said.encode()], purpose=ANSWER)[0],
            answered_by=by.name, answered_at=at,
        )  # fmt: skip
        record(by=by.name, action="complaint.answered", record=f"complaint {complaint_id}", details={}, at=at,
               changes={"state": (ComplaintState.OPEN.value, ComplaintState.ANSWERED.value)})  # fmt: skip
        tell_answer(complaint, by=by.name, at=at)
    complaint.refresh_from_db()
    return complaint
