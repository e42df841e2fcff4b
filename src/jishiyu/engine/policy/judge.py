"""One version of a policy, judging many events at once."""

import polars as pl

from jishiyu.engine.policy import formulas
from jishiyu.engine.policy.limits import label, scope
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import FieldMissing
from jishiyu.engine.policy.requirements import column_of, fails, fields_of
from jishiyu.engine.policy.shelf import Shelf

# Reason codes that every policy can give, besides those of its own requirements.
COMMON_CODES = ["threshold_not_reached", "below_minimum", "not_in_table", "base_missing", "set_aside"]


def codes_of(policy: Policy) -> list[str]:
    """This function will return the reason codes of a policy in the order of their bits."""
    return [requirement.code for requirement in policy.requirements] + COMMON_CODES


def bit(policy: Policy, code: str) -> int:
    """This function will return the bit of a reason code as a number."""
    return int(1 << codes_of(policy).index(code))


def judge(policy: Policy, events: pl.DataFrame) -> pl.DataFrame:
    """This function will add what one policy version says about each event, before limits.

    Takes events with membership (`with_membership`) whose anchor dates this version covers. Adds `base_fen`,
    `bracket` (null = none), `rate_ppm`, `uncapped_fen`, `year`, and two bit masks over `codes_of(policy)`:
    `no` (reasons against) and `ask` (reasons to hold). Raises `FieldMissing` when the events lack a column.
    """
    _check_fields(policy, events)
    no: list[pl.Expr] = []
    ask: list[pl.Expr] = []
    for number, requirement in enumerate(policy.requirements):
        flag = pl.when(fails(requirement)).then(1 << number).otherwise(0)
        (ask if requirement.otherwise == "held" else no).append(flag)
    window = label(policy.window, pl.col("anchor_date"))
    rows = events.with_columns(
        base_fen=formulas.base(policy),
        no=pl.sum_horizontal([pl.lit(0, pl.Int64), *no]),
        ask=pl.sum_horizontal([pl.lit(0, pl.Int64), *ask, *_aside(policy, events)]),
        year=window.cast(pl.Int32),
    )
    if policy.accumulate:
        return _accumulated(policy, rows)
    return _mark(policy, rows.with_columns(**_amounts(policy, pl.col("base_fen"))), pl.col("base_fen"))


def _aside(policy: Policy, events: pl.DataFrame) -> list[pl.Expr]:
    """Events that were set aside before judging are entitled to nothing; their own reason is told elsewhere."""
    if "aside" not in events.columns:
        return []
    return [pl.when(pl.col("aside") != 0).then(bit(policy, "set_aside")).otherwise(0)]


def _amounts(policy: Policy, value: pl.Expr) -> dict[str, pl.Expr]:
    """Return the expressions of bracket, rate and amount for a base value in fen."""
    threshold = policy.threshold
    taxed = value
    if threshold and threshold.deductible:
        taxed = pl.max_horizontal(value - threshold.fen, pl.lit(0, pl.Int64))
    reached = formulas.reaches(threshold, value) if threshold else pl.lit(value=True)
    bracket = formulas.bracket_of(policy.formula, taxed)
    rate = formulas.rate_of(policy.formula, bracket)
    amount = formulas.amount(policy, taxed, rate)
    return {
        "bracket": pl.when(reached & (bracket > 0)).then(bracket),
        "rate_ppm": pl.when(reached).then(rate),
        "uncapped_fen": pl.when(reached).then(amount).otherwise(0),
    }


def _mark(policy: Policy, rows: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """Add the common reasons and clear the amounts of events that get nothing."""
    threshold = policy.threshold
    missing = value.is_null()
    if policy.formula.kind != "table":  # an entry that the table lacks has its own reason
        missing = missing | pl.col("uncapped_fen").is_null()
    no = pl.col("no")
    if threshold:
        low = ~formulas.reaches(threshold, value).fill_null(value=False) & ~missing
        no = no + pl.when(low).then(bit(policy, "threshold_not_reached")).otherwise(0)
        reached = ~low
    else:
        reached = pl.lit(value=True)
    small = reached & (pl.col("uncapped_fen") < max(policy.minimum_fen, 1)) & ~missing
    no = no + pl.when(small).then(bit(policy, "below_minimum")).otherwise(0)
    ask = pl.col("ask") + pl.when(missing).then(bit(policy, "base_missing")).otherwise(0)
    if policy.formula.kind == "table":
        unknown = formulas.table_amounts(policy.formula).list.eval(pl.element().is_null()).list.any()
        ask = ask + pl.when(unknown.fill_null(value=True)).then(bit(policy, "not_in_table")).otherwise(0)
    return rows.with_columns(no=no, ask=ask).with_columns(
        uncapped_fen=pl.when((pl.col("no") == 0) & (pl.col("ask") == 0)).then("uncapped_fen").otherwise(0)
    )


def _accumulated(policy: Policy, rows: pl.DataFrame) -> pl.DataFrame:
    """Judge the running sum of the window: an event's amount is what it adds to f(sum so far)."""
    assert policy.window is not None  # checked when the file was loaded
    rows = rows.with_row_index("_at").with_columns(scope(policy.window))
    counts = (pl.col("no") == 0) & (pl.col("ask") == 0)
    rows = rows.with_columns(_own=pl.when(counts).then("base_fen").otherwise(0)).sort(
        "_who", "_window", *policy.order, "event_id"
    )
    total = pl.col("_own").cum_sum().over("_who", "_window")
    rows = rows.with_columns(_total=total).with_columns(_before=pl.col("_total") - pl.col("_own"))
    after, before = _amounts(policy, pl.col("_total")), _amounts(policy, pl.col("_before"))
    rows = rows.with_columns(**after).with_columns(
        uncapped_fen=pl.col("uncapped_fen") - before["uncapped_fen"], base_fen=pl.col("_total")
    )
    return _mark(policy, rows, pl.col("_total")).sort("_at").drop("_at", "_who", "_window", "_own", "_total", "_before")


def _check_fields(policy: Policy, events: pl.DataFrame) -> None:
    """Refuse to judge when a column the policy reads is not there: rules fail closed."""
    for name in sorted(_fields(policy)):
        if name not in events.columns:
            raise FieldMissing(name=policy.name, version=policy.version, field=name)


def _fields(policy: Policy) -> set[str]:
    """Return the event columns a policy reads."""
    needed: set[str] = {"person_key"}
    for requirement in policy.requirements:
        needed |= fields_of(requirement)
    for amount in (*policy.base, *(layer.amount for layer in policy.formula.layers)):
        needed |= {column_of(field) for field in (*amount.plus, *amount.minus, *amount.when)}
    if policy.formula.kind == "table":
        needed.add(column_of(policy.formula.table_field))
    needed |= {"settled_at" if name == "settled_on" else name for name in (*policy.order, policy.anchor)}
    if any(limit.window == "occurrence" for limit in policy.limits):
        needed.add("occurrence")
    return needed


def columns_needed(policies: Shelf) -> list[str]:
    """This function will return the event columns that a set of policies reads, so that nothing else is loaded."""
    needed: set[str] = set()
    for versions in policies.versions.values():
        for policy in versions:
            needed |= _fields(policy)
    return sorted(needed)
