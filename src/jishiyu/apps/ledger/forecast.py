"""When the fund will be empty if nothing more is appropriated, and its months in figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

QUARTER, QUARTERS = 91, 4  # days; the forecast looks back at four of them
SHORTEST = 28  # days of history below which nothing is forecast
FARTHEST = 3650  # days: beyond ten years no date is named


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the fund holds beyond all it owes, and how long that lasts. Amounts in fen.

    `available_fen` is the bank account with what is in transit, less what is owed; negative when it is short already.
    `spent_fen` became owed (less what was claimed back) in the last `days` days. `ends_on` is the first day without
    money at that pace, `earliest` and `latest` at the pace of the dearest and the cheapest quarter; None: not within
    ten years, or not known.
    """

    available_fen: int
    spent_fen: int
    days: int
    ends_on: date | None
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the fund in fen; `bank_fen` is what stood at the bank at its end."""

    month: date
    received_fen: int
    owed_fen: int
    claimed_fen: int
    paid_fen: int
    bank_fen: int


def forecast(*, on: date) -> Forecast:
    """Return how long the fund lasts, seen on a day, from what became owed in the year before it."""
    available, first = _standing()
    since = on - timedelta(days=QUARTER * QUARTERS)
    days = 0 if first is None else max(0, (on - max(first, since)).days)
    quarters = _spent(since, on)
    spent = sum(quarters)
    whole = [fen for number, fen in enumerate(quarters) if (number + 1) * QUARTER <= days]
    return Forecast(
        available_fen=available, spent_fen=spent, days=days, ends_on=_ends(available, spent, days, on),
        earliest=_ends(available, max(whole), QUARTER, on) if whole else None,
        latest=_ends(available, min(whole), QUARTER, on) if whole else None,
    )  # fmt: skip


def months(*, since: date, until: date) -> list[Month]:
    """Return the months of the half-open period that begins with a month, also those in which nothing happened."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"since": since, "until": until})
        return [Month(*row) for row in cursor.fetchall()]


def _standing() -> tuple[int, date | None]:
    """Return what is left when everything owed is paid, in fen, and the first day on which something became owed."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        available, first = cursor.fetchone()
    return available, first


def _spent(since: date, on: date) -> list[int]:
    """Return what became owed in each of the quarters before a day, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, {"on": on, "since": since, "quarter": QUARTER})
        found = dict(cursor.fetchall())
    return [found.get(number, 0) for number in range(QUARTERS)]


def _ends(available: int, spent: int, days: int, on: date) -> date | None:
    """Return the first day without money at a pace of `spent` in `days`."""
    if available <= 0:
        return on
    if days < SHORTEST or spent <= 0:
        return None
    left = available * days // spent
    return on + timedelta(days=left) if left <= FARTHEST else None


_SPENT = """
SELECT (%(on)s::date - 1 - moved.happened_on) / %(quarter)s AS quarter, sum(moved.debit_fen + moved.credit_fen)::bigint
  FROM ledger_account account
  JOIN ledger_movement moved ON moved.account_id = account.id
 WHERE account.role = 'expense' AND moved.happened_on >= %(since)s AND moved.happened_on < %(on)s
 GROUP BY 1
"""

_STANDING = """
SELECT coalesce(sum(moved.debit_fen + moved.credit_fen) FILTER (WHERE account.role <> 'expense'), 0)::bigint,
       min(moved.happened_on) FILTER (WHERE account.role = 'expense')
  FROM ledger_account account
  JOIN ledger_movement moved ON moved.account_id = account.id
 WHERE account.role IN ('bank', 'in_transit', 'owed', 'expense')
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
