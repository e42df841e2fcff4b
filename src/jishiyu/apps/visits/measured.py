"""Entries of a visit → readings, series and points of the engine; what is wrong with a reading, in a sentence."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Entry, EntryKind
from jishiyu.engine.inspection.handheld import understand
from jishiyu.engine.inspection.limits import shipped_limits
from jishiyu.engine.inspection.model import Finding, Point, Reading
from jishiyu.engine.inspection.points import Survey, survey_from
from jishiyu.engine.inspection.readings import COLUMNS, Readings, gather, read_readings
from jishiyu.engine.inspection.reasons import sentence
from jishiyu.engine.inspection.subject import Books
from jishiyu.engine.inspection.units import number
from jishiyu.engine.inspection.words import survey_words

SERIES_SUFFIX = ".csv"
SCHEMA = dict.fromkeys(COLUMNS, pl.String)


def rows_of(entries: Iterable[Entry]) -> Iterator[dict[str, str]]:
    """This function will yield the readings among entries as rows of the long form (COLUMNS)."""
    for one in entries:
        if one.kind == EntryKind.READING and not one.content.get("removed"):
            yield {name: one.content.get(name, "") for name in COLUMNS} | {"series": "0"}


def readings_of(entries: Sequence[Entry]) -> Readings:
    """This function will gather the hand-held readings of a visit and the series of its files."""
    found = gather(iter([pl.DataFrame(list(rows_of(entries)), schema=SCHEMA)]))
    for one in entries:
        if one.kind == EntryKind.SERIES:
            file = read_file(HELP.fetch(one.file), str(one.content.get("name", "series.csv")))
            found.singles += file.singles
            found.series += file.series
    return found


def read_file(content: bytes, name: str) -> Readings:
    """This function will read the export of an analyser; raises the problems of reading."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or f"series{SERIES_SUFFIX}")
        path.write_bytes(content)
        return read_readings(path)


def survey_of(entries: Iterable[Entry], about: Mapping[str, str]) -> Survey:
    """This function will return the points that readings name, each once, and what is known about the visit.

    What two readings say differently about their point is left to the readings: the engine tells it.
    """
    points: dict[str, dict[str, str | int | None]] = {}
    for row in (one.content for one in entries if one.kind == EntryKind.READING and not one.content.get("removed")):
        name = row.get("point", "")
        if name:
            point = points.setdefault(name, {"point": name})
            known = {
                "kind": survey_words().word("kind", row.get("kind", "")),
                "rated_ma": row.get("rated_ma") if _rated(row.get("rated_ma", "")) else None,
                "remark": row.get("remark"),
            }  # fmt: skip
            for column, value in known.items():
                if value:
                    point.setdefault(column, value)
    # The level stands with each reading: a point may have a phase voltage beside the one between phases.
    return Survey(survey_from(points.values(), file="").points, dict(about))


def remark(content: Mapping[str, str], *, on: date) -> tuple[str, str] | None:
    """This function will say what is wrong with a reading (wrong unit, impossible number, unknown quantity …), in
    Chinese and English; None where it can be judged."""
    if content.get("removed"):
        return None
    row = {name: content.get(name, "") for name in COLUMNS} | {"series": "0"}
    reading = gather(iter([pl.DataFrame([row], schema=SCHEMA)])).singles[0]
    return remark_on(reading, on=on)


def remark_on(reading: Reading, *, on: date, points: Mapping[str, Point] | None = None) -> tuple[str, str] | None:
    """This function will say what is wrong with a reading of the engine; None where it can be judged."""
    ever = shipped_limits()
    found = understand(reading, Books(on, ever.in_force(on), ever, points or {}))
    if not isinstance(found, Finding):
        return None
    return sentence(found.reasons, "zh"), sentence(found.reasons, "en")


def _rated(text: str) -> bool:
    told = number(text) if text else None
    return told is not None and not told[0] and told[1] > 0
