"""Series at 35 kV and above: the sum of the deviations up and down, without the 5 % outermost values."""

from decimal import Decimal

import numpy as np

from jishiyu.engine.inspection.handheld import hundredths
from jishiyu.engine.inspection.limits import bounds
from jishiyu.engine.inspection.measured import Ints, Measured, minute, moment_of, span, summary_of
from jishiyu.engine.inspection.model import ATTENTION, NORMAL, Finding, Reason, Series, because
from jishiyu.engine.inspection.outcome import PER_CENT, Outcome, finding
from jishiyu.engine.inspection.readings import HALVES
from jishiyu.engine.inspection.share import ONE_IN, length_told
from jishiyu.engine.inspection.subject import Chosen, Subject
from jishiyu.engine.inspection.units import plain


def deviation_sum(
    series: Series, subject: Subject, chosen: Chosen, measured: Measured, notes: tuple[Reason, ...]
) -> Finding:
    """This function will judge the sum that remains when the outermost 5 % are left off as it is best for the supply."""
    limit, level = chosen.limits[0], subject.level
    most = bounds(limit, None)[1]
    if level is None or most is None:
        raise ValueError("a sum of deviations needs a level and an upper bound")
    nominal = int(subject.unit.from_base(level.nominal) * HALVES)
    allowed = nominal * most / 100
    ordered = np.sort(measured.values)
    count, day = len(ordered), measured.day
    total, up, down = narrowest(ordered, nominal, count // ONE_IN)
    told = [_told(measured, Decimal(up * 100) / nominal, Decimal(down * 100) / nominal)]
    verdict = NORMAL
    if total > allowed:
        verdict = ATTENTION
        told.insert(0, because("beyond"))
        drop = max(count, day or 0) // ONE_IN
        if day is not None and drop < count and narrowest(ordered, nominal, drop)[0] > allowed:
            verdict = limit.verdict
    told += length_told(measured) if verdict != limit.verdict else []
    shown = plain(hundredths(Decimal(total * 100) / nominal))
    summary = summary_of(measured, 0, int(ordered[-1]))
    return finding(
        subject, chosen, Outcome(limit, verdict, tuple(told)), shown, unit=PER_CENT, extra=notes, summary=summary,
        measured_at=summary.first, instrument=series.instrument,
    )  # fmt: skip


def narrowest(ordered: Ints, nominal: int, drop: int) -> tuple[int, int, int]:
    """This function will return the smallest sum of deviations when `drop` values are left off, and its two ends.

    The values left off are always some from below and the rest from above, so `drop + 1` choices are all there are.
    """
    low = ordered[: drop + 1] - nominal
    high = ordered[len(ordered) - 1 - drop :] - nominal
    sums = np.maximum(high, 0) + np.maximum(-low, 0)
    best = int(np.argmin(sums))
    return int(sums[best]), int(high[best]), int(low[best])


def _told(measured: Measured, up: Decimal, down: Decimal) -> Reason:
    shown = {"up": plain(hundredths(up)), "down": plain(hundredths(down))}
    if measured.interval_us is None:
        return because("deviations", **shown)
    return because(
        "series_sum", **shown, count=len(measured.values), dropped=len(measured.values) // ONE_IN,
        from_=minute(moment_of(int(measured.times[0]))), until=minute(moment_of(int(measured.times[-1]))),
        interval=span(measured.interval_us),
    )  # fmt: skip
