"""The one function of a diagnosis: readings, points and a day → findings, in the same order whatever the order of rows."""

from collections.abc import Mapping
from datetime import date
from decimal import localcontext

from jishiyu.engine.inspection.handheld import judge_readings
from jishiyu.engine.inspection.limits import Limits, shipped_limits
from jishiyu.engine.inspection.model import MEASURES, QUANTITIES, Finding, Point
from jishiyu.engine.inspection.readings import Readings
from jishiyu.engine.inspection.reasons import why
from jishiyu.engine.inspection.series import judge_series
from jishiyu.engine.inspection.subject import Books
from jishiyu.engine.inspection.words import survey_words

# Products of readings need more digits than they have themselves; with these nothing is ever cut off.
_DIGITS = 100


def judge(
    readings: Readings, points: Mapping[str, Point], on: date, *, limits: Limits | None = None
) -> tuple[Finding, ...]:
    """This function will judge all readings of a survey by the editions in force on a day; `points` are by name.

    Every reading is in a finding: with a verdict (`normal`, `attention`, `fails`), or without one and with the reason.
    """
    ever = limits or shipped_limits()
    books = Books(on, ever.in_force(on), ever, points)
    with localcontext(prec=_DIGITS):
        found = list(judge_readings(readings.singles, books))
        for series in readings.series:
            found += judge_series(series, books)
    return tuple(sorted(found, key=_place))


def _place(finding: Finding) -> tuple[object, ...]:
    """Return where a finding stands: by point, quantity, phase, kind of measure, time."""
    known = survey_words().quantity(finding.quantity)
    quantity = (QUANTITIES.index(known[0]), known[1] or 0) if known else (len(QUANTITIES), 0)
    return (
        natural(finding.point), quantity, finding.quantity, finding.phase, finding.summary is None,
        MEASURES.index(finding.measure), str(finding.measured_at or ""), finding.value, finding.unit,
        why(finding, "en"), finding.instrument,
    )  # fmt: skip


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """This function will return a key that sorts D2 before D10."""
    parts, digits = [], ""
    for letter in f"{text}\0":
        if letter.isdecimal():
            digits += letter
        else:
            if digits:
                parts.append((0, int(digits), ""))
                digits = ""
            parts.append((1, 0, letter))
    return tuple(parts)
