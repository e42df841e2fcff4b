"""Figures as files: Excel that another program reads, JSON without floats."""

import io
import json
from datetime import date

import openpyxl
import pytest

from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.figures.machine import as_json
from jishiyu.web.figures.workbook import workbook

EVIL = '=HYPERLINK("http://203.0.113.1","工会")'
FIGURE = Figure(
    "by-union",
    Say("按工会(含下级)", "By union: all/below"),
    (
        Column("union", Say("工会", "union"), Unit.TEXT),
        Column("times", Say("人次", "times"), Unit.COUNT),
        Column("yuan", Say("金额(元)", "yuan"), Unit.FEN),
        Column("day", Say("日期", "day"), Unit.DAY),
        Column("share", Say("占比", "share"), Unit.SHARE),
    ),
    ((EVIL, 3, 1_216_001, date(2025, 3, 9), (1, 4)), ("+1", 0, 0, None, (0, 0)), ("http://203.0.113.1/", 1, -5, None, (1, 4))),
    (Say("合计", "total"), 4, 1_215_996, None, (1, 1)),
    (Say("说明", "note"),),
)  # fmt: skip
COVER = [(Say("制表人", "made by"), "=1+1"), (Say("制表时间", "made at"), "2026-01-05 09:00")]


@pytest.fixture
def book() -> openpyxl.Workbook:
    content = workbook([FIGURE, FIGURE], cover=COVER, title=Say("统计", "Figures"))
    return openpyxl.load_workbook(io.BytesIO(content))


def test_there_is_a_cover_and_a_sheet_per_figure(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["封面", "1 按工会\uff08含下级\uff09", "2 按工会\uff08含下级\uff09"]
    said = {row[0].value: row[1].value for row in book["封面"].iter_rows(min_row=3, max_row=4)}
    assert said == {"制表人": "=1+1", "制表时间": "2026-01-05 09:00"}


def test_amounts_are_numbers_with_two_decimals_and_days_are_days(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[1]
    amount, day, share = sheet["C4"], sheet["D4"], sheet["E4"]
    assert (str(amount.value), amount.number_format) == ("12160.01", "#,##0.00")
    assert day.value.date() == date(2025, 3, 9)
    assert (share.value, share.number_format) == (0.25, "0.0%")
    assert [cell.value for cell in sheet[7]] == ["合计", 4, 12159.96, None, 1]


def test_no_cell_is_a_formula_or_a_link(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert EVIL in {cell.value for cell in cells}
    assert [cell.coordinate for cell in cells if cell.hyperlink and "203.0.113.1" in str(cell.hyperlink.target)] == []


def test_the_same_figures_give_the_same_file() -> None:
    first, second = (workbook([FIGURE], cover=COVER, title=Say("统计", "Figures")) for _ in range(2))
    assert first == second


def test_json_has_keys_for_machines_and_exact_amounts() -> None:
    told = json.loads(as_json([FIGURE], about={"basis": "paid"}), parse_float=lambda _: pytest.fail("a float"))
    figure = told["figures"]["by-union"]
    assert told["about"] == {"basis": "paid"}
    assert figure["rows"][0] == {"union": EVIL, "times": 3, "yuan": "12160.01", "day": "2025-03-09", "share": "25.0"}
    assert figure["total"]["union"] == {"zh": "合计", "en": "total"}
