"""A round as pairing sees it: the needs that wait, the visits that are fixed, the people of the list and the pins."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q

from jishiyu.apps.enterprises.models import Campaign, Need, State, Wanted
from jishiyu.apps.experts.halfdays import HalfDay, first_number, in_a_row, last_number, monday_of, number_of, ranges
from jishiyu.apps.experts.models import Availability, Expert, ExpertSkill, Honour, Part
from jishiyu.apps.experts.models import Pin as Decided
from jishiyu.apps.experts.queries import planned_visits
from jishiyu.engine.pairing import model
from jishiyu.engine.pairing.frozen import frozen_round
from jishiyu.engine.pairing.model import (
    LONGEST,
    MOST_SKILLS,
    OFFICER,
    STEWARD,
    WEEK,
    Person,
    Pin,
    Round,
    Visit,
    has_role,
)

WEEKS = 4
BEFORE = timedelta(days=14)  # a visit of many half-days that began earlier still takes its people
MOST_WEEKS = LONGEST // WEEK
_SMALLEST = 2  # a steward and a union officer; who wants a skill wants an expert too
TRADE_HONOUR = Honour.TRADE.value


@dataclass(frozen=True)
class Outside:
    """A need that waits but cannot be paired in the time asked for, with a code of `OUTSIDE` and its details."""

    number: str
    code: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Gathered:
    """A round of a campaign: half-day 0 is the morning of `monday`; `waiting` are the needs to pair, `fixed` the visits."""

    monday: date
    round: Round
    waiting: tuple[str, ...]
    fixed: tuple[str, ...]
    outside: tuple[Outside, ...]

    def frozen(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {
            **frozen_round(self.round), "waiting": list(self.waiting), "fixed": list(self.fixed),
            "outside": [[one.number, one.code, one.details] for one in self.outside],
        }  # fmt: skip


def gather(
    *, campaign: Campaign, first_on: date, weeks: int = WEEKS, previous: Iterable[Visit] | None = None
) -> Gathered:
    """This function will read a round from the tables: what can be visited from a day on, within so many weeks.

    Visits that are planned in that time are fixed: they take their people's time and weekly capacity. Only confirmed
    skills count. Pins of needs that no longer wait are passed over.
    """
    monday = monday_of(first_on)
    begin = first_number(first_on, monday=monday)
    end = min(weeks * WEEK - 1, last_number(campaign.ends_on - timedelta(days=1), monday=monday))
    rows = (
        Need.objects.filter(participation__campaign=campaign, state=State.CLASSIFIED)
        .select_related("participation__enterprise")
        .prefetch_related(Prefetch("wanted", Wanted.objects.select_related("skill"))).order_by("id")
    )  # fmt: skip
    needs, outside = [], []
    listed = list(Expert.objects.filter(Q(until=None) | Q(until__gt=first_on)).order_by("code"))
    stewards = {one.account_id: one.code for one in listed if one.part == Part.STEWARD and one.account_id is not None}
    for row in rows:
        made = _need(row, campaign, stewards, monday, begin, end)
        if isinstance(made, Outside):
            outside.append(made)
        else:
            needs.append(made)
    people = _people(listed, first_on, monday, end)
    visits, fixed, pins = _fixed(people, monday, end)
    waiting = {need.need_id for need in needs}
    decided = Decided.objects.filter(campaign=campaign, need__number__in=waiting).select_related("need", "expert")
    for pin in decided.order_by("id"):
        start = None if pin.on is None else number_of(HalfDay(pin.on, pin.half), monday=monday)
        pins.append(Pin(pin.need.number, start, pin.expert.code if pin.expert else None, pin.ban))
    before = None if previous is None else tuple(visit for visit in previous if visit.need_id in waiting)
    if before is not None:
        before += tuple(visits)
    crowd = tuple(people.values())
    return Gathered(
        monday, Round((*needs, *fixed), crowd, tuple(pins), before), tuple(need.need_id for need in needs),
        tuple(need.need_id for need in fixed), tuple(outside),
    )  # fmt: skip


def _need(
    row: Need, campaign: Campaign, stewards: dict[int, str], monday: date, begin: int, end: int
) -> model.Need | Outside:  # fmt: skip
    skills = tuple(sorted((wanted.skill.code, wanted.level) for wanted in row.wanted.all()))
    if len(skills) > MOST_SKILLS:
        return Outside(row.number, "too_many_skills", {"count": len(skills), "most": MOST_SKILLS})
    earliest = begin if row.earliest_on is None else max(begin, first_number(row.earliest_on, monday=monday))
    latest = end if row.latest_on is None else min(end, last_number(row.latest_on, monday=monday))
    if earliest + row.halfdays - 1 > latest:
        late = latest < begin
        details = {
            "halfdays": row.halfdays, "earliest": str(row.earliest_on or "—"), "latest": str(row.latest_on or "—"),
        }  # fmt: skip
        return Outside(row.number, "window_over" if late else "window_too_short", details)
    enterprise = row.participation.enterprise
    return model.Need(
        need_id=row.number, enterprise=enterprise.code, skills=skills, halfdays=row.halfdays, earliest=earliest,
        latest=latest, x_m=enterprise.x_m or 0, y_m=enterprise.y_m or 0, priority=row.priority,
        steward=stewards.get(row.participation.steward_id or 0, ""), team_min=min(_SMALLEST + bool(skills), campaign.team_max),
        team_max=min(model.TEAM_MAX, campaign.team_max),
    )  # fmt: skip


def _people(rows: Iterable[Expert], on: date, monday: date, end: int) -> dict[str, Person]:
    """Return who is on the list, with the half-days they offer and the skills that were confirmed."""
    skills: dict[int, dict[str, int]] = {}
    confirmed = ExpertSkill.objects.filter(confirmed_on__isnull=False).order_by("id")
    for expert_id, code, level in confirmed.values_list("expert_id", "skill__code", "level"):
        skills.setdefault(expert_id, {})[code] = level
    offered: dict[int, list[int]] = {}
    last = monday + timedelta(days=7 * (end // WEEK + 1))
    times = Availability.objects.filter(free=True, on__gte=on, on__lt=last).order_by("id")
    for expert_id, day, half in times.values_list("expert_id", "on", "half"):
        number = number_of(HalfDay(day, half), monday=monday)
        if number is not None:
            offered.setdefault(expert_id, []).append(number)
    found = {}
    for row in rows:
        numbers = [
            at for at in offered.get(row.pk, ())
            if at >= first_number(max(on, row.since), monday=monday)
            and (row.until is None or at <= last_number(row.until - timedelta(days=1), monday=monday))
        ]  # fmt: skip
        found[row.code] = Person(
            person_id=row.code, role=row.part, skills=skills.get(row.pk, {}), free=ranges(numbers),
            honour=max(0, row.honour - TRADE_HONOUR), x_m=row.x_m or 0, y_m=row.y_m or 0, per_week=row.per_week,
            zone=row.zone,
        )  # fmt: skip
    return found


def _fixed(people: dict[str, Person], monday: date, end: int) -> tuple[list[Visit], list[model.Need], list[Pin]]:
    """Return the visits that are planned, of every round, as needs that are pinned to their time and team.

    The times of their people are open for them whatever the list says by now; a visit without a steward or an officer, or
    one that begins on a weekend or before the Monday, cannot be said so and only takes its people's time.
    """
    visits, needs, pins = [], [], []
    loads: dict[str, dict[int, int]] = {}
    for planned in planned_visits(first=monday - BEFORE, last=monday + timedelta(days=7 * (end // WEEK + 1))):
        numbers = [number_of(one, monday=monday) for one in in_a_row(planned.at, planned.halfdays)]
        span = [number for number in numbers if number is not None and number >= 0]
        team = [people[code] for code in planned.people if code in people]
        if not span or not team:
            continue
        start = span[0]
        usual = (
            start == numbers[0] and len(team) == len(planned.people)
            and all(has_role(role, team) for role in (STEWARD, OFFICER))
        )  # fmt: skip
        for person in team:
            free = {at for low, high in person.free for at in range(low, high + 1)}
            free = free | set(span) if usual else free - set(span)
            people[person.person_id] = replace(person, free=ranges(list(free)))
        if not usual:
            continue
        for person in team:
            load = loads.setdefault(person.person_id, {})
            for week, count in model.weeks(start, planned.halfdays).items():
                load[week] = load.get(week, 0) + count
        needs.append(model.Need(
            need_id=planned.number, enterprise=planned.enterprise, skills=(), halfdays=planned.halfdays, earliest=start,
            latest=span[-1], x_m=planned.x_m or 0, y_m=planned.y_m or 0, priority=planned.priority, team_min=len(team),
            team_max=len(team),
        ))  # fmt: skip
        pins += [Pin(planned.number, start), *(Pin(planned.number, None, who) for who in planned.people)]
        visits.append(Visit(planned.number, start, tuple(sorted(planned.people))))
    for code, load in loads.items():
        people[code] = replace(people[code], per_week=max(people[code].per_week, *load.values()))
    return visits, needs, pins
