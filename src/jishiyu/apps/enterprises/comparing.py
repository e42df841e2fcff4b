"""Stewards of a round side by side: what they had to do, how quickly they did it, and whether it helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Min
from django.utils.timezone import make_naive

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.clocks import hours_of, moment_after
from jishiyu.apps.enterprises.models import Campaign, Need, NeedMove, Participation, State
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar, YearWithoutNotice
from jishiyu.engine.help.stewards import FEWEST, Share, difficulty, median, weighted

GOOD_STARS = 4  # of five


@dataclass(frozen=True, kw_only=True)
class Record:
    """One steward's record in a round. Times are working minutes (medians); shares weigh cases by difficulty.

    `place` is where they stand, None with too few answered cases: by the low end of the solved share, then of the share
    confirmed in time, so that three of three does not stand before eighteen of twenty.
    """

    steward: Account
    enterprises: int
    needs: int
    points: int
    minutes_to_confirm: int | None
    minutes_to_visit: int | None
    in_time: Share
    solved: Share
    content: Share
    place: int | None = None

    @property
    def enough(self) -> bool:
        """Return whether there are cases enough to compare."""
        return self.solved.cases >= FEWEST


def stewards_of(
    *, campaign: Campaign, stars: Mapping[int, int] | None = None, only: int | None = None, calendar: Calendar | None = None
) -> list[Record]:  # fmt: skip
    """This function will return the records of a round's stewards, the best first, those with too few cases last, by name.

    `stars` are what enterprises gave to needs (id → 1 to 5); `only` asks for one account. Needs count for whoever is the
    steward now; those that were withdrawn or passed on before a visit count in no share.
    """
    days = calendar or known_calendar()
    taking = Participation.objects.filter(campaign=campaign).exclude(steward=None).select_related("steward")
    if only is not None:
        taking = taking.filter(steward_id=only)
    needs = Need.objects.filter(participation__in=taking).prefetch_related("wanted").order_by("id")
    forwarded = dict(
        NeedMove.objects.filter(need__in=needs, to_state=State.FORWARDED).values("need").annotate(at=Min("at"))
        .values_list("need", "at")
    )  # fmt: skip
    people = {row.steward_id: row.steward for row in taking if row.steward is not None}
    of = {row.pk: row.steward_id for row in taking}
    found = []
    for key, account in people.items():
        own = [need for need in needs if of[need.participation_id] == key]
        count = sum(owner == key for owner in of.values())
        found.append(_record(account, count, own, forwarded, stars or {}, campaign, days))
    return _placed(found)


def _record(
    account: Account, enterprises: int, needs: Sequence[Need], forwarded: Mapping[int, datetime], stars: Mapping[int, int],
    campaign: Campaign, days: Calendar,
) -> Record:  # fmt: skip
    weigh = {
        need.pk: difficulty(halfdays=need.halfdays, levels=[one.level for one in need.wanted.all()]) for need in needs
    }
    confirmed = [need for need in needs if need.confirmed_at is not None and need.pk in forwarded]
    visited = [need for need in needs if need.visited_at is not None and need.confirmed_at is not None]
    return Record(
        steward=account, enterprises=enterprises, needs=len(needs), points=sum(weigh.values()),
        minutes_to_confirm=median([_minutes(campaign, forwarded[need.pk], need.confirmed_at, days) for need in confirmed]),
        minutes_to_visit=median([_minutes(campaign, need.confirmed_at, need.visited_at, days) for need in visited]),
        in_time=weighted([
            (weigh[need.pk], need.confirmed_at <= due)
            for need in confirmed if (due := _due(campaign, forwarded[need.pk], days)) is not None and need.confirmed_at
        ]),
        solved=weighted([(weigh[need.pk], bool(need.solved)) for need in needs if need.solved is not None]),
        content=weighted([(weigh[need.pk], stars[need.pk] >= GOOD_STARS) for need in needs if need.pk in stars]),
    )  # fmt: skip


def _due(campaign: Campaign, at: datetime, days: Calendar) -> datetime | None:
    try:
        return moment_after(campaign, at, campaign.confirm_days, days)
    except YearWithoutNotice:
        return None  # nobody can say what was in time


def _minutes(campaign: Campaign, begins: datetime | None, ends: datetime | None, days: Calendar) -> int:
    assert begins is not None
    assert ends is not None
    return days.seconds_between(make_naive(begins), make_naive(ends), hours_of(campaign)) // 60


def _placed(found: Sequence[Record]) -> list[Record]:

    enough = sorted(
        (one for one in found if one.enough), key=lambda one: (-one.solved.low, -one.in_time.low, one.steward.name)
    )
    few = sorted((one for one in found if not one.enough), key=lambda one: one.steward.name)
    return [*(replace(one, place=at) for at, one in enumerate(enough, start=1)), *few]
