"""An invented bank: it reads a payment file of ours and answers it, the same way every time for the same seed.

Every payment draws one number from the seed, its account and its amount. The first file says paid, failed, unknown, and
returned for half of what will come back; the second file (`late=True`) brings the other half of the returns days
after they were called paid, and what became of the unknown ones.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jishiyu.apps.payments.bank import Outcome, Payment
from jishiyu.banks import ProfileBank, open_bank
from jishiyu.banks.layout import amount_text, render

REASONS = {
    Outcome.PAID: "",
    Outcome.FAILED: "账号户名不符",
    Outcome.RETURNED: "账户已销户,退汇",
    Outcome.UNKNOWN: "状态不明,待核实",
}
WHOLE = 2**64


def answer(
    bank_file: bytes, *, profile: str, seed: int, answered_on: date, returned_rate: Decimal = Decimal("0.01"),
    failed_rate: Decimal = Decimal("0.01"), unknown_rate: Decimal = Decimal("0.002"), late: bool = False,
) -> bytes | None:  # fmt: skip
    """This function will return the bank's result file for one payment file; None when a late file has no line."""
    bank = open_bank(profile)
    payments = bank.payments_of(bank_file, file_name="payments")
    rates = (failed_rate, unknown_rate, returned_rate)
    lines = list(_late(payments, seed, rates) if late else _first(payments, seed, rates))
    return _file(bank, lines, answered_on) if lines or not late else None


def _first(payments: list[Payment], seed: int, rates: tuple[Decimal, ...]) -> Iterator[tuple[Payment, Outcome]]:
    for payment in payments:
        drawn, half = _draw(payment, seed, rates)
        if drawn is Outcome.RETURNED and half:
            drawn = Outcome.PAID
        yield payment, drawn


def _late(payments: list[Payment], seed: int, rates: tuple[Decimal, ...]) -> Iterator[tuple[Payment, Outcome]]:
    for payment in payments:
        drawn, half = _draw(payment, seed, rates)
        if drawn is Outcome.RETURNED and half:
            yield payment, Outcome.RETURNED
        elif drawn is Outcome.UNKNOWN:
            yield payment, Outcome.PAID if half else Outcome.FAILED


def _draw(payment: Payment, seed: int, rates: tuple[Decimal, ...]) -> tuple[Outcome, bool]:
    """Return what becomes of a payment, and a coin for what is decided by halves."""
    # Not from the reference: our numbers follow the order of keyed hashes, which differ with every key file.
    digest = hashlib.sha256(f"{seed} {payment.account} {payment.amount_fen}".encode()).digest()
    drawn = Decimal(int.from_bytes(digest[:8], "big")) / WHOLE
    edge = Decimal(0)
    for outcome, rate in zip((Outcome.FAILED, Outcome.UNKNOWN, Outcome.RETURNED), rates, strict=True):
        edge += rate
        if drawn < edge:
            return outcome, bool(digest[8] & 1)
    return Outcome.PAID, bool(digest[8] & 1)


def _file(bank: ProfileBank, lines: list[tuple[Payment, Outcome]], answered_on: date) -> bytes:
    layout = bank.result
    codes = {outcome: code for code, outcome in bank.codes.items()}
    total = sum(payment.amount_fen for payment, _ in lines)
    tokens = {
        "batch": "0", "date": answered_on.strftime("%Y%m%d"), "part": "1", "count": str(len(lines)),
        "sum": amount_text(total, layout.amount),
    }  # fmt: skip
    rows = [
        {
            "line": str(number),
            "reference": payment.reference,
            "account": payment.account,
            "name": payment.name,
            "amount": amount_text(payment.amount_fen, layout.amount),
            "code": codes[outcome],
            "reason": REASONS[outcome],
            "date": answered_on.strftime("%Y%m%d"),
        }
        for number, (payment, outcome) in enumerate(lines, 1)
    ]
    return render(layout, rows, tokens)
