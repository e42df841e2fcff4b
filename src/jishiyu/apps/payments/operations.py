"""Everything that writes payments, in one place to import from; each part stands in a file of its own."""

from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.ledger import operations as ledger
from jishiyu.apps.ledger.problems import FundTooSmall
from jishiyu.apps.payments.batches import approve_batch, cancel_batch, close_batch
from jishiyu.apps.payments.preparing import PREPARE_LOCK, Prepared, Unpayable, prepare_batch
from jishiyu.apps.payments.queries import free_fen
from jishiyu.apps.payments.recoveries import approve_write_off, ask_back, propose_write_off, record_repayment
from jishiyu.apps.payments.results import ResultRead, read_result
from jishiyu.apps.payments.retries import release, release_corrected
from jishiyu.apps.payments.sending import Sent, hand_over_batch, send_batch
from jishiyu.apps.payments.signatories import end_signatory, name_signatory
from jishiyu.engine.money import yuan_text

__all__ = [
    "Prepared",
    "ResultRead",
    "Sent",
    "Unpayable",
    "appropriate",
    "approve_batch",
    "approve_write_off",
    "ask_back",
    "cancel_batch",
    "close_batch",
    "end_signatory",
    "hand_over_batch",
    "name_signatory",
    "prepare_batch",
    "propose_write_off",
    "read_result",
    "record_repayment",
    "release",
    "release_corrected",
    "send_batch",
]


@transaction.atomic
def appropriate(*, amount_fen: int, reference: str, by: str, on: date, at: datetime) -> bool:
    """Book money received into the fund under its document number (negative: taken back); False if known already.

    Raises ReferenceMissing, AmountNotPositive, EntryDiffers, and FundTooSmall when more is taken back than is free.
    """
    with connection.cursor() as cursor:
        # What is free must not shrink between this look and the posting: preparing a batch takes the same lock.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PREPARE_LOCK])
    new = ledger.appropriate(amount_fen=amount_fen, reference=reference, on=on)
    free = free_fen()
    if new and amount_fen < 0 and free < 0:
        raise FundTooSmall(free=yuan_text(free - amount_fen), wanted=yuan_text(-amount_fen))
    if new:
        details = {"amount_fen": amount_fen, "document": reference}
        record(by=by, action="ledger.appropriate", record="fund", details=details, at=at)
    return new
