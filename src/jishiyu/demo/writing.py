"""Lines → the files a bureau sends: six kinds, each with its headings, dates and encoding, and its control totals.

Archives are stored without compression and carry no clock, so that the same city gives the same bytes everywhere.
"""

import io
import json
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import polars as pl

from jishiyu.demo.lines import AMOUNTS
from jishiyu.engine.files.headings import FEEDS, fold_heading, vocabulary

ENDINGS = {
    "csv_utf8": ".csv", "csv_gb18030": ".csv", "tsv_zip": ".zip", "xlsx": ".xlsx", "parquet": ".parquet",
    "json_lines": ".jsonl",
}  # fmt: skip
FIRST_LINE = {"csv_utf8": 2, "csv_gb18030": 2, "tsv_zip": 1, "xlsx": 2, "parquet": 1, "json_lines": 1}
CUT_AFTER = 9  # a broken row keeps its first cells: who and which settlement, no amounts
DAYS = {"birth_date": "born", "begins_on": "begins", "ends_on": "ends"}
MOMENTS = ("settled_at", "updated_at")
FORMS = {
    "csv_utf8": ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"),
    "csv_gb18030": ("%Y/%-m/%-d", "%Y/%-m/%-d %H:%M:%S"),
    "tsv_zip": ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"),
    "xlsx": ("%Y%m%d", "%Y%m%d%H%M%S"),
    "json_lines": ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"),
}
Columns = list[tuple[str, str]]  # heading, our field (empty: the row's own number)


@cache
def columns_of(kind: str) -> Columns:
    """This function will return headings and fields of one kind of file, from the vocabularies of the feeds."""
    national, central, chinese = (
        _vocabulary(name) for name in ("national_2304", "national_setl_d", "chinese_headings")
    )
    if kind in ("csv_utf8", "json_lines"):
        return [(headings[0], field) for field, headings in national["fields"].items()]
    if kind in ("csv_gb18030", "xlsx"):
        return [(headings[0], field) for field, headings in chinese["fields"].items()]
    known = vocabulary("settlements").headings
    return [(heading, known.get(fold_heading(heading), "")) for heading in central["order"]]


def write_feed(lines: pl.DataFrame, *, kind: str, path: Path) -> dict[str, str | int]:
    """This function will write one file and its control totals, and return those totals.

    `path` has the ending of the kind; the totals go to `<path>.totals.json`: rows, sums of costs and of personal cash
    in yuan, persons.
    """
    columns = columns_of(kind)
    if kind == "parquet":
        _typed(lines, columns).write_parquet(path, compression="zstd", compression_level=3)
    else:
        texts = _texts(lines, columns, kind)
        write = {
            "csv_utf8": _csv,
            "csv_gb18030": _csv,
            "tsv_zip": _tsv_in_zip,
            "xlsx": _xlsx,
            "json_lines": _json_lines,
        }
        path.write_bytes(write[kind](texts, lines["bad_row"], kind, path))
    totals = control_totals(lines)
    write_totals(path, totals)
    return totals


def control_totals(lines: pl.DataFrame) -> dict[str, str | int]:
    """This function will count rows, costs, personal cash and persons as the file shows them.

    A broken row is a row, but nothing in it can be counted; an amount that is none counts as nothing.
    """
    whole = lines.filter(pl.col("bad_row") == "")
    return {
        "rows": lines.height,
        "total": _yuan_text(int(whole["total_fen"].sum())),
        "cash": _yuan_text(int(whole.filter(pl.col("bad_cash_fen") == "")["cash_fen"].sum())),
        "persons": whole["key"].n_unique(),
    }


def write_totals(path: Path, totals: dict[str, str | int]) -> None:
    """This function will write control totals beside a file."""
    text = json.dumps(totals, ensure_ascii=False, indent=1) + "\n"
    path.with_name(path.name + ".totals.json").write_text(text, encoding="utf-8", newline="\n")


def _vocabulary(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((FEEDS / f"{name}.toml").read_text(encoding="utf-8"))


def _texts(lines: pl.DataFrame, columns: Columns, kind: str) -> pl.DataFrame:
    """Write every cell as text; empty cells are null."""
    day, moment = FORMS[kind]
    return lines.select(_text(field, day, moment).alias(heading) for heading, field in columns).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )


