"""Read: what the fund can bear, what waits where, whom to call, and whether the books agree with the states."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.queries import balance_of
from jishiyu.apps.payments.models import Attempt, AttemptState, Batch, BatchState
from jishiyu.apps.payments.problems import BatchUnknown


@dataclass(frozen=True, slots=True)
class Standing:
    """How many entitlements are in a state under a policy, and how much of them was or is to be paid (fen)."""

    policy: str
    state: str
    count: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """What the bank confirmed: payments, different people, their sum (fen)."""

    count: int
    people: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class Call:
    """One payment a union has to be called about; `amount_fen` is what waits."""

    union_id: int
    union_name: str
    entitlement_id: int
    person_id: int
    policy: str
    amount_fen: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A balance of the ledger that is not what the states add up to (fen)."""

    account: str
    policy: str
    ledger_fen: int
    states_fen: int


def free_fen() -> int:
    """Return what the fund's bank account holds beyond batches that are prepared and not yet sent, in fen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount_fen), 0)::bigint FROM payments_attempt WHERE state = 'in_batch'")
        reserved = int(cursor.fetchone()[0])
    return balance_of(role=Role.BANK) - reserved


def paid_in(*, year: int) -> Paid:
    """Return what was paid out in a calendar year, by the day of payment; when what it is for happened does not matter."""
    found = Attempt.objects.filter(
        state=AttemptState.PAID, batch__pay_on__gte=date(year, 1, 1), batch__pay_on__lt=date(year + 1, 1, 1)
    ).aggregate(count=Count("id"), people=Count("entitlement__person", distinct=True), fen=Sum("amount_fen"))
    return Paid(found["count"], found["people"], found["fen"] or 0)


def standings() -> list[Standing]:
    """Return count and sum per policy and state."""
    return [Standing(*row) for row in _rows(_STANDINGS)]


def open_batches() -> list[Batch]:
    """Return the batches that still wait for something, the oldest first."""
    ended = [BatchState.ANSWERED, BatchState.CLOSED, BatchState.CANCELLED]
    return list(Batch.objects.exclude(state__in=ended).order_by("id"))


def batch_profile(*, batch_id: int) -> str:
    """Return the profile that a batch was prepared for; raises BatchUnknown."""
    found = Batch.objects.filter(id=batch_id).values_list("profile", flat=True).first()
    if found is None:
        raise BatchUnknown(batch=batch_id)
    return found


def calls(*, union_id: int | None = None) -> list[Call]:
    """Return whom to call about payments that are stuck: no usable account, returned, failed; by union."""
    return [Call(*row) for row in _rows(_CALLS, {"union": union_id})]


def disagreements() -> list[Disagreement]:
    """Return every balance of the ledger that the entitlements, attempts and recoveries do not confirm; none is
    right. Owed, in transit, recoverable and given up are held against the states, per policy."""
    return [Disagreement(*row) for row in _rows(_DISAGREEMENTS)]


def _rows(statement: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


_STANDINGS = """
SELECT policy, state, count(*), sum(amount_fen - CASE WHEN state = 'set_off' THEN 0 ELSE set_off_fen END)::bigint
  FROM subsidies_entitlement
 GROUP BY policy, state
 ORDER BY policy, state
"""

_CALLS = """
SELECT unions.id, unions.name, entitlement.id, entitlement.person_id, entitlement.policy,
       entitlement.amount_fen - entitlement.set_off_fen,
       coalesce(obstacle.reason, entitlement.state), coalesce(obstacle.detail, answer.reason, '')
  FROM subsidies_entitlement entitlement
  JOIN orgs_union unions ON unions.id = entitlement.union_id
  LEFT JOIN payments_obstacle obstacle
    ON obstacle.entitlement_id = entitlement.id AND obstacle.cleared_on IS NULL AND entitlement.state = 'owed'
  LEFT JOIN LATERAL (
       SELECT reply.reason
         FROM payments_attempt attempt
         JOIN payments_bankanswer reply ON reply.attempt_id = attempt.id AND reply.moved
        WHERE attempt.entitlement_id = entitlement.id AND entitlement.state IN ('returned', 'failed')
        ORDER BY attempt.attempt_no DESC, reply.id DESC
        LIMIT 1
       ) answer ON true
 WHERE (entitlement.state IN ('returned', 'failed') OR obstacle.id IS NOT NULL)
   AND (%(union)s::bigint IS NULL OR unions.id = %(union)s)
 ORDER BY unions.name, unions.id, entitlement.id
"""

_DISAGREEMENTS = """
WITH states AS (
    SELECT 'owed' AS role, policy, -sum(amount_fen - set_off_fen)::bigint AS fen
      FROM subsidies_entitlement WHERE state NOT IN ('paid', 'set_off') GROUP BY policy
     UNION ALL
    SELECT 'in_transit', entitlement.policy, sum(attempt.amount_fen)::bigint
      FROM payments_attempt attempt
      JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
     WHERE attempt.state IN ('sent', 'unknown') GROUP BY entitlement.policy
     UNION ALL
    SELECT CASE WHEN state = 'written_off' THEN 'written_off' ELSE 'recoverable' END, policy,
           sum(amount_fen - set_off_fen - repaid_fen)::bigint
      FROM subsidies_recovery GROUP BY 1, policy
), books AS (
    SELECT account.role, account.policy, sum(posting.amount_fen)::bigint AS fen
      FROM ledger_posting posting
      JOIN ledger_account account ON account.id = posting.account_id
     WHERE account.role IN ('owed', 'in_transit', 'recoverable', 'written_off')
     GROUP BY account.role, account.policy
)
SELECT role, policy, coalesce(books.fen, 0), coalesce(states.fen, 0)
  FROM books
  FULL JOIN states USING (role, policy)
 WHERE coalesce(books.fen, 0) <> coalesce(states.fen, 0)
 ORDER BY role, policy
"""
