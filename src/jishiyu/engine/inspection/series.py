"""Series of an analyser, judged by the 95 % rule (docs/algorithms/ninety-five-percent.md).

Values stay Int64 half millionths of their unit all the way; a limit is put into the same numbers once.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jishiyu.engine.inspection.limits import bounds
from jishiyu.engine.inspection.measured import Ints, Measured, ceiling, floor, in_order, span, summary_of, told_of
from jishiyu.engine.inspection.model import (
    ATTENTION,
    NORMAL,
    Finding,
    Level,
    Limit,
    Reason,
    Series,
    Summary,
    because,
)
from jishiyu.engine.inspection.outcome import Outcome, finding, worst
from jishiyu.engine.inspection.quantities import possible, why_not
from jishiyu.engine.inspection.readings import HALVES, value_of
from jishiyu.engine.inspection.share import ONE_IN, by_share, value95
from jishiyu.engine.inspection.subject import Books, Subject, choose, subject_of, unjudged
from jishiyu.engine.inspection.sums import deviation_sum
from jishiyu.engine.inspection.units import Unit, plain

_HOUR_US = 3_600_000_000


def judge_series(series: Series, books: Books) -> Iterator[Finding]:
    """This function will judge one series, and say how many of its rows no verdict speaks of."""
    subject = subject_of(series.key, books)
    count = because("series_of", count=len(series.values))
    if isinstance(subject, Reason):
        yield unjudged(series.key, "", subject, count, *_unreadable(series))
        return
    if series.unreadable:
        yield unjudged(series.key, series.example, *_unreadable(series), subject=subject)
    if not len(series.values):
        return
    if subject.quantity.startswith("temperature_"):
        unused = because(f"{subject.quantity.removeprefix('temperature_')}_unused")
        yield unjudged(series.key, "", unused, count, subject=subject)
        return
    usable, left_out = _possible(series, subject)
    measured, same = in_order(usable)
    notes = [*left_out, *([because("same_time_twice", count=same)] if same else [])]
    if len(measured.values):
        yield _judged(series, subject, measured, tuple(notes), books)
    else:
        yield unjudged(series.key, "", because("no_value_left"), *notes, subject=subject)


def _unreadable(series: Series) -> list[Reason]:
    if not series.unreadable:
        return []
    return [because("rows_unreadable", count=series.unreadable, given=series.example)]


def _judged(series: Series, subject: Subject, measured: Measured, notes: tuple[Reason, ...], books: Books) -> Finding:
    chosen = choose(subject, "value", books)
    if not chosen.limits and subject.quantity == "voltage":
        sums = choose(subject, "deviation_sum", books)
        if sums.limits:
            return deviation_sum(series, subject, sums, measured, notes)
    if chosen.missing is not None:
        count = because("series_of", count=len(series.values))
        return unjudged(series.key, "", chosen.missing, count, *notes, subject=subject)
    outcomes = [_of_series(limit, subject, measured) for limit in chosen.limits]
    outcome = worst([one for one, _ in outcomes])
    summary = next(summary for one, summary in outcomes if one is outcome)
    return finding(
        subject, chosen, outcome, plain(summary.value95), extra=notes, summary=summary,
        measured_at=summary.first, instrument=series.instrument,
    )  # fmt: skip


def _possible(series: Series, subject: Subject) -> tuple[Series, list[Reason]]:
    """Leave out values that cannot be readings of this quantity, and say how many and why."""
    least, most = (subject.unit.from_base(bound) for bound in possible(subject.quantity, subject.level))
    values = series.values
    good = (values >= ceiling(least)) & (values <= floor(most))
    if good.all():
        return series, []
    shown = value_of(int(values.filter(~good).min()))  # type: ignore[arg-type]
    reason = why_not(subject.quantity, shown, subject.unit, subject.level)
    told = [because("left_out", count=int((~good).sum()), given=plain(shown)), *([reason] if reason else [])]
    return Series(series.key, series.times.filter(good), values.filter(good), series.instrument), told


def _edges(limit: Limit, level: Level | None, unit: Unit) -> tuple[int | None, int | None]:
    """Return the smallest and the largest half millionth that keep a limit."""
    low, high = (None if bound is None else unit.from_base(bound) for bound in bounds(limit, level))
    least = None if low is None else ceiling(low) + (limit.above is not None and ceiling(low) == low * HALVES)
    most = None if high is None else floor(high) - (limit.below is not None and floor(high) == high * HALVES)
    return least, most


def _of_series(limit: Limit, subject: Subject, measured: Measured) -> tuple[Outcome, Summary]:
    least, most = _edges(limit, subject.level, subject.unit)
    kept = np.ones(len(measured.values), dtype=np.bool_)
    if least is not None:
        kept &= measured.values >= least
    if most is not None:
        kept &= measured.values <= most
    beyond = len(kept) - int(np.count_nonzero(kept))
    by_days = limit.period in ("day", "month")
    shown = value95(measured.values, least, most, len(kept) // ONE_IN if by_days else 0)
    summary = summary_of(measured, beyond, shown)
    if by_days:
        return by_share(limit, measured, kept, summary), summary
    if limit.period == "lasting":
        return _lasting(limit, measured, kept, summary), summary
    told = (told_of(summary), because("worst_value", count=summary.count))
    if not beyond:
        return Outcome(limit, NORMAL, (because("within"), *told)), summary
    grade = (because(f"grade_{limit.grade}"),) if limit.grade else ()
    if limit.period == "all":
        told = (because("spike", largest=plain(summary.largest)), told_of(summary))
    return Outcome(limit, limit.verdict, (because("beyond"), *grade, *told)), summary


def _lasting(limit: Limit, measured: Measured, kept: NDArray[np.bool_], summary: Summary) -> Outcome:
    """Judge by the longest stretch of readings in a row beyond; a gap of one and a half intervals ends it."""
    if not summary.beyond:
        return Outcome(limit, NORMAL, (because("within"), told_of(summary)))
    if measured.interval_us is None:
        return Outcome(
            limit, ATTENTION, (because("beyond"), because("lasting_unknown", hours=limit.hours), told_of(summary))
        )
    longest = longest_us(measured.times, kept, measured.interval_us)
    shown = span(longest)
    if longest >= limit.hours * _HOUR_US:
        reasons = (because("beyond"), because("lasted", longest=shown, hours=limit.hours), told_of(summary))
        return Outcome(limit, limit.verdict, reasons)
    return Outcome(limit, NORMAL, (because("did_not_last", longest=shown, hours=limit.hours), told_of(summary)))


def longest_us(times: Ints, kept: NDArray[np.bool_], interval: int) -> int:
    """This function will return how long (µs) the longest unbroken stretch of readings beyond lasts."""
    at = times[~kept]
    places = np.flatnonzero(~kept)
    breaks = np.flatnonzero((np.diff(places) != 1) | (np.diff(at) * 2 > interval * 3))
    first = at[np.concatenate(([0], breaks + 1))]
    last = at[np.concatenate((breaks, [len(at) - 1]))]
    return int((last - first).max()) + interval
