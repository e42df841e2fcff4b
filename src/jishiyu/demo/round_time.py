"""Working time of the demo's round: moments so many working minutes later, and the day that counts as today."""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware, make_naive

from jishiyu.engine.calendar import Calendar, Spans

WEEKS = 7  # the round has run for so long
LAST_DAY = (12, 4)  # of the last year whose holidays are known: later clocks would run into an unknown year


def today(now: datetime, calendar: Calendar) -> datetime:
    """This function will return the moment at which the demo's round stands: now, unless the calendar ends before."""
    evening = time(18)
    latest = make_aware(datetime.combine(date(max(calendar.years), *LAST_DAY), evening))
    earliest = make_aware(datetime.combine(date(min(calendar.years), 4, 1), evening))
    return min(max(now, earliest), latest)


def monday_before(moment: datetime) -> date:
    """This function will return the Monday on which the demo's round began."""
    day = make_naive(moment).date() - timedelta(weeks=WEEKS)
    return day - timedelta(days=day.weekday())


def later(moment: datetime, minutes: int, *, calendar: Calendar, spans: Spans) -> datetime:
    """This function will return the moment at which so many working minutes have passed since another."""
    left, at = timedelta(minutes=minutes), make_naive(moment)
    while True:
        if calendar.is_working(at.date()):
            for opens, shuts in spans:
                first = max(at, datetime.combine(at.date(), opens))
                last = datetime.combine(at.date(), shuts)
                if first + left <= last:
                    return make_aware(first + left)
                left -= max(last - first, timedelta())
        at = datetime.combine(at.date() + timedelta(days=1), datetime.min.time())


def at_work(day: date, minutes: int, *, calendar: Calendar, spans: Spans) -> datetime:
    """This function will return the moment so many working minutes after the beginning of a day."""
    return later(make_aware(datetime.combine(day, datetime.min.time())), minutes, calendar=calendar, spans=spans)
