"""How one value stands to one limit, and which of several limits a finding names."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from jishiyu.engine.inspection.limits import bounds, written
from jishiyu.engine.inspection.model import (
    ATTENTION,
    GRAVITY,
    NO_VERDICT,
    NORMAL,
    Finding,
    Level,
    Limit,
    Reason,
    Summary,
    because,
)
from jishiyu.engine.inspection.subject import Chosen, Subject
from jishiyu.engine.inspection.units import UNITS, Unit

_GRADES = {"": 0, "general": 1, "severe": 2, "critical": 3}
COUPLING = "pcc"


@dataclass(frozen=True)
class Outcome:
    """What one limit says about a value or a series."""

    limit: Limit
    verdict: str
    reasons: tuple[Reason, ...]


def within(limit: Limit, level: Level | None, base: Decimal, bound: str = "") -> bool | None:
    """This function will tell whether a value in base units keeps a limit; null when a bound leaves it open."""
    low, high = bounds(limit, level)
    if bound == ">":
        return _above(limit, low, high, base)
    if bound == "<":
        return _below(limit, low, high, base)
    if low is not None and (base < low or (base == low and limit.above is not None)):
        return False
    return not (high is not None and (base > high or (base == high and limit.below is not None)))


def _above(limit: Limit, low: Decimal | None, high: Decimal | None, base: Decimal) -> bool | None:
    """Judge what is more than `base`: more than an allowed maximum is too much, more than a minimum is enough."""
    if high is not None:
        return False if base >= high else None
    return True if low is not None and base >= low else None


def _below(limit: Limit, low: Decimal | None, high: Decimal | None, base: Decimal) -> bool | None:
    if low is not None:
        return False if base <= low else None
    return True if high is not None and base <= high else None


def of_reading(limit: Limit, level: Level | None, base: Decimal, bound: str = "", given: str = "") -> Outcome:
    """This function will judge one hand-held value (base units); limits over a period never fail by it."""
    kept = within(limit, level, base, bound)
    if kept is None:
        return Outcome(limit, NO_VERDICT, (because("bound_open", given=given),))
    if kept:
        return Outcome(limit, NORMAL, (because("within"),))
    reasons = [because("beyond")]
    if limit.grade:
        reasons.append(because(f"grade_{limit.grade}"))
    if limit.period == "moment":
        return Outcome(limit, limit.verdict, tuple(reasons))
    if limit.period == "lasting":
        reasons.append(because("lasting_unknown", hours=limit.hours))
    else:
        reasons.append(because("month" if limit.period == "month" else "one_reading"))
    return Outcome(limit, ATTENTION, tuple(reasons))


def worst(outcomes: list[Outcome]) -> Outcome:
    """This function will choose the outcome that a finding names: the worst verdict, of these the gravest grade."""
    return max(outcomes, key=lambda one: (GRAVITY[one.verdict], _GRADES[one.limit.grade] if _beyond(one) else 0))


def _beyond(outcome: Outcome) -> bool:
    return outcome.verdict not in (NO_VERDICT, NORMAL)


def finding(
    subject: Subject,
    chosen: Chosen,
    outcome: Outcome,
    value: str,
    *,
    unit: Unit | None = None,
    extra: tuple[Reason, ...] = (),
    measured_at: datetime | None = None,
    instrument: str = "",
    summary: Summary | None = None,
) -> Finding:
    """This function will make the finding of an outcome; `unit` is the unit of `value` where it is not the subject's."""
    limit = outcome.limit
    shown = unit or subject.unit
    low, high = (None if bound is None else shown.from_base(bound) for bound in bounds(limit, subject.level))
    notes = [*outcome.reasons, *extra]
    if limit.coupling and subject.kind not in (COUPLING, ""):
        notes.append(because("coupling_only"))
    return Finding(
        point=subject.key.point, kind=subject.kind, level=subject.level.name if subject.level else "",
        quantity=subject.key.quantity, phase=subject.key.phase, measure=limit.measure, value=value,
        unit=shown.symbol, limit=written(limit, subject.level, shown), standard=limit.standard.name, edition=limit.standard.edition, clause=limit.clause,
        verdict=outcome.verdict, reasons=(*notes, *chosen.notes, *subject.notes), status=limit.status,
        clause_status=limit.standard.clauses, grade=limit.grade if _beyond(outcome) else "", measured_at=measured_at,
        low=low, high=high, instrument=instrument, summary=summary,
    )  # fmt: skip


PER_CENT, MILLIAMPERE, CHARGE = UNITS["%"], UNITS["mA"], UNITS["mA·s"]