def _text(field: str, day: str, moment: str) -> pl.Expr:
    if not field:
        return pl.lit("R") + pl.col("settlement_id")
    if field in DAYS:
        text = pl.col(DAYS[field]).cast(pl.Int32).cast(pl.Date).dt.to_string(day)
        return pl.when(pl.col("bad_begins") != "").then("bad_begins").otherwise(text) if field == "begins_on" else text
    if field in MOMENTS:
        return pl.from_epoch(field, time_unit="s").dt.to_string(moment)
    if field == "cash_fen":
        return _yuan(field) + pl.col("bad_cash_fen")
    return _yuan(field) if field in AMOUNTS else pl.col(field)


def _yuan(field: str) -> pl.Expr:
    fen = pl.col(field).abs()
    sign = pl.when(pl.col(field) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + (fen // 100).cast(pl.String) + "." + (fen % 100).cast(pl.String).str.zfill(2)


def _yuan_text(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _typed(lines: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """Keep amounts, days and moments as such, as an agency's own Parquet export does."""
    wanted = []
    for heading, field in columns:
        if field in AMOUNTS:
            column = _yuan(field).cast(pl.Decimal(18, 2))
        elif field in DAYS:
            column = pl.col(DAYS[field]).cast(pl.Int32).cast(pl.Date)
        elif field in MOMENTS:
            column = pl.from_epoch(field, time_unit="s").cast(pl.Datetime("us"))
        else:
            text = _text(field, "", "")
            column = pl.when(text != "").then(text)
        wanted.append(column.alias(heading))
    return lines.select(wanted)


def _csv(texts: pl.DataFrame, bad: pl.Series, kind: str, _: Path) -> bytes:
    rows = _with_broken(texts.write_csv(include_header=True, line_terminator="\n"), bad, ",", first=1)
    if kind == "csv_utf8":
        return b"\xef\xbb\xbf" + "\n".join(rows).encode()
    return "\r\n".join(rows).encode("gb18030")


def _tsv_in_zip(texts: pl.DataFrame, bad: pl.Series, _: str, path: Path) -> bytes:
    text = texts.write_csv(include_header=False, separator="\t", null_value="null", quote_style="never")
    rows = _with_broken(text, bad, "\t", first=0)
    return _stored({f"{path.stem}.txt": "\n".join(rows).encode()})


def _with_broken(text: str, bad: pl.Series, separator: str, *, first: int) -> list[str]:
    """Cut or lengthen the rows that are broken; the last element is empty, for the last line end."""
    rows = text.split("\n")
    for at in (bad != "").arg_true().to_list():
        row = rows[first + at]
        if bad[at] == "short":
            rows[first + at] = separator.join(row.split(separator)[:CUT_AFTER])
        else:
            rows[first + at] = row + separator + "0.00" + separator + "0.00"
    return rows


def _json_lines(texts: pl.DataFrame, _: pl.Series, __: str, ___: Path) -> bytes:
    buffer = io.BytesIO()
    texts.fill_null("").write_ndjson(buffer)
    return buffer.getvalue()


def _xlsx(texts: pl.DataFrame, _: pl.Series, __: str, ___: Path) -> bytes:
    """Write a workbook of one sheet with every cell as text, as people's exports have it."""
    names = [_letters(at) for at in range(texts.width)]
    heading = "".join(_cell(f"{name}1", text) for name, text in zip(names, texts.columns, strict=True))
    number = pl.int_range(2, pl.len() + 2).cast(pl.String)
    cells = [
        pl.when(pl.col(column).is_not_null()).then(
            pl.concat_str(pl.lit(f'<c r="{name}'), number, pl.lit('" t="inlineStr"><is><t>'), pl.col(column), pl.lit("</t></is></c>"))
        ).otherwise(pl.lit("")).alias(name)
        for name, column in zip(names, texts.columns, strict=True)
    ]  # fmt: skip
    escaped = texts.with_columns(
        pl.all().str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
    )
    rows = escaped.select(
        pl.concat_str(pl.lit('<row r="'), number, pl.lit('">'), *cells, pl.lit("</row>")).alias("row")
    )
    sheet = (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData><row r="1">{heading}</row>'
        + "".join(rows["row"])
        + "</sheetData></worksheet>"
    )
    return _stored({**_WORKBOOK, "xl/worksheets/sheet1.xml": sheet.encode()})


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _letters(at: int) -> str:
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)


def _stored(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, content)
    return buffer.getvalue()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ).encode(),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ).encode(),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="住院结算" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ).encode(),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ).encode(),
}
