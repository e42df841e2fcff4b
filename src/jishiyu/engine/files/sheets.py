"""xlsx, xlsb, xls and ods workbooks as tables of text: one table per sheet that holds anything."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from jishiyu.engine.files.far_cells import refuse_far_cells
from jishiyu.engine.files.problems import FileEmpty, FileEncrypted, FileUnreadable
from jishiyu.engine.files.tables import BROKEN, LEAD_ROWS, Picked, Row, Table

Known = Callable[[Table], bool]

_PIECE = 20_000
_EXACT = 10**15
_EXACT_DIGITS = 15  # what a sheet keeps of a number


def sheet_tables(name: str, source: Path | bytes, known: Known) -> Iterator[Table]:
    """Yield the tables of a workbook, without cover sheets and notes when there are sheets of known headings.

    Raises `FileEncrypted`, `FileUnreadable`, `FileEmpty`, or the problems of `refuse_far_cells`.
    """
    refuse_far_cells(name, source)
    sheets = _sheets(name, source)
    found = []
    for sheet_name, sheet in sheets.items():
        if lead := tuple(_lead(sheet)):
            found.append(_table(f"{name}/{sheet_name}" if len(sheets) > 1 else name, sheet, lead))
    if not found:
        raise FileEmpty(file=name)
    yield from [table for table in found if known(table)] or found


def _sheets(name: str, source: Path | bytes) -> dict[str, CalamineSheet]:
    # A stream, not a path: the reader would believe the ending of the name.
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        try:
            workbook = CalamineWorkbook.from_filelike(stream)
            return {sheet_name: workbook.get_sheet_by_name(sheet_name) for sheet_name in workbook.sheet_names}
        except PasswordError as error:
            raise FileEncrypted(file=name) from error
        except CalamineError as error:
            raise FileUnreadable(file=name, kind="a workbook", detail=type(error).__name__) from error
        except BaseException as error:
            # Some cut workbooks make the reader panic, which is no `Exception` and has no name to import.
            if type(error).__name__ != "PanicException":
                raise
            raise FileUnreadable(file=name, kind="a workbook", detail="damaged") from error


def _lead(sheet: CalamineSheet) -> Iterator[Row]:
    found = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            yield Row(line, tuple(cell_text(cell) or "" for cell in cells))
            found += 1
            if found == LEAD_ROWS:
                return


def _table(name: str, sheet: CalamineSheet, lead: tuple[Row, ...]) -> Table:
    def read(picked: Picked, rows: int) -> Iterator[pl.DataFrame]:
        pieces: list[pl.DataFrame] = []
        lines: list[int] = []
        cells: list[list[Any]] = []
        height = 0
        for line, row in enumerate(sheet.iter_rows(), start=1):
            if line <= picked.heading_line:
                continue
            lines.append(line)
            cells.append(row)
            if len(lines) == _PIECE:
                pieces.append(_piece(lines, cells, picked))
                height += pieces[-1].height
                lines, cells = [], []
                if height >= rows:
                    yield pl.concat(pieces)
                    pieces, height = [], 0
        yield pl.concat([*pieces, _piece(lines, cells, picked)])

    return Table(name, lead, named=False, read=read)


def _piece(lines: list[int], rows: list[list[Any]], picked: Picked) -> pl.DataFrame:
    """Turn rows of cells into columns of text; rows without any content are left out."""
    wide = list(zip(*rows, strict=False))
    blank = pl.Series([all(cell == "" for cell in row) for row in rows], dtype=pl.Boolean)
    beside = pl.Series([any(cell != "" for cell in row[picked.width :]) for row in rows], dtype=pl.Boolean)
    columns = {
        field: pl.Series(_texts(wide[at]) if at < len(wide) else [None] * len(rows), dtype=pl.String)
        for field, at in picked.columns.items()
    }
    frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.Int64)} | columns)
    flaw = pl.when(beside).then(pl.lit(BROKEN, pl.UInt8)).otherwise(pl.lit(0, pl.UInt8))
    return frame.select("line", flaw.alias("flaw"), *columns).filter(~blank)


def _texts(cells: tuple[Any, ...]) -> list[str | None]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return list(cells)
    return [cell_text(cell) for cell in cells]


def cell_text(cell: Any) -> str | None:
    """Return what a person would have typed into a cell; numbers keep the 15 digits that sheets keep."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float | int):
        if cell == int(cell) and abs(cell) < _EXACT:
            return str(int(cell))
        return f"{cell:.{_EXACT_DIGITS}g}".upper()
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return None if cell is None else str(cell)
