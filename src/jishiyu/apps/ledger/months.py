"""The months of the fund in figures: what came, what became owed, what was paid, what stood at the bank."""

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the fund in fen; `bank_fen` is what stood at the bank at its end."""

    month: date
    received_fen: int
    owed_fen: int
    claimed_fen: int
    paid_fen: int
    bank_fen: int


def months(*, since: date, until: date) -> list[Month]:
    """Return the months of the half-open period that begins with a month, also those in which nothing happened."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"since": since, "until": until})
        return [Month(*row) for row in cursor.fetchall()]


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
