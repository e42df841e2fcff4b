"""Requirements of a policy → column expressions that are true where the event meets them."""

from collections.abc import Callable

import polars as pl

from jishiyu.engine.policy import numbers
from jishiyu.engine.policy.model import Policy, Requirement

AMOUNT_FIELDS = {
    "cash", "in_scope", "total", "fund", "personal", "account", "own_expense", "over_limit", "advance", "deductible",
    "hospital_part", "loss", "invoice", "claimed",
}  # fmt: skip


# What decide() says about an event for `not_paid_by`: the other policy pays for it; a person has to clear it there first.
PAID_BY, WAITS_FOR = "paid_by:", "waits_for:"


# Fields that are read from another column.
_DERIVED = {"settled_on": "settled_at", "applied": "filed_on"}


def column_of(field: str) -> str:
    """This function will return the event column of a field as policies name it: amounts carry their unit there."""
    return f"{field}_fen" if field in AMOUNT_FIELDS else field


def day(name: str) -> pl.Expr:
    """This function will return a day of the event as an expression; `settled_on` is the day of `settled_at`."""
    return pl.col("settled_at").dt.date() if name == "settled_on" else pl.col(name)


def applies(when: dict[str, list[str]]) -> pl.Expr:
    """This function will return an expression that is true for events to which a `when` applies."""
    return pl.all_horizontal([_text(field).is_in(values).fill_null(value=False) for field, values in when.items()])


def _text(field: str) -> pl.Expr:
    """Return a field that `when` can name; whether somebody applied for the event is told by the day of filing."""
    if field == "applied":
        return pl.when(pl.col("filed_on").is_not_null()).then(pl.lit("yes")).otherwise(pl.lit("no"))
    return pl.col(column_of(field))


def read_by(when: dict[str, list[str]]) -> set[str]:
    """This function will return the event columns that a `when` reads."""
    return {_DERIVED.get(field, column_of(field)) for field in when}


def meets(requirement: Requirement) -> pl.Expr:
    """This function will return an expression that is true where the event passes; false and null mean that it fails."""
    met = _TESTS[requirement.test](requirement)
    return met | ~applies(requirement.when) if requirement.when else met


def fields_of(requirement: Requirement) -> set[str]:
    """This function will return the event columns a requirement reads, beyond those every event has."""
    fields = read_by(requirement.when)
    options = requirement.options
    days = {options[word] for word in ("field", "after") if word in options}
    fields |= {_DERIVED.get(field, column_of(field)) for field in days}
    if requirement.test == "paper":
        fields.add("papers")
    return fields - {"anchor_date", "birth_date"}


def full_years(birth: pl.Series, on: pl.Series) -> pl.Series:
    """This function will return the age in full years; who was born on 29 February turns older on 1 March."""

    def number(day: pl.Series) -> pl.Series:
        return day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)

    return (number(on) - number(birth)) // 10_000


def is_aged(birth: pl.Series, on: pl.Series, least: int, most: int) -> pl.Series:
    """This function will tell whether the age in full years lies from `least` to `most`; unknown dates are null.

    The number of days lived settles nearly everybody; the calendar is asked only close to a birthday that counts.
    """
    days = on.cast(pl.Int32) - birth.cast(pl.Int32)
    youngest, oldest = _days_of(least), _days_of(most + 1)
    surely = (days > youngest + _UNSURE) & (days < oldest - _UNSURE)
    perhaps = (days >= youngest - _UNSURE) & (days <= oldest + _UNSURE)
    if surely.sum() == perhaps.sum():
        return surely
    at = (surely != perhaps).arg_true()
    years = full_years(birth.gather(at), on.gather(at))
    return surely.scatter(at, (years >= least) & (years <= most))


# Leap days, skipped ones at the turn of a century, and the birthday of 29 February move a birthday by less.
_UNSURE = 4


def _days_of(years: int) -> int:
    return years * 365 + years // 4


def _age(requirement: Requirement) -> pl.Expr:
    least, most = requirement.options["min"], requirement.options["max"]
    return pl.map_batches(
        [pl.col("birth_date"), pl.col("anchor_date")],
        lambda dates: is_aged(dates[0], dates[1], least, most),
        return_dtype=pl.Boolean,
    )


def _papers(requirement: Requirement) -> pl.Expr:
    wanted = requirement.options["papers"]
    return pl.all_horizontal([pl.col("papers").list.contains(paper) for paper in wanted])


def _within(requirement: Requirement) -> pl.Expr:
    waited = day(requirement.options["field"]) - day(requirement.options["after"])
    return (waited >= pl.duration(days=0)) & (waited <= pl.duration(days=requirement.options["days"]))


def _after(requirement: Requirement) -> pl.Expr:
    waited = day(requirement.options["field"]) - day(requirement.options["after"])
    return waited >= pl.duration(days=requirement.options["days"])


def _by_day(requirement: Requirement) -> pl.Expr:
    field, after = day(requirement.options["field"]), day(requirement.options["after"])
    month, last = (int(part) for part in requirement.options["day"].split("-"))
    return (field >= after) & (field <= pl.date(after.dt.year() + requirement.options["years"], month, last))


def _not_paid_by(requirement: Requirement) -> pl.Expr:
    return ~pl.any_horizontal([pl.col(f"{PAID_BY}{name}") for name in requirement.options["policies"]])


def tied_by(policy: Policy) -> list[str]:
    """This function will return the columns in which a policy is told what others say about an event."""
    return [f"{word}{name}" for name in sorted(policy.given_way_to) for word in (PAID_BY, WAITS_FOR)]


def waits_for(requirement: Requirement) -> pl.Expr:
    """This function will return an expression that is true where another policy has to be cleared first."""
    waits = pl.any_horizontal([pl.col(f"{WAITS_FOR}{name}") for name in requirement.options["policies"]])
    return waits & applies(requirement.when) if requirement.when else waits


def _value(requirement: Requirement) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(column_of(requirement.options["field"])), pl.lit(numbers.fen(requirement.options["value"]))


def _in_values(requirement: Requirement) -> pl.Expr:
    return _text(requirement.options["field"]).is_in(requirement.options["values"])


def _given(requirement: Requirement) -> pl.Expr:
    column = _text(requirement.options["field"])
    return column.is_not_null() & (column.cast(pl.String) != "")


def _compare(operator: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[Requirement], pl.Expr]:
    return lambda requirement: operator(*_value(requirement))


_TESTS: dict[str, Callable[[Requirement], pl.Expr]] = {
    "in_service": lambda _: pl.col("in_service"),
    "member": lambda _: pl.col("is_member"),
    "member_for": lambda r: (pl.col("anchor_date") - pl.col("member_since")) >= pl.duration(days=r.options["days"]),
    "age": _age,
    "one_of": _in_values,
    "none_of": lambda r: ~_in_values(r),
    "over": _compare(lambda column, value: column > value),
    "from": _compare(lambda column, value: column >= value),
    "at_most": _compare(lambda column, value: column <= value),
    "under": _compare(lambda column, value: column < value),
    "given": _given,
    "paper": _papers,
    "within_days": _within,
    "after_days": _after,
    "by_day": _by_day,
    "not_paid_by": _not_paid_by,
}
