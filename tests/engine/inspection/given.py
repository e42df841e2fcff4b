"""Readings for tests: rows as a survey sheet has them, judged in one call."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import polars as pl

from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.model import Finding
from jishiyu.engine.inspection.points import Survey, survey_from
from jishiyu.engine.inspection.readings import COLUMNS, gather

ON = date.fromisoformat("2025-06-18")
MIDNIGHT = datetime.fromisoformat("2025-06-17 00:00:00")
TEN_MINUTES = timedelta(minutes=10)
PER_DAY = 144
Row = dict[str, str]


def reading(quantity: str, value: str, unit: str, *, point: str = "P", **more: str) -> Row:
    """Return one row; `level` stands for voltage_level."""
    more = {("voltage_level" if name == "level" else name): told for name, told in more.items()}
    return {"point": point, "quantity": quantity, "value": value, "unit": unit, **more}


def long(
    quantity: str,
    values: Iterable[str],
    unit: str,
    *,
    first: datetime = MIDNIGHT,
    step: timedelta = TEN_MINUTES,
    **more: str,
) -> list[Row]:
    """Return a regular series."""
    return [
        reading(quantity, value, unit, measured_at=str(first + step * at), series="1", **more)
        for at, value in enumerate(values)
    ]


def frame(rows: Iterable[Mapping[str, str]]) -> pl.DataFrame:
    """Return rows as a table of texts."""
    told = [[row.get(name) or None for name in COLUMNS] for row in rows]
    return pl.DataFrame(told, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def judged(*rows: Row | list[Row], on: date = ON, points: list[Row] | None = None) -> tuple[Finding, ...]:
    """Judge rows and series."""
    flat = [row for part in rows for row in (part if isinstance(part, list) else [part])]
    survey = survey_from(points, file="points.csv") if points else Survey()
    return judge(gather(iter([frame(flat)])), survey.points, on)


def only(findings: tuple[Finding, ...]) -> Finding:
    """Return the one finding there has to be."""
    assert len(findings) == 1, findings
    return findings[0]


def codes(finding: Finding) -> list[str]:
    """Return the codes of the reasons of a finding."""
    return [reason.code for reason in finding.reasons]
