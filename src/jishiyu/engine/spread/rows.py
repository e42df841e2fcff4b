"""Lines on their way through Spark: it knows no unsigned numbers and wants to be told every type beforehand."""

from collections.abc import Iterator, Mapping

import polars as pl
import pyarrow as pa

from jishiyu.engine.settlement.content import CONTENT
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from jishiyu.engine.spread.job import BUCKETS

SLICE = 20_000  # rows in one message between Spark and Python
UNSIGNED = ("flaws", CONTENT)
_ARROW: dict[pl.DataType, tuple[pa.DataType, str]] = {
    pl.String(): (pa.string(), "string"),
    pl.Int64(): (pa.int64(), "bigint"),
    pl.Int32(): (pa.int32(), "int"),
    pl.UInt64(): (pa.int64(), "bigint"),
    pl.Date(): (pa.date32(), "date"),
    pl.Datetime("us"): (pa.timestamp("us"), "timestamp_ntz"),
    pl.Boolean(): (pa.bool_(), "boolean"),
    pl.Binary(): (pa.binary(), "binary"),
}
LINKS = {"settlement_link": pl.Int64(), "undoes_link": pl.Int64(), "stay_link": pl.Int64()}
FOUND = {"piece": pl.Int32(), "found": pl.Binary()}


def read_schema(columns: tuple[str, ...]) -> dict[str, pl.DataType]:
    """This function will return the columns that are read of every line."""
    whole = {**LINE_SCHEMA, CONTENT: pl.UInt64()}
    return {name: kind for name, kind in whole.items() if name in {"file", "line", "flaws", *columns}}


def line_schema(columns: tuple[str, ...]) -> dict[str, pl.DataType]:
    """This function will return the columns of lines: what is read, and what cuts, ties and orders them."""
    return {**read_schema(columns), "arrival": pl.Int64(), "person": pl.Int64(), "bucket": pl.Int32(), **LINKS}


def spoken(schema: Mapping[str, pl.DataType]) -> str:
    """This function will return a schema in Spark's words."""
    return ", ".join(f"`{name}` {_ARROW[kind][1]}" for name, kind in schema.items())


def to_spark(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> Iterator[pa.RecordBatch]:
    """This function will yield a frame in small messages, in the columns and types of a schema."""
    signed = [pl.col(name).reinterpret(signed=True) for name, kind in schema.items() if kind == pl.UInt64()]
    target = pa.schema([(name, _ARROW[kind][0]) for name, kind in schema.items()])
    for part in frame.select(list(schema)).with_columns(signed).iter_slices(SLICE):
        yield from part.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(target).to_batches()


def from_spark(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    """This function will return rows of Spark as a frame, numbers that were unsigned again so."""
    frame = pl.DataFrame(table)
    return frame.with_columns(pl.col(name).reinterpret(signed=False) for name in UNSIGNED if name in frame.columns)


def signed(hashes: pl.Series) -> pl.Series:
    """This function will return hashes as Spark takes them."""
    return hashes.reinterpret(signed=True)


def bucket_of(people: pl.Series) -> pl.Series:
    """This function will return which of the `BUCKETS` each person belongs to; nobody belongs to the first."""
    return (people % BUCKETS).fill_null(0).cast(pl.Int32)
