"""The main job on real expenditures of the Medical Expenditure Panel Survey, against a count in Decimal."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from linearmodels.datasets import meps

from examples.medical_expenditures import YUAN_PER_DOLLAR, certificate, decide, distribution

CENT = Decimal("0.01")
BRACKETS = [
    (300_000, "0.10"),
    (200_000, "0.09"),
    (100_000, "0.08"),
    (50_000, "0.05"),
    (20_000, "0.03"),
    (10_000, "0.02"),
    (5_000, "0.015"),
]


def subsidy(spent: float) -> tuple[int, Decimal]:
    cash = (Decimal(str(spent)) * YUAN_PER_DOLLAR).quantize(CENT, ROUND_HALF_UP)
    for number, (edge, rate) in enumerate(BRACKETS):
        if cash > edge:
            return len(BRACKETS) - number, min((cash * Decimal(rate)).quantize(CENT, ROUND_HALF_UP), Decimal(50_000))
    return 0, Decimal(0)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_person_of_the_survey_gets_the_exact_amount(tmp_path: Path) -> None:
    people = meps.load()
    expected: dict[int, tuple[int, Decimal]] = {}
    for person in people.itertuples(index=False):
        bracket, amount = subsidy(person.drugexp) if int(person.age) - 25 <= 60 else (0, Decimal(0))
        count, total = expected.get(bracket, (0, Decimal(0)))
        expected[bracket] = (count + 1, total + amount)
    found = {
        bracket: (count, Decimal(payable) / 100)
        for bracket, count, _, payable, _, _ in distribution(decide(tmp_path, 25)).iter_rows()
    }
    assert found == expected
    assert sum(count for count, _ in found.values()) == 10_391


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_at_their_real_age_nobody_of_the_survey_is_paid(tmp_path: Path) -> None:
    decisions = decide(tmp_path, 0)
    assert decisions["payable_fen"].sum() == 0
    assert all("age_out_of_range" in reasons for reasons in decisions["reasons"])


def test_invented_numbers_are_distinct() -> None:
    people = meps.load()
    numbers = {
        certificate(number, int(person.age), female=bool(person.female))
        for number, person in enumerate(people.itertuples(index=False))
    }
    assert len(numbers) == len(people)
