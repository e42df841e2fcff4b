"""Half-days of some weeks as a grid of boxes: what is offered, what is taken, what is a holiday."""

from dataclasses import dataclass
from datetime import date, timedelta

from jishiyu.apps.experts.halfdays import HALVES, HalfDay, halfday_of, monday_of, number_of
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.experts.queries import planned_visits, said_times
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.web.experts.words import WHY_NOT

WEEKS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """One half-day: offered or not, the need of a visit that takes it, and what else was said."""

    key: str
    free: bool
    visit: str
    said: str
    past: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day with its two boxes."""

    on: date
    weekday: int
    holiday: bool
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Five days."""

    monday: date
    days: tuple[Day, ...]


def weeks_of(expert: Expert, today: date, *, begin: date | None = None) -> list[Week]:
    """Return the weeks from a day's on, as the grid shows them."""
    monday = monday_of(begin or today)
    last = monday + timedelta(days=7 * WEEKS - 1)
    said = said_times(expert_id=expert.pk, first=monday, last=last)
    taken = _taken(expert, monday, last)
    calendar = known_calendar()
    found = []
    for week in range(WEEKS):
        first = monday + timedelta(days=7 * week)
        days = []
        for at in range(5):
            on = first + timedelta(days=at)
            boxes = []
            for half in HALVES:
                halfday = HalfDay(on, half)
                row = said.get(halfday)
                words = "" if row is None or row.free else str(WHY_NOT.get(row.source, ""))
                free = row is not None and row.free
                boxes.append(Box(halfday.key, free, taken.get(halfday, ""), words if not free else "", on < today))
            days.append(Day(on, at, not calendar.is_working(on), tuple(boxes)))
        found.append(Week(first, tuple(days)))
    return found


def _taken(expert: Expert, first: date, last: date) -> dict[HalfDay, str]:
    """Return the half-days of somebody's visits, with the need."""
    found: dict[HalfDay, str] = {}
    for visit in planned_visits(first=first - timedelta(days=14), last=last, expert_id=expert.pk):
        monday = monday_of(visit.at.on)
        number = number_of(visit.at, monday=monday)
        span = (
            [visit.at] if number is None else [halfday_of(number + at, monday=monday) for at in range(visit.halfdays)]
        )
        found |= dict.fromkeys(span, visit.number)
    return found
