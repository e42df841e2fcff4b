"""A series in order of time, what it comes to, and how that is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jishiyu.engine.inspection.handheld import hundredths
from jishiyu.engine.inspection.model import Reason, Series, Summary, because
from jishiyu.engine.inspection.readings import HALVES, value_of
from jishiyu.engine.inspection.units import plain

DAY_US = 86_400_000_000
EPOCH = datetime.fromisoformat("1970-01-01")
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """A series in order: values, times (µs, empty when unknown), and how far apart readings are in the middle."""

    values: Ints
    times: Ints
    interval_us: int | None
    missing: int

    @property
    def day(self) -> int | None:
        """Return how many values a whole day has; null when the interval is not known."""
        return None if self.interval_us is None else -(-DAY_US // self.interval_us)

    @property
    def is_a_day(self) -> bool:
        """Return whether the series goes over a whole day, the last interval included."""
        if self.interval_us is None:
            return False
        return int(self.times[-1]) - int(self.times[0]) + self.interval_us >= DAY_US


def in_order(series: Series) -> tuple[Measured, int]:
    """This function will order a series by time and count rows that stand there twice."""
    values, times = series.values, series.times
    known = times.is_not_null()
    if not known.all():
        # Without its time a value still counts; how long the series is cannot be said.
        ordered = values.sort().to_numpy()
        return Measured(ordered, np.empty(0, dtype=np.int64), None, 0), 0
    micro = times.to_physical()
    if not _increasing(micro):
        rows = pl.DataFrame({"time": micro, "value": values}).unique().sort("time", "value")
        same = len(values) - rows.height
        micro, values = rows["time"], rows["value"]
    else:
        same = 0
    at = micro.to_numpy()
    steps = np.diff(at)
    steps = steps[steps > 0]
    if not steps.size:
        return Measured(values.to_numpy(), at, None, 0), same
    interval = int(np.partition(steps, (steps.size - 1) // 2)[(steps.size - 1) // 2])
    expected = (int(at[-1]) - int(at[0])) // interval + 1
    return Measured(values.to_numpy(), at, interval, max(expected - steps.size - 1, 0)), same


def _increasing(micro: pl.Series) -> bool:
    at = micro.to_numpy()
    return bool((at[1:] > at[:-1]).all())


def ceiling(bound: Decimal) -> int:
    return int((bound * HALVES).to_integral_value(ROUND_CEILING))


def floor(bound: Decimal) -> int:
    return int((bound * HALVES).to_integral_value(ROUND_FLOOR))


def summary_of(measured: Measured, beyond: int, shown: int) -> Summary:
    values, times = measured.values, measured.times
    return Summary(
        count=len(values),
        beyond=beyond,
        value95=value_of(shown),
        smallest=value_of(int(values.min())),
        largest=value_of(int(values.max())),
        first=moment_of(int(times[0])) if times.size else None,
        last=moment_of(int(times[-1])) if times.size else None,
        interval_us=measured.interval_us,
        missing=measured.missing,
    )


def moment_of(micro: int) -> datetime:
    return EPOCH + timedelta(microseconds=micro)


def told_of(summary: Summary) -> Reason:
    share = plain(hundredths(Decimal(summary.beyond * 100) / summary.count))
    if summary.first is None or summary.last is None or summary.interval_us is None:
        return because("series_without_times", count=summary.count, beyond=summary.beyond, share=share)
    return because(
        "series", count=summary.count, from_=minute(summary.first), until=minute(summary.last),
        interval=span(summary.interval_us), beyond=summary.beyond, share=share,
    )  # fmt: skip


def minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def span(micro: int) -> str:
    """Write a time as `10 min`, `3 s`, `2 h 30 min`."""
    seconds = Decimal(micro) / 1_000_000
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{plain(number)} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if number]
    return " ".join(parts) or "0 s"
