"""Counters of the programme: services, visits in person-times, enterprises, problems raised and solved, people trained.

One row of facts per need, from one statement; every grouping is a sum over these rows, so groupings add up. What is
counted is said in docs/reference/boards.md. Energy in kWh, money in fen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jishiyu.apps.enterprises.boards import Asked, Spent, WorkingTime, spent
from jishiyu.apps.enterprises.models import Campaign, Level
from jishiyu.apps.enterprises.saying import level_words, round_names
from jishiyu.apps.enterprises.states import OVER, State
from jishiyu.apps.experts.models import Part
from jishiyu.apps.visits.models import Action, Satisfaction, TeamMember, Visit, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one need counts for. `stars` is the enterprise's newest word; `solved` is true when it said so."""

    need_id: int
    campaign_id: int
    enterprise_id: int
    aim: tuple[str, str, str]
    steward: tuple[str, str]
    level: int
    state: str
    handed_in_at: datetime
    confirmed_at: datetime | None
    visited_at: datetime | None
    ended_at: datetime | None
    solved: bool | None
    services: int
    person_times: int
    expert_times: int
    trained: int
    saved_fen: int
    saved_kwh: int
    stars: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One row of figures: `key` and its Chinese and English words, then what its needs count for together.

    `stars` are (sum, number of enterprises' answers). Withdrawn needs are raised no more.
    """

    key: str
    zh: str
    en: str
    needs: int
    open: int
    services: int
    person_times: int
    expert_times: int
    enterprises: int
    raised: int
    solved: int
    trained: int
    saved_fen: int
    saved_kwh: int
    stars: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Times:
    """Working seconds from handing in to confirming, from confirming to the visit, from handing in to closing."""

    confirm: Spent
    visit: Spent
    close: Spent


def facts(asked: Asked, *, every_round: bool = False) -> list[Fact]:
    """This function will return one row of facts per need, of the round or of every round."""
    done = Visit.objects.filter(need=OuterRef("pk"), state=VisitState.DONE)
    came = TeamMember.objects.filter(visit__need=OuterRef("pk"), visit__state=VisitState.DONE).filter(
        Q(came=None) | Q(came=True)
    )
    acted = Action.objects.filter(need=OuterRef("pk"), done_on__isnull=False)
    said = Satisfaction.objects.filter(need=OuterRef("pk")).order_by("-said_at", "-pk")
    rows = asked.needs(every_round=every_round).annotate(
        services=_total(done, Count("pk"), "need"),
        person_times=_total(came, Count("pk"), "visit__need"),
        expert_times=_total(came.filter(part=Part.EXPERT), Count("pk"), "visit__need"),
        trained=_total(acted, Sum("trained"), "need"),
        saved_fen=_total(acted, Sum("saved_fen"), "need"),
        saved_kwh=_total(acted, Sum("saved_kwh"), "need"),
        stars=Subquery(said.values("stars")[:1], output_field=IntegerField()),
    )
    fields = (
        "pk", "participation__enterprise_id", "item__aim__code", "item__aim__zh", "item__aim__en",
        "participation__steward__name", "participation__steward__full_name", "level", "state",
        "need_list__handed_in_at", "confirmed_at", "visited_at", "ended_at", "solved", "services", "person_times",
        "expert_times", "trained", "saved_fen", "saved_kwh", "stars", "participation__campaign_id",
    )  # fmt: skip
    return [_fact(row) for row in rows.order_by("pk").values_list(*fields)]


def whole(rows: Sequence[Fact]) -> Counted:
    """This function will return everything together."""
    return _counted("", "合计", "total", rows)


def by_round(rows: Sequence[Fact], rounds: Sequence[Campaign]) -> list[tuple[Campaign, Counted, Times]]:
    """This function will count by round, in the order of `rounds`, and say how long the steps took in each.

    Working time is counted in the hours of each round; a round without a need counts nothing.
    """
    groups: dict[int, list[Fact]] = {}
    for row in rows:
        groups.setdefault(row.campaign_id, []).append(row)
    return [
        (one, _counted(one.code, name.zh, name.en, mine), times(mine, WorkingTime(one)))
        for one, name in zip(rounds, round_names(rounds), strict=True)
        for mine in (groups.get(one.pk, []),)
    ]


def by_aim(rows: Sequence[Fact]) -> list[Counted]:
    """This function will count by aim; what is not classified yet stands last."""
    return _grouped(rows, lambda row: row.aim if row.aim[0] else ("", "未分类", "not classified yet"))


def by_steward(rows: Sequence[Fact]) -> list[Counted]:
    """This function will count by steward; enterprises without one stand last."""
    return _grouped(rows, lambda row: (row.steward[0], row.steward[1] or "未指定", row.steward[1] or "nobody yet"))


def by_level(rows: Sequence[Fact], *, campaign: Campaign | None = None) -> list[Counted]:
    """This function will count by the level of the network that holds the need, the city union first.

    Levels are called as the round calls them; without one, for needs of several rounds, by the general words.
    """
    called = {level.value: level_words(campaign, level) for level in Level}
    return _grouped(rows, lambda row: (str(row.level), called[row.level].zh, called[row.level].en))


def times(rows: Iterable[Fact], work: WorkingTime) -> Times:
    """This function will return how long the steps took, in working seconds; closing counts needs that were closed."""
    confirm, visit, close = [], [], []
    for row in rows:
        if row.confirmed_at is not None:
            confirm.append(work.between(row.handed_in_at, row.confirmed_at))
            if row.visited_at is not None:
                visit.append(work.between(row.confirmed_at, row.visited_at))
        if row.state == State.CLOSED and row.ended_at is not None:
            close.append(work.between(row.handed_in_at, row.ended_at))
    return Times(spent(confirm), spent(visit), spent(close))


def satisfaction(rows: Iterable[Fact]) -> dict[int, int]:
    """This function will return how many needs got how many stars, five first."""
    given = [row.stars for row in rows if row.stars is not None]
    return {stars: given.count(stars) for stars in (5, 4, 3, 2, 1)}


def _total(rows: QuerySet[Any], what: Any, need: str) -> Coalesce:
    """Return a sum over rows of the need as a sub-select, 0 of none."""
    kept = rows.order_by().values(need).annotate(total=what).values("total")
    return Coalesce(Subquery(kept, output_field=BigIntegerField()), 0)


def _fact(row: tuple[Any, ...]) -> Fact:
    return Fact(
        need_id=row[0], enterprise_id=row[1], aim=(row[2] or "", row[3] or "", row[4] or ""),
        steward=(row[5] or "", row[6] or ""), level=row[7], state=row[8], handed_in_at=row[9], confirmed_at=row[10],
        visited_at=row[11], ended_at=row[12], solved=row[13], services=row[14], person_times=row[15],
        expert_times=row[16], trained=row[17], saved_fen=row[18], saved_kwh=row[19], stars=row[20], campaign_id=row[21],
    )  # fmt: skip


def _grouped(rows: Sequence[Fact], key: Callable[[Fact], tuple[str, str, str]]) -> list[Counted]:
    groups: dict[tuple[str, str, str], list[Fact]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [_counted(*name, groups[name]) for name in sorted(groups, key=lambda name: (not name[0], name))]


def _counted(key: str, zh: str, en: str, rows: Sequence[Fact]) -> Counted:
    raised = [row for row in rows if row.state != State.WITHDRAWN]
    stars = [row.stars for row in rows if row.stars is not None]
    return Counted(
        key=key, zh=zh, en=en, needs=len(rows), open=sum(row.state not in OVER for row in rows),
        services=sum(row.services for row in rows), person_times=sum(row.person_times for row in rows),
        expert_times=sum(row.expert_times for row in rows),
        enterprises=len({row.enterprise_id for row in rows if row.services}), raised=len(raised),
        solved=sum(row.solved is True for row in raised), trained=sum(row.trained for row in rows),
        saved_fen=sum(row.saved_fen for row in rows), saved_kwh=sum(row.saved_kwh for row in rows),
        stars=(sum(stars), len(stars)),
    )  # fmt: skip
