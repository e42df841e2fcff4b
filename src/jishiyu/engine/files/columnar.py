"""Parquet files as tables of text; columns may hold text, whole numbers, decimals, floats, days or moments."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from jishiyu.engine.files.problems import FileUnreadable
from jishiyu.engine.files.tables import Picked, Row, Table

_EXACT = 10**15  # a float holds every whole number up to here


def parquet_table(name: str, source: Path | bytes) -> Table:
    """Return the table of a Parquet file; raises `FileUnreadable` when it is cut off or damaged."""
    try:
        schema = pl.read_parquet_schema(source)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise FileUnreadable(file=name, kind="Parquet", detail=type(error).__name__) from error

    def read(picked: Picked, rows: int) -> Iterator[pl.DataFrame]:
        names = list(schema)
        fields = [_text(names[at], schema[names[at]]).alias(field) for field, at in picked.columns.items()]
        frame = pl.scan_parquet(source, row_index_name="__line", row_index_offset=1, glob=False)
        whole = frame.select(pl.col("__line").cast(pl.Int64).alias("line"), pl.lit(0, pl.UInt8).alias("flaw"), *fields)
        try:
            if picked.lines is not None:
                yield whole.filter(pl.col("line").is_in(picked.lines)).collect()
                return
            yield from _pieces(whole, source, rows)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise FileUnreadable(file=name, kind="Parquet", detail=type(error).__name__) from error

    return Table(name, (Row(0, tuple(schema)),), named=True, read=read)


def _pieces(whole: pl.LazyFrame, source: Path | bytes, rows: int) -> Iterator[pl.DataFrame]:
    total = pl.scan_parquet(source, glob=False).select(pl.len()).collect().item()
    for start in range(0, total, rows):
        yield whole.slice(start, rows).collect()


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    """Turn a typed column into the text a person would have written."""
    column = pl.col(name)
    if kind == pl.String:
        return column
    if kind.is_float():
        whole = column.is_finite() & (column.abs() < _EXACT) & (column == column.floor())
        as_text = column.round_sig_figs(15).cast(pl.String).str.to_uppercase()
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .when(column.is_finite())
            .then(as_text)
        )
    if kind.is_decimal():
        return column.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "${1}").str.strip_chars_end(".")
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if kind == pl.Datetime:
        return column.dt.replace_time_zone(None).dt.to_string("%Y-%m-%d %H:%M:%S%.f")
    if kind == pl.Boolean:
        return column.cast(pl.Int8).cast(pl.String)
    if kind.is_nested():
        return pl.lit(None, pl.String)
    return column.cast(pl.String)
