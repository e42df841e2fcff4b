"""Limits over windows: in the order of payment, each entitled amount gets what the window still has.

With `c` the running total of the amounts that enter a limit, this one included, and `b` without it, a limit `L`
lets `min(L, c) - min(L, b)` through. The totals of all windows are therefore independent of how the work is cut.
"""

from datetime import date

import polars as pl

from jishiyu.engine.keys import occur_twice
from jishiyu.engine.policy.model import Limit, Policy

_CODE = pl.col("_who").hash(seed=3) ^ pl.col("_window").hash(seed=5)


def label(limit: Limit | None, anchor: pl.Expr) -> pl.Expr:
    """This function will return the number of the window an anchor date lies in: its (starting) year; 0 = for life."""
    if limit is None or limit.window in ("calendar_year", "rolling_months"):
        return anchor.dt.year()
    if limit.window == "lifetime":
        return pl.lit(0, pl.Int32)
    month, day = limit.starts
    within = anchor.dt.month().cast(pl.Int32) * 100 + anchor.dt.day().cast(pl.Int32)
    return anchor.dt.year() - (within < month * 100 + day).cast(pl.Int32)


def scope(limit: Limit) -> list[pl.Expr]:
    """This function will return the key columns within which a limit adds up."""
    who = pl.coalesce("household", "person_key") if limit.per == "household" else pl.col("person_key")
    match limit.window:
        case "occurrence":
            return [who.alias("_who"), pl.col("occurrence").alias("_window")]
        case "lifetime" | "rolling_months":
            return [who.alias("_who"), pl.lit(0, pl.Int32).alias("_window")]
        case _:
            return [who.alias("_who"), label(limit, pl.col("anchor_date")).alias("_window")]


def apply_limits(policy: Policy, entitled: pl.DataFrame) -> pl.DataFrame:
    """This function will add `payable_fen` and `used_before_fen` to entitled rows (`uncapped_fen` > 0): the policy's own limits.

    `used_before_fen` belongs to the policy's first limit over a span of time: what it had paid out before this row,
    at most the limit. Rows come back in the same order.
    """
    rows = entitled.with_columns(payable_fen=pl.col("uncapped_fen"), used_before_fen=pl.lit(0, pl.Int64))
    for limit in policy.own_limits:
        rows = _apply(policy, limit, rows, named=limit is policy.window)
    return rows


def apply_shared_limit(policy: Policy, limit: Limit, entering: pl.DataFrame) -> pl.DataFrame:
    """This function will let a limit run over `payable_fen` of all policies that use it up, in one order.

    Takes rows that `apply_limits` gave, with their `policy`, which decides last in the order. Rows come back in the same order.
    """
    return _apply(policy, limit, entering, named=limit is policy.window)


def let_through(policy: Policy, limit: Limit, rows: pl.DataFrame) -> pl.DataFrame:
    """This function will return rows (`payable_fen`, `used_before_fen`) with what one limit leaves of their amounts, in the same order."""
    return _apply(policy, limit, rows, named=False)


def _apply(policy: Policy, limit: Limit, rows: pl.DataFrame, *, named: bool) -> pl.DataFrame:
    alone = rows.with_columns(payable_fen=_at_most(limit))
    if limit.window == "payment" or rows.height < 2:  # nothing else to share a window with
        return alone
    keyed = rows.with_columns(scope(limit))
    if limit.window == "occurrence":
        keyed = keyed.with_columns(events_of(keyed))
    codes = keyed.select(_CODE).to_series()
    crowded = codes.is_in(occur_twice(codes).implode())  # may share a window; the others are alone for certain
    if not crowded.any():
        return alone
    crowd = keyed.filter(crowded).with_columns(_at=crowded.arg_true())
    several = ["policy"] if "policy" in crowd.columns else []
    crowd = crowd.sort("_who", "_window", *policy.order, "event_id", *several)
    crowd = (
        _rolling(limit, crowd, named=named) if limit.window == "rolling_months" else _running(limit, crowd, named=named)
    )
    return alone.with_columns(
        alone[name].scatter(crowd["_at"], crowd[name]).alias(name) for name in ("payable_fen", "used_before_fen")
    )


