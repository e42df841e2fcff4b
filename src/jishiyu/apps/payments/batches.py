"""A batch between its maker and the bank: approved by a second person, or cancelled; closed when all is answered."""

from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.payments.models import Attempt, AttemptState, Batch, BatchState
from jishiyu.apps.payments.problems import (
    BatchNotReady,
    BatchUnknown,
    CheckerIsMaker,
    CheckerIsPayee,
    ReasonMissing,
)
from jishiyu.apps.payments.signatories import household_of, require_signatory
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.engine.words import listed


@transaction.atomic
def approve_batch(*, batch_id: int, by: str, on: date, at: datetime) -> Batch:
    """Sign a batch as its checker. Raises SignatoryUnknown, BatchUnknown, BatchNotReady, CheckerIsMaker and
    CheckerIsPayee (the checker's own payment, or that of their household)."""
    signatory = require_signatory(name=by, on=on)
    batch = locked_batch(batch_id, BatchState.PREPARED)
    if batch.made_by == by:
        raise CheckerIsMaker(name=by, batch=batch_id)
    if _pays(batch_id, household_of(signatory=signatory)):
        raise CheckerIsPayee(name=by, batch=batch_id)
    batch.state, batch.checked_by, batch.checked_at = BatchState.APPROVED, by, at
    Batch.objects.filter(id=batch_id).update(state=batch.state, checked_by=by, checked_at=at)
    details = {"count": batch.count, "sum_fen": batch.sum_fen}
    record(by=by, action="payments.approve", record=f"batch {batch_id}", details=details, at=at,
           changes={"state": (BatchState.PREPARED.value, BatchState.APPROVED.value)})  # fmt: skip
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: int, by: str, reason: str, on: date, at: datetime) -> Batch:
    """Give up a batch that no file was made of; its entitlements are owed again. What was set off stays set off."""
    require_signatory(name=by, on=on)
    if not reason.strip():
        raise ReasonMissing()
    batch = locked_batch(batch_id, BatchState.PREPARED, BatchState.APPROVED)
    before = batch.state
    move_entitlements(batch, old=EntitlementState.IN_BATCH, new=EntitlementState.OWED)
    Attempt.objects.filter(batch_id=batch_id).update(state=AttemptState.CANCELLED)
    _end(batch, BatchState.CANCELLED, by=by, at=at, reason=reason.strip())
    record(by=by, action="payments.cancel", record=f"batch {batch_id}", details={"reason": reason.strip()}, at=at,
           changes={"state": (before, BatchState.CANCELLED.value)})  # fmt: skip
    return batch


@transaction.atomic
def close_batch(*, batch_id: int, by: str, on: date, at: datetime) -> Batch:
    """Put an answered batch away. Payments that come back later are still taken in."""
    require_signatory(name=by, on=on)
    batch = locked_batch(batch_id, BatchState.ANSWERED)
    _end(batch, BatchState.CLOSED, by=by, at=at, reason="")
    record(by=by, action="payments.close", record=f"batch {batch_id}", details={}, at=at,
           changes={"state": (BatchState.ANSWERED.value, BatchState.CLOSED.value)})  # fmt: skip
    return batch


# The entitlements are listed first and looked up by number: of a batch that was made a moment ago the planner knows
# nothing, and joined in another order it would take its square.
_MOVE_ENTITLEMENTS = """
UPDATE subsidies_entitlement SET state = %(new)s
 WHERE id = ANY(ARRAY(SELECT entitlement_id FROM payments_attempt WHERE batch_id = %(batch)s)) AND state = %(old)s
"""


def move_entitlements(batch: Batch, *, old: EntitlementState, new: EntitlementState) -> None:
    """Take all entitlements of a batch from one state to another; anything but all of them is a bug and undone."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ENTITLEMENTS, {"batch": batch.pk, "old": old, "new": new})
        if cursor.rowcount != batch.count:
            raise AssertionError(f"{cursor.rowcount} entitlements of batch {batch.pk} became {new}, not {batch.count}")


def locked_batch(batch_id: int, *states: BatchState) -> Batch:
    """Return the batch, locked until the transaction ends; raises BatchUnknown and BatchNotReady."""
    batch = Batch.objects.select_for_update().filter(id=batch_id).first()
    if batch is None:
        raise BatchUnknown(batch=batch_id)
    if batch.state not in states:
        needed = listed(state.label for state in states)
        raise BatchNotReady(batch=batch_id, state=BatchState(batch.state).label, needed=needed)
    return batch


def _pays(batch_id: int, person_ids: list[int]) -> bool:
    """Return whether the batch pays one of these persons, or somebody who was merged into one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM payments_attempt attempt"
            " JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id"
            " JOIN people_person payee ON payee.id = entitlement.person_id"
            " WHERE attempt.batch_id = %s AND coalesce(payee.merged_into_id, payee.id) = ANY(%s))",
            [batch_id, person_ids],
        )
        return bool(cursor.fetchone()[0])


def _end(batch: Batch, state: BatchState, *, by: str, at: datetime, reason: str) -> None:
    batch.state, batch.ended_by, batch.ended_at, batch.ended_because = state, by, at, reason
    Batch.objects.filter(id=batch.id).update(state=state, ended_by=by, ended_at=at, ended_because=reason)
