"""Who may prepare and approve payments, and whose payments they therefore must not approve."""

from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.accounts.queries import person_declared
from jishiyu.apps.audit.operations import record
from jishiyu.apps.members.queries import persons_of_number
from jishiyu.apps.payments.models import Signatory
from jishiyu.apps.payments.problems import MemberUnknown, SignatoryUnknown, SignsAlready


@transaction.atomic
def name_signatory(*, name: str, member_no: str | None, by: str, at: datetime) -> Signatory:
    """Let somebody sign payments; `member_no` says who they are on the roster, None that they are no member.

    Naming the same name again changes the member number. Raises MemberUnknown, SignsAlready.
    """
    person_id = _person_of(member_no) if member_no else None
    if person_id is not None:
        other = Signatory.objects.filter(person_id=person_id, ended_on=None).exclude(name=name).first()
        if other is not None:
            raise SignsAlready(other=other.name)
    before = dict(Signatory.objects.filter(name=name).values("person_id", "ended_on").first() or {})
    signatory, _ = Signatory.objects.update_or_create(
        name=name, defaults={"person_id": person_id, "ended_on": None, "named_by": by, "named_at": at}
    )
    details = {"name": name, "person": person_id}
    record(by=by, action="payments.name_signatory", record=f"signatory {signatory.id}", details=details, at=at,
           changes={"person": (before.get("person_id"), person_id), "ended_on": (before.get("ended_on"), None)})  # fmt: skip
    return signatory


@transaction.atomic
def end_signatory(*, name: str, on: date, by: str, at: datetime) -> None:
    """Stop somebody from signing payments from a day on; raises SignatoryUnknown."""
    if not Signatory.objects.filter(name=name, ended_on=None).update(ended_on=on):
        raise SignatoryUnknown(name=name)
    record(by=by, action="payments.end_signatory", record=f"signatory {name}", details={"on": on}, at=at,
           changes={"ended_on": (None, on)})  # fmt: skip


def require_signatory(*, name: str, on: date) -> Signatory:
    """Return the signatory of this name who may sign on this day; raises SignatoryUnknown."""
    found = Signatory.objects.filter(name=name).first()
    if found is None or (found.ended_on is not None and found.ended_on <= on):
        raise SignatoryUnknown(name=name)
    return found


def household_of(*, signatory: Signatory) -> list[int]:
    """Return the persons (who count after merges) whose cases the signatory must not decide: themselves, as named here
    or as declared for their account, and everybody who shares a household with them on any membership."""
    said = {signatory.person_id, person_declared(name=signatory.name)} - {None}
    if not said:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HOUSEHOLD, {"persons": list(said)})
        return [person_id for (person_id,) in cursor.fetchall()]


def _person_of(member_no: str) -> int:
    found = persons_of_number(member_no=member_no)
    if len(found) != 1:
        raise MemberUnknown(member_no=member_no, count=len(found))
    return found[0]


_HOUSEHOLD = """
WITH me AS (
    SELECT other.id
      FROM people_person mine
      JOIN people_person other
        ON coalesce(other.merged_into_id, other.id) = coalesce(mine.merged_into_id, mine.id)
     WHERE mine.id = ANY(%(persons)s)
), household AS (
    SELECT household_hash FROM members_membership
     WHERE person_id IN (SELECT id FROM me) AND household_hash IS NOT NULL
), ours AS (
    SELECT id FROM me
     UNION
    SELECT person_id FROM members_membership WHERE household_hash IN (SELECT household_hash FROM household)
)
SELECT DISTINCT coalesce(merged_into_id, id) FROM people_person WHERE id IN (SELECT id FROM ours)
"""
