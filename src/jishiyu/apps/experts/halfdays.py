"""Half-days of a calendar and the numbers pairing counts them by: 0 is the morning of a Monday, ten are a week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jishiyu.engine.pairing.model import WEEK

AM, PM = "am", "pm"
HALVES = (AM, PM)
_WORKDAYS = 5


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """A morning or an afternoon."""

    on: date
    half: str

    @property
    def key(self) -> str:
        """Return it as forms write it: `2026-12-01-am`."""
        return f"{self.on.isoformat()}-{self.half}"


def monday_of(day: date) -> date:
    """This function will return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def number_of(halfday: HalfDay, *, monday: date) -> int | None:
    """This function will return the number of a half-day, None on a weekend."""
    week, day = divmod((halfday.on - monday).days, 7)
    return None if day >= _WORKDAYS else week * WEEK + 2 * day + (halfday.half == PM)


def halfday_of(number: int, *, monday: date) -> HalfDay:
    """This function will return the half-day of a number."""
    week, within = divmod(number, WEEK)
    return HalfDay(monday + timedelta(days=7 * week + within // 2), HALVES[within % 2])


def first_number(day: date, *, monday: date) -> int:
    """This function will return the number of the first half-day on a day or after it."""
    while (found := number_of(HalfDay(day, AM), monday=monday)) is None:
        day += timedelta(days=1)
    return found


def last_number(day: date, *, monday: date) -> int:
    """This function will return the number of the last half-day on a day or before it; below 0 before the Monday."""
    while (found := number_of(HalfDay(day, PM), monday=monday)) is None:
        day -= timedelta(days=1)
    return found


def ranges(numbers: Iterator[int] | list[int]) -> tuple[tuple[int, int], ...]:
    """This function will return numbers as ranges, both ends included."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def weekdays(first: date, last: date) -> Iterator[HalfDay]:
    """This function will yield the half-days of every Monday to Friday from the first to the last day."""
    while first <= last:
        if first.weekday() < _WORKDAYS:
            yield HalfDay(first, AM)
            yield HalfDay(first, PM)
        first += timedelta(days=1)


def in_a_row(begin: HalfDay, count: int) -> list[HalfDay]:
    """This function will return so many half-days from one on: what goes on after a Friday or a weekend does so on Monday."""
    found, on, half = [], begin.on, begin.half
    for _ in range(count):
        found.append(HalfDay(on, half))
        if half == PM:
            on += timedelta(days=1)
            while on.weekday() >= _WORKDAYS:
                on += timedelta(days=1)
        half = PM if half == AM else AM
    return found


def half_day_from(text: str) -> HalfDay | None:
    """This function will read what a form wrote (`2026-12-01-am`); None for anything else."""
    day, mark, half = text.rpartition("-")
    try:
        return HalfDay(date.fromisoformat(day), half) if mark and half in HALVES and len(day) == 10 else None
    except ValueError:
        return None
