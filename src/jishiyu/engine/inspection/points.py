"""Lists of points → points with their attributes, and whose survey it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.inspection.model import Point
from jishiyu.engine.inspection.units import number
from jishiyu.engine.inspection.words import ATTRIBUTES, survey_words
from jishiyu.engine.problems import Problem

NEEDED = ("point",)
ABOUT = ("enterprise", "address", "capacity_kva", "steward", "team", "visited_on")
_BATCH_ROWS = 100_000


class PointTwice(Problem):
    """Two rows of a list name the same point."""

    en = "{file} lists the point {point} twice (line {line}). Give every point one row."
    zh = "{file} 中测点 {point} 出现两次(第 {line} 行)。每个测点只能占一行。"


class PointRefused(Problem):
    """A row of a list of points says something that is not known."""

    en = "{file}, line {line}: {heading} is {given}, which is not known. Write one of: {known}. Nothing was judged."
    zh = "{file} 第 {line} 行:{heading} 为“{given}”,无法识别。请填写以下之一:{known}。未作任何判定。"


class AboutTwice(Problem):
    """The rows of a list name two enterprises, teams or days."""

    en = "{file} names two different values for {heading}: {first} and {second}. One list is one visit."
    zh = "{file} 中“{heading}”有两个不同的值:{first} 和 {second}。一份清单只对应一次勘查。"


@dataclass(frozen=True)
class Survey:
    """The points of a visit by name, and about the visit what the list says (enterprise, team, steward …)."""

    points: Mapping[str, Point] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)


def read_points(path: Path) -> Survey:
    """This function will read a list of points.

    Raises the problems of reading, `PointTwice`, `PointRefused` and `AboutTwice`.
    """
    words = vocabulary("points")
    rows: list[dict[str, str | int | None]] = []
    for table in tables(path, known=words.knows_table):
        for piece in table.read(words.pick(table, NEEDED), _BATCH_ROWS):
            rows += list(piece.iter_rows(named=True))
    return survey_from(rows, file=path.name)


def survey_from(rows: Iterable[Mapping[str, str | int | None]], *, file: str) -> Survey:
    """This function will make a survey of rows of texts (columns of `policies/feeds/points.toml`, `line`)."""
    points: dict[str, Point] = {}
    about: dict[str, str] = {}
    for row in rows:
        told = {name: str(value).strip() for name, value in row.items() if value is not None and str(value).strip()}
        line = told.get("line", "?")
        for name in ABOUT:
            if name in told and about.setdefault(name, told[name]) != told[name]:
                raise AboutTwice(file=file, heading=_heading(name), first=about[name], second=told[name])
        if "point" not in told:
            continue
        if told["point"] in points:
            raise PointTwice(file=file, point=told["point"], line=line)
        points[told["point"]] = _point(told, file, line)
    return Survey(points, about)


def _heading(name: str) -> str:
    return vocabulary("points").words.get(name, name)


def _point(told: Mapping[str, str], file: str, line: str) -> Point:
    words = survey_words()

    def word(about: str) -> str:
        found = words.word(about, told[about])
        if found is None:
            known = ", ".join(said for both in words.labels[about].values() for said in dict.fromkeys(both))
            raise PointRefused(file=file, line=line, heading=_heading(about), given=told[about], known=known)
        return found

    level = ""
    if "voltage_level" in told:
        known_level = words.level(told["voltage_level"])
        if known_level is None:
            levels = ", ".join(dict.fromkeys(level.name for level in words.levels.values()))
            given = told["voltage_level"]
            raise PointRefused(file=file, line=line, heading=_heading("voltage_level"), given=given, known=levels)
        level = known_level.name
    rated = number(told["rated_ma"]) if "rated_ma" in told else None
    if "rated_ma" in told and (rated is None or rated[0] or rated[1] <= 0):
        raise PointRefused(
            file=file, line=line, heading=_heading("rated_ma"), given=told["rated_ma"], known="30, 100 …"
        )
    return Point(
        name=told["point"],
        title=told.get("name", ""),
        kind=word("kind") if "kind" in told else "",
        level=level,
        rated_ma=rated[1] if rated else None,
        attributes={name: word(name) for name in ATTRIBUTES if name in told},
        photo=told.get("photo", ""),
        remark=told.get("remark", ""),
    )
