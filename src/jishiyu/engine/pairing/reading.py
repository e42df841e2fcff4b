"""Tables of needs, people, pins and plans: read in any format, line by line, nothing lost without a sentence."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN, UNREADABLE
from jishiyu.engine.pairing.line_problems import LineProblem, LineWrong
from jishiyu.engine.pairing.model import (
    LEVELS,
    LONGEST,
    MOST_SKILLS,
    STEWARD,
    TEAM_MAX,
    TEAM_MIN,
    WEEK,
    Need,
    Person,
    Pin,
    Visit,
)
from jishiyu.engine.pairing.problems import NothingToPair, PinUnreadable
from jishiyu.engine.words import Words

Row = Mapping[str, str]
T = TypeVar("T")
_ROWS = 100_000
_FARTHEST_KM = 5_000
_BETWEEN = re.compile(r"[;,、]")
_RANGE = re.compile(r"^(\d{1,4})(?:\s*(?:-|–|—|~|至|到)\s*(\d{1,4}))?$")


def read_needs(path: Path) -> tuple[list[Need], list[LineProblem]]:
    """This function will read the needs; lines that cannot be used are told about. Raises when none can."""
    found, problems = _read(path, "needs", ["need_id", "skills", "halfdays", "earliest", "latest"], "need_id", _need)
    if not found:
        raise NothingToPair(file=path.name, what=Words("需求", "need"), wrong=len(problems))
    return found, problems


def read_people(path: Path) -> tuple[list[Person], list[LineProblem]]:
    """This function will read the people; lines that cannot be used are told about. Raises when none can."""
    found, problems = _read(path, "people", ["person_id", "role", "free"], "person_id", _person)
    if not found:
        raise NothingToPair(file=path.name, what=Words("人员", "person"), wrong=len(problems))
    return found, problems


def read_pins(path: Path) -> list[Pin]:
    """This function will read pins and bans; raises `PinUnreadable` at the first line that is not understood."""
    pins: list[Pin] = []
    for _, line, row in _rows(path, "pins", ["need_id"]):
        rule = vocabulary("pins").values["rule"].get(row.get("rule", "").casefold() or "pin")
        if rule is None:
            raise PinUnreadable(line=line, column="rule", value=row["rule"], wanted=Words(
                "pin(锁定)或 ban(禁止)", "pin or ban",
            ))  # fmt: skip
        try:
            start = _whole(row, "start", 0, LONGEST) if row.get("start") else None
        except LineWrong:
            raise PinUnreadable(
                line=line,
                column="start",
                value=row["start"],
                wanted=Words("半天的序号", "the number of a half-day"),
            ) from None
        if not row.get("need_id"):
            raise PinUnreadable(line=line, column="need_id", value="", wanted=Words(
                "需求编号", "the number of a need",
            ))  # fmt: skip
        who = row.get("person_id") or None
        if rule == "ban" and start is not None and who is not None:
            raise PinUnreadable(
                line=line,
                column="person_id",
                value=who,
                wanted=Words("只禁止时间或只禁止人员,不能同时填写", "a ban for a start or for a person, not for both"),
            )
        pins.append(Pin(row["need_id"], start, who, rule == "ban", line))
    return pins


def read_plan(path: Path) -> list[Visit]:
    """This function will read a plan that was written before; a line without a start that is a number is no visit."""
    starts: dict[str, int] = {}
    people: dict[str, list[str]] = {}
    for _, _, row in _rows(path, "plan", ["need_id", "start", "person_id"]):
        try:
            starts[row.get("need_id", "")] = _whole(row, "start", 0, LONGEST)
        except LineWrong:
            continue
        people.setdefault(row.get("need_id", ""), []).append(row.get("person_id", ""))
    return [Visit(need_id, start, tuple(sorted(set(people[need_id])))) for need_id, start in starts.items()]


def compare(needs: Sequence[Need], people: Sequence[Person], file: str) -> list[LineProblem]:
    """This function will tell which skills and stewards of the needs nobody of the people has or is."""
    best: dict[str, int] = {}
    for person in people:
        for skill, level in person.skills.items():
            best[skill] = max(best.get(skill, 0), level)
    stewards = {person.person_id for person in people if person.role == STEWARD}
    found = []
    for need in needs:
        for skill, level in need.skills:
            if skill not in best:
                near = difflib.get_close_matches(skill, list(best), 1, 0.6)
                hint, hint_zh = (f" (did you mean “{near[0]}”?)", f"(是否为“{near[0]}”?)") if near else ("", "")
                wrong = LineWrong("skill_unknown", value=skill, hint=hint, hint_zh=hint_zh)
            elif best[skill] < level:
                wrong = LineWrong("level_too_high", value=skill, low=level, high=best[skill])
            else:
                continue
            found.append(LineProblem(file, need.line, wrong.code, need.need_id, wrong.details))
        if need.steward and need.steward not in stewards:
            details = (("value", need.steward),)
            found.append(LineProblem(file, need.line, "steward_unknown", need.need_id, details))
    return found


def _read(
    path: Path, kind: str, needed: list[str], key: str, make: Callable[[Row, int], T]
) -> tuple[list[T], list[LineProblem]]:
    found: list[T] = []
    problems: list[LineProblem] = []
    lines: dict[str, int] = {}
    for file, line, row in _rows(path, kind, needed):
        try:
            _refuse_flawed(row)
            for name in needed:
                if not row.get(name):
                    raise LineWrong("missing", column=name)
            if row[key] in lines:
                raise LineWrong("number_twice", value=row[key], other=lines[row[key]])
            found.append(make(row, line))
            lines[row[key]] = line
        except LineWrong as wrong:
            problems.append(LineProblem(file, line, wrong.code, row.get(key, ""), wrong.details))
    return found, problems


def _rows(path: Path, kind: str, needed: list[str]) -> Iterator[tuple[str, int, Row]]:
    words = vocabulary(kind)
    for table in tables(path, known=words.knows_table, headed=True):
        picked = words.pick(table, needed)
        for texts in table.read(picked, _ROWS):
            for row in texts.iter_rows(named=True):
                cells = {name: _plain(value) for name, value in row.items() if isinstance(value, str)}
                if not any(cells.values()) and not row["flaw"]:
                    continue
                yield table.name, row["line"], {**cells, "flaw": str(row["flaw"])}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _refuse_flawed(row: Row) -> None:
    if int(row["flaw"]) & BROKEN:
        raise LineWrong("broken_row")
    if int(row["flaw"]) & UNREADABLE:
        raise LineWrong("unreadable_text")


def _need(row: Row, line: int) -> Need:
    skills = tuple(sorted(_skills(row["skills"]).items()))
    if len(skills) > MOST_SKILLS:
        raise LineWrong("too_many_skills", high=MOST_SKILLS)
    halfdays = _whole(row, "halfdays", 1, 2 * WEEK)
    earliest, latest = _whole(row, "earliest", 0, LONGEST), _whole(row, "latest", 0, LONGEST)
    if earliest + halfdays - 1 > latest:
        raise LineWrong("window_too_short", value=halfdays, low=earliest, high=latest)
    least, most = _whole(row, "team_min", 1, TEAM_MAX, TEAM_MIN), _whole(row, "team_max", 1, TEAM_MAX, TEAM_MAX)
    if least > most:
        raise LineWrong("team_too_small", low=least, high=most)
    return Need(
        row["need_id"],
        row.get("enterprise", ""),
        skills,
        halfdays,
        earliest,
        latest,
        _metres(row, "x_km"),
        _metres(row, "y_km"),
        _whole(row, "priority", 1, 5, 3),
        row.get("steward", ""),
        least,
        most,
        line,
    )


def _person(row: Row, line: int) -> Person:
    role = vocabulary("people").values["role"].get(row["role"].casefold())
    if role is None:
        raise LineWrong("role_unknown", value=row["role"])
    return Person(
        row["person_id"],
        role,
        _skills(row.get("skills", "")),
        _free(row["free"]),
        _whole(row, "honour", 0, 3, 0),
        _metres(row, "x_km"),
        _metres(row, "y_km"),
        _whole(row, "per_week", 0, WEEK, WEEK),
        row.get("zone", ""),
        line,
    )


def _skills(text: str) -> dict[str, int]:
    """Return skills with their levels; of a skill named twice the higher level counts."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        name, mark, level = part.rpartition(":")
        if not mark or not name.strip() or not re.fullmatch(r"\s*[1-5]\s*", level):
            raise LineWrong("skill_unreadable", value=part)
        folded = name.strip().casefold()
        found[folded] = max(found.get(folded, 0), int(level))
    assert all(level in LEVELS for level in found.values())
    return found


