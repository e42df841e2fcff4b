"""The bank file: made from rows, written so that a crash leaves either nothing or all of it.

Two transactions with the writing between them. The first marks the batch `sending` and records the hash of every
file: from then on it cannot be cancelled, because a file may be in the world. The second marks it sent. Killed in
between, the same call makes the same bytes and finishes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.files.writing import write_safely
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import Selected, post_entries
from jishiyu.apps.payments.bank import Bank, BankFile, Payment
from jishiyu.apps.payments.batches import locked_batch, move_entitlements
from jishiyu.apps.payments.models import Attempt, AttemptState, Batch, BatchFile, BatchState
from jishiyu.apps.payments.payees import open_payees
from jishiyu.apps.payments.problems import FileWouldDiffer, WrongBank
from jishiyu.apps.payments.signatories import require_signatory
from jishiyu.apps.subsidies.models import EntitlementState

WRITABLE = (BatchState.APPROVED, BatchState.SENDING, BatchState.SENT, BatchState.ANSWERED, BatchState.CLOSED)


@dataclass(frozen=True, slots=True)
class Sent:
    """The files of a batch, where they are, and whether this call was the one that sent it."""

    batch_id: int
    files: tuple[BankFile, ...]
    paths: tuple[Path, ...]
    first_time: bool


def reference(attempt_id: int) -> str:
    """Return the name of an attempt in bank files; letters first, so no spreadsheet takes it for a number."""
    return f"JS{attempt_id:010d}"


def send_batch(*, batch_id: int, by: str, on: date, at: datetime, bank: Bank, folder: Path) -> Sent:
    """Write the files of an approved batch into `folder` (mode 0600) and mark it sent; again gives the same bytes.

    Raises SignatoryUnknown, BatchUnknown, BatchNotReady, WrongBank, FileWouldDiffer, and what the bank's format
    refuses (a name it cannot carry): then nothing was written or changed.
    """
    files = _mark_sending(batch_id, by, on, at, bank)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = tuple(write_safely(folder / file.name, file.content) for file in files)
    first_time = _mark_sent(batch_id, by, on, at)
    return Sent(batch_id, tuple(files), paths, first_time)


@transaction.atomic
def hand_over_batch(*, batch_id: int, by: str, on: date, at: datetime, bank: Bank) -> Sent:
    """Mark an approved batch sent with the hash of every file, for a person who then takes the files from the screen.

    Nothing is written to a disk: `bank_files` makes the same bytes whenever they are asked for. Raises as `send_batch`.
    """
    files = _mark_sending(batch_id, by, on, at, bank)
    return Sent(batch_id, tuple(files), (), _mark_sent(batch_id, by, on, at))


def bank_files(*, batch: Batch, bank: Bank) -> list[BankFile]:
    """Return the files of a batch that was handed over, byte by byte as then; raises WrongBank and FileWouldDiffer."""
    if bank.name != batch.profile:
        raise WrongBank(batch=batch.id, profile=batch.profile, given=bank.name)
    files = bank.write(batch=batch.id, on=batch.pay_on, payments=_payments(batch))
    _same_as_before(batch, files)
    return files


@transaction.atomic
def _mark_sending(batch_id: int, by: str, on: date, at: datetime, bank: Bank) -> list[BankFile]:
    require_signatory(name=by, on=on)
    batch = locked_batch(batch_id, *WRITABLE)
    if bank.name != batch.profile:
        raise WrongBank(batch=batch_id, profile=batch.profile, given=bank.name)
    files = bank.write(batch=batch_id, on=batch.pay_on, payments=_payments(batch))
    if batch.state == BatchState.APPROVED:
        BatchFile.objects.bulk_create(
            BatchFile(
                batch=batch, part=part, name=file.name, sha256=file.sha256, count=file.count, sum_fen=file.sum_fen
            )
            for part, file in enumerate(files, 1)
        )
        Batch.objects.filter(id=batch_id).update(state=BatchState.SENDING)
    else:
        _same_as_before(batch, files)
    details = {"files": [file.sha256 for file in files], "count": batch.count, "sum_fen": batch.sum_fen}
    record(by=by, action="payments.write_file", record=f"batch {batch_id}", details=details, at=at,
           changes={"state": (batch.state, BatchState.SENDING.value)})  # fmt: skip
    return files


def _payments(batch: Batch) -> list[Payment]:
    """Return the payments of a batch as they were prepared; they must be all of them, to the fen."""
    rows = list(Attempt.objects.filter(batch=batch).order_by("line_no").values_list("id", "payee", "amount_fen"))
    payees = open_payees([bytes(token) for _, token, _ in rows])
    payments = [
        Payment(reference(attempt_id), payee.account, payee.name, amount_fen)
        for (attempt_id, _, amount_fen), payee in zip(rows, payees, strict=True)
    ]
    total = sum(payment.amount_fen for payment in payments)
    if (len(payments), total) != (batch.count, batch.sum_fen):
        raise AssertionError(f"batch {batch.id} has {len(payments)} payments of {total} fen")
    return payments


def _same_as_before(batch: Batch, files: Sequence[BankFile]) -> None:
    known = list(BatchFile.objects.filter(batch=batch).order_by("part").values_list("name", "sha256"))
    made = [(file.name, file.sha256) for file in files]
    if known != made:
        different = next((name for name, _ in made if (name, _) not in known), made[0][0])
        raise FileWouldDiffer(file=different, batch=batch.id)


@transaction.atomic
def _mark_sent(batch_id: int, by: str, on: date, at: datetime) -> bool:
    batch = locked_batch(batch_id, *WRITABLE)
    if batch.state != BatchState.SENDING:
        return False
    Attempt.objects.filter(batch_id=batch_id).update(state=AttemptState.SENT)
    move_entitlements(batch, old=EntitlementState.IN_BATCH, new=EntitlementState.SENT)
    post_entries(kind=Kind.SENT, rows=Selected(_SENT, {"batch": batch_id}), on=on)
    Batch.objects.filter(id=batch_id).update(state=BatchState.SENT, sent_by=by, sent_at=at)
    details = {"count": batch.count, "sum_fen": batch.sum_fen}
    record(by=by, action="payments.send", record=f"batch {batch_id}", details=details, at=at,
           changes={"state": (batch.state, BatchState.SENT.value)})  # fmt: skip
    return True


_SENT = """
SELECT attempt.id, entitlement.policy, attempt.amount_fen
  FROM payments_attempt attempt
  JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
 WHERE attempt.batch_id = %(batch)s
"""
