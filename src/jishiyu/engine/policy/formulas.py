"""Formulas of a policy → column expressions: base, bracket, rate and amount, all exact in fen and millionths."""

from collections.abc import Callable

import polars as pl

from jishiyu.engine.policy.model import Amount, Formula, Policy, Threshold
from jishiyu.engine.policy.requirements import applies, column_of

PPM = 1_000_000


def share(amount: pl.Expr, rate_ppm: int | pl.Expr, unit: int = 1, mode: str = "half_up") -> pl.Expr:
    """This function will return amount × rate, rounded once to a multiple of `unit` fen.

    The amount is split at a million fen, so that no product leaves 64 bits for amounts up to 9·10¹² fen × 100 %.
    """
    rate = rate_ppm if isinstance(rate_ppm, pl.Expr) else pl.lit(rate_ppm, pl.Int64)
    whole, rest = amount // PPM, amount % PPM
    return _round(whole * rate, rest * rate, unit, mode)


def _round(millions: pl.Expr, parts: pl.Expr, unit: int, mode: str) -> pl.Expr:
    """Round `millions + parts / 10⁶` fen to a multiple of `unit`; `parts` is ≥ 0."""
    scale = PPM * unit
    if unit == 1:
        return millions + (parts + {"half_up": scale // 2, "up": scale - 1, "down": 0}[mode]) // scale
    exact = millions % unit * PPM + parts
    lift = {"half_up": scale // 2, "up": scale - 1, "down": 0}[mode]
    return millions // unit * unit + (exact + lift) // scale * unit


def round_fen(amount: pl.Expr, unit: int, mode: str) -> pl.Expr:
    """This function will round whole fen to a multiple of `unit` fen."""
    if unit == 1:
        return amount
    lift = {"half_up": unit // 2, "up": unit - 1, "down": 0}[mode]
    return (amount + lift) // unit * unit


def base(policy: Policy) -> pl.Expr:
    """This function will return the base amount in fen: the first case that fits, else the last."""
    chosen = _amount(policy.base[-1])
    for case in reversed(policy.base[:-1]):
        chosen = pl.when(applies(case.when)).then(_amount(case)).otherwise(chosen)
    return chosen


def _amount(amount: Amount) -> pl.Expr:
    # A part that is not stated makes the whole unknown: nobody is paid on an amount taken for zero.
    total = pl.col(column_of(amount.plus[0]))
    for field in amount.plus[1:]:
        total = total + pl.col(column_of(field))
    for field in amount.minus:
        total = total - pl.col(column_of(field))
    return total if amount.share_ppm == PPM else share(total, amount.share_ppm)


def reaches(threshold: Threshold, value: pl.Expr) -> pl.Expr:
    """This function will tell whether the base is over (strict) or at least the threshold."""
    return value > threshold.fen if threshold.strict else value >= threshold.fen


def bracket_of(formula: Formula, value: pl.Expr) -> pl.Expr:
    """This function will return the number of the bracket an amount lies in: 1, 2, …; 0 = below the first, or unknown."""
    if not formula.brackets:
        return pl.lit(0, pl.UInt32)
    # Fen are whole: from 5,000.00 is over 4,999.99. The bracket's number is the number of edges below the amount.
    edges = [bracket.edge_fen - (not bracket.strict) for bracket in formula.brackets]
    return pl.lit(pl.Series(edges, dtype=pl.Int64)).search_sorted(value, side="left")


def rate_of(formula: Formula, bracket: pl.Expr) -> pl.Expr:
    """This function will return the rate (millionths) of a bracket by its number, or of the formula."""
    if not formula.brackets:
        return pl.lit(formula.rate_ppm, pl.Int64)
    rates = [0, *(bracket.rate_ppm for bracket in formula.brackets)]
    return pl.lit(pl.Series(rates, dtype=pl.Int64)).gather(bracket)


def amount(policy: Policy, value: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """This function will return the amount in fen before any limit, rounded once by the policy's rule."""
    formula, unit, mode = policy.formula, policy.rounding_fen, policy.rounding_mode
    return _KINDS[formula.kind](formula, value, rate, unit, mode)


def _marginal(formula: Formula, value: pl.Expr, _: pl.Expr, unit: int, mode: str) -> pl.Expr:
    """Add the parts of each bracket exactly and round the sum once."""
    edges = [bracket.edge_fen for bracket in formula.brackets]
    millions, parts = pl.lit(0, pl.Int64), pl.lit(0, pl.Int64)
    for bracket, upper in zip(formula.brackets, [*edges[1:], None], strict=True):
        part = (value if upper is None else _at_most(value, upper)) - bracket.edge_fen
        part = pl.max_horizontal(part, pl.lit(0, pl.Int64))
        millions = millions + part // PPM * bracket.rate_ppm
        parts = parts + part % PPM * bracket.rate_ppm
    return _round(millions, parts, unit, mode)


def _at_most(part: pl.Expr, most: int) -> pl.Expr:
    """Cut to a ceiling; what is not known stays unknown (the smaller of nothing and a ceiling is not the ceiling)."""
    return pl.when(part > most).then(pl.lit(most, pl.Int64)).otherwise(part)


def _layered(formula: Formula, _value: pl.Expr, _: pl.Expr, unit: int, mode: str) -> pl.Expr:
    millions, parts = pl.lit(0, pl.Int64), pl.lit(0, pl.Int64)
    for layer in formula.layers:
        part = _amount(layer.amount)
        if layer.amount.when:
            part = pl.when(applies(layer.amount.when)).then(part).otherwise(0)
        if layer.at_most_fen is not None:
            part = _at_most(part, layer.at_most_fen)
        millions = millions + part // PPM * layer.rate_ppm
        parts = parts + part % PPM * layer.rate_ppm
    return _round(millions, parts, unit, mode)


def _per_day(formula: Formula, _value: pl.Expr, _: pl.Expr, unit: int, mode: str) -> pl.Expr:
    days = (pl.col("ends_on") - pl.col("begins_on")).dt.total_days()
    if formula.max_days is not None:
        days = _at_most(days, formula.max_days)
    return round_fen(days * formula.amount_fen, unit, mode)


def table_amounts(formula: Formula) -> pl.Expr:
    """This function will look up every entry of an event (`a;b`) in the table: a list of fen, null = unknown entry."""
    entries = pl.col(column_of(formula.table_field)).str.split(";").list.eval(pl.element().str.strip_chars())
    return entries.list.eval(pl.element().replace_strict(formula.table, default=None, return_dtype=pl.Int64))


def _table(formula: Formula, _value: pl.Expr, _: pl.Expr, unit: int, mode: str) -> pl.Expr:
    found = table_amounts(formula)
    chosen = found.list.max() if formula.table_entries == "most_severe" else found.list.sum()
    return round_fen(chosen, unit, mode)


_KINDS: dict[str, Callable[[Formula, pl.Expr, pl.Expr, int, str], pl.Expr]] = {
    "whole_amount": lambda _, value, rate, unit, mode: share(value, rate, unit, mode),
    "flat": lambda _, value, rate, unit, mode: share(value, rate, unit, mode),
    "marginal": _marginal,
    "layered": _layered,
    "table": _table,
    "per_day": _per_day,
    "lump_sum": lambda formula, _value, _, unit, mode: round_fen(pl.lit(formula.amount_fen, pl.Int64), unit, mode),
}
