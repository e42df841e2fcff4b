"""Who is where and how much: the visits of a round along the calendar, and the load of everybody on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from jishiyu.apps.enterprises.boards import Asked
from jishiyu.apps.experts.halfdays import HalfDay, in_a_row
from jishiyu.apps.experts.models import Availability, Expert
from jishiyu.apps.visits.models import TeamMember, Visit, VisitState


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a visit."""

    expert_id: int
    name: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One visit on the calendar: `halfdays` half-days in a row from `on`, morning or afternoon."""

    visit_id: int
    need_id: int
    number: str
    enterprise: str
    state: str
    on: date
    half: str
    halfdays: int
    steward: str
    item: tuple[str, str]
    team: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Half-days of somebody in a period: done, planned, and offered; `visits` are appointments that stand."""

    expert_id: int
    name: str
    part: str
    visits: int
    done: int
    planned: int
    offered: int


def bars(asked: Asked) -> list[Bar]:
    """This function will return the visits of a round that were not cancelled, by day."""
    members = Prefetch("team", TeamMember.objects.select_related("expert").order_by("part", "expert__code"))
    rows = (
        Visit.objects.filter(need__in=asked.needs().values("pk")).exclude(state=VisitState.CANCELLED)
        .select_related("need__participation__enterprise", "need__participation__steward", "need__item")
        .prefetch_related(members).order_by("on", "half", "pk")
    )  # fmt: skip
    found = []
    for row in rows:
        item, steward = row.need.item, row.need.participation.steward
        found.append(Bar(
            visit_id=row.pk, need_id=row.need_id, number=row.need.number, enterprise=row.need.participation.enterprise.name,
            state=row.state, on=row.on, half=row.half, halfdays=row.halfdays,
            steward=steward.full_name if steward is not None else "", item=(item.zh, item.en) if item is not None else ("", ""),
            team=tuple(Member(one.expert_id, one.expert.name, one.part) for one in row.team.all()),
        ))  # fmt: skip
    return found


def loads(found: Sequence[Bar], *, since: date, until: date) -> list[Load]:
    """This function will return the load of everybody who is on a visit or offers time in `[since, until)`, the most first."""
    offered: dict[int, int] = {}
    free = Availability.objects.filter(free=True, on__gte=since, on__lt=until).order_by()
    for expert_id in free.values_list("expert_id", flat=True):
        offered[expert_id] = offered.get(expert_id, 0) + 1
    busy: dict[int, list[Bar]] = {}
    for bar in found:
        for member in bar.team:
            busy.setdefault(member.expert_id, []).append(bar)
    people = Expert.objects.filter(pk__in={*offered, *busy}).order_by("code")
    made = [
        Load(
            expert_id=one.pk, name=one.name, part=one.part, visits=len(busy.get(one.pk, ())),
            done=_halfdays(busy.get(one.pk, ()), VisitState.DONE), planned=_halfdays(busy.get(one.pk, ()), VisitState.PLANNED),
            offered=offered.get(one.pk, 0),
        ) for one in people
    ]  # fmt: skip
    return sorted(made, key=lambda one: -(one.done + one.planned))


def days_of(bar: Bar) -> list[date]:
    """This function will return the days a visit takes."""
    return list(dict.fromkeys(one.on for one in in_a_row(HalfDay(bar.on, bar.half), bar.halfdays)))


def _halfdays(found: Iterable[Bar], state: str) -> int:
    return sum(bar.halfdays for bar in found if bar.state == state)
