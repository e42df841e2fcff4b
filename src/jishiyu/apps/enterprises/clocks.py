"""When a clock of a need runs out: working days of the round, counted in its working hours.

The calendar fails closed: a year whose notice nobody has entered stops the step with a sentence.
"""

from datetime import datetime, time

from django.utils.timezone import make_aware, make_naive

from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.enterprises.states import CLOCK_IN, Clock, State
from jishiyu.engine.calendar import Calendar, Spans


def hours_of(campaign: Campaign) -> Spans:
    """This function will return the working hours of a round."""
    return tuple((time.fromisoformat(opens), time.fromisoformat(shuts)) for opens, shuts in campaign.working_hours)


def days_of(campaign: Campaign, clock: str) -> int:
    """This function will return how many working days a clock gives."""
    given: int = getattr(campaign, f"{clock}_days")
    return given


def moment_after(campaign: Campaign, at: datetime, days: int, calendar: Calendar) -> datetime:
    """This function will return the moment that lies so many working days after another.

    Raises `YearWithoutNotice`.
    """
    return make_aware(calendar.moment_after(make_naive(at), days, hours_of(campaign)))


def due_in(need: Need, to: State, *, campaign: Campaign, at: datetime, calendar: Calendar) -> datetime | None:
    """This function will return when the clock of a state runs out for a need that comes to it at `at`.

    The clock of the visit runs from the confirmation, however many steps lie between. Raises `YearWithoutNotice`.
    """
    clock = CLOCK_IN.get(to)
    if clock is None:
        return None
    begins = need.confirmed_at if clock == Clock.VISIT and need.confirmed_at else at
    return moment_after(campaign, begins, days_of(campaign, clock), calendar)
