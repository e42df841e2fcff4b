"""When somebody can come: half-days offered and taken back, a weekly pattern, a calendar of their own."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.experts.calendars import busy_halfdays
from jishiyu.apps.experts.halfdays import HalfDay, weekdays
from jishiyu.apps.experts.models import Availability, Expert
from jishiyu.apps.experts.people import locked
from jishiyu.apps.workdays.queries import known_calendar

OWN, OFFICE, CALENDAR, ILLNESS = "own", "office", "icalendar", "illness"


@transaction.atomic
def set_times(
    *, expert_id: int, offered: Iterable[HalfDay], first: date, last: date, source: str, by: str, at: datetime
) -> int:
    """This function will say for every working half-day from the first to the last day whether somebody offers it.

    Returns how many are offered. What the calendar or an illness had said within those days is overwritten.
    """
    found = locked(expert_id)
    wanted = set(offered)
    before = _offered(found, first, last)
    now = {halfday for halfday in weekdays(first, last) if halfday in wanted}
    _write(found, {halfday: halfday in now for halfday in weekdays(first, last)}, source)
    _told(found, before, now, source, first, last, by, at)
    return len(now)


@transaction.atomic
def offer_weekly(
    *, expert_id: int, pattern: Iterable[tuple[int, str]], first: date, last: date, source: str, by: str, at: datetime
) -> int:
    """This function will offer the same half-days (weekday 0 to 4, `am` or `pm`) every week; holidays are left out.

    Returns how many are offered.
    """
    wanted, calendar = set(pattern), known_calendar()
    days = [
        halfday for halfday in weekdays(first, last)
        if (halfday.on.weekday(), halfday.half) in wanted and calendar.is_working(halfday.on)
    ]  # fmt: skip
    return set_times(expert_id=expert_id, offered=days, first=first, last=last, source=source, by=by, at=at)


@transaction.atomic
def take_calendar(
    *, expert_id: int, content: bytes, name: str, first: date, last: date, zone: ZoneInfo, by: str, at: datetime
) -> int:
    """This function will make the busy half-days of a calendar unavailable, and return how many those are.

    What an earlier calendar made unavailable and this one does not is offered no longer nor refused: it is unsaid.
    Raises `CalendarUnreadable`; then nothing was changed.
    """
    found = locked(expert_id)
    busy = busy_halfdays(content, name=name, first=first, last=last, zone=zone)
    busy = {halfday for halfday in weekdays(first, last) if halfday in busy}
    before = _offered(found, first, last)
    found.availability.filter(source=CALENDAR, on__range=(first, last)).delete()
    _write(found, dict.fromkeys(busy, False), CALENDAR)
    _told(found, before, before - busy, CALENDAR, first, last, by, at)
    return len(busy)


@transaction.atomic
def withdraw_times(*, expert_id: int, first: date, last: date, source: str, by: str, at: datetime) -> None:
    """This function will take every half-day back from the first to the last day, for illness or anything else."""
    set_times(expert_id=expert_id, offered=(), first=first, last=last, source=source, by=by, at=at)


def _offered(expert: Expert, first: date, last: date) -> set[HalfDay]:
    rows = expert.availability.filter(free=True, on__range=(first, last)).order_by("on", "half")
    return {HalfDay(on, half) for on, half in rows.values_list("on", "half")}


def _write(expert: Expert, said: dict[HalfDay, bool], source: str) -> None:
    rows = [
        Availability(expert=expert, on=halfday.on, half=halfday.half, free=free, source=source)
        for halfday, free in said.items()
    ]
    Availability.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["expert", "on", "half"], update_fields=["free", "source"]
    )


def _told(
    expert: Expert, before: set[HalfDay], now: set[HalfDay], source: str, first: date, last: date, by: str, at: datetime
) -> None:  # fmt: skip
    details = {"source": source, "first": first, "last": last}
    changes = {
        "offered": (sorted(one.key for one in before - now), sorted(one.key for one in now - before)),
        "count": (len(before), len(now)),
    }
    record(by=by, action="experts.times", record=f"expert {expert.pk}", details=details, at=at, changes=changes)
