"""A file's layout as data, and rows to bytes and back: `format = "text"` or `"sheet"`.

Both directions of both files (payments out, results in) use the same two functions, so the tests and the demo's
bank read what we write with the very code that reads the bank's answers.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from jishiyu.banks.problems import ResultUnreadable
from jishiyu.engine.files.far_cells import refuse_far_cells
from jishiyu.engine.words import Words

ENDINGS = {"crlf": "\r\n", "lf": "\n"}
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a fixed moment inside the workbook, so that the same rows give the same bytes)
DIGITS_KEPT = 10**15


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field of the row, or a fixed text."""

    field: str
    title: str
    text: str
    max_bytes: int | None


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of file looks. `header` and `trailer` are cells with tokens such as `{count}`."""

    format: str
    file_name: str
    encoding: str
    separator: str
    quote: str
    line_ending: str
    amount: str
    max_rows: int
    header: tuple[str, ...]
    titles: bool
    trailer: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line as read: its number (first = 1) and its cells by field."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held: its rows, and what its header and trailer said by token."""

    rows: list[Row]
    said: list[dict[str, str]]


def fill(text: str, tokens: Mapping[str, str]) -> str:
    """Return a text with its tokens replaced; the tokens are a fixed list, checked when a profile is loaded."""
    for name, value in tokens.items():
        text = text.replace("{" + name + "}", value)
    return text


def amount_text(amount_fen: int, unit: str) -> str:
    """Return an amount as the layout writes it: `152.30` or `15230`."""
    return str(amount_fen) if unit == "fen" else f"{amount_fen // 100}.{amount_fen % 100:02d}"


def render(layout: Layout, rows: Sequence[Mapping[str, str]], tokens: Mapping[str, str]) -> bytes:
    """Return the file's bytes; the same arguments give the same bytes."""
    table: list[list[str]] = []
    if layout.header:
        table.append([fill(cell, tokens) for cell in layout.header])
    if layout.titles:
        table.append([column.title for column in layout.columns])
    table += [[row[column.field] if column.field else column.text for column in layout.columns] for row in rows]
    if layout.trailer:
        table.append([fill(cell, tokens) for cell in layout.trailer])
    return _sheet_bytes(table) if layout.format == "sheet" else _text_bytes(layout, table)


def parse(layout: Layout, content: bytes, *, file_name: str) -> Content:
    """Return the rows of a file and what its first and last line state; raises ResultUnreadable."""
    table = _sheet_rows(content, file_name) if layout.format == "sheet" else _text_rows(layout, content, file_name)
    table = [(line, cells) for line, cells in table if any(cells)]
    said: list[dict[str, str]] = []
    if layout.header:
        said.append(_frame(layout.header, table[:1], file_name, first=True))
        table = table[1:]
    if layout.titles:
        _same_titles(layout, table[:1], file_name)
        table = table[1:]
    if layout.trailer:
        said.append(_frame(layout.trailer, table[-1:], file_name, first=False))
        table = table[:-1]
    rows = []
    for line, cells in table:
        if not any(cells[len(layout.columns) :]):
            cells = cells[: len(layout.columns)]
        if len(cells) != len(layout.columns):
            raise ResultUnreadable(
                file=file_name, line=line,
                detail=Words(
                    f"应有 {len(layout.columns)} 个字段,实有 {len(cells)} 个。",
                    f"it has {len(cells)} fields instead of {len(layout.columns)}.",
                ),
            )  # fmt: skip
        rows.append(Row(line, {c.field: cell for c, cell in zip(layout.columns, cells, strict=True) if c.field}))
    return Content(rows, said)


def _text_bytes(layout: Layout, table: Sequence[Sequence[str]]) -> bytes:
    ending = ENDINGS[layout.line_ending]
    if not layout.quote:
        return "".join(layout.separator.join(cells) + ending for cells in table).encode(layout.encoding)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=layout.separator, quotechar=layout.quote, lineterminator=ending)
    writer.writerows(table)
    return out.getvalue().encode(layout.encoding)


def _sheet_bytes(table: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": EPOCH})
    sheet = book.add_worksheet("代发")
    as_text = book.add_format({"num_format": "@"})
    for row, cells in enumerate(table):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, as_text)
    book.close()
    return out.getvalue()


def _text_rows(layout: Layout, content: bytes, file_name: str) -> list[tuple[int, list[str]]]:
    try:
        text = content.decode(layout.encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ResultUnreadable(
            file=file_name, line=line, detail=Words(
                f"不是 {layout.encoding} 编码的文本。", f"it is not {layout.encoding} text.",
            ),
        ) from error  # fmt: skip
    if not layout.quote:
        lines = text.replace("\r\n", "\n").split("\n")
        return [(number, _trimmed(line.split(layout.separator))) for number, line in enumerate(lines, 1) if line]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.separator, quotechar=layout.quote, strict=True)
    rows = []
    try:
        for cells in reader:
            rows.append((reader.line_num, _trimmed(cells)))
    except csv.Error as error:
        raise ResultUnreadable(
            file=file_name, line=reader.line_num, detail=Words("引号不配对。", "its quotes do not close.")
        ) from error
    return rows


def _sheet_rows(content: bytes, file_name: str) -> list[tuple[int, list[str]]]:
    refuse_far_cells(file_name, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise ResultUnreadable(
            file=file_name, line=1, detail=Words("不是 Excel 工作簿。", "it is not an Excel workbook.")
        ) from error
    rows = [(number, [_cell(value, file_name, number) for value in row]) for number, row in enumerate(cells, 1)]
    width = max((len(row) for _, row in rows), default=0)
    return [(number, row + [""] * (width - len(row))) for number, row in rows]


def _cell(value: Any, file_name: str, line: int) -> str:
    """Return a cell as text. A number past 15 digits has lost some: refused, never repaired."""
    if isinstance(value, float):
        if abs(value) >= DIGITS_KEPT:
            raise ResultUnreadable(
                file=file_name, line=line,
                detail=Words(
                    "长数字以数值形式存放,末尾数字已丢失,必须为文本格式。",
                    "a long number stands there as a number, so its last digits are lost; it must be text.",
                ),
            )  # fmt: skip
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _trimmed(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _frame(
    wanted: tuple[str, ...], found: list[tuple[int, list[str]]], file_name: str, *, first: bool
) -> dict[str, str]:
    """Return what the first or last line states, by token; every other cell must be exactly the profile's own."""
    line, cells = found[0] if found else (1, [])
    cells = cells[: len(wanted)] if not any(cells[len(wanted) :]) else []
    said = {}
    for cell, given in zip(wanted, cells, strict=False):
        if cell.startswith("{"):
            said[cell.strip("{}")] = given
        elif cell != given:
            cells = []
    if len(cells) != len(wanted):
        en, zh = ("first", "首行") if first else ("last", "末行")
        raise ResultUnreadable(
            file=file_name, line=line, detail=Words(
                f"此处应为带笔数和金额的{zh}。", f"this should be the file's {en} line with count and sum.",
            ),
        )  # fmt: skip
    return said


def _same_titles(layout: Layout, found: list[tuple[int, list[str]]], file_name: str) -> None:
    titles = [column.title for column in layout.columns]
    line, cells = found[0] if found else (1, [])
    if cells[: len(titles)] != titles or any(cells[len(titles) :]):
        raise ResultUnreadable(
            file=file_name, line=line, detail=Words(
                f"列名应为:{'、'.join(titles)}。", f"the headings should be: {', '.join(titles)}.",
            ),
        )  # fmt: skip
