"""The resource list from Excel or CSV: line by line, every problem in a sentence, the good lines taken in."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.experts.people import Entry, admit_expert, change_expert, set_skills, skill_named
from jishiyu.apps.experts.problems import LevelWrong, NothingImported
from jishiyu.apps.files.apart import read_apart
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN, UNREADABLE
from jishiyu.engine.help.resource_rows import KIND, NEEDED, Row, resource_rows
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

_BETWEEN = re.compile(r"[;,、\n]")
_FARTHEST_KM = 5_000


class LineUnusable(Problem):
    """A line cannot be used."""

    en = "{why}"
    zh = "{why}"


@dataclass(frozen=True)
class Told:
    """What is wrong with one line; it was left out, or (`taken`) taken without what could not be read."""

    line: int
    code: str
    zh: str
    en: str
    taken: bool = False


@dataclass
class Imported:
    """What came of a file."""

    admitted: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    entry: Entry
    levels: dict[str, int]
    problems: tuple[Problem, ...]
    said_per_week: bool


def import_experts(*, path: Path, name: str, since: date, by: str, at: datetime, union_code: str = "") -> Imported:
    """This function will take a resource list in and return what came of it; known numbers are changed, new ones admitted.

    A line with an unusable field is left out, one with a wrong skill or level is taken without it; both are told with
    their line. Empty cells of known people leave what is there, but skills are as the line says. Somebody new
    whose line names no union belongs to `union_code`, which may be empty. In one transaction; raises `NothingImported`, `TableTooHeavy`,
    and what the reader raises about the file as a whole.
    """
    found, seen = Imported(), dict[str, int]()
    rows = read_apart(name, resource_rows, path, name=name)
    with transaction.atomic():
        for number, row in rows:
            try:
                line = _read(row, seen, number)
                with transaction.atomic():
                    _take(line, found, since=since, by=by, at=at, union_code=union_code)
            except Problem as problem:
                found.problems.append(Told(number, row.get("code", ""), problem.say("zh"), problem.say("en")))
                continue
            seen[line.entry.code] = number
            found.problems += [
                Told(number, line.entry.code, problem.say("zh"), problem.say("en"), taken=True)
                for problem in line.problems
            ]
        if not seen:
            raise NothingImported(file=name, wrong=len(found.problems))
        details = {"admitted": found.admitted, "changed": found.changed, "problems": len(found.problems), "file": name}
        record(by=by, action="experts.import", record="resource list", details=details, at=at)
    return found


def _take(line: _Line, found: Imported, *, since: date, by: str, at: datetime, union_code: str) -> None:
    known = Expert.objects.filter(code=line.entry.code).first()
    if known is None:
        entry = replace(line.entry, union_code=line.entry.union_code or union_code)
        known = admit_expert(entry=entry, since=since, by=by, at=at)
        found.admitted += 1
    else:
        before = list(known.skills.order_by("id").values_list("skill__code", "level"))
        kept = _kept(line.entry, known, said_per_week=line.said_per_week)
        changed = change_expert(expert_id=known.pk, entry=kept, by=by, at=at)
        same = not kept.address and all(
            getattr(known, name) == getattr(changed, name)
            for name in (
                "name",
                "part",
                "honour",
                "honour_title",
                "union_id",
                "account_id",
                "zone",
                "x_m",
                "y_m",
                "per_week",
            )
        )
        if same and (not line.levels or dict(before) == line.levels):
            found.same += 1
        else:
            found.changed += 1
    if line.levels:
        set_skills(expert_id=known.pk, levels=line.levels, by=by, at=at)


def _kept(entry: Entry, known: Expert, *, said_per_week: bool) -> Entry:
    """Return an entry whose empty cells are as they were."""
    return Entry(
        code=entry.code, name=entry.name, part=entry.part, honour=entry.honour or known.honour,
        honour_title=entry.honour_title or known.honour_title,
        union_code=entry.union_code or (known.union.code if known.union else ""),
        account_name=entry.account_name or (known.account.name if known.account else ""), address=entry.address,
        zone=entry.zone or known.zone, x_m=known.x_m if entry.x_m is None else entry.x_m,
        y_m=known.y_m if entry.y_m is None else entry.y_m,
        per_week=entry.per_week if said_per_week else known.per_week,
    )  # fmt: skip


def _wrong(zh: str, en: str) -> LineUnusable:
    return LineUnusable(why=Words(zh, en))


def _read(row: Row, seen: dict[str, int], number: int) -> _Line:
    if int(row["flaw"]) & (BROKEN | UNREADABLE):
        raise _wrong("本行字段数与表头不符或含有无法识别的字符", "the row does not fit its heading, or cannot be read")
    for name in NEEDED:
        if not row.get(name):
            heading = vocabulary(KIND).words[name]
            raise _wrong(f"“{heading}”为空,请补填", f"“{heading}” is empty; fill it in")
    if row["code"] in seen:
        raise _wrong(f"编号在第 {seen[row['code']]} 行已出现", f"the number stands in line {seen[row['code']]} already")
    words = vocabulary(KIND)
    part = words.values["part"].get(row["part"].casefold())
    if part is None:
        raise _wrong(
            f"身份“{row['part']}”应为劳模工匠、专属管家或驻企工会干部",
            f"“{row['part']}” is no expert, steward or union officer",
        )
    honour = row.get("honour", "").casefold()
    grade = words.values["honour"].get(honour, honour if honour in ("0", "1", "2", "3", "4", "") else None)
    if grade is None:
        raise _wrong(
            f"荣誉“{row['honour']}”应为无、行业、市级、省级或全国",
            f"“{row['honour']}” is no honour: none, trade, city, provincial or national",
        )
    levels, problems = _skills(row.get("skills", ""))
    entry = Entry(
        code=row["code"], name=row["name"], part=part, honour=int(grade or 0), honour_title=row.get("honour_title", ""),
        union_code=row.get("union", ""), account_name=row.get("account", ""), address=row.get("address", ""),
        zone=row.get("zone", ""), x_m=_metres(row, "x_km"), y_m=_metres(row, "y_km"), per_week=_per_week(row),
    )  # fmt: skip
    return _Line(entry, levels, tuple(problems), bool(row.get("per_week")))


def _skills(text: str) -> tuple[dict[str, int], list[Problem]]:
    """Return skills by code with their levels, and what could not be used of them."""
    levels: dict[str, int] = {}
    problems: list[Problem] = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        name, mark, level = part.rpartition(":")
        try:
            skill = skill_named(name if mark else part)
            if not mark or level.strip() not in ("1", "2", "3", "4", "5"):
                raise LevelWrong(value=level.strip() if mark else "—", skill=Words(skill.zh, skill.en))
            levels[skill.code] = max(levels.get(skill.code, 0), int(level))
        except Problem as problem:
            problems.append(problem)
    return levels, problems


def _per_week(row: Row) -> int:
    text = row.get("per_week", "")
    if not text:
        return 4
    value = _decimal(row, "per_week")
    if not 0 <= value <= 10 or value != int(value):
        raise _wrong(f"每周半天应为 0 至 10,而不是“{text}”", f"half-days per week go from 0 to 10, not “{text}”")
    return int(value)


def _metres(row: Row, name: str) -> int | None:
    if not row.get(name):
        return None
    value = _decimal(row, name)
    if abs(value) > _FARTHEST_KM:
        raise _wrong(f"坐标“{row[name]}”过远", f"“{row[name]}” km is too far away")
    return int((value * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def _decimal(row: Row, name: str) -> Decimal:
    try:
        value = Decimal(row[name])
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise _wrong(f"“{row[name]}”不是数字", f"“{row[name]}” is no number")
    return value
