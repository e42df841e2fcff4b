"""An Excel file that is written while it is sent: a cover, then one sheet of rows. Nothing is held but one row.

Office Open XML (ECMA-376) with the text in the cells (`inlineStr`), so no cell can become a formula.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DAY_ZERO = date(1899, 12, 30)
PLAIN, BOLD, AMOUNT, DAY = 0, 1, 2, 3
FIXED = (1980, 1, 1, 0, 0, 0)  # the file does not depend on the clock; the cover says when it was made
MOST_ROWS = 1_048_576
STEP = 65_536

PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView activeTab="1"/></bookViews>'
    '<sheets><sheet name="说明 About" sheetId="1" r:id="rId1"/><sheet name="数据 Data" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="Microsoft YaHei"/></font><font><b/><sz val="10"/><name val="Microsoft YaHei"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1" applyFont="1"/>'
    '<xf numFmtId="4" fontId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


class _Sink(io.RawIOBase):
    """Takes what the ZIP writer writes until it is fetched; it cannot go back, so nothing has to be kept."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def fetch(self) -> bytes:
        """Return and forget what was written."""
        taken, self.parts = b"".join(self.parts), []
        return taken


def sheets(
    *, cover: Sequence[tuple[str, str]], headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[bytes]:
    """Yield the bytes of an Excel file. Rows beyond what a sheet can hold are an error, not a silence."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, content in PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED), HEAD + content, zipfile.ZIP_DEFLATED)
        lines = [[(first, BOLD), (second, PLAIN)] for first, second in cover]
        archive.writestr(
            zipfile.ZipInfo("xl/worksheets/sheet1.xml", FIXED),
            "".join([_opening((28, 70)), *(_row(number, line) for number, line in enumerate(lines, 1)), CLOSING]),
            zipfile.ZIP_DEFLATED,
        )
        yield sink.fetch()
        info = zipfile.ZipInfo("xl/worksheets/sheet2.xml", FIXED)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w") as sheet:
            waiting = _opening([16] * len(headings)) + _row(1, [(heading, BOLD) for heading in headings])
            for number, row in enumerate(rows, 2):
                if number > MOST_ROWS:
                    raise ValueError(f"an Excel sheet holds {MOST_ROWS} rows; there are more")
                waiting += _row(number, [(cell, _style(cell)) for cell in row])
                if len(waiting) > STEP:
                    sheet.write(waiting.encode())
                    waiting = ""
                    yield sink.fetch()
            sheet.write((waiting + CLOSING).encode())
    yield sink.fetch()


CLOSING = "</sheetData></worksheet>"


def _opening(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    frozen = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
    return f'{HEAD}<worksheet xmlns="{MAIN}">{frozen}<cols>{columns}</cols><sheetData>'


def _row(number: int, cells: Sequence[tuple[Any, int]]) -> str:
    return f'<row r="{number}">{"".join(_cell(value, style) for value, style in cells)}</row>'


def _cell(value: Any, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="{DAY}"><v>{(value - DAY_ZERO).days}</v></c>'
    if isinstance(value, int | Decimal):
        return f'<c s="{style}"><v>{value}</v></c>'
    text = escape("".join(sign for sign in str(value) if sign >= " " or sign in "\t\n"))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _style(value: Any) -> int:
    return AMOUNT if isinstance(value, Decimal) else PLAIN