def events_of(keyed: pl.DataFrame) -> pl.Series:
    """This function will number the events of each person or household: what shares a name or a day is one event.

    Two unions give their own names to one accident, and nobody has two of a day; a later grading may give another day
    but the same name. There are few applications, so they are walked one by one.
    """
    days = keyed["event_on"] if "event_on" in keyed.columns else pl.repeat(None, keyed.height, eager=True)
    first: dict[tuple[object, object], int] = {}
    event = list(range(keyed.height))

    def root(at: int) -> int:
        while event[at] != at:
            at = event[at]
        return at

    for at, (who, name, day) in enumerate(zip(keyed["_who"], keyed["_window"], days, strict=True)):
        for mark in (name, day):
            if mark is not None:
                event[root(at)] = root(first.setdefault((who, mark), at))
    return pl.Series("_window", [root(at) for at in event], dtype=pl.Int64)


def _at_most(limit: Limit) -> pl.Expr:
    """What a limit lets through of the first payment of its window; its count is at least one."""
    this = pl.col("payable_fen")
    if limit.amount_fen is None:
        return this
    ceiling = pl.lit(limit.amount_fen, pl.Int64)
    return pl.when(this > ceiling).then(ceiling).otherwise(this)


def _let_through(limit: Limit, before: pl.Expr, count_before: pl.Expr) -> pl.Expr:
    """What a limit lets through of `payable_fen`, given the total and the number of payments before."""
    this = pl.col("payable_fen")
    if limit.amount_fen is not None:
        ceiling = pl.lit(limit.amount_fen, pl.Int64)
        this = pl.min_horizontal(ceiling, before + this) - pl.min_horizontal(ceiling, before)
    if limit.count is not None:
        this = pl.when(count_before < limit.count).then(this).otherwise(0)
    return this


def _running(limit: Limit, crowd: pl.DataFrame, *, named: bool) -> pl.DataFrame:
    group = "_group"
    crowd = crowd.with_columns(_group=pl.struct("_who", "_window").rle_id())  # rows are sorted by both
    if limit.mode == "greatest":
        greatest = pl.col("payable_fen").cum_max().over(group)
        crowd = crowd.with_columns(payable_fen=greatest - greatest.shift(1).over(group).fill_null(0))
        if limit.amount_fen is None:
            return crowd
    paid = (pl.col("payable_fen") > 0).cast(pl.Int64)
    before = pl.col("payable_fen").cum_sum().over(group) - pl.col("payable_fen")
    count_before = paid.cum_sum().over(group) - paid
    crowd = crowd.with_columns(_before=before, _count=count_before)
    used = pl.min_horizontal("_before", pl.lit(limit.amount_fen)) if limit.amount_fen is not None else pl.col("_before")
    return crowd.with_columns(
        payable_fen=_let_through(limit, pl.col("_before"), pl.col("_count")),
        used_before_fen=used if named else pl.col("used_before_fen"),
    ).drop("_before", "_count")


def _rolling(limit: Limit, crowd: pl.DataFrame, *, named: bool) -> pl.DataFrame:
    """Walk the few people with several payments: what falls out of the window frees the limit again.

    The window of a payment is the `months` before its anchor date, that date included. Events may be paid in
    another order than they happened, so the limit must hold in every window that the new payment lies in.
    """
    payable: list[int] = []
    used_before: list[int] = []
    paid: list[tuple[date, int]] = []
    current: object = None
    for who, anchor, asked in crowd.select("_who", "anchor_date", "payable_fen").iter_rows():
        if who != current:
            current, paid = who, []
        used, payments = rolling_used(limit, anchor, paid)
        granted = asked if limit.amount_fen is None else max(0, min(asked, limit.amount_fen - used))
        if limit.count is not None and payments >= limit.count:
            granted = 0
        payable.append(granted)
        used_before.append(used)
        paid.append((anchor, granted))
    columns = [pl.Series("payable_fen", payable, dtype=pl.Int64)]
    if named:
        columns.append(pl.Series("used_before_fen", used_before, dtype=pl.Int64))
    return crowd.with_columns(columns)


def rolling_used(limit: Limit, anchor: date, paid: list[tuple[date, int]]) -> tuple[int, int]:
    """This function will return the most that any window of rolling months holds that a payment of a day lies in: fen, payments.

    `paid` are anchor days with what was let through.
    """
    windows = [
        [amount for on, amount in paid if amount and months_before(end, limit.months) < on <= end]
        for end in _ends(anchor, paid, limit.months)
    ]
    return max(sum(inside) for inside in windows), max(len(inside) for inside in windows)


def _ends(anchor: date, paid: list[tuple[date, int]], months: int) -> list[date]:
    """List the last days of the windows a payment lies in: its own, and those of later events that were paid earlier."""
    return [anchor, *(on for on, _ in paid if anchor < on and months_before(on, months) < anchor)]


def months_before(day: date, months: int) -> date:
    """This function will return the day `months` earlier; a day that month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date.resolution).day
    return date(year, month + 1, min(day.day, last))
