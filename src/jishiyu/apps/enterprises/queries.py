"""Reading rounds, enterprises and needs; whose they are."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate

from jishiyu.apps.accounts.models import Account, Grant, Role
from jishiyu.apps.enterprises.models import Participation
from jishiyu.apps.orgs.queries import BRANCH_SQL


def participations_of(account: Account) -> QuerySet[Participation]:
    """Return the enterprises in rounds that an account has to do with, by the roles it holds today.

    A steward: their own. An organiser: those of every round that a union of their branch leads or is in the network of,
    and those whose enterprise belongs to the branch. An enterprise: its own.
    """
    today = TruncDate(Now())
    grants = Grant.objects.filter(account=account, since__lte=today).filter(Q(until=None) | Q(until__gt=today))
    held = list(grants.order_by("id").values_list("role", "union_id"))
    led = branch([union for role, union in held if role == Role.ORGANISER])
    own = [union for role, union in held if role == Role.ENTERPRISE]
    theirs = Q(campaign__lead__in=led) | Q(campaign__network__union__in=led) | Q(enterprise__union__in=led)
    mine = Q(steward=account) if any(role == Role.STEWARD for role, _ in held) else Q(pk__in=())
    found = Participation.objects.filter(mine | theirs | Q(enterprise__union__in=own))
    return Participation.objects.filter(pk__in=found.values("pk"))


def branch(unions: Sequence[int]) -> list[int]:
    """Return some unions and everything below them."""
    if not unions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_SQL, [list(unions)])
        return [union for (union,) in cursor.fetchall()]
