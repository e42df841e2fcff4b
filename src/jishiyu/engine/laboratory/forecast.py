"""What a policy will cost: the history drawn again and again, with growing fees and members, and how often that held before.

A coming month is a past one of the same name. For every run a past year is drawn for each coming year, and its people are
drawn anew (1,024 groups of people, with repetition, twice): so an interval knows how years differ and how few people make the
dear cases. Fees grow before the policy looks at them: higher bills reach higher brackets. All sums are whole fen.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from jishiyu.engine.laboratory.base import Base
from jishiyu.engine.laboratory.bench import Bench, paid
from jishiyu.engine.laboratory.groups import FEWEST
from jishiyu.engine.laboratory.loops import Integers, add_up, group_sums
from jishiyu.engine.laboratory.problems import HistoryTooShort
from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.settlement.lines import AMOUNTS

YEAR = 12
GROUPS = 1024
LOW, HIGH = 5, 95  # per cent of the runs below the interval's ends: nine in ten lie inside
_SPREADING = 2_654_435_761  # Knuth's multiplier: neighbours in the order of numbers come into different groups


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What is taken for granted: growth per year in millionths (None: as between the last two years of the history), the fund
    on the first day (fen, None: not asked) and what it gets each month; `seed` makes the draws repeatable."""

    months: int = 36
    fees_ppm: int | None = None
    members_ppm: int | None = None
    fund_fen: int | None = None
    income_fen: int = 0
    runs: int = 1000
    seed: int = 1


@dataclass(frozen=True)
class Span:
    """The cost of a month or year (fen): nine in ten runs lie from `low` to `high`; `actual` where it is past."""

    begins: date
    low: int
    middle: int
    high: int
    actual: int | None = None

    @property
    def held(self) -> bool:
        """Return whether what happened lay inside."""
        return self.actual is not None and self.low <= self.actual <= self.high


@dataclass(frozen=True)
class RunsOut:
    """The month in which the fund ends (None: after the last one looked at): early, middle, late; and how many runs end."""

    early: date | None
    middle: date | None
    late: date | None
    runs: int
    of: int


@dataclass(frozen=True)
class Forecast:
    """`past`: cost by month under the policy (None: it pays 1 to 9 people); `months`, `years`: what is to come; `tested`: months foretold from earlier ones."""

    policy: Policy
    assumptions: Assumptions
    fees_ppm: int
    members_ppm: int
    past: list[tuple[date, int | None]]
    months: list[Span]
    years: list[Span]
    runs_out: RunsOut | None
    tested: list[Span]
    tested_years: list[Span]


