"""An appointment as a calendar entry (iCalendar, RFC 5545) that calendars take in, change and cancel."""

from datetime import datetime, time

from django.utils import timezone
from icalendar import Calendar, Event

from jishiyu.apps.experts.halfdays import HALVES, HalfDay, halfday_of, monday_of, number_of
from jishiyu.apps.visits.models import Visit

PRODUCT = "-//Jishiyu//enterprise help//ZH"


def span_of(visit: Visit, hours: list[list[str]]) -> tuple[datetime, datetime]:
    """This function will return when a visit begins and ends, by the working hours of the round (morning, afternoon)."""
    begin = HalfDay(visit.on, visit.half)
    monday = monday_of(visit.on)
    number = number_of(begin, monday=monday)
    last = begin if number is None else halfday_of(number + visit.halfdays - 1, monday=monday)
    opens, shuts = hours[HALVES.index(begin.half)][0], hours[HALVES.index(last.half)][1]
    zone = timezone.get_default_timezone()
    return (
        datetime.combine(begin.on, time.fromisoformat(opens), zone),
        datetime.combine(last.on, time.fromisoformat(shuts), zone),
    )


def invitation(visit: Visit, *, team: str, at: datetime, cancelled: bool = False) -> str:
    """This function will return a visit as the text of a calendar file with one entry; a later one replaces it."""
    participation = visit.need.participation
    enterprise, campaign = participation.enterprise, participation.campaign
    begins, ends = span_of(visit, campaign.working_hours)
    entry = Event()
    entry.add("uid", f"visit-{visit.pk}@jishiyu")
    entry.add("dtstamp", at)
    entry.add("dtstart", begins)
    entry.add("dtend", ends)
    entry.add("sequence", int(cancelled))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("summary", f"{campaign.zh} · {enterprise.name}")
    entry.add("location", enterprise.address or enterprise.name)
    entry.add("description", f"{visit.need.number}\n{team}")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(entry)
    return str(calendar.to_ical().decode())
