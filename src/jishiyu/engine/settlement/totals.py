"""Control totals: what the sender says a file holds, against what it holds."""

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from jishiyu.engine.files.formats import DAMAGES, ENCRYPTED, is_totals, member_name
from jishiyu.engine.files.headings import fold_heading
from jishiyu.engine.files.problems import FileEncrypted, FileUnreadable
from jishiyu.engine.money import fen_from_text, yuan_text
from jishiyu.engine.problems import Problem

TOTAL_ROW = (
    r"^\s*(?:合\s*计|总\s*计|(?i:grand )?(?i:total)s?)(?:\s*[::].*|\s*[((]?[0-9,]+\s*(?:条|行|笔|人次)?[))]?)?\s*$"
)
_ROWS_IN_WORDS = re.compile(r"([0-9,]+)\s*(?:条|行|笔|人次)")
_KEYS = {
    "rows": ["rows", "row_count", "count", "lines", "行数", "条数", "总条数", "记录数", "总行数", "笔数"],
    "total_fen": ["total", "medfee_sumamt", "医疗费总额", "总金额", "医疗费总额合计"],
    "cash_fen": ["cash", "psn_cash_pay", "cash_payamt", "个人现金支出", "个人现金支付", "现金合计"],
    "persons": ["persons", "people", "person_count", "人数", "总人数"],
}
_FIELD = {fold_heading(key): name for name, keys in _KEYS.items() for key in keys}


class TotalsUnreadable(Problem):
    """A file of control totals says nothing that can be checked."""

    en = "The control totals in {file} cannot be read ({detail}). Give rows, total, cash or persons, or take the file away."
    zh = "控制总数文件 {file} 无法读取({detail})。请提供行数、医疗费总额、个人现金支出或人数,或移除该文件。"


class RowsDisagree(Problem):
    """The count of lines is not the stated one."""

    en = "{file} should hold {stated} rows but holds {counted}. Ask the insurance bureau for a new file; nothing was stored."
    zh = "{file} 应有 {stated} 行,实有 {counted} 行。请向医保部门重新索取;未导入任何内容。"


class TotalDisagrees(Problem):
    """The sum of medical costs is not the stated one."""

    en = (
        "{file} says {stated} yuan of medical costs but its rows add up to {counted}. "
        "Ask the insurance bureau for a new file; nothing was stored."
    )
    zh = "{file} 注明医疗费总额 {stated} 元,各行合计为 {counted} 元。请向医保部门重新索取;未导入任何内容。"


class CashDisagrees(Problem):
    """The sum of personal cash is not the stated one."""

    en = (
        "{file} says {stated} yuan of personal cash but its rows add up to {counted}. "
        "Ask the insurance bureau for a new file; nothing was stored."
    )
    zh = "{file} 注明个人现金支出 {stated} 元,各行合计为 {counted} 元。请向医保部门重新索取;未导入任何内容。"


class PersonsDisagree(Problem):
    """The count of people is not the stated one."""

    en = "{file} should be about {stated} people but is about {counted}. Ask the insurance bureau for a new file; nothing was stored."
    zh = "{file} 应涉及 {stated} 人,实为 {counted} 人。请向医保部门重新索取;未导入任何内容。"


@dataclass(frozen=True)
class Totals:
    """Control totals; amounts in fen; null where nothing is stated."""

    rows: int | None = None
    total_fen: int | None = None
    cash_fen: int | None = None
    persons: int | None = None


@dataclass
class Tally:
    """What a file holds, counted line by line over all lines as given."""

    rows: int = 0
    total_fen: int = 0
    cash_fen: int = 0
    people: list[pl.Series] = field(default_factory=list)

    def add(self, lines: pl.DataFrame, *, persons: bool) -> None:
        """Count a frame of lines; amounts that are no amounts count as nothing."""
        self.rows += lines.height
        self.total_fen += int(lines["total_fen"].sum() or 0)
        self.cash_fen += int(lines["cash_fen"].sum() or 0)
        if persons:
            keys = lines.select(pl.coalesce("person_key", "cert_no").unique()).to_series().drop_nulls()
            self.people.append(keys.alias("person_key"))

    def totals(self) -> Totals:
        """Return the count as totals."""
        people = pl.concat(self.people).n_unique() if self.people else None
        return Totals(self.rows, self.total_fen, self.cash_fen, people)


