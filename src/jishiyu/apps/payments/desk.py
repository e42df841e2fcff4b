"""Read: what the desk of payments looks at. What is owed, what is stuck, one batch in figures, what a bank answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Q, QuerySet

from jishiyu.apps.payments.models import UNSETTLED, Attempt, Batch, BatchState, Obstacle, ResultFile, Signatory
from jishiyu.apps.payments.payees import Payee, open_payees, payees_of_entitlements
from jishiyu.apps.subsidies.models import Entitlement, EntitlementState

STUCK = (EntitlementState.RETURNED, EntitlementState.FAILED, EntitlementState.UNKNOWN)
# The condition of the partial index on entitlements, word by word, so that it is used.
UNPAID = ~Q(state__in=[EntitlementState.PAID, EntitlementState.SET_OFF])


@dataclass(frozen=True, slots=True)
class Sum:
    """How many payments and how much, in fen, under one heading."""

    key: str
    name: str
    count: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the bank said last about an entitlement: its words, its code, and the day."""

    code: str
    reason: str
    answered_on: date | None


def unpaid_sums() -> dict[str, Sum]:
    """Return count and sum of what is not paid yet, by state."""
    return {row.key: row for row in _sums(_UNPAID, {})}


def owed() -> QuerySet[Entitlement]:
    """Return what is owed and in no batch, the oldest first, with its union, person and decision."""
    return _with_names(Entitlement.objects.filter(UNPAID, state=EntitlementState.OWED)).order_by("id")


def stuck() -> QuerySet[Entitlement]:
    """Return what somebody has to work on: returned, failed, unknown, or owed and without a usable account."""
    # Named first, each by its index: asked one by one whether it is stuck, all that is owed would be read.
    kept_back = Obstacle.objects.filter(cleared_on=None).values("entitlement_id")
    named = Entitlement.objects.filter(UNPAID, state__in=STUCK).values("pk").union(kept_back)
    rows = Entitlement.objects.filter(UNPAID, state__in=[*STUCK, EntitlementState.OWED], pk__in=named)
    return _with_names(rows).order_by("id")


def batches() -> QuerySet[Batch]:
    """Return all batches, the newest first."""
    return Batch.objects.order_by("-id")


def last_profile() -> str | None:
    """Return the bank profile of the newest batch: most likely the next one's too."""
    return Batch.objects.order_by("-id").values_list("profile", flat=True).first()


def waiting_batches() -> dict[str, int]:
    """Return how many batches wait in each state before they are answered."""
    waiting = [BatchState.PREPARED, BatchState.APPROVED, BatchState.SENDING, BatchState.SENT]
    found = Batch.objects.filter(state__in=waiting).values_list("state", flat=True)
    return {state: list(found).count(state) for state in waiting}


def items(*, batch_id: int) -> QuerySet[Attempt]:
    """Return the lines of a batch in their order, with union, person and entitlement."""
    return (
        Attempt.objects.filter(batch_id=batch_id)
        .select_related("entitlement__union", "entitlement__person")
        .prefetch_related("doubts")
        .order_by("line_no")
    )


def sums_of_batch(*, batch_id: int) -> tuple[list[Sum], list[Sum]]:
    """Return count and sum of a batch per policy, and per state of its payments."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_POLICY_AND_STATE, {"batch": batch_id})
        rows = cursor.fetchall()
    return _added_up(rows, 0), _added_up(rows, 1)


def sums_by_union(*, batch_id: int) -> list[Sum]:
    """Return count and sum of a batch per union, the largest first."""
    return _sums(_BY_UNION, {"batch": batch_id})


def unsettled_counts(*, batch_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return how many payments of these batches are in each state but paid and taken out."""
    rows = Attempt.objects.filter(state__in=UNSETTLED, batch_id__in=list(batch_ids)).values_list("batch_id", "state")
    found: dict[int, dict[str, int]] = {}
    for batch_id, state, count in rows.annotate(count=Count("id")).order_by():
        found.setdefault(batch_id, {})[state] = count
    return found


def doubt_counts(*, batch_id: int) -> dict[str, int]:
    """Return how many payments of a batch have each kind of doubt."""
    with connection.cursor() as cursor:
        cursor.execute(_DOUBTS, {"batch": batch_id})
        return dict(cursor.fetchall())


