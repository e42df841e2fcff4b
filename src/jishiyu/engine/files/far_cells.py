"""Cells far away from all others in an xlsx workbook, found before a reader makes room for all between.

The reader of workbooks holds the whole rectangle of a sheet: one word in the last cell, a slip of the keyboard, asks for half
a terabyte, and the process ends. Only the names of the cells are looked at here, piece by piece.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from jishiyu.engine.files.problems import CellFarAway, SheetTooLarge

_PIECE = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
# Beyond column ZZ, the 702nd; begins with a fixed text, so it is found fast.
_FAR_RIGHT = re.compile(rb' r="([A-Z]{3}[0-9]+)"')
_ROW = re.compile(rb'[<:]row [^<>]*?r="([0-9]+)"')
_NEAR = 10_000  # empty rows that nobody minds, besides as many as hold something
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError, ValueError, LookupError,
)  # fmt: skip
MOST_BYTES = 8 << 30  # of one sheet unpacked


def refuse_far_cells(name: str, source: Path | bytes) -> None:
    """This function will raise `CellFarAway` or `SheetTooLarge` where a workbook asks for much more room than it holds cells.

    `name` is what people call the file. What is no xlsx workbook, or damaged, is left to its reader.
    """
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as packed:
            for sheet in packed.infolist():
                if _SHEET.fullmatch(sheet.filename):
                    _refuse(name, sheet, packed)
    except _DAMAGED:
        return


def _refuse(name: str, sheet: zipfile.ZipInfo, packed: zipfile.ZipFile) -> None:
    rows = last = seen = 0
    for piece in _pieces(sheet, packed):
        seen += len(piece)
        if seen > MOST_BYTES:
            raise SheetTooLarge(file=name)
        if far := _FAR_RIGHT.search(piece):
            raise CellFarAway(file=name, cell=far[1].decode())
        begins = b"<row " if b"<row " in piece else b":row "  # some programs write a prefix: <x:row
        rows += piece.count(begins)
        if found := _ROW.search(piece, max(piece.rfind(begins), 0)):
            last = max(last, int(found[1]))
        if last > 2 * rows + _NEAR:
            raise CellFarAway(file=name, cell=f"A{last}")


def _pieces(sheet: zipfile.ZipInfo, packed: zipfile.ZipFile) -> Iterator[bytes]:
    """Yield the text of a sheet in pieces that end at the end of a tag."""
    rest = b""
    with packed.open(sheet) as text:
        while piece := text.read(_PIECE):
            piece = rest + piece
            end = piece.rfind(b">") + 1
            rest = piece[end:]
            yield piece[:end]
    yield rest
