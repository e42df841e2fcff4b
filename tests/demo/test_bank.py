"""The invented bank answers every file it is given, the same way every time."""

from datetime import date
from decimal import Decimal

import pytest

from jishiyu.apps.payments.bank import Outcome, Payment
from jishiyu.banks import open_bank, profile_names
from jishiyu.demo.bank import answer

PAYMENTS = [Payment(f"JS{i:010d}", f"622202{i:013d}", "张三丰", 7500 + i) for i in range(2000)]
RATES = {"returned_rate": Decimal("0.1"), "failed_rate": Decimal("0.05"), "unknown_rate": Decimal("0.02")}


@pytest.mark.parametrize("profile", profile_names())
def test_answers_every_line_deterministically_and_late_returns_contradict_nothing(profile: str) -> None:
    bank = open_bank(profile)
    (file,) = bank.write(batch=1, on=date(2025, 3, 15), payments=PAYMENTS)
    ask = {"profile": profile, "seed": 7, "answered_on": date(2025, 3, 17), **RATES}
    content = answer(file.content, **ask)
    assert content == answer(file.content, **ask)
    assert content is not None
    first = {a.reference: a for a in bank.read(content, file_name="r")}
    assert [(a.reference, a.account, a.amount_fen) for a in first.values()] == [
        (p.reference, p.account, p.amount_fen) for p in PAYMENTS
    ]
    counts = {outcome: sum(a.outcome is outcome for a in first.values()) for outcome in Outcome}
    assert 60 <= counts[Outcome.FAILED] <= 140
    assert 20 <= counts[Outcome.UNKNOWN] <= 60
    late = answer(file.content, late=True, **ask)
    assert late is not None
    for said in bank.read(late, file_name="late"):
        before = first[said.reference].outcome
        assert (before, said.outcome) in {
            (Outcome.PAID, Outcome.RETURNED), (Outcome.UNKNOWN, Outcome.PAID), (Outcome.UNKNOWN, Outcome.FAILED),
        }  # fmt: skip
    assert answer(file.content, **{**ask, "seed": 8}) != content


def test_a_late_file_with_nothing_to_say_is_none() -> None:
    (file,) = open_bank("generic-csv").write(batch=1, on=date(2025, 3, 15), payments=PAYMENTS[:3])
    nothing = dict.fromkeys(RATES, Decimal(0))
    ask = {"profile": "generic-csv", "seed": 1, "answered_on": date(2025, 3, 17), **nothing}
    assert answer(file.content, late=True, **ask) is None
    assert answer(file.content, **ask) is not None
