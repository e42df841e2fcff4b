"""People put right at the desk, and what they are owed decided again in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jishiyu.apps.intake.operations import moment
from jishiyu.apps.people.desk import correct_number as correct
from jishiyu.apps.people.models import Certificate, Merge, Person
from jishiyu.apps.people.operations import merge_people, undo_merge
from jishiyu.apps.people.problems import MergeUnknown
from jishiyu.apps.subsidies.operations import Outcome, redecide
from jishiyu.engine.policy.shelf import Shelf


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A merge (or the one that was undone), and what deciding both again did."""

    merge_id: int
    outcome: Outcome


def merge_members(
    *, kept_id: int, merged_id: int, reason: str, by: str, on: date, policies: Shelf | None = None
) -> Merged:
    """This function will let two persons count as one: one limit, one history; differences are posted at once.

    `on` is the day in the books. Raises the problems of `merge_people`.
    """
    with transaction.atomic():
        merge = merge_people(kept_id=kept_id, merged_id=merged_id, reason=reason, by=by, at=moment())
        outcome = _decide(merge, by=by, on=on, because=f"merge {merge.pk}", policies=policies)
    return Merged(merge_id=merge.pk, outcome=outcome)


def undo_merge_of_members(*, merge_id: int, reason: str, by: str, on: date, policies: Shelf | None = None) -> Merged:
    """This function will let both persons stand for themselves again and post the differences at once.

    What was paid stays paid: what one of them owes back becomes a recovery. Raises `MergeUnknown`, `MergeUndone`.
    """
    with transaction.atomic():
        if not Merge.objects.filter(pk=merge_id).exists():
            raise MergeUnknown(merge_id=merge_id)
        merge = undo_merge(merge_id=merge_id, reason=reason, by=by, at=moment())
        outcome = _decide(merge, by=by, on=on, because=f"merge {merge.pk} undone", policies=policies)
    return Merged(merge_id=merge.pk, outcome=outcome)


def correct_number(
    *, person_id: int, cert_type: str, cert_no: str, reason: str, by: str, on: date, policies: Shelf | None = None
) -> Outcome:
    """This function will put the right number in the place of a wrong one and decide both numbers again.

    Stays under the right number become the member's; stays that came to them by the wrong one are theirs no longer.
    """
    with transaction.atomic():
        hashes = correct(
            person_id=person_id, cert_type=cert_type, cert_no=cert_no, as_of=on, reason=reason, by=by, at=moment()
        )
        return redecide(by=by, on=on, people=hashes, because=f"number of person {person_id}", policies=policies)


def _decide(merge: Merge, *, by: str, on: date, because: str, policies: Shelf | None) -> Outcome:
    return redecide(by=by, on=on, people=_hashes([merge.kept_id, merge.merged_id]), because=because, policies=policies)


def _hashes(person_ids: Sequence[int]) -> list[bytes]:
    """Return every number that leads to these persons."""
    own = Person.objects.filter(pk__in=person_ids).values_list("person_hash", flat=True)
    further = Certificate.objects.filter(person_id__in=person_ids).values_list("person_hash", flat=True)
    return sorted({bytes(found) for found in (*own, *further)})