def said_last(*, entitlement_ids: Sequence[int]) -> dict[int, Said]:
    """Return the bank's last word that moved each of these entitlements."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"ids": list(entitlement_ids)})
        return {row[0]: Said(*row[1:]) for row in cursor.fetchall()}


def open_obstacles(*, entitlement_ids: Sequence[int]) -> dict[int, Obstacle]:
    """Return what keeps these owed entitlements out of a batch."""
    rows = Obstacle.objects.filter(entitlement_id__in=list(entitlement_ids), cleared_on=None)
    return {row.entitlement_id: row for row in rows}


def payees_of(*, attempts: Sequence[Attempt]) -> list[Payee]:
    """Return names and accounts as these attempts carry them."""
    return open_payees([bytes(attempt.payee) for attempt in attempts])


def payees_now(*, entitlements: Sequence[Entitlement]) -> list[Payee]:
    """Return names and accounts as they are known now (of who was named, for a death); empty where there is none."""
    found = payees_of_entitlements(people={one.pk: one.person.merged_into_id or one.person_id for one in entitlements})
    return [found[one.pk] or Payee("", "") for one in entitlements]


def result_files() -> QuerySet[ResultFile]:
    """Return the result files that were taken, the newest first."""
    return ResultFile.objects.order_by("-id")


def outcomes(*, result_file_id: int) -> list[tuple[str, bool, int, int]]:
    """Return per outcome whether it moved something, how many lines, and their sum in fen."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"file": result_file_id})
        return list(cursor.fetchall())


def answered_batches(*, result_file_id: int) -> list[Batch]:
    """Return the batches that a result file speaks of."""
    of_file = Attempt.objects.filter(answers__result_file_id=result_file_id).values("batch_id")
    return list(Batch.objects.filter(pk__in=of_file).order_by("id"))


def signatories() -> QuerySet[Signatory]:
    """Return who was ever named to sign payments, those who still do first."""
    return Signatory.objects.order_by("ended_on", "name")


def _with_names(rows: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    return rows.select_related("union", "person")


def _added_up(rows: Sequence[tuple[str, str, int, int]], by: int) -> list[Sum]:
    found: dict[str, Sum] = {}
    for row in rows:
        before = found.get(str(row[by]), Sum("", "", 0, 0))
        found[str(row[by])] = Sum(str(row[by]), str(row[by]), before.count + row[2], before.sum_fen + row[3])
    return list(found.values())


def _sums(statement: str, params: dict[str, int]) -> list[Sum]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Sum(*row) for row in cursor.fetchall()]


_UNPAID = """
SELECT state, state, count(*), sum(amount_fen - set_off_fen)::bigint
  FROM subsidies_entitlement
 WHERE NOT (state IN ('paid', 'set_off'))
 GROUP BY state
"""

_BY_POLICY_AND_STATE = """
SELECT entitlement.policy, attempt.state, count(*), sum(attempt.amount_fen)::bigint
  FROM payments_attempt attempt
  JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
 WHERE attempt.batch_id = %(batch)s
 GROUP BY entitlement.policy, attempt.state
 ORDER BY entitlement.policy, attempt.state
"""

_BY_UNION = """
SELECT body.code, body.name, count(*), sum(attempt.amount_fen)::bigint
  FROM payments_attempt attempt
  JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
  JOIN orgs_union body ON body.id = entitlement.union_id
 WHERE attempt.batch_id = %(batch)s
 GROUP BY body.id, body.code, body.name
 ORDER BY 4 DESC, body.code
"""

_DOUBTS = """
SELECT doubt.kind, count(*)
  FROM payments_attempt attempt
  JOIN payments_doubt doubt ON doubt.attempt_id = attempt.id
 WHERE attempt.batch_id = %(batch)s
 GROUP BY doubt.kind
"""

_SAID = """
SELECT DISTINCT ON (attempt.entitlement_id) attempt.entitlement_id, answer.code, answer.reason, answer.answered_on
  FROM payments_attempt attempt
  JOIN payments_bankanswer answer ON answer.attempt_id = attempt.id AND answer.moved
 WHERE attempt.entitlement_id = ANY(%(ids)s)
 ORDER BY attempt.entitlement_id, attempt.attempt_no DESC, answer.id DESC
"""

_OUTCOMES = """
SELECT answer.outcome, answer.moved, count(*), sum(attempt.amount_fen)::bigint
  FROM payments_bankanswer answer
  JOIN payments_attempt attempt ON attempt.id = answer.attempt_id
 WHERE answer.result_file_id = %(file)s
 GROUP BY answer.outcome, answer.moved
 ORDER BY answer.outcome, answer.moved DESC
"""
