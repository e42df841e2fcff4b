"""The 95 % rule: one value in twenty of a whole day may lie beyond (docs/algorithms/ninety-five-percent.md)."""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from jishiyu.engine.inspection.handheld import hundredths
from jishiyu.engine.inspection.measured import DAY_US, Ints, Measured, moment_of, told_of
from jishiyu.engine.inspection.model import ATTENTION, NORMAL, Limit, Reason, Summary, because
from jishiyu.engine.inspection.outcome import Outcome
from jishiyu.engine.inspection.units import plain

# 5 % of the values may lie beyond a limit: one in twenty.
ONE_IN = 20


def by_share(limit: Limit, measured: Measured, kept: NDArray[np.bool_], summary: Summary) -> Outcome:
    """This function will judge by the share of values beyond.

    More than one in twenty of the values of a whole day fails, whatever the rest of a shorter series would have been;
    more than one in twenty of what was measured, but of no whole day, is `attention`.
    """
    told = [told_of(summary)]
    if measured.missing:
        told.append(because("gaps", missing=measured.missing))
    if measured.day is not None and summary.beyond * ONE_IN > max(summary.count, measured.day):
        if not measured.is_a_day:
            told.append(because("whole_day_beyond", day=measured.day))
        told.append(because("share_beyond"))
        if limit.period == "month":
            return Outcome(limit, ATTENTION, (because("beyond"), *told, because("month")))
        return Outcome(limit, limit.verdict, (because("beyond"), *told))
    told += length_told(measured)
    if summary.beyond * ONE_IN > summary.count:
        return Outcome(limit, ATTENTION, (because("beyond"), *told))
    bad = _bad_day(measured, kept)
    return Outcome(limit, NORMAL, (because("share_within"), *told, *([bad] if bad is not None else [])))


def length_told(measured: Measured) -> list[Reason]:
    """This function will say what keeps a series from being a whole day of values."""
    count = len(measured.values)
    if measured.day is None:
        return [because("length_unknown")]
    if not measured.is_a_day:
        return [because("too_short", count=count, day=measured.day)]
    return [because("too_few", count=count, day=measured.day)] if count < measured.day else []


def value95(values: Ints, least: int | None, most: int | None, drop: int) -> int:
    """This function will return the value nearest to leaving the limit, or furthest outside, without the `drop` worst."""
    if least is None and most is None:
        raise ValueError("a limit has a bound")
    if least is None:
        at = len(values) - 1 - drop
        return int(np.partition(values, at)[at])
    if most is None:
        return int(np.partition(values, drop)[drop])
    margins = np.minimum(values - least, most - values)
    margin = int(np.partition(margins, drop)[drop])
    # Of two values equally near, the upper one is shown.
    return int(values[margins == margin].max())


def _bad_day(measured: Measured, kept: NDArray[np.bool_]) -> Reason | None:
    """Return the worst calendar day of a longer series, when that day would fail by itself: worth a word, no verdict."""
    if kept.all() or measured.day is None:
        return None
    days = measured.times // DAY_US
    if days[0] == days[-1]:
        return None
    names, counts = np.unique(days, return_counts=True)
    outside = np.bincount(np.searchsorted(names, days[~kept]), minlength=len(names))
    at = int(np.argmax(outside))
    there, out = int(counts[at]), int(outside[at])
    if out * ONE_IN <= max(there, measured.day):
        return None
    named = moment_of(int(names[at]) * DAY_US)
    return because("bad_day", day=f"{named:%Y-%m-%d}", share=plain(hundredths(Decimal(out * 100) / there)))
