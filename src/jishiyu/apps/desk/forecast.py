"""How long the fund lasts: a plain sum over the last twelve months of the books, with an interval."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.queries import balances

MONTHS = 12
# Net of what was taken back: subsidies granted less recoveries claimed, in fen per month; months without any are 0.
SPENT = """
WITH months AS (
    SELECT generate_series(date_trunc('month', %(on)s::date) - interval '12 months',
                           date_trunc('month', %(on)s::date) - interval '1 month', interval '1 month')::date AS month
), spent AS (
    SELECT date_trunc('month', moved.happened_on)::date AS month, sum(moved.debit_fen + moved.credit_fen)::bigint AS fen
    FROM ledger_movement moved
    JOIN ledger_account account ON account.id = moved.account_id AND account.role = 'expense'
    WHERE moved.happened_on >= date_trunc('month', %(on)s::date) - interval '12 months'
    AND moved.happened_on < date_trunc('month', %(on)s::date)
    GROUP BY 1
)
SELECT months.month, coalesce(spent.fen, 0) FROM months LEFT JOIN spent USING (month) ORDER BY months.month
"""
FIRST = "SELECT min(happened_on) FROM ledger_movement WHERE kind = 'owed'"
METHOD_ZH = (
    "可用余额 = 基金银行存款 − 应付未付(含在途)。每月支出按最近 {months} 个完整月份的平均数估算,不考虑以后的拨款;"
    "区间按其中支出最高的三个月和最低的三个月的平均数估算。"
)
METHOD_EN = (
    "Free balance = money at the bank less what is owed and not yet confirmed as paid. Spending per month is the mean "
    "of the last {months} whole months, without appropriations to come; the interval takes the mean of the three "
    "months with most and with least spending."
)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The fund today and when it ends at the pace so far; amounts in fen, `months` oldest first.

    `ends_on` None: nothing was spent, so no end is in sight. `from_on` to `until_on` is the interval (None: open).
    """

    on: date
    bank_fen: int
    owed_fen: int
    in_transit_fen: int
    free_fen: int
    months: list[tuple[date, int]]
    mean_fen: int
    ends_on: date | None
    from_on: date | None
    until_on: date | None
    method_zh: str
    method_en: str


def forecast(*, on: date) -> Forecast:
    """This function will say what the fund holds and when it ends, from whole months before `on`, in three statements.

    Months before the first subsidy do not count: a fund that is three months old is judged by three months.
    """
    held: dict[str, int] = {}
    for row in balances():
        held[row.role] = held.get(row.role, 0) + row.after_fen
    bank, in_transit, owed = held.get(Role.BANK, 0), held.get(Role.IN_TRANSIT, 0), -held.get(Role.OWED, 0)
    with connection.cursor() as cursor:
        cursor.execute(FIRST)
        first = cursor.fetchone()[0]
        cursor.execute(SPENT, {"on": on})
        rows = [(month, int(fen)) for month, fen in cursor.fetchall()]
    months = [row for row in rows if first is not None and row[0] >= first.replace(day=1)]
    # What is handed to the bank has left the account already but is still owed until the bank confirms it.
    free = bank + in_transit - owed
    spending = sorted(fen for _, fen in months)
    mean, low, high = _mean(spending), _mean(spending[:3]), _mean(spending[-3:])
    return Forecast(
        on=on, bank_fen=bank, owed_fen=owed, in_transit_fen=in_transit, free_fen=free, months=months, mean_fen=mean,
        ends_on=_end(on, free, mean), from_on=_end(on, free, high), until_on=_end(on, free, low),
        method_zh=METHOD_ZH.format(months=len(months)), method_en=METHOD_EN.format(months=len(months)),
    )  # fmt: skip


def _mean(fen: list[int]) -> int:
    return sum(fen) // len(fen) if fen else 0


def _end(on: date, free_fen: int, per_month_fen: int) -> date | None:
    """Return the day on which what is free is spent; a month is 365 / 12 days. Integers only, so no fen is lost."""
    if per_month_fen <= 0:
        return None
    days = max(0, free_fen) * 365 // (12 * per_month_fen)
    return on + timedelta(days=days) if days < 365 * 200 else None