class Forecaster:
    """Forecasts on one bench."""

    def __init__(self, bench: Bench) -> None:
        rows = bench.base.rows
        self._bench = bench
        when = (
            pl.coalesce(pl.col("settled_at").dt.date(), "anchor_date")
            if "settled_at" in rows.columns
            else pl.col("anchor_date")
        )
        days = rows.select("aside", day=when)["day"]
        last = days.max()
        first = days.min()
        assert isinstance(last, date)
        assert isinstance(first, date)
        self.first, end = _whole_months(first, last)
        self._months: Integers = _numbers(days) - _number(self.first)
        self.count = _number(end) - _number(self.first)
        if self.count < YEAR:
            raise HistoryTooShort(months=max(self.count, 0))
        people = rows["person_key"].to_numpy().astype(np.uint64)
        self._group = ((people * np.uint64(_SPREADING)) >> np.uint64(8)).astype(np.int64) % GROUPS
        self._cash = bench.base.cash()
        self._known: dict[tuple[Policy, int], Integers] = {}

    def forecast(self, policy: Policy, asked: Assumptions, *, tested: bool = True) -> Forecast:
        """Return what a policy costs in the coming months; `tested` foretells the past from what was known before, too."""
        fees, members = self._growth(self.count)
        fees = fees if asked.fees_ppm is None else asked.fees_ppm
        members = members if asked.members_ppm is None else asked.members_ppm
        runs = self._runs(policy, self.count, asked, fees, members)
        sums = runs.cumsum(axis=1)
        back, years = self._tests(policy, asked) if tested else ([], [])
        past = self._past(policy)
        return Forecast(
            policy=policy, assumptions=asked, fees_ppm=fees, members_ppm=members,
            past=[(self._day(at), fen) for at, fen in enumerate(past)],
            months=[_span(self._day(self.count + at), runs[:, at]) for at in range(asked.months)],
            years=[
                _span(self._day(self.count + at), runs[:, at : at + YEAR].sum(axis=1))
                for at in range(0, asked.months - YEAR + 1, YEAR)
            ],
            runs_out=None if asked.fund_fen is None else self._end(sums, asked.fund_fen, asked.income_fen),
            tested=back, tested_years=years,
        )  # fmt: skip

    def _runs(self, policy: Policy, known: int, asked: Assumptions, fees: int, members: int) -> Integers:
        """Draw the cost of the coming months (columns) in many runs (rows), from the first `known` months only."""
        chance = np.random.default_rng(asked.seed)
        found = np.zeros((asked.runs, asked.months), np.int64)
        years = known // YEAR
        for ahead in range(0, asked.months, YEAR):
            month = np.arange(ahead, min(ahead + YEAR, asked.months))
            drawn = chance.integers(1, years + 1, asked.runs)  # how many years back, beyond those ahead
            # Twice: the past is one draw from what could have been, and what comes is another one.
            once = chance.multinomial(GROUPS, np.full(GROUPS, 1 / GROUPS), asked.runs)
            weights = chance.multinomial(GROUPS, once / GROUPS)
            for back in range(1, years + 1):
                distance = back + ahead // YEAR
                mine = np.flatnonzero(drawn == back)
                cost = self._matrix(policy, _power(PPM + fees, distance))[known + month - ahead - back * YEAR]
                found[mine[:, None], month] = _multiplied(weights[mine] @ cost.T, _power(PPM + members, distance))
        return found

    def _matrix(self, policy: Policy, factor: int) -> Integers:
        """Return the cost by month and group of people, with every bill multiplied (millionths)."""
        if (policy, factor) not in self._known:
            codes = self._months * GROUPS + self._group
            codes[(self._months < 0) | (self._months >= self.count)] = -1
            sums = np.zeros(self.count * GROUPS, np.int64)
            add_up(codes.astype(np.int32), self._payable(policy, factor), sums)
            self._known[policy, factor] = sums.reshape(self.count, GROUPS)
            while len(self._known) > 4 * YEAR:
                del self._known[next(iter(self._known))]
        return self._known[policy, factor]

    def _past(self, policy: Policy) -> list[int | None]:
        """Return the cost of each month of the history; one in which fewer than ten people are paid is not shown."""
        sums = np.zeros((4, self.count), np.int64)
        inside = (self._months >= 0) & (self._months < self.count)
        people = self._bench.base.rows["person_key"].to_numpy()
        group_sums(people, np.where(inside, self._months, -1).astype(np.int32), self._payable(policy, PPM), sums)
        return [None if 0 < count < FEWEST else int(fen) for fen, count in zip(sums[0], sums[2], strict=True)]

    def _payable(self, policy: Policy, factor: int) -> Integers:
        if factor == PPM:
            return self._bench.judged(policy).payable
        plain = self._bench.plain(policy)
        if plain is None:
            base = self._bench.base
            grown = [_grown(pl.col(name), factor) for name in AMOUNTS if name in base.rows.columns]
            return (
                Bench(Base(base.rows.with_columns(grown), base.anchor, base.kinds, base.left_out))
                .judged(policy)
                .payable
            )
        mine = self._bench.slice(policy)
        grown_slice = replace(mine, amounts=_multiplied(mine.amounts, factor))
        whole = np.zeros(len(self._months), np.int64)
        whole[mine.at] = paid(grown_slice, plain)[1]
        return whole

    def _growth(self, known: int) -> tuple[int, int]:
        """Return the growth of fees and of events between the last two years before a month (millionths); 0 where unknown."""
        if known < 2 * YEAR:
            return 0, 0
        sums = []
        for begins in (known - 2 * YEAR, known - YEAR):
            inside = (self._months >= begins) & (self._months < begins + YEAR)
            sums.append((int(self._cash[inside].sum()), int(inside.sum())))
        (cash, events), (cash_now, events_now) = sums
        if not (cash and events and events_now):
            return 0, 0
        return cash_now * events * PPM // (cash * events_now) - PPM, events_now * PPM // events - PPM

    def _tests(self, policy: Policy, asked: Assumptions) -> tuple[list[Span], list[Span]]:
        """Foretell the past: at every quarter that has a year before it, the months after it, from what was known then."""
        actual = self._matrix(policy, PPM).sum(axis=1)
        months, years = [], []
        for known in range(YEAR, self.count, 3):
            ahead = min(YEAR, self.count - known)
            fees, members = self._growth(known)
            runs = self._runs(policy, known, replace(asked, months=ahead, seed=asked.seed + known), fees, members)
            months += [_span(self._day(known + at), runs[:, at], int(actual[known + at])) for at in range(ahead)]
            if ahead == YEAR:
                years.append(_span(self._day(known), runs.sum(axis=1), int(actual[known : known + YEAR].sum())))
        return months, years

    def _end(self, sums: Integers, fund: int, income: int) -> RunsOut:
        """Find the month in which each run has spent more than the fund and its income."""
        spent = sums > fund + income * np.arange(1, sums.shape[1] + 1)
        ends = np.where(spent.any(axis=1), spent.argmax(axis=1), sums.shape[1])
        early, middle, late = (
            self._day(self.count + at) if at < sums.shape[1] else None
            for at in (_part(ends, per_cent) for per_cent in (LOW, 50, HIGH))
        )
        return RunsOut(early, middle, late, int((ends < sums.shape[1]).sum()), len(ends))

    def _day(self, month: int) -> date:
        number = _number(self.first) + month
        return date(number // YEAR, number % YEAR + 1, 1)


def _number(day: date) -> int:
    return day.year * YEAR + day.month - 1


def _numbers(days: pl.Series) -> Integers:
    months = days.dt.year().cast(pl.Int64) * YEAR + days.dt.month().cast(pl.Int64) - 1
    return months.to_numpy().copy()


def _whole_months(first: date, last: date) -> tuple[date, date]:
    """Return the first whole month and the month after the last whole one: data that end before a month does are not whole."""
    begins = _number(first) + (first.day > _FEW_DAYS)
    following = date(last.year + last.month // YEAR, last.month % YEAR + 1, 1)
    ends = _number(last) + ((following - last).days <= _FEW_DAYS)
    return date(begins // YEAR, begins % YEAR + 1, 1), date(ends // YEAR, ends % YEAR + 1, 1)


_FEW_DAYS = 4  # a month is whole when its first or last settlement lies so close to its end: holidays are quiet


def _power(factor: int, times: int) -> int:
    """Return a growth factor (millionths) over several years, rounded down each year."""
    grown = PPM
    for _ in range(times):
        grown = grown * factor // PPM
    return grown


def _multiplied(fen: Integers, factor: int) -> Integers:
    return fen // PPM * factor + fen % PPM * factor // PPM


def _grown(amount: pl.Expr, factor: int) -> pl.Expr:
    return amount // PPM * factor + amount % PPM * factor // PPM


def _part(values: Integers, per_cent: int) -> int:
    return int(np.sort(values)[(len(values) - 1) * per_cent // 100])


def _span(begins: date, runs: Integers, actual: int | None = None) -> Span:
    return Span(begins, _part(runs, LOW), _part(runs, 50), _part(runs, HIGH), actual)
