"""Read the books: balances by account, period and policy, and whether they balance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from jishiyu.apps.ledger.chart import Role


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's movement in a period, in signed fen: what it was before, debits, credits (negative), after."""

    role: str
    policy: str
    before_fen: int
    debit_fen: int
    credit_fen: int
    after_fen: int
    entries: int


def balances(*, since: date | None = None, until: date | None = None, policy: str | None = None) -> list[Balance]:
    """Return each account's balances for the half-open period `[since, until)`, of one policy or all."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"since": since, "until": until, "policy": policy})
        return [Balance(*row) for row in cursor.fetchall()]


def balance_of(*, role: Role, policy: str | None = None) -> int:
    """Return what stands on the accounts of a role now, in signed fen, of one policy or all."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, {"role": role.value, "policy": policy})
        return int(cursor.fetchone()[0])


def trial_balance_fen() -> int:
    """Return the sum of all postings: 0, or the books are broken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount_fen), 0)::bigint FROM ledger_posting")
        return int(cursor.fetchone()[0])


def unbalanced_entries() -> list[str]:
    """Return the keys of entries that do not add up to nothing or have fewer than two sides; none is right."""
    with connection.cursor() as cursor:
        cursor.execute(_UNBALANCED)
        return [key for (key,) in cursor.fetchall()]


def policies() -> list[str]:
    """Return the policies that have an account."""
    rows: list[Any]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT policy FROM ledger_account WHERE policy <> '' ORDER BY policy")
        rows = cursor.fetchall()
    return [policy for (policy,) in rows]


_BALANCES = """
SELECT account.role, account.policy,
       coalesce(sum(posting.amount_fen) FILTER (WHERE entry.happened_on < %(since)s), 0)::bigint,
       coalesce(sum(posting.amount_fen) FILTER (WHERE posting.amount_fen > 0 AND
           (%(since)s::date IS NULL OR entry.happened_on >= %(since)s)), 0)::bigint,
       coalesce(sum(posting.amount_fen) FILTER (WHERE posting.amount_fen < 0 AND
           (%(since)s::date IS NULL OR entry.happened_on >= %(since)s)), 0)::bigint,
       coalesce(sum(posting.amount_fen), 0)::bigint,
       count(*) FILTER (WHERE %(since)s::date IS NULL OR entry.happened_on >= %(since)s)
  FROM ledger_account account
  JOIN ledger_posting posting ON posting.account_id = account.id
  JOIN ledger_entry entry ON entry.id = posting.entry_id
 WHERE (%(until)s::date IS NULL OR entry.happened_on < %(until)s)
   AND (%(policy)s::text IS NULL OR account.policy = %(policy)s)
 GROUP BY account.id, account.role, account.policy
 ORDER BY account.role, account.policy
"""

_BALANCE = """
SELECT coalesce(sum(posting.amount_fen), 0)::bigint
  FROM ledger_account account
  JOIN ledger_posting posting ON posting.account_id = account.id
 WHERE account.role = %(role)s AND (%(policy)s::text IS NULL OR account.policy = %(policy)s)
"""

_UNBALANCED = """
SELECT coalesce(entry.key, 'entry ' || posting.entry_id)
  FROM ledger_entry entry
  FULL JOIN ledger_posting posting ON posting.entry_id = entry.id
 GROUP BY entry.id, entry.key, posting.entry_id
HAVING count(posting.entry_id) < 2 OR sum(posting.amount_fen) <> 0 OR entry.id IS NULL
 ORDER BY 1
"""