def check_totals(file: str, *, stated: Totals, counted: Totals) -> None:
    """Compare what is stated with what was counted; raises the problem of the first difference."""
    if stated.rows is not None and stated.rows != counted.rows:
        raise RowsDisagree(file=file, stated=stated.rows, counted=counted.rows)
    if stated.total_fen is not None and stated.total_fen != counted.total_fen:
        raise TotalDisagrees(file=file, stated=yuan_text(stated.total_fen), counted=yuan_text(counted.total_fen or 0))
    if stated.cash_fen is not None and stated.cash_fen != counted.cash_fen:
        raise CashDisagrees(file=file, stated=yuan_text(stated.cash_fen), counted=yuan_text(counted.cash_fen or 0))
    if stated.persons is not None and stated.persons != counted.persons:
        raise PersonsDisagree(file=file, stated=stated.persons, counted=counted.persons)


def stated_totals(path: Path) -> list[Totals]:
    """Return the control totals stated beside a file (`name.totals.json`, `.csv`) or inside a ZIP."""
    found = []
    for ending in (".totals.json", ".totals.csv"):
        beside = path.with_name(path.name + ending)
        if beside.is_file():
            found.append(read_totals(beside.name, beside.read_bytes()))
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                found += _totals_inside(path.name, archive)
        except DAMAGES as error:
            raise FileUnreadable(file=path.name, kind="ZIP", detail=type(error).__name__) from error
    return found


def _totals_inside(file: str, archive: zipfile.ZipFile) -> list[Totals]:
    members = [member for member in archive.infolist() if is_totals(member.filename.rsplit("/", 1)[-1])]
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise FileEncrypted(file=file)
    return [read_totals(f"{file}/{member_name(member)}", archive.read(member)) for member in members]


def load_totals(path: Path) -> Totals:
    """Return the totals that a file states. Raises `TotalsUnreadable`."""
    try:
        return read_totals(path.name, path.read_bytes())
    except OSError as error:
        raise TotalsUnreadable(file=path.name, detail=error.strerror or type(error).__name__) from error


def read_totals(file: str, content: bytes) -> Totals:
    """Return the totals of one JSON object, or of a CSV of keys and values or of one heading row and one row."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    try:
        pairs = dict(_json_pairs(text) if text.lstrip().startswith("{") else _csv_pairs(text))
    except (ValueError, csv.Error) as error:
        raise TotalsUnreadable(file=file, detail=type(error).__name__) from error
    values = {_FIELD[key]: value for key, value in ((fold_heading(k), v) for k, v in pairs.items()) if key in _FIELD}
    if not values:
        raise TotalsUnreadable(file=file, detail=", ".join(pairs) or "-")
    return Totals(**{name: _number(file, name, value) for name, value in values.items()})


def _json_pairs(text: str) -> Iterator[tuple[str, str]]:
    entry: dict[str, Any] = json.loads(text, parse_float=str, parse_int=str)
    yield from ((key, str(value)) for key, value in entry.items())


def _csv_pairs(text: str) -> Iterator[tuple[str, str]]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if any(row)]
    if len(rows) == 2 and fold_heading(rows[1][0]) not in _FIELD:
        yield from zip(rows[0], rows[1], strict=True)
    else:
        yield from ((row[0], row[1] if len(row) > 1 else "") for row in rows)


def _number(file: str, name: str, text: str) -> int:
    if name.endswith("_fen"):
        fen, wrong = fen_from_text(pl.Series([text], dtype=pl.String))
        if not wrong[0] and fen[0] is not None:
            return int(fen[0])
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]+", text.strip()):
        return int(text.replace(",", ""))
    raise TotalsUnreadable(file=file, detail=f"{name.removesuffix('_fen')}: {text}")


def split_total_row(texts: pl.DataFrame) -> tuple[pl.DataFrame, Totals | None]:
    """Take a row of totals (合计) off the end of a table; return the lines and what the row states."""
    if not texts.height:
        return texts, None
    words = [name for name in texts.columns if name not in ("line", "flaw") and not name.endswith("_fen")]
    last = texts.row(-1, named=True)
    marks = [last[name] for name in words if last[name] and re.match(TOTAL_ROW, last[name])]
    if not marks:
        return texts, None
    amounts = {}
    for name in ("total_fen", "cash_fen"):
        if last.get(name):
            amounts[name] = _number("合计", name, last[name])
    counted = _ROWS_IN_WORDS.search(marks[0])
    rows = int(counted[1].replace(",", "")) if counted else None
    return texts[:-1], Totals(rows=rows, **amounts)
