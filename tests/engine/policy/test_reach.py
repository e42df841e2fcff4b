"""Whom a call list is for: amounts that some policy could pay."""

from datetime import date

import polars as pl
import pytest

from jishiyu.engine.policy.reach import within_reach
from jishiyu.engine.policy.shelf import every_shipped, shipped


def reached(kind: str | None, day: date | None, fen: int | None, *names: str) -> bool:
    row = pl.DataFrame(
        {"kind": [kind], "anchor_date": [day], "base_fen": [fen]},
        schema={"kind": pl.String, "anchor_date": pl.Date, "base_fen": pl.Int64},
    )
    return bool(row.select(within_reach(shipped(names) if names else shipped())).item())


@pytest.mark.parametrize(
    ("fen", "expected"), [(500_000, False), (500_001, True), (0, False), (None, True), (90_000_000, True)]
)
def test_a_stay_is_in_reach_over_the_threshold_or_when_its_amount_is_not_known(fen: int | None, expected: bool) -> None:
    assert reached("stay", date(2025, 3, 1), fen) is expected


def test_a_day_that_is_not_known_leaves_a_stay_in_reach() -> None:
    assert reached("stay", None, 600_000)


def test_a_day_before_the_first_version_does_not() -> None:
    assert not reached("stay", date(2019, 12, 31), 600_000)


def test_accidents_and_fires_have_no_threshold_on_cash() -> None:
    assert reached("accident", date(2025, 3, 1), None)
    assert reached("fire", date(2025, 3, 1), 100)


def test_a_policy_on_the_sum_of_a_year_leaves_small_stays_in_reach() -> None:
    names = [name for name, versions in every_shipped() if versions[0].accumulate and "stay" in versions[0].judges]
    assert names
    assert all(reached("stay", every_shipped().versions[name][0].starts, 100, name) for name in names)


def test_a_policy_on_another_amount_than_cash_leaves_small_stays_in_reach() -> None:
    assert reached("stay", date(2015, 6, 1), 100, "guangdong.hospital-second")
