"""iCalendar (RFC 5545): the half-days on which a calendar says its owner is busy.

Events that repeat are followed (RRULE, RDATE, EXDATE, single ones moved or cancelled). What is marked free (TRANSP) or
cancelled does not count, and a free-busy component counts as what it says. Times without a zone are local.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

from jishiyu.apps.experts.halfdays import AM, PM, HalfDay
from jishiyu.apps.experts.problems import CalendarUnreadable

NOON = time(12)
# What counts as the working part of each half of a day: a breakfast at seven keeps nobody from a visit.
SPANS = ((AM, time(8), NOON), (PM, NOON, time(18)))
LARGEST = 5 << 20
MOST = 5_000
_UNTIL = "UNTIL="
Span = tuple[datetime, datetime]


def busy_halfdays(content: bytes, *, name: str, first: date, last: date, zone: ZoneInfo) -> set[HalfDay]:
    """This function will return every half-day from the first to the last day on which the calendar is busy.

    Raises `CalendarUnreadable`.
    """
    if len(content) > LARGEST:
        raise CalendarUnreadable(file=name, why=f"> {LARGEST >> 20} MB")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        if not calendars:
            raise ValueError("no VCALENDAR")
        found: set[HalfDay] = set()
        for calendar in calendars:
            for begins, ends in _busy(calendar, first, last, zone):
                found.update(_touched(begins, ends, first, last))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise CalendarUnreadable(file=name, why=str(error)[:100] or type(error).__name__) from error
    return found


def _busy(calendar: Any, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
    low = datetime.combine(first, time.min)
    high = datetime.combine(last + timedelta(days=1), time.min)
    moved: dict[str, set[datetime]] = {}
    events = list(calendar.walk("VEVENT"))
    for event in events:
        if "RECURRENCE-ID" in event:
            moved.setdefault(str(event.get("UID", "")), set()).add(_local(event["RECURRENCE-ID"].dt, zone))
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        begins, length = _when(event, zone)
        skipped = set() if "RECURRENCE-ID" in event else moved.get(str(event.get("UID", "")), set())
        for at in _starts(event, begins, low - length, high, zone):
            if at not in skipped:
                yield at, at + length
    for free_busy in calendar.walk("VFREEBUSY"):
        for period in _listed(free_busy.get("FREEBUSY")):
            if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                begin, end = period.dt if isinstance(period.dt, tuple) else (period.start, period.end)
                ends = begin + end if isinstance(end, timedelta) else end
                yield _local(begin, zone), _local(ends, zone)


def _when(event: Any, zone: ZoneInfo) -> tuple[datetime, timedelta]:
    """Return when an event begins and how long it is; a whole day lasts a day where nothing else is said."""
    begins = event["DTSTART"].dt
    start = _local(begins, zone)
    if "DTEND" in event:
        return start, _local(event["DTEND"].dt, zone) - start
    if "DURATION" in event:
        return start, event["DURATION"].dt
    return start, timedelta(0) if isinstance(begins, datetime) else timedelta(days=1)


def _starts(event: Any, begins: datetime, low: datetime, high: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield when an event starts within a span, as local time without a zone."""
    if "RRULE" not in event and "RDATE" not in event:
        if low <= begins < high:
            yield begins
        return
    days = rruleset()
    days.rdate(begins)
    for rule in _listed(event.get("RRULE")):
        days.rrule(rrulestr(_ruled(rule.to_ical().decode(), zone), dtstart=begins))
    for kind, add in (("RDATE", days.rdate), ("EXDATE", days.exdate)):
        for listed in _listed(event.get(kind)):
            for one in listed.dts:
                add(_local(one.dt[0] if isinstance(one.dt, tuple) else one.dt, zone))
    for count, at in enumerate(days.xafter(low, inc=True)):
        if at >= high or count >= MOST:
            return
        yield at


def _ruled(rule: str, zone: ZoneInfo) -> str:
    """Return a rule whose end is local as well: dateutil does not mix times with and without a zone."""
    parts = []
    for part in rule.split(";"):
        if part.upper().startswith(_UNTIL) and part.endswith("Z"):
            until = datetime.strptime(part[len(_UNTIL) :], "%Y%m%dT%H%M%SZ").replace(tzinfo=ZoneInfo("UTC"))
            part = f"{_UNTIL}{until.astimezone(zone):%Y%m%dT%H%M%S}"
        parts.append(part)
    return ";".join(parts)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _local(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Return a time as local wall-clock time without a zone; a day is its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo is not None else value


def _touched(begins: datetime, ends: datetime, first: date, last: date) -> Iterator[HalfDay]:
    """Yield the half-days whose working part an event touches."""
    day = max(begins.date(), first)
    while day <= min(ends.date(), last):
        for half, opens, shuts in SPANS:
            if begins < datetime.combine(day, shuts) and ends > datetime.combine(day, opens):
                yield HalfDay(day, half)
        day += timedelta(days=1)
