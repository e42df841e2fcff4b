"""The forecast: repeatable, in whole fen, growing with what it is told, and tested on the past."""

import dataclasses
from datetime import date

import polars as pl
import pytest

from jishiyu.engine.laboratory.base import measured
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.forecast import Assumptions, Forecaster
from jishiyu.engine.laboratory.history import History
from jishiyu.engine.laboratory.problems import HistoryTooShort
from tests.engine.laboratory.cities import city, today

STILL = Assumptions(months=24, fees_ppm=0, members_ppm=0, runs=400)


def history() -> History:
    """Return a city with three whole calendar years of settlements, many people and no dear outliers."""
    wide = city(2000, 9000, 5)
    settled = pl.col("ends_on").cast(pl.Datetime("us"))
    return History(wide.events.with_columns(settled_at=settled, cash_fen=pl.col("cash_fen") % 3_000_000), wide.roster)


@pytest.fixture(scope="module")
def forecaster() -> Forecaster:
    return Forecaster(Bench(measured(history(), [today()])))


def test_the_past_is_what_the_policy_paid(forecaster: Forecaster) -> None:
    found = forecaster.forecast(today(), STILL, tested=False)
    assert (forecaster.first, forecaster.count) == (date(2023, 1, 1), 36)
    bench = Bench(measured(history(), [today()]))
    assert sum(fen or 0 for _, fen in found.past) == int(bench.judged(today()).payable.sum())
    assert [day for day, _ in found.past[:2]] == [date(2023, 1, 1), date(2023, 2, 1)]


def test_the_same_seed_gives_the_same_and_another_one_does_not(forecaster: Forecaster) -> None:
    one, same = (forecaster.forecast(today(), STILL, tested=False) for _ in range(2))
    other = forecaster.forecast(today(), dataclasses.replace(STILL, seed=2), tested=False)
    assert one.months == same.months
    assert one.months != other.months


def test_without_growth_a_coming_year_costs_about_a_past_one(forecaster: Forecaster) -> None:
    found = forecaster.forecast(today(), STILL, tested=False)
    year = sum(fen or 0 for _, fen in found.past) // 3
    assert [one.begins for one in found.years] == [date(2026, 1, 1), date(2027, 1, 1)]
    for one in found.years:
        assert one.low < year < one.high
        assert abs(one.middle - year) * 100 < year * 10


def test_more_members_cost_in_proportion_and_higher_fees_more_than_that(forecaster: Forecaster) -> None:
    still = forecaster.forecast(today(), STILL, tested=False).years[0].middle
    members = (
        forecaster.forecast(today(), dataclasses.replace(STILL, members_ppm=100_000), tested=False).years[0].middle
    )
    fees = forecaster.forecast(today(), dataclasses.replace(STILL, fees_ppm=100_000), tested=False).years[0].middle
    assert members > still
    assert fees > members  # higher bills pass the threshold and reach higher brackets


def test_the_fund_ends_when_the_sums_pass_it(forecaster: Forecaster) -> None:
    still = forecaster.forecast(today(), STILL, tested=False)
    year = still.years[0].middle
    found = forecaster.forecast(today(), dataclasses.replace(STILL, fund_fen=year), tested=False).runs_out
    assert found is not None
    assert found.early is not None
    assert found.late is not None
    assert date(2026, 10, 1) <= found.early <= (found.middle or date.max) <= found.late <= date(2027, 3, 1)
    assert found.runs == found.of == 400
    endless = forecaster.forecast(
        today(), dataclasses.replace(STILL, fund_fen=year, income_fen=year), tested=False
    ).runs_out
    assert endless is not None
    assert (endless.early, endless.runs) == (None, 0)
    empty = forecaster.forecast(today(), dataclasses.replace(STILL, fund_fen=0), tested=False).runs_out
    assert empty is not None
    assert empty.late == date(2026, 1, 1)


def test_the_past_is_foretold_from_what_was_known_then(forecaster: Forecaster) -> None:
    found = forecaster.forecast(today(), dataclasses.replace(STILL, runs=300))
    actual = dict(found.past)
    assert len(found.tested) > 60
    assert all(one.actual == actual[one.begins] for one in found.tested)
    held = sum(one.held for one in found.tested)
    assert held * 100 >= len(found.tested) * 75  # nine in ten are aimed at; a city that does not change comes near
    assert all(one.low <= one.middle <= one.high for one in [*found.tested, *found.months, *found.years])


def test_growth_is_read_off_the_last_two_years() -> None:
    grown = history()
    events = grown.events.with_columns(
        cash_fen=pl.when(pl.col("ends_on").dt.year() == 2025).then(pl.col("cash_fen") * 2).otherwise("cash_fen")
    )
    found = Forecaster(Bench(measured(History(events, grown.roster), [today()]))).forecast(
        today(), Assumptions(months=12, runs=10), tested=False
    )
    assert 850_000 < found.fees_ppm < 1_150_000
    assert -100_000 < found.members_ppm < 100_000


def test_less_than_a_year_is_refused() -> None:
    short = history()
    events = short.events.filter(pl.col("ends_on") < date(2023, 9, 1))
    with pytest.raises(HistoryTooShort):
        Forecaster(Bench(measured(History(events, short.roster), [today()])))


def test_a_month_that_pays_fewer_than_ten_people_is_not_shown() -> None:
    few = history()
    alone = pl.col("settled_at").dt.strftime("%Y-%m") == "2024-05"
    events = few.events.filter(~alone | (pl.col("event_id") < "H/00400"))
    forecaster = Forecaster(Bench(measured(History(events, few.roster), [today()])))
    past = dict(forecaster.forecast(today(), STILL, tested=False).past)
    assert past[date(2024, 5, 1)] is None
    assert sum(fen is None for fen in past.values()) == 1
