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


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the fund in fen; `bank_fen` is what stood at the bank at its end."""

    month: date
    received_fen: int
    owed_fen: int
    claimed_fen: int
    paid_fen: int
    bank_fen: int


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


def months(*, since: date, until: date) -> list[Month]:
    """Return the months of the half-open period that begins with a month, also those in which nothing happened."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"since": since, "until": until})
        return [Month(*row) for row in cursor.fetchall()]


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


def sums_that_differ() -> list[str]:
    """Return every account, day and kind whose kept sum is not that of its postings; none is right."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS_DIFFER)
        return [name for (name,) in cursor.fetchall()]


def policies() -> list[str]:
    """Return the policies that have an account."""
    rows: list[Any]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT policy FROM ledger_account WHERE policy <> '' ORDER BY policy")
        rows = cursor.fetchall()
    return [policy for (policy,) in rows]


_BALANCES = """
SELECT account.role, account.policy,
       coalesce(sum(moved.debit_fen + moved.credit_fen) FILTER (WHERE moved.happened_on < %(since)s), 0)::bigint,
       coalesce(sum(moved.debit_fen) FILTER (WHERE
           %(since)s::date IS NULL OR moved.happened_on >= %(since)s), 0)::bigint,
       coalesce(sum(moved.credit_fen) FILTER (WHERE
           %(since)s::date IS NULL OR moved.happened_on >= %(since)s), 0)::bigint,
       sum(moved.debit_fen + moved.credit_fen)::bigint,
       coalesce(sum(moved.entries) FILTER (WHERE
           %(since)s::date IS NULL OR moved.happened_on >= %(since)s), 0)::bigint
  FROM ledger_account account
  JOIN ledger_movement moved ON moved.account_id = account.id
 WHERE (%(until)s::date IS NULL OR moved.happened_on < %(until)s)
   AND (%(policy)s::text IS NULL OR account.policy = %(policy)s)
 GROUP BY account.id, account.role, account.policy
 ORDER BY account.role, account.policy
"""

_BALANCE = """
SELECT coalesce(sum(moved.debit_fen + moved.credit_fen), 0)::bigint
  FROM ledger_account account
  JOIN ledger_movement moved ON moved.account_id = account.id
 WHERE account.role = %(role)s AND (%(policy)s::text IS NULL OR account.policy = %(policy)s)
"""

_SUMS_DIFFER = """
WITH postings AS (
    SELECT posting.account_id, entry.happened_on, entry.kind, sum(posting.amount_fen)::bigint AS fen
      FROM ledger_posting posting
      JOIN ledger_entry entry ON entry.id = posting.entry_id
     GROUP BY 1, 2, 3
), moved AS (
    SELECT account_id, happened_on, kind, sum(debit_fen + credit_fen)::bigint AS fen
      FROM ledger_movement GROUP BY 1, 2, 3
)
SELECT account.role || ' ' || account.policy || ' ' || happened_on || ' ' || kind
  FROM postings
  FULL JOIN moved USING (account_id, happened_on, kind)
  JOIN ledger_account account ON account.id = account_id
 WHERE postings.fen IS DISTINCT FROM moved.fen
 ORDER BY 1
"""

_UNBALANCED = """
SELECT coalesce(entry.key, 'entry ' || posting.entry_id)
  FROM ledger_entry entry
  FULL JOIN ledger_posting posting ON posting.entry_id = entry.id
 GROUP BY entry.id, entry.key, posting.entry_id
HAVING count(posting.entry_id) < 2 OR sum(posting.amount_fen) <> 0 OR entry.id IS NULL
 ORDER BY 1
"""

_MONTHS = """
WITH month AS (
    SELECT first_day::date AS first_day, (first_day + interval '1 month')::date AS next_day
      FROM generate_series(%(since)s::date, %(until)s::date - 1, interval '1 month') AS first_day
), moved AS (
    SELECT account.role, found.kind, found.happened_on, found.debit_fen + found.credit_fen AS fen
      FROM ledger_account account
      JOIN ledger_movement found ON found.account_id = account.id
     WHERE account.role IN ('bank', 'expense', 'owed') AND found.happened_on < %(until)s
)
SELECT month.first_day,
       coalesce(sum(fen) FILTER (WHERE role = 'bank' AND kind IN ('appropriation', 'withdrawal')
                                   AND happened_on >= first_day), 0)::bigint,
       coalesce(sum(fen) FILTER (WHERE role = 'expense' AND kind = 'owed' AND happened_on >= first_day), 0)::bigint,
       coalesce(-sum(fen) FILTER (WHERE role = 'expense' AND kind = 'recovery_claim'
                                    AND happened_on >= first_day), 0)::bigint,
       coalesce(sum(fen) FILTER (WHERE role = 'owed' AND kind IN ('paid', 'returned_late')
                                   AND happened_on >= first_day), 0)::bigint,
       coalesce(sum(fen) FILTER (WHERE role = 'bank'), 0)::bigint
  FROM month
  LEFT JOIN moved ON moved.happened_on < month.next_day
 GROUP BY month.first_day
 ORDER BY month.first_day
"""
