"""Reading rounds, enterprises and needs; whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, Max, Q, QuerySet, When
from django.db.models.functions import Now, TruncDate

from jishiyu.apps.accounts.models import Account, Grant, Role
from jishiyu.apps.enterprises.closing import standing
from jishiyu.apps.enterprises.comparing import Record, stewards_of
from jishiyu.apps.enterprises.contacts import said_with
from jishiyu.apps.enterprises.handing_in import handed_in_before
from jishiyu.apps.enterprises.links import find_link
from jishiyu.apps.enterprises.models import Campaign, Need, NeedMove, Participation, ServiceItem
from jishiyu.apps.enterprises.states import CARRIED, OVER
from jishiyu.apps.orgs.queries import BRANCH_SQL
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import DAY
from jishiyu.engine.help.matching import ALIKE, SAME, Likeness, likeness, suggest

__all__ = [
    "Alike", "Record", "Suggested", "alike", "branch", "enterprises_of", "find_link", "handed_in_before", "last_day_of_rounds", "moves_of", "needs_of",
    "open_needs", "participations_of", "said_with", "standing", "stewards", "stewards_of", "suggestions", "years_without_notice",
]  # fmt: skip


def participations_of(account: Account) -> QuerySet[Participation]:
    """Return the enterprises in rounds that an account has to do with, by the roles it holds today.

    A steward: their own. An organiser: those of every round that a union of their branch leads or is in the network of,
    and those whose enterprise belongs to the branch. An enterprise: its own.
    """
    held = _held_today(account)
    led = branch([union for role, union in held if role == Role.ORGANISER and union is not None])
    own = [union for role, union in held if role == Role.ENTERPRISE]
    theirs = Q(campaign__lead__in=led) | Q(campaign__network__union__in=led) | Q(enterprise__union__in=led)
    mine = Q(steward=account) if any(role == Role.STEWARD for role, _ in held) else Q(pk__in=())
    found = Participation.objects.filter(mine | theirs | Q(enterprise__union__in=own))
    return Participation.objects.filter(pk__in=found.values("pk"))


def _held_today(account: Account) -> list[tuple[str, int | None]]:
    today = TruncDate(Now())
    grants = Grant.objects.filter(account=account, since__lte=today).filter(Q(until=None) | Q(until__gt=today))
    return list(grants.order_by("id").values_list("role", "union_id"))


def branch(unions: Sequence[int]) -> list[int]:
    """Return some unions and everything below them."""
    if not unions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_SQL, [list(unions)])
        return [union for (union,) in cursor.fetchall()]


def needs_of(account: Account) -> QuerySet[Need]:
    """Return the needs of the enterprises an account has to do with, with what lists show of them."""
    return Need.objects.filter(participation__in=participations_of(account)).select_related(
        "participation__enterprise", "participation__campaign", "participation__steward", "item__aim", "need_list"
    )


def enterprises_of(account: Account, *, on: date) -> QuerySet[Participation]:
    """Return the own participations of an enterprise's account, the running rounds first, then the newest."""
    grants = _held_today(account)
    own = [union for role, union in grants if role == Role.ENTERPRISE]
    running = Case(
        When(campaign__begins_on__lte=on, campaign__ends_on__gt=on, campaign__closed_at=None, frozen_at=None, then=0),
        default=1,
    )
    found = Participation.objects.filter(enterprise__union__in=own).select_related("enterprise", "campaign", "steward")
    return found.annotate(over=running).order_by("over", "-campaign__begins_on", "-id")


def stewards() -> QuerySet[Account]:
    """Return the accounts that are stewards today, by name."""
    today = TruncDate(Now())
    held = Q(grants__role=Role.STEWARD, grants__since__lte=today) & (Q(grants__until=None) | Q(grants__until__gt=today))
    return Account.objects.filter(held, closed_at=None).distinct().order_by("name")


def moves_of(need: Need) -> list[NeedMove]:
    """Return the steps of a need, the newest first."""
    return list(NeedMove.objects.filter(need=need).order_by("-at", "-id"))


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A service item that the words of a need point to, and the words that say so."""

    item: ServiceItem
    because: tuple[str, ...]


def suggestions(need: Need) -> list[Suggested]:
    """Return the service items of the round that a need's own words point to, the most telling first."""
    rows = ServiceItem.objects.filter(aim__campaign_id=need.participation.campaign_id).select_related("aim")
    items = {item.code: item for item in rows.order_by("aim__place", "place")}
    found = suggest(need.words, {code: item.vocabulary for code, item in items.items()})
    return [Suggested(item=items[one.item], because=one.because) for one in found]


@dataclass(frozen=True, kw_only=True)
class Alike:
    """An earlier need of the same enterprise, how much of the words is the same, and whether it looks like the same need."""

    need: Need
    likeness: Likeness
    same: bool


def alike(need: Need, *, most: int = 3) -> list[Alike]:
    """Return earlier needs of the same enterprise with like words: still open and much the same is a repetition, what was
    helped with before is perhaps followed up. Repetitions first, then the most alike."""
    earlier = (
        Need.objects.filter(participation__enterprise_id=need.participation.enterprise_id, pk__lt=need.pk)
        .exclude(pk=need.follows_id or 0).select_related("item", "participation__campaign").order_by("-id")[:200]
    )  # fmt: skip
    found = []
    for one in earlier:
        how = likeness(need.words, one.words)
        if how.share >= ALIKE:
            found.append(Alike(need=one, likeness=how, same=how.share >= SAME and one.state not in OVER))
    return sorted(found, key=lambda one: (not one.same, -one.likeness.share, -one.need.pk))[:most]


def open_needs(campaign: Campaign) -> int:
    """Return how many needs of a round the one that follows would go on with."""
    return Need.objects.filter(
        participation__campaign=campaign, participation__frozen_at=None, state__in=CARRIED
    ).count()


def last_day_of_rounds() -> date | None:
    """Return the last day of the open round that goes on longest; None where no round is open."""
    found: date | None = Campaign.objects.filter(closed_at=None).aggregate(last=Max("ends_on"))["last"]
    return None if found is None else found - DAY


def years_without_notice(campaign: Campaign) -> list[int]:
    """Return the years of a round that the calendar does not know: no clock runs into them."""
    known = known_calendar().years
    return [year for year in range(campaign.begins_on.year, (campaign.ends_on - DAY).year + 1) if year not in known]
