"""A workbook with something in a far corner is refused in a sentence; what merely has gaps is taken."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from jishiyu.apps.orgs.files import read_unions
from jishiyu.banks.layout import _sheet_rows
from jishiyu.engine.files import far_cells
from jishiyu.engine.files.far_cells import refuse_far_cells
from jishiyu.engine.files.problems import CellFarAway, SheetTooLarge
from jishiyu.engine.roster import read_roster
from jishiyu.engine.settlement.reading import read_lines


def book(cells: dict[tuple[int, int], str]) -> bytes:
    """Return a workbook with words in cells, counted from zero."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("第一张")
        for (row, column), word in sorted(cells.items()):
            sheet.write_string(row, column, word)
    return out.getvalue()


TABLE = {(row, column): f"{row}-{column}" for row in range(50) for column in range(30)}


@pytest.mark.parametrize(
    ("far", "cell"), [((1_048_575, 16_383), "XFD1048576"), ((1_048_575, 0), "A1048576"), ((3, 702), "AAA4")]
)
def test_one_word_far_away_is_named(far: tuple[int, int], cell: str) -> None:
    with pytest.raises(CellFarAway) as refused:
        refuse_far_cells("来件.xlsx", book(TABLE | {far: "x"}))
    assert cell in refused.value.say("zh")
    assert "来件.xlsx" in refused.value.say("en")


@pytest.mark.parametrize(
    "read",
    [
        lambda path: list(read_lines([path], as_of=date(2026, 1, 1))),
        lambda path: read_roster(path, as_of=date(2026, 1, 1)),
        read_unions,
        lambda path: _sheet_rows(path.read_bytes(), path.name),
    ],
    ids=["feed", "roster", "unions", "answers of the bank"],
)
def test_whoever_reads_workbooks_refuses_it(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "来件.xlsx"
    path.write_bytes(book(TABLE | {(1_048_575, 16_383): "x"}))
    with pytest.raises(CellFarAway):
        read(path)


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_rows_are_found_whatever_program_wrote_them(prefix: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/worksheets/sheet1.xml", f'<{prefix}row r="1"></{prefix}row><{prefix}row r="99999"/>')
    with pytest.raises(CellFarAway, match="A99999"):
        refuse_far_cells("x.xlsx", out.getvalue())


@pytest.mark.parametrize("far", [(10_040, 0), (3, 701)])
def test_gaps_that_need_little_room_are_nobodys_business(far: tuple[int, int]) -> None:
    refuse_far_cells("来件.xlsx", book(TABLE | {far: "x"}))


def test_names_of_cells_are_found_across_the_pieces_of_a_long_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_cells, "_PIECE", 7)
    with pytest.raises(CellFarAway):
        refuse_far_cells("x.xlsx", book({(0, 0): "a", (0, 703): "b"}))
    refuse_far_cells("x.xlsx", book(TABLE))


def test_what_unpacks_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_cells, "MOST_BYTES", 3 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<row r='1'></row>" * 400_000)
    with pytest.raises(SheetTooLarge):
        refuse_far_cells("x.xlsx", out.getvalue())


def test_what_is_no_such_workbook_is_left_to_its_reader(tmp_path: Path) -> None:
    refuse_far_cells("x.csv", b"a,b\n1,2\n")
    refuse_far_cells("x.xlsx", book(TABLE)[:900])
    refuse_far_cells("x.xlsx", tmp_path / "missing.xlsx")
