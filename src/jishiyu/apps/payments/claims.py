"""Read: what has to come back, how old it is, and how far each recovery has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, QuerySet

from jishiyu.apps.payments.models import Repayment, WriteOff
from jishiyu.apps.payments.recoveries import UNSETTLED
from jishiyu.apps.subsidies.models import Decision, Recovery, SetOff

# The last day of each age, counted from the day the recovery was claimed; the last age has no end.
AGES = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Age:
    """Recoveries that are not settled, of one age in days (`until` None: older than all), and what is open, in fen."""

    since: int
    until: int | None
    count: int
    rest_fen: int


def recoveries() -> QuerySet[Recovery]:
    """Return all recoveries, the newest first, each with `rest_fen`, its union and its person."""
    rest = F("amount_fen") - F("set_off_fen") - F("repaid_fen")
    return Recovery.objects.annotate(rest_fen=rest).select_related("union", "person", "write_off").order_by("-id")


def unsettled(rows: QuerySet[Recovery]) -> QuerySet[Recovery]:
    """Return those that somebody still has to work on."""
    return rows.filter(state__in=UNSETTLED)


def older_than(rows: QuerySet[Recovery], *, days: int, at: datetime) -> QuerySet[Recovery]:
    """Return those that were claimed more than so many days before a moment."""
    return rows.filter(created_at__lt=at - timedelta(days=days))


def ages(*, at: datetime) -> list[Age]:
    """Return how old what is not settled is, the youngest first; every age is there, also an empty one."""
    with connection.cursor() as cursor:
        cursor.execute(_AGES, {"at": at, "edges": list(AGES)})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    edges = (*AGES, None)
    return [
        Age(0 if number == 0 else AGES[number - 1] + 1, until, *found.get(number, (0, 0)))
        for number, until in enumerate(edges)
    ]


def set_offs(*, recovery_id: int) -> list[SetOff]:
    """Return what was taken off which payments."""
    return list(SetOff.objects.filter(recovery_id=recovery_id).order_by("id"))


def repayments(*, recovery_id: int) -> list[Repayment]:
    """Return what the member paid back."""
    return list(Repayment.objects.filter(recovery_id=recovery_id).order_by("id"))


def write_off(*, recovery_id: int) -> WriteOff | None:
    """Return the proposal to give up what is open, approved or not."""
    return WriteOff.objects.filter(recovery_id=recovery_id).first()


def decided(*, recovery: Recovery) -> list[Decision]:
    """Return the decisions of its stay under its policy up to the one that claimed the money back, oldest first."""
    rows = Decision.objects.filter(stay_id=recovery.stay_id, policy=recovery.policy, seq__lte=recovery.decision.seq)
    return list(rows.order_by("seq"))


_AGES = """
WITH open AS (
    SELECT amount_fen - set_off_fen - repaid_fen AS rest_fen,
           extract(day FROM %(at)s - created_at)::integer AS days
      FROM subsidies_recovery
     WHERE state IN ('open', 'asked_back')
)
SELECT (SELECT count(*) FROM unnest(%(edges)s::integer[]) AS edge WHERE open.days > edge) AS age,
       count(*), sum(rest_fen)::bigint
  FROM open
 GROUP BY age
"""
