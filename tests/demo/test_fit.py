"""Costs fitted to the published payments, checked against a calculation in Decimal that shares no code with them."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from jishiyu.demo import costs, fit
from jishiyu.demo.curve import hospital_curve
from jishiyu.demo.published import published
from jishiyu.engine.policy.shelf import folder

BRACKETS = [
    (Decimal(edge), Decimal(rate))
    for edge, rate in (
        ("300000", "0.10"), ("200000", "0.09"), ("100000", "0.08"), ("50000", "0.05"), ("20000", "0.03"),
        ("10000", "0.02"), ("5000", "0.015"),
    )
]  # fmt: skip
LIMIT = Decimal(50_000)


def pay(cash: Decimal) -> Decimal:
    """Whole-amount scale of subsidies.md §3, once rounded half up."""
    rate = next((rate for edge, rate in BRACKETS if cash > edge), Decimal(0))
    return (cash * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def hospital_payments(out: Path) -> Iterator[tuple[str, Decimal]]:
    """Walk through the entitled stays of every member and year in the order of settlement."""
    stays = pl.read_parquet(out / "truth" / "truth-stays.parquet").filter(
        pl.col("bucket").is_in(["auto", "assist", "capped"])
    )
    used: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for stay in stays.sort("settled_at", "last_settlement_id").iter_rows(named=True):
        person, year = stay["person_key"], stay["ends_on"].year
        amount = min(pay(Decimal(stay["cash_fen"]) / 100), LIMIT - used[person, year])
        used[person, year] += amount
        assert amount == Decimal(stay["payable_fen"]) / 100, stay
        if amount:
            yield person, amount


def accident_payments(out: Path) -> dict[tuple[str, str], Decimal]:
    """Take the worst grade of every usable accident from the applications and the injury table."""
    with (folder() / "changchun" / "injuries-2020.csv").open(encoding="utf-8") as file:
        table = {row["key"]: Decimal(row["amount"]) for row in csv.DictReader(file)}
    truth = pl.read_parquet(out / "truth" / "truth-applications.parquet")
    refused = set(truth.filter(pl.col("bucket").is_in(["held", "unmatched"]))["application_id"])
    worst: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for path in sorted((out / "applications").iterdir()):
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                if row["kind"] == "fire" or row["application_id"] in refused:
                    continue
                keys = ["death"] if row["kind"] == "death" else row["injuries"].split(";")
                case = row["certno"], row["event_id"]
                worst[case] = max(worst[case], *(table[key] for key in keys))
    return worst


def fire_payments(out: Path) -> list[Decimal]:
    losses: dict[str, Decimal] = {}
    for path in sorted((out / "applications").iterdir()):
        with path.open(encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if row["kind"] == "fire" and row["certificate_no"]]
        losses |= {row["household"]: Decimal(row["loss_yuan"]) for row in rows}
    return [min(loss / 10, Decimal(10_000)).quantize(Decimal("0.01"), ROUND_HALF_UP) for loss in losses.values()]


def test_an_eighth_of_the_city_pays_an_eighth_of_what_was_published(eighth: Path) -> None:
    hospital = list(hospital_payments(eighth))
    accidents, fires = accident_payments(eighth), fire_payments(eighth)
    money = sum(amount for _, amount in hospital) + sum(accidents.values()) + sum(fires)
    times = len(hospital) + len(accidents) + len(fires)
    assert abs(money / Decimal("3797500") - 1) < Decimal("0.05")
    assert abs(Decimal(times) / Decimal("13875") - 1) < Decimal("0.05")
    assert abs(Decimal(len(accidents)) / Decimal("37.375") - 1) < Decimal("0.05")
    assert abs(sum(accidents.values()) / Decimal("61500") - 1) < Decimal("0.05")
    # Fewer than thirty are expected here: looked at with a wider eye.
    above = [amount for _, amount in hospital if amount > 10_000] + [a for a in accidents.values() if a > 10_000]
    assert 15 <= len(above) <= 24
    assert abs(sum(above) / Decimal("367500") - 1) < Decimal("0.10")
    assert 2 <= len(fires) <= 3


def test_tells_the_cases_of_the_news(eighth: Path) -> None:
    by_person: dict[str, list[Decimal]] = defaultdict(list)
    for person, amount in hospital_payments(eighth):
        by_person[person].append(amount)
    amounts = [amount for several in by_person.values() for amount in several]
    assert Decimal("12160.00") in amounts
    assert Decimal("34000.00") in amounts
    assert max(sum(several) for several in by_person.values()) == Decimal("81000.00")


def test_the_kept_tables_are_those_that_are_derived() -> None:
    kept, derived = costs.fitted(), fit.derive()
    for name, (value, status) in derived.parameters.items():
        assert kept.parameters[name][1] == status
        assert kept.parameters[name][0] == pytest.approx(value, rel=1e-6)
    for name, table in derived.tables.items():
        assert kept.tables[name].cash == table.cash
        # Another machine's exponential may differ in its last place.
        assert np.allclose(kept.tables[name].share, table.share, rtol=0, atol=200)


def test_the_fitted_distribution_meets_the_published_moments() -> None:
    goal, curve, tables = fit.targets(published()), hospital_curve(), costs.fitted().tables
    assert goal.count == 110_681
    assert fit.mean_payment(tables["ordinary"], curve) == pytest.approx(goal.ordinary_mean, rel=1e-6)
    assert fit.mean_payment(tables["large"], curve) == pytest.approx(goal.large_mean, rel=1e-6)
    # 125,000.06 yuan at 8 % is 10,000.0048, paid as 10,000.00.
    assert curve.large_from == 12_500_006


def test_compares_only_where_thirty_or_more_are_expected() -> None:
    figures, eighth = published().figures, Fraction(1, 8)
    assert figures["money"].at(eighth) == Decimal("3797500.00")
    assert figures["accident_count"].is_compared(eighth)
    assert not figures["above_10000_count"].is_compared(eighth)
    assert figures["above_10000_count"].is_compared(Fraction(1))
    assert figures["person_times"].at(eighth, months=12) == Decimal("4625.00")
    assert not figures["year_2025_money"].is_compared(Fraction(1))
