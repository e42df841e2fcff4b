"""What goes through a diagnosis: points, readings, series, limits, findings."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from jishiyu.engine.inspection.units import Unit

NORMAL, ATTENTION, FAILS, NO_VERDICT = "normal", "attention", "fails", ""
# A worse verdict has a higher number; no verdict is no judgement at all.
GRAVITY = {NO_VERDICT: 0, NORMAL: 1, ATTENTION: 2, FAILS: 3}
KINDS = ("switchboard", "line", "rcd", "transformer", "earthing", "pcc")
QUANTITIES = (
    "voltage", "frequency", "thd_u", "harmonic_u", "unbalance_u", "power_factor", "temperature",
    "temperature_reference", "temperature_ambient", "trip_time", "trip_current", "earth_resistance", "insulation",
    "load_ratio", "current_unbalance",
)  # fmt: skip
MEASURES = ("value", "deviation_sum", "relative_difference", "rated", "share_of_rated", "product")

Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reason:
    """Why a verdict is what it is: a code of `reasons.REASONS` and the words that its sentence needs."""

    code: str
    details: Details = ()


def because(code: str, **details: object) -> Reason:
    """This function will make a reason."""
    return Reason(code, tuple(sorted((name, str(value)) for name, value in details.items())))


@dataclass(frozen=True)
class Level:
    """A voltage level: its name and its nominal voltage in V."""

    name: str
    nominal: Decimal


@dataclass(frozen=True)
class Point:
    """A point of a survey; `attributes` say what limits need to know (place, element, earthing, customer …)."""

    name: str
    title: str = ""
    kind: str = ""
    level: str = ""
    rated_ma: Decimal | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    photo: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Key:
    """What a reading is of, as it was written; `quantity` is folded to our word where it is known."""

    point: str
    kind: str
    level: str
    quantity: str
    phase: str
    unit: str


@dataclass(frozen=True)
class Reading:
    """One hand-held reading: its value as written."""

    key: Key
    value: str
    measured_at: datetime | None = None
    instrument: str = ""
    fault: Reason | None = None


@dataclass(frozen=True)
class Series:
    """Readings of one key by an analyser, in no order.

    `values` (Int64) are half millionths of the reading's own unit, `times` (Datetime, null where unknown) beside them;
    an odd value lies somewhere between its two neighbours. `unreadable` counts rows without a usable number, `example`
    is one of them.
    """

    key: Key
    times: pl.Series
    values: pl.Series
    instrument: str = ""
    unreadable: int = 0
    example: str = ""


@dataclass(frozen=True)
class Standard:
    """One edition of a standard and when it is in force, half-open."""

    name: str
    edition: str
    starts: date
    ends: date | None
    words: dict[str, str]
    clauses: str


@dataclass(frozen=True)
class Limit:
    """One limit. Bounds are in `unit`; `of` = nominal makes them per cent around the nominal voltage.

    `period` says what they hold for: `day` (95 % of the values of a day), `all` (every value of a series), `moment`
    (every reading), `lasting` (as long as `hours`), `month` (the average of a month).
    """

    standard: Standard
    quantity: str
    measure: str
    levels: tuple[str, ...]
    where: dict[str, str]
    orders: str
    highest: int
    of: str
    unit: Unit
    at_least: Decimal | None
    above: Decimal | None
    at_most: Decimal | None
    below: Decimal | None
    period: str
    hours: int
    verdict: str
    grade: str
    coupling: bool
    clause: str
    source: str
    status: str
    words: dict[str, str]
    order: int

    @property
    def low(self) -> tuple[Decimal, bool] | None:
        """Return the lower bound and whether it belongs to what is allowed."""
        if self.at_least is not None:
            return self.at_least, True
        return None if self.above is None else (self.above, False)

    @property
    def high(self) -> tuple[Decimal, bool] | None:
        """Return the upper bound and whether it belongs to what is allowed."""
        if self.at_most is not None:
            return self.at_most, True
        return None if self.below is None else (self.below, False)


@dataclass(frozen=True)
class Summary:
    """What a series comes to, all values in the reading's own unit."""

    count: int
    beyond: int
    value95: Decimal
    smallest: Decimal
    largest: Decimal
    first: datetime | None
    last: datetime | None
    interval_us: int | None
    missing: int


@dataclass(frozen=True)
class Finding:
    """One judgement. `value` is the number as written (of a series: its 95 % value).

    `limit`, `low` and `high` are in the same unit; `measure` tells findings of one reading apart.
    """

    point: str
    kind: str
    level: str
    quantity: str
    phase: str
    measure: str
    value: str
    unit: str
    limit: str
    standard: str
    edition: str
    clause: str
    verdict: str
    reasons: tuple[Reason, ...]
    status: str = ""
    clause_status: str = ""
    grade: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    measured_at: datetime | None = None
    instrument: str = ""
    summary: Summary | None = None
