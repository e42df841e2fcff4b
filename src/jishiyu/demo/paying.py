"""The payments of a month: money into the fund, a batch by one and a signature by another, the bank and its answers."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from jishiyu.apps.payments.models import Batch, BatchState
from jishiyu.apps.payments.operations import (
    Prepared,
    appropriate,
    approve_batch,
    close_batch,
    prepare_batch,
    read_result,
    send_batch,
)
from jishiyu.apps.payments.problems import NothingToPay
from jishiyu.apps.payments.queries import free_fen, standings
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.banks import ProfileBank, open_bank, profile_names
from jishiyu.demo.bank import answer
from jishiyu.demo.officers import CHECKER, MAKER

ANSWERED_AFTER, LATE_AFTER = timedelta(days=2), timedelta(days=8)
ROUND_FEN = 1_000_000  # money is appropriated in steps of ten thousand yuan
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class MonthPaid:
    """What a month's payments came to; money in fen. `stuck` are failed or returned, `set_off` recoveries taken off."""

    profile: str = ""
    count: int = 0
    sum_fen: int = 0
    stuck: int = 0
    unknown: int = 0
    set_off: int = 0
    unpayable: int = 0


def fill_fund(*, budget_fen: int, document: str, on: date, at: datetime) -> int:
    """This function will book the budget, or what is owed beyond it, under a document number; returns fen."""
    owed = sum(row.sum_fen for row in standings() if row.state == EntitlementState.OWED)
    missing = max(owed - free_fen(), 0)
    amount = max(budget_fen, -(-missing // ROUND_FEN) * ROUND_FEN)
    if amount:
        appropriate(amount_fen=amount, reference=document, by=MAKER, on=on, at=at)
    return amount


def pay_month(
    *, month: int, seed: int, folder: Path, on: date, clock: Clock, only: Sequence[int] | None = None
) -> MonthPaid:
    """This function will pay what is owed (or `only` these entitlements of it) and read what the bank answers.

    Each month goes through the next of the shipped bank profiles.
    """
    names = profile_names()
    bank = open_bank(names[month % len(names)])
    try:
        prepared = prepare_batch(by=MAKER, on=on, at=clock(), bank=bank, entitlement_ids=only)
    except NothingToPay:
        return MonthPaid(profile=bank.name)
    moved = _through_the_bank(prepared, bank, seed, folder, on, clock) if prepared.batch_id else Counter[str]()
    return MonthPaid(
        profile=bank.name, count=prepared.count, sum_fen=prepared.sum_fen, stuck=moved["failed"] + moved["returned"],
        unknown=moved["unknown"], set_off=prepared.set_off_count, unpayable=len(prepared.unpayable),
    )  # fmt: skip


def _through_the_bank(
    prepared: Prepared, bank: ProfileBank, seed: int, folder: Path, on: date, clock: Clock
) -> Counter[str]:
    """Sign, send, and take in the bank's first file and the late one; return how many payments moved where."""
    batch_id = prepared.batch_id or 0
    approve_batch(batch_id=batch_id, by=CHECKER, on=on, at=clock())
    sent = send_batch(batch_id=batch_id, by=MAKER, on=on, at=clock(), bank=bank, folder=folder / "to-bank")
    moved: Counter[str] = Counter()
    for days, late in ((ANSWERED_AFTER, False), (LATE_AFTER, True)):
        for file in sent.files:
            said = answer(file.content, profile=bank.name, seed=seed, answered_on=on + days, late=late)
            if said is not None:
                moved += _take_in(
                    said, bank, folder / "from-bank", f"{'late-' if late else ''}{file.name}", on + days, clock
                )
    if Batch.objects.get(pk=batch_id).state == BatchState.ANSWERED:
        close_batch(batch_id=batch_id, by=MAKER, on=on + LATE_AFTER, at=clock())
    return moved


def _take_in(said: bytes, bank: ProfileBank, folder: Path, name: str, on: date, clock: Clock) -> Counter[str]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(said)
    done = read_result(content=said, file_name=name, by=MAKER, on=on, at=clock(), bank=bank)
    return Counter({state: count for state, (count, _) in done.moved.items()})
