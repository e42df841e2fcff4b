"""Clocks that have run out: a reminder first, then one level after another, each step kept and told.

Done again at the same moment it does nothing more. A year without a calendar stops the need it concerns, with the reason
in the answer; the others go on.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jishiyu.apps.enterprises.clocks import moment_after
from jishiyu.apps.enterprises.models import Level, Need, State
from jishiyu.apps.enterprises.moving import locked, take_step
from jishiyu.apps.enterprises.saying import raised_to
from jishiyu.apps.enterprises.states import CLOCK_IN
from jishiyu.apps.enterprises.telling import level_with_people, organisers_at, tell_need
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar, YearWithoutNotice

SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Clocked:
    """How many needs were reminded of and raised; `stopped` are needs whose year nobody has entered."""

    reminded: int = 0
    escalated: int = 0
    stopped: tuple[str, ...] = ()


def run_clocks(*, at: datetime, calendar: Calendar | None = None) -> Clocked:
    """This function will remind of every need whose clock has run out, and raise those that nobody acted on since.

    Each need in its own transaction: a killed process leaves whole steps.
    """
    days = calendar or known_calendar()
    late = Need.objects.filter(due_at__lte=at, state__in=CLOCK_IN, escalated_to__isnull=True) | Need.objects.filter(
        due_at__lte=at, state__in=CLOCK_IN, escalated_to__gt=Level.CITY
    )
    reminded = escalated = 0
    stopped = []
    for key, number in late.order_by("due_at", "id").values_list("pk", "number"):
        try:
            done = _one(key, at, days)
        except YearWithoutNotice:
            stopped.append(number)
            continue
        reminded, escalated = reminded + (done == "reminded"), escalated + (done == "escalated")
    return Clocked(reminded=reminded, escalated=escalated, stopped=tuple(stopped))


def _one(need_id: int, at: datetime, calendar: Calendar) -> str:
    with transaction.atomic():
        need = locked(need_id)
        if need.due_at is None or need.due_at > at or need.state not in CLOCK_IN:
            return ""  # somebody acted meanwhile
        if need.reminded_at is None:
            _remind(need, at)
            return "reminded"
        campaign = need.participation.campaign
        since = need.escalated_at or need.due_at
        if moment_after(campaign, since, campaign.escalate_days, calendar) > at:
            return ""
        held = need.escalated_to or need.level
        if held <= Level.CITY:
            return ""
        _escalate(need, level_with_people(need.participation, held - 1), at)
        return "escalated"


def _remind(need: Need, at: datetime) -> None:
    """Remind whoever has to act: before the forwarding the organisers of the level, afterwards the steward."""
    take_step(need, State(need.state), what="reminded", by=SYSTEM, at=at, sentence="", changes={"reminded_at": at})
    steward = need.participation.steward
    waits_for_level = need.state == State.HANDED_IN or steward is None
    people = list(organisers_at(need.participation, need.level)) if waits_for_level else [steward]
    tell_need(need, Kind.HELP_LATE, people, what="reminded", by=SYSTEM, at=at)


def _escalate(need: Need, to: int, at: datetime) -> None:
    changes = {"escalated_at": at, "escalated_to": to}
    sentence = raised_to(need.participation.campaign, to)
    take_step(need, State(need.state), what="escalated", by=SYSTEM, at=at, sentence=sentence, changes=changes)
    people = [*organisers_at(need.participation, to), need.participation.steward]
    tell_need(need, Kind.HELP_ESCALATED, people, what=f"escalated to {to}", by=SYSTEM, at=at)
