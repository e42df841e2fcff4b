"""Workbooks as another library reads them: what went in comes out."""

import io
import zipfile
from xml.etree import ElementTree

import openpyxl
import polars as pl
from python_calamine import CalamineWorkbook

from jishiyu.engine.files.workbook import Sheet, workbook

TEXTS = ["=1+1", "<a & b>", " 两边有空格 ", "a\nb", "0012", "", "\"'", "😀", "x" * 32_767]


def cells(book: bytes) -> list[list[object]]:
    page = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    return [[cell.value or None for cell in row] for row in page.iter_rows()]


def test_every_cell_is_the_text_it_was() -> None:
    book = workbook([Sheet("问题", pl.DataFrame({"甲<&": TEXTS, "乙": ["1", *[None] * (len(TEXTS) - 1)]}))])
    assert cells(book) == [["甲<&", "乙"], [TEXTS[0], "1"], *([text or None, None] for text in TEXTS[1:])]
    [sheet] = CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    assert sheet == "问题"


def test_what_xml_cannot_hold_is_written_as_excel_writes_it() -> None:
    texts = ["a\0b\x1f", "line\r", "_x0041_", "\ufffe", "plain _x00 text"]
    book = workbook([Sheet("S", pl.DataFrame({"T": texts}))])
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    written = ["a_x0000_b_x001F_", "line_x000D_", "_x005F_x0041_", "_xFFFE_", "plain _x00 text"]
    assert [text for text in written if f">{text}</t>" not in sheet] == []


def test_columns_beyond_z_more_sheets_and_more_rows_than_one_piece() -> None:
    wide = pl.DataFrame({f"c{number}": [str(number)] for number in range(60)})
    long = pl.DataFrame({"n": [str(number) for number in range(25_000)]})
    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("A", wide, [10, 48], 5), Sheet("B", long)])))
    first, second = book.worksheets
    assert [cell.value for cell in first[2]] == [str(number) for number in range(60)]
    assert first.freeze_panes == "F2"
    assert [first.column_dimensions[letter].width for letter in "AB"] == [10, 48]
    assert first["A1"].font.bold
    assert [row[0].value for row in second.iter_rows(min_row=2)] == long["n"].to_list()


def test_all_parts_are_well_formed() -> None:
    archive = zipfile.ZipFile(io.BytesIO(workbook([Sheet("a", pl.DataFrame({"b": ["c"]}))])))
    assert [ElementTree.fromstring(archive.read(name)) is not None for name in archive.namelist()] == [True] * 6