def _free(text: str) -> tuple[tuple[int, int], ...]:
    ranges = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        match = _RANGE.match(part)
        begin, end = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if begin > end:
            raise LineWrong("free_unreadable", value=part)
        ranges.append((begin, min(end, LONGEST)))
    return tuple(sorted(ranges))


def _decimal(row: Row, name: str) -> Decimal:
    try:
        value = Decimal(row[name])
    except InvalidOperation:
        raise LineWrong("not_a_number", column=name, value=row[name]) from None
    if not value.is_finite():
        raise LineWrong("not_a_number", column=name, value=row[name])
    return value


def _whole(row: Row, name: str, low: int, high: int, otherwise: int | None = None) -> int:
    if otherwise is not None and not row.get(name):
        return otherwise
    value = _decimal(row, name)
    if not low <= value <= high or value != int(value):
        raise LineWrong("out_of_range", column=name, value=row[name], low=low, high=high)
    return int(value)


def _metres(row: Row, name: str) -> int:
    if not row.get(name):
        return 0
    value = _decimal(row, name)
    if abs(value) > _FARTHEST_KM:
        raise LineWrong("out_of_range", column=name, value=row[name], low=-_FARTHEST_KM, high=_FARTHEST_KM)
    return int((value * 1000).quantize(Decimal(1), ROUND_HALF_UP))
