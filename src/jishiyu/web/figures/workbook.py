"""Figures as an Excel file: a cover that says who asked for what and when, then one sheet per figure."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from jishiyu.engine.money import fen_to_yuan
from jishiyu.engine.words import said
from jishiyu.web.figures.figure import AN_HOUR, Cell, Column, Figure, Say, Unit, tenths, text
from jishiyu.web.figures.terminal import width

FONT = "Microsoft YaHei"
_FIXED = datetime(2020, 1, 1)  # noqa: DTZ001 (Excel knows no zones)
FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.FEN: "#,##0.00",
    Unit.DAY: "yyyy-mm-dd",
    Unit.SHARE: "0.0%",
    Unit.TEXT: "@",
    Unit.NUMBER: "@",
    Unit.HOURS: "0.0",
    Unit.MEAN: "0.0",
}


def workbook(figures: Sequence[Figure], *, cover: Sequence[tuple[Say, str]], title: Say, language: str = "zh") -> bytes:
    """Return an xlsx file. Amounts are numbers in yuan; text is written as text, so no cell can become a formula."""
    buffer = io.BytesIO()
    # Nothing in the file depends on the clock: the same figures give the same bytes; when it was made is on the cover.
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title(language), "created": _FIXED})
    styles = _Styles(book)
    _cover(book, styles, figures, cover, title, language)
    for figure in figures:
        _sheet(book, styles, figure, language)
    book.close()
    return buffer.getvalue()


class _Styles:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format({**base, "font_size": 14, "bold": True})
        self.plain = book.add_format({**base, "text_wrap": True})
        self.key = book.add_format({**base, "font_color": "#595959"})
        self.head = book.add_format({**base, "bold": True, "bg_color": "#E6F0FF", "bottom": 1, "text_wrap": True})
        self.cells = {unit: book.add_format({**base, "num_format": FORMATS[unit]}) for unit in Unit}
        self.feet = {
            unit: book.add_format({**base, "num_format": FORMATS[unit], "bold": True, "top": 1}) for unit in Unit
        }


def _cover(
    book: Any, styles: _Styles, figures: Sequence[Figure], cover: Sequence[tuple[Say, str]], title: Say, language: str
) -> None:
    sheet = book.add_worksheet("封面" if language == "zh" else "Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, title(language), styles.title)
    at = 2
    for key, value in cover:
        sheet.write_string(at, 0, key(language), styles.key)
        sheet.write_string(at, 1, value, styles.plain)
        at += 1
    at += 1
    for number, figure in enumerate(figures, 1):
        name = _name(number, figure, language)
        sheet.write_url(at, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(at, 1, figure.title(language), styles.plain)
        at += 1


def _sheet(book: Any, styles: _Styles, figure: Figure, language: str) -> None:
    number = len(book.worksheets())
    sheet = book.add_worksheet(_name(number, figure, language))
    sheet.write_string(0, 0, figure.title(language), styles.title)
    first = 2
    for at, column in enumerate(figure.columns):
        sheet.write_string(first, at, column.heading(language), styles.head)
        sheet.set_column(at, at, _width(figure, at, language))
    for line, row in enumerate(figure.rows, first + 1):
        for at, (cell, column) in enumerate(zip(row, figure.columns, strict=True)):
            _write(sheet, line, at, cell, column, styles.cells, language)
    end = first + len(figure.rows)
    sheet.freeze_panes(first + 1, 1)
    if figure.rows:
        sheet.autofilter(first, 0, end, len(figure.columns) - 1)
    if figure.foot:
        end += 1
        for at, (cell, column) in enumerate(zip(figure.foot, figure.columns, strict=True)):
            _write(sheet, end, at, cell, column, styles.feet, language)
    for line, note in enumerate(figure.notes, end + 2):
        sheet.write_string(line, 0, note(language), styles.key)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)


def _write(sheet: Any, line: int, at: int, cell: Cell, column: Column, formats: dict[Unit, Any], language: str) -> None:
    style = formats[column.unit]
    if cell is None:
        sheet.write_blank(line, at, None, style)
    elif isinstance(cell, str):
        sheet.write_string(line, at, said(cell, language), style)
    elif isinstance(cell, tuple):
        part, whole = cell
        if whole:
            sheet.write_number(line, at, Decimal(part) / Decimal(whole), style)
        else:
            sheet.write_blank(line, at, None, style)
    elif isinstance(cell, date):
        sheet.write_datetime(line, at, cell, style)
    elif column.unit is Unit.HOURS:
        sheet.write_number(line, at, tenths(cell, AN_HOUR), style)
    else:
        sheet.write_number(line, at, fen_to_yuan(cell) if column.unit is Unit.FEN else cell, style)


def _name(number: int, figure: Figure, language: str) -> str:
    """Return a sheet name: at most 31 characters, without the ones Excel refuses."""
    kept = "".join(letter for letter in figure.title(language) if letter not in "[]:*?/\\'")
    return f"{number} {kept}"[:31]


def _width(figure: Figure, at: int, language: str) -> int:
    column = figure.columns[at]
    rows = [*figure.rows[:500], *([figure.foot] if figure.foot else [])]
    widest = max([width(column.heading(language)), *(width(text(row[at], column.unit, language)) for row in rows)])
    return min(max(widest + 3, 9), 60)
