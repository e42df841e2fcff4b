"""What the boards of a round are made of: each need with its clock, how long needs stood in each state, how far they came.

Everything starts from the participations somebody may see; working time is that of the round, on the dated calendar.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.timezone import localtime, make_naive

from jishiyu.apps.enterprises.clocks import hours_of
from jishiyu.apps.enterprises.models import Campaign, Level, Need, NeedMove, Participation
from jishiyu.apps.enterprises.saying import level_words
from jishiyu.apps.enterprises.states import OVER, State
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar, Spans
from jishiyu.engine.words import Words

# The way of a need that is helped, in order; whatever leaves it stands in the exits.
WAY = (
    State.HANDED_IN, State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.PLANNED, State.VISITED,
    State.DIAGNOSED, State.SERVED, State.CLOSED,
)  # fmt: skip
EXITS = (State.UNREACHABLE, State.WITHDRAWN, State.NOT_HELPED, State.PASSED_ON)


class Standing(StrEnum):
    """How the clock of a need stands."""

    NONE = "none"  # no clock runs
    RUNNING = "running"
    TODAY = "today"  # it runs out today
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # it ran out, and the next level was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which needs of a round: those of the participations, narrowed by aim, steward and level where one is given."""

    campaign: Campaign
    participations: QuerySet[Participation]
    aim: str = ""
    steward: int | None = None
    level: int | None = None

    def needs(self, *, every_round: bool = False) -> QuerySet[Need]:
        """Return them; `every_round` those of all rounds, narrowed in the same way."""
        mine = self.participations if every_round else self.participations.filter(campaign=self.campaign)
        found = Need.objects.filter(participation__in=mine.values("pk"))
        if self.aim:
            found = found.filter(item__aim__code=self.aim)
        if self.steward is not None:
            found = found.filter(participation__steward=self.steward)
        return found if self.level is None else found.filter(level=self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One need on a board; `aim` and `item` are (code, Chinese, English), empty until it is classified.

    `held_by` and `raised_to` are the level that holds it and the one it was escalated to, as the round calls them.
    """

    need_id: int
    number: str
    words: str
    enterprise_id: int
    enterprise: str
    participation_id: int
    state: str
    state_at: datetime
    held_by: Words
    priority: int
    aim: tuple[str, str, str]
    item: tuple[str, str, str]
    steward: str
    due_at: datetime | None
    reminded_at: datetime | None
    raised_to: Words | None
    handed_in_at: datetime
    confirmed_at: datetime | None
    visited_at: datetime | None
    ended_at: datetime | None
    solved: bool | None
    x_m: int | None
    y_m: int | None

    def standing(self, at: datetime) -> Standing:
        """Return how its clock stands at a moment."""
        if self.due_at is None or self.state in OVER:
            return Standing.NONE
        if at < self.due_at:
            return Standing.TODAY if localtime(self.due_at).date() == localtime(at).date() else Standing.RUNNING
        return Standing.ESCALATED if self.raised_to is not None else Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a need stood in a state: half-open; without an end it still stands there."""

    need_id: int
    state: str
    begins_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Spent:
    """How many needs, and the median and 90 % value of their working seconds; empty of none."""

    count: int
    median: int | None
    nine_in_ten: int | None


_FIELDS = (
    "pk", "number", "words", "participation__enterprise_id", "participation__enterprise__name", "participation_id",
    "state", "state_at", "level", "priority", "item__aim__code", "item__aim__zh", "item__aim__en", "item__code",
    "item__zh", "item__en", "participation__steward__full_name", "due_at", "reminded_at", "escalated_to",
    "need_list__handed_in_at", "confirmed_at", "visited_at", "ended_at", "solved", "participation__enterprise__x_m",
    "participation__enterprise__y_m",
)  # fmt: skip


def cards(asked: Asked) -> list[Card]:
    """This function will return the needs of a board, those whose clock runs out first at the top."""
    rows = asked.needs().order_by("due_at", "-priority", "pk").values_list(*_FIELDS)
    called = {level.value: level_words(asked.campaign, level) for level in Level}
    return [
        Card(
            need_id=row[0], number=row[1], words=row[2], enterprise_id=row[3], enterprise=row[4],
            participation_id=row[5], state=row[6], state_at=row[7], held_by=called[row[8]], priority=row[9],
            aim=_named(row[10:13]), item=_named(row[13:16]), steward=row[16] or "", due_at=row[17],
            reminded_at=row[18], raised_to=called.get(row[19]), handed_in_at=row[20], confirmed_at=row[21], visited_at=row[22],
            ended_at=row[23], solved=row[24], x_m=row[25], y_m=row[26],
        ) for row in rows
    ]  # fmt: skip


def stays(asked: Asked) -> list[Stay]:
    """This function will return where each need stood, and from when until when, need by need in order of time."""
    moves = NeedMove.objects.filter(need__in=asked.needs().values("pk")).order_by("need_id", "at", "pk")
    rows = moves.values_list("need_id", "from_state", "to_state", "at", "need__need_list__handed_in_at")
    found: list[Stay] = []
    open_stay: Stay | None = None
    for need_id, before, after, at, handed_in_at in rows:
        if open_stay is not None and open_stay.need_id != need_id:
            found.append(open_stay)
            open_stay = None
        if open_stay is None and before:
            open_stay = Stay(need_id, before, handed_in_at, None)
        if before == after:
            continue
        if open_stay is not None:
            found.append(Stay(need_id, open_stay.state, open_stay.begins_at, at))
        open_stay = Stay(need_id, after, at, None)
    return found if open_stay is None else [*found, open_stay]


def reached(all_stays: Iterable[Stay]) -> dict[str, int]:
    """This function will return how many needs came as far as each state of the way, or left it by each exit."""
    needs: dict[str, set[int]] = defaultdict(set)
    for one in all_stays:
        needs[one.state].add(one.need_id)
    return {state: len(needs[state]) for state in (*WAY, *EXITS)}


class WorkingTime:
    """Working seconds of a round between moments: looked up, because a board asks for thousands."""

    def __init__(self, campaign: Campaign, calendar: Calendar | None = None) -> None:
        self._spans: Spans = hours_of(campaign)
        self._calendar = calendar or known_calendar()
        self._until: dict[date, int] = {}
        self._first: date | None = None
        self.day_seconds = sum(
            (datetime.combine(date.min, shuts) - datetime.combine(date.min, opens)) // timedelta(seconds=1)
            for opens, shuts in self._spans
        )

    def between(self, begins_at: datetime, ends_at: datetime) -> int:
        """This function will return the working seconds in [`begins_at`, `ends_at`)."""
        first, last = make_naive(begins_at), make_naive(ends_at)
        if last.date() <= first.date() + timedelta(days=1):
            return self._calendar.seconds_between(first, last, self._spans)
        midnight, morning = (
            datetime.combine(day, datetime.min.time()) for day in (first.date() + timedelta(days=1), last.date())
        )
        return (
            self._calendar.seconds_between(first, midnight, self._spans)
            + self._whole_days(midnight.date(), morning.date()) * self.day_seconds
            + self._calendar.seconds_between(morning, last, self._spans)
        )

    def _whole_days(self, first: date, last: date) -> int:
        return self._days_before(last) - self._days_before(first)

    def _days_before(self, day: date) -> int:
        """Return how many working days lie between a fixed day and this one."""
        if self._first is None:
            self._first, self._until[day] = day, 0
        if day not in self._until:
            self._grow(self._first, day)
        return self._until[day]

    def _grow(self, origin: date, day: date) -> None:
        step = timedelta(days=1 if day > origin else -1)
        at, count = origin, 0
        while at != day:
            if step.days > 0:
                count += self._calendar.is_working(at)
                at += step
            else:
                at += step
                count -= self._calendar.is_working(at)
            self._until.setdefault(at, count)


def spent(seconds: Sequence[int]) -> Spent:
    """This function will return the median and the value that nine in ten stay within (nearest rank)."""
    ordered = sorted(seconds)
    if not ordered:
        return Spent(0, None, None)
    return Spent(len(ordered), ordered[_rank(len(ordered), 50)], ordered[_rank(len(ordered), 90)])


def time_in_states(all_stays: Iterable[Stay], work: WorkingTime, *, at: datetime) -> dict[str, tuple[Spent, Spent]]:
    """This function will return, for each state that passes, how long needs stood there that left it, and how long those
    have stood that are still there."""
    left: dict[str, list[int]] = defaultdict(list)
    still: dict[str, list[int]] = defaultdict(list)
    for one in all_stays:
        if one.state not in OVER:
            (still if one.ends_at is None else left)[one.state].append(work.between(one.begins_at, one.ends_at or at))
    return {state: (spent(left[state]), spent(still[state])) for state in (*WAY[:-1], State.UNREACHABLE)}


def _rank(count: int, per_cent: int) -> int:
    """Return the place of a percentile by nearest rank, counted from 0."""
    return max(0, -(-count * per_cent // 100) - 1)


def _named(parts: Sequence[str | None]) -> tuple[str, str, str]:
    code, zh, en = parts
    return code or "", zh or "", en or ""
