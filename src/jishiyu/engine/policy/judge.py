"""One version of a policy, judging many events at once."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from jishiyu.engine.applications import ONLY_APPLIED
from jishiyu.engine.policy import formulas
from jishiyu.engine.policy.limits import label, scope
from jishiyu.engine.policy.model import Policy, Requirement
from jishiyu.engine.policy.problems import FieldMissing
from jishiyu.engine.policy.requirements import applies, column_of, fields_of, meets, read_by, tied_by, waits_for
from jishiyu.engine.policy.shelf import Shelf

# Reason codes that every policy can give, besides those of its own requirements: against, and to hold.
AGAINST, TO_HOLD = (
    ["threshold_not_reached", "below_minimum"],
    ["not_in_table", "base_missing", "birth_date_missing", "set_aside", "medical_types_differ", "other_policy_waits"],
)


def codes_of(policy: Policy) -> list[str]:
    """This function will return the reason codes of a policy in the order of their bits."""
    return [requirement.code for requirement in policy.requirements] + AGAINST + TO_HOLD


def holds(policy: Policy, code: str) -> bool:
    """This function will tell whether a reason code holds an event for a person to look at, and does not refuse it."""
    own = [requirement.otherwise == "held" for requirement in policy.requirements if requirement.code == code]
    return own[0] if own else code in TO_HOLD


def bit(policy: Policy, code: str) -> int:
    """This function will return the bit of a reason code as a number."""
    return int(1 << codes_of(policy).index(code))


def judge(policy: Policy, events: pl.DataFrame) -> pl.DataFrame:
    """This function will add what one policy version says about each event, before limits.

    Takes events with membership (`with_membership`) whose anchor dates this version covers, and `aside` (0 = judge
    it; others are entitled to nothing, their own reason is told elsewhere). Adds `base_fen`, `bracket` (null = none),
    `rate_ppm`, `uncapped_fen`, `year`, two bit masks over `codes_of(policy)`: `no` (reasons against) and `ask`
    (reasons to hold), and `entitled` (neither). Raises `FieldMissing` when the events lack a column.
    """
    events = _with_fields(policy, events)
    plan = _plan(policy, several="medical_types" in events.columns)
    rows = events.with_columns(plan.requirements)
    if policy.accumulate:
        return _accumulated(policy, rows)
    return rows.with_columns(plan.amounts).with_columns(plan.marks).with_columns(_ENTITLED)


def requirements_alone(policy: Policy, events: pl.DataFrame) -> pl.DataFrame:
    """This function will say which events meet all requirements of a policy, whatever its formula pays for them.

    Takes what `judge` takes. Returns, row by row, `base_fen`, `year` and `met`: no reason against, none to hold, and a base
    that is known. For the laboratory, where many formulas follow one set of requirements.
    """
    events = _with_fields(policy, events)
    plan = _plan(policy, several="medical_types" in events.columns)
    met = _CLEAR & pl.col("base_fen").is_not_null()
    return events.select(plan.requirements).select("base_fen", "year", met=met)


# Every step is one pass of Polars, and a pass over one row costs as much as its number of expressions: few of both.
@dataclass(frozen=True)
class _Plan:
    """A policy compiled to column expressions, in the order in which they run."""

    requirements: list[pl.Expr]
    amounts: list[pl.Expr]
    marks: list[pl.Expr]


_CLEAR = (pl.col("no") == 0) & (pl.col("ask") == 0)
_ENTITLED = [_CLEAR.alias("entitled"), pl.when(_CLEAR).then("uncapped_fen").otherwise(0).alias("uncapped_fen")]


@cache
def _plan(policy: Policy, *, several: bool) -> _Plan:
    """Compile a policy; `several` tells that some stays have parts of different medical types."""
    no: list[pl.Expr] = []
    ask = [pl.when(pl.col("aside") != 0).then(bit(policy, "set_aside")).otherwise(0)]
    split = several and bool(_medical_types(policy))
    if split:  # neither the first nor the last part decides for the others: a person has to look
        ask.append(pl.when(_parted(policy)).then(bit(policy, "medical_types_differ")).otherwise(0))
    ageless = []  # nobody is refused for an age that is not known: a person has to look
    for number, requirement in enumerate(policy.requirements):
        met = meets(requirement)
        if requirement.test == "age":
            unknown = pl.col("birth_date").is_null()
            ageless.append(unknown & applies(requirement.when) if requirement.when else unknown)
            met = met | unknown
        if split and _types_of(requirement):
            met = met | _parted(policy)
        flag = pl.when(met).then(0).otherwise(1 << number)
        (ask if requirement.otherwise == "held" else no).append(flag)
    ties = [waits_for(requirement) for requirement in policy.requirements if requirement.test == "not_paid_by"]
    if ties:  # what the other policy pays is not known before a person has looked there
        ask.append(pl.when(pl.any_horizontal(ties)).then(bit(policy, "other_policy_waits")).otherwise(0))
    if ageless:
        ask.append(pl.when(pl.any_horizontal(ageless)).then(bit(policy, "birth_date_missing")).otherwise(0))
    base = formulas.base(policy)
    return _Plan(
        requirements=[
            base.alias("base_fen"),
            _bracket(policy, base).alias("_bracket"),
            _sum(no).alias("no"),
            _sum(ask).alias("ask"),
            label(policy.window, pl.col("anchor_date")).cast(pl.Int32).alias("year"),
        ],
        amounts=_amounts(policy, pl.col("base_fen"), pl.col("_bracket")),
        marks=_marks(policy, pl.col("base_fen")),
    )


def _types_of(requirement: Requirement) -> list[list[str]]:
    """Return the lists of medical types that a requirement asks for."""
    asked = [requirement.when["medical_type"]] if "medical_type" in requirement.when else []
    own = requirement.test in ("one_of", "none_of") and requirement.options["field"] == "medical_type"
    return [*asked, *([requirement.options["values"]] if own else [])]


def _medical_types(policy: Policy) -> list[list[str]]:
    """Return the lists of medical types by which a policy tells one event from another."""
    amounts = (*policy.base, *(layer.amount for layer in policy.formula.layers))
    cases = [amount.when["medical_type"] for amount in amounts if "medical_type" in amount.when]
    return [*(types for requirement in policy.requirements for types in _types_of(requirement)), *cases]


def _parted(policy: Policy) -> pl.Expr:
    """Return an expression that is true for stays whose parts this policy treats differently for their medical types."""
    inside = [pl.col("medical_types").list.eval(pl.element().is_in(types)) for types in _medical_types(policy)]
    return pl.any_horizontal([(found.list.any() & ~found.list.all()).fill_null(value=False) for found in inside])


def _sum(flags: list[pl.Expr]) -> pl.Expr:
    total = pl.lit(0, pl.Int64)
    for flag in flags:
        total = total + flag
    return total


def _bracket(policy: Policy, value: pl.Expr) -> pl.Expr:
    return formulas.bracket_of(policy.formula, _taxed(policy, value))


def _taxed(policy: Policy, value: pl.Expr) -> pl.Expr:
    """Return the part of the base that brackets and rates are about."""
    threshold = policy.threshold
    if threshold and threshold.deductible:
        return pl.max_horizontal(value - threshold.fen, pl.lit(0, pl.Int64))
    return value


def _amounts(policy: Policy, value: pl.Expr, bracket: pl.Expr) -> list[pl.Expr]:
    """Return the expressions of bracket, rate and amount for a base value in fen and the number of its bracket."""
    number = pl.when(bracket > 0).then(bracket).cast(pl.Int32)
    rate = formulas.rate_of(policy.formula, bracket)
    amount = formulas.amount(policy, _taxed(policy, value), rate)
    if policy.threshold:
        reached = formulas.reaches(policy.threshold, value)
        number = pl.when(reached).then(number)
        rate = pl.when(reached).then(rate)
        amount = pl.when(reached).then(amount).otherwise(0)
    return [number.alias("bracket"), rate.alias("rate_ppm"), amount.alias("uncapped_fen")]


def _marks(policy: Policy, value: pl.Expr) -> list[pl.Expr]:
    """Return the masks with the common reasons added; at most one of them is against."""
    missing = value.is_null()
    if policy.formula.kind != "table":  # an entry that the table lacks has its own reason
        missing = missing | pl.col("uncapped_fen").is_null()
    against = (
        pl.when(pl.col("uncapped_fen") < max(policy.minimum_fen, 1)).then(bit(policy, "below_minimum")).otherwise(0)
    )
    if policy.threshold:
        low = ~formulas.reaches(policy.threshold, value)
        against = pl.when(low).then(bit(policy, "threshold_not_reached")).otherwise(against)
    no = pl.col("no") + pl.when(missing).then(0).otherwise(against)
    ask = pl.col("ask") + pl.when(missing).then(bit(policy, "base_missing")).otherwise(0)
    if policy.formula.kind == "table":
        unknown = formulas.table_amounts(policy.formula).list.eval(pl.element().is_null()).list.any()
        ask = ask + pl.when(unknown.fill_null(value=True)).then(bit(policy, "not_in_table")).otherwise(0)
    return [no.alias("no"), ask.alias("ask")]


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
    amounts, before = (
        _amounts(policy, value, _bracket(policy, value)) for value in (pl.col("_total"), pl.col("_before"))
    )
    rows = rows.with_columns(*amounts, before[-1].alias("_paid_for")).with_columns(
        uncapped_fen=pl.col("uncapped_fen") - pl.col("_paid_for"), base_fen=pl.col("_total")
    )
    no, ask = _marks(policy, pl.col("_total"))
    # What does not count adds nothing: that it adds too little is no reason of its own.
    rows = rows.with_columns(pl.when(counts).then(no).otherwise("no").alias("no"), ask).with_columns(_ENTITLED)
    return rows.sort("_at").drop("_at", "_who", "_window", "_own", "_total", "_before", "_paid_for")


def _with_fields(policy: Policy, events: pl.DataFrame) -> pl.DataFrame:
    """Refuse to judge when a column the policy reads is not there: rules fail closed.

    What only applications carry is empty for stays that a feed brought; a requirement that reads it is not met.
    """
    if "occurrence" in _fields(policy):  # each stay that a feed brought is an event of its own
        events = events.with_columns(occurrence=pl.coalesce(*({"occurrence"} & set(events.columns)), "event_id"))
    given = set(events.columns)
    absent = [name for name in _fields(policy) if name not in given]
    for name in absent:
        if name not in ONLY_APPLIED:
            raise FieldMissing(name=policy.name, version=policy.version, field=name)
    empty = [pl.lit(None, ONLY_APPLIED[name]).alias(name) for name in absent]
    # A case that is tried under one policy alone has been paid for by no other.
    empty += [pl.lit(value=False).alias(name) for name in tied_by(policy) if name not in given]
    return events.with_columns(empty) if empty else events


@cache
def _fields(policy: Policy) -> tuple[str, ...]:
    """Return the event columns a policy reads."""
    needed: set[str] = {"person_key"}
    for requirement in policy.requirements:
        needed |= fields_of(requirement)
    for amount in (*policy.base, *(layer.amount for layer in policy.formula.layers)):
        needed |= {column_of(field) for field in (*amount.plus, *amount.minus)} | read_by(amount.when)
    if policy.formula.kind == "table":
        needed.add(column_of(policy.formula.table_field))
    needed |= {"settled_at" if name == "settled_on" else name for name in (*policy.order, policy.anchor)}
    if any(limit.window == "occurrence" for limit in policy.limits):
        needed.add("occurrence")
    return tuple(sorted(needed))


def columns_needed(policies: Shelf) -> list[str]:
    """This function will return the event columns that a set of policies reads, so that nothing else is loaded."""
    needed: set[str] = set()
    for versions in policies.versions.values():
        for policy in versions:
            needed |= set(_fields(policy))
    return sorted(needed)
