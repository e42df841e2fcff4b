"""Money that has to come back and could not be set off: asked for, repaid, or given up by two people."""

from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries
from jishiyu.apps.payments.models import Repayment, WriteOff
from jishiyu.apps.payments.problems import ReasonMissing, RecoveryNotOpen, RepaymentWrong, WriteOffNeedsTwo
from jishiyu.apps.payments.signatories import household_of, require_signatory
from jishiyu.apps.subsidies.models import Recovery, RecoveryState
from jishiyu.engine.money import yuan_text

UNSETTLED = (RecoveryState.OPEN, RecoveryState.ASKED_BACK)


@transaction.atomic
def ask_back(*, recovery_id: int, reason: str, by: str, on: date, at: datetime) -> Recovery:
    """Ask the member to pay back what is open; from now on it is not set off any more."""
    require_signatory(name=by, on=on)
    recovery = _locked(recovery_id, RecoveryState.OPEN)
    if not reason.strip():
        raise ReasonMissing()
    recovery.state = RecoveryState.ASKED_BACK
    Recovery.objects.filter(id=recovery_id).update(state=recovery.state)
    details = {"rest_fen": _rest(recovery), "reason": reason.strip()}
    record(by=by, action="payments.ask_back", record=f"recovery {recovery_id}", details=details, at=at,
           changes={"state": (RecoveryState.OPEN.value, RecoveryState.ASKED_BACK.value)})  # fmt: skip
    return recovery


@transaction.atomic
def record_repayment(*, recovery_id: int, amount_fen: int, reference: str, by: str, on: date, at: datetime) -> Recovery:
    """Book money that a member paid back, under the number of its bank slip; the same slip again changes nothing.

    Raises RecoveryNotOpen and RepaymentWrong (more than is open, nothing, or a slip used for something else).
    """
    require_signatory(name=by, on=on)
    recovery = Recovery.objects.select_for_update().get(id=recovery_id)
    known = Repayment.objects.filter(reference=reference).first()
    if known is not None and (known.recovery_id, known.amount_fen) == (recovery_id, amount_fen):
        return recovery
    _settleable(recovery, *UNSETTLED)
    rest = _rest(recovery)
    if known is not None or not reference.strip() or not 0 < amount_fen <= rest:
        raise RepaymentWrong(
            recovery=recovery_id, given=yuan_text(amount_fen), rest=yuan_text(rest), reference=reference
        )
    repayment = Repayment.objects.create(
        recovery=recovery, amount_fen=amount_fen, reference=reference, received_on=on, by=by, at=at
    )
    before = recovery.state
    recovery.repaid_fen += amount_fen
    if amount_fen == rest:
        recovery.state = RecoveryState.REPAID
    Recovery.objects.filter(id=recovery_id).update(repaid_fen=recovery.repaid_fen, state=recovery.state)
    post_entries(kind=Kind.REPAID, rows=[(repayment.id, recovery.policy, amount_fen)], on=on)
    details = {"amount_fen": amount_fen, "slip": reference, "rest_fen": rest - amount_fen}
    record(by=by, action="payments.repaid", record=f"recovery {recovery_id}", details=details, at=at,
           changes={"rest_fen": (rest, rest - amount_fen), "state": (before, recovery.state)})  # fmt: skip
    return recovery


@transaction.atomic
def propose_write_off(*, recovery_id: int, reason: str, by: str, on: date, at: datetime) -> WriteOff:
    """Propose to give up what is open; somebody else has to approve. Proposing again changes nothing."""
    require_signatory(name=by, on=on)
    if not reason.strip():
        raise ReasonMissing()
    recovery = _locked(recovery_id, *UNSETTLED)
    proposal, new = WriteOff.objects.get_or_create(
        recovery=recovery, defaults={"reason": reason.strip(), "proposed_by": by, "proposed_at": at}
    )
    if new:
        details = {"rest_fen": _rest(recovery), "reason": reason.strip()}
        record(by=by, action="payments.propose_write_off", record=f"recovery {recovery_id}", details=details, at=at)
    return proposal


@transaction.atomic
def approve_write_off(*, recovery_id: int, by: str, on: date, at: datetime) -> WriteOff:
    """Give up what is open of a recovery, as the second person; raises WriteOffNeedsTwo and RecoveryNotOpen."""
    signatory = require_signatory(name=by, on=on)
    recovery = _locked(recovery_id, *UNSETTLED)
    proposal = WriteOff.objects.select_for_update().filter(recovery=recovery).first()
    owes = recovery.person.merged_into_id or recovery.person_id
    own = owes in household_of(signatory=signatory)
    if proposal is None or proposal.proposed_by == by or own:
        raise WriteOffNeedsTwo(recovery=recovery_id, name=by)
    rest = _rest(recovery)
    proposal.approved_by, proposal.approved_at, proposal.amount_fen = by, at, rest
    WriteOff.objects.filter(id=proposal.id).update(approved_by=by, approved_at=at, amount_fen=rest)
    Recovery.objects.filter(id=recovery_id).update(state=RecoveryState.WRITTEN_OFF)
    post_entries(kind=Kind.WRITTEN_OFF, rows=[(recovery_id, recovery.policy, rest)], on=on)
    details = {"amount_fen": rest, "reason": proposal.reason, "proposed_by": proposal.proposed_by}
    record(by=by, action="payments.write_off", record=f"recovery {recovery_id}", details=details, at=at,
           changes={"state": (recovery.state, RecoveryState.WRITTEN_OFF.value)})  # fmt: skip
    return proposal


def _locked(recovery_id: int, *states: RecoveryState) -> Recovery:
    recovery = Recovery.objects.select_for_update().get(id=recovery_id)
    _settleable(recovery, *states)
    return recovery


def _settleable(recovery: Recovery, *states: RecoveryState) -> None:
    if recovery.state not in states:
        state = RecoveryState(recovery.state)
        raise RecoveryNotOpen(recovery=recovery.id, state=state.label)


def _rest(recovery: Recovery) -> int:
    return recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen
