"""A file of unions as checked rows: CSV (UTF-8 or GB18030) or a sheet, Chinese or English headings."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from jishiyu.apps.orgs import uscc
from jishiyu.apps.orgs.models import UnionKind
from jishiyu.apps.orgs.problems import UnionFileRefused
from jishiyu.engine.files.far_cells import refuse_far_cells
from jishiyu.engine.files.problems import FileNotThere
from jishiyu.engine.words import Words

HEADINGS = {
    "code": ("code", "工会编码", "组织编码", "编码"),
    "name": ("name", "工会名称", "组织名称", "名称"),
    "kind": ("kind", "工会类别", "类别"),
    "territorial_parent": ("territorial_parent", "属地上级编码", "上级工会编码", "上级编码"),
    "industry_parent": ("industry_parent", "产业上级编码", "产业工会编码"),
    "trade": ("trade", "行业"),
    "district": ("district", "区县", "所属区县"),
    "uscc": ("uscc", "统一社会信用代码"),
    "closed_on": ("closed_on", "撤销日期"),
}
KINDS = {word: kind for kind, label in UnionKind.choices for word in (kind, str(label))}
DAY = re.compile("[-/.年月]")


@dataclass(frozen=True)
class UnionRow:
    """One union as the file has it; parents are codes, empty where there is none."""

    line: int
    code: str
    name: str
    kind: str
    territorial_parent: str
    industry_parent: str
    trade: str
    district: str
    uscc: str
    closed_on: date | None


def read_unions(path: Path) -> list[UnionRow]:
    """Read and check a file of unions; raises UnionFileRefused with every problem it found."""
    if not path.is_file():
        raise FileNotThere(file=path)
    problems: list[tuple[str, str]] = []
    rows: list[UnionRow] = []
    lines_of: dict[str, int] = {}
    for line, cells in _cells(path):
        row, found = _row(line, cells)
        if row.code in lines_of:
            first = lines_of[row.code]
            found.append((f"code {row.code} stands in line {first} already", f"编码 {row.code} 在第 {first} 行已出现"))
        lines_of.setdefault(row.code, line)
        problems += [(f"Line {line}: {en}.", f"第 {line} 行:{zh}。") for en, zh in found]
        rows.append(row)
    refuse_with(path, problems)
    return rows


def refuse_with(path: Path, problems: list[tuple[str, str]]) -> None:
    """Raise UnionFileRefused with the first ten of the problems, if there are any."""
    if problems:
        first, first_zh = (" ".join(sentences[:10]) for sentences in zip(*problems, strict=True))
        raise UnionFileRefused(file=path.name, count=len(problems), first=Words(first_zh, first))


def _row(line: int, cells: dict[str, str]) -> tuple[UnionRow, list[tuple[str, str]]]:
    found: list[tuple[str, str]] = []
    values = {name: cells.get(name, "").strip() for name in HEADINGS}
    for name in ("code", "name"):
        if not values[name]:
            found.append((f"{name} is empty", f"{HEADINGS[name][1]}为空"))
    kind = KINDS.get(values["kind"], "")
    if not kind:
        codes, names = ", ".join(UnionKind.values), "、".join(map(str, UnionKind.labels))
        found.append((f"kind {values['kind']!r} is unknown, use one of {codes}", f"类别应为以下之一:{names}"))
    code = values["uscc"].upper()
    if code and not uscc.is_valid(code):
        found.append((f"{code} is not a valid social credit code", f"统一社会信用代码 {code} 有误"))
    closed_on = None
    if values["closed_on"]:
        try:
            closed_on = date(*map(int, DAY.split(values["closed_on"].rstrip("日"))))
        except (ValueError, TypeError):
            found.append((f"{values['closed_on']} is not a date", f"{values['closed_on']} 不是日期"))
    values.update(kind=kind, uscc=code)
    del values["closed_on"]
    return UnionRow(line=line, closed_on=closed_on, **values), found


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield number and cells of every row below the heading, by our own names."""
    rows = _sheet(path) or _text(path)
    known = {word: name for name, words in HEADINGS.items() for word in words}
    heading = [known.get(cell.strip().strip("\ufeff").lower(), "") for cell in rows[0]] if rows else []
    missing = [f"{name} ({HEADINGS[name][1]})" for name in ("code", "name", "kind") if name not in heading]
    if missing:
        words = ", ".join(missing)
        refuse_with(path, [(f"The heading lacks {words}.", f"表头缺少 {words}。")])
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield line, {name: cell for name, cell in zip(heading, row, strict=False) if name}


def _sheet(path: Path) -> list[list[str]] | None:
    refuse_far_cells(path.name, path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_index(0)
            return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError):
        return None  # not a workbook: text


def _cell(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _text(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    text = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            refuse_with(path, [("The text is neither UTF-8 nor GB18030.", "文字编码既不是 UTF-8 也不是 GB18030。")])
    first = text.split("\n", 1)[0]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ","))
