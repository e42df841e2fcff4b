"""Frames in and out of PostgreSQL by COPY: one statement however many rows.

Hashes travel as hex text in frames and are `bytea` in tables; lists of text become `text[]`.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import polars as pl
from django.db import connection
from psycopg import ClientCursor, Copy, sql
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

ROWS = 5_000  # at a time


def copy_in(frame: pl.DataFrame, *, table: str, hashes: Sequence[str] = ()) -> int:
    """This function will append the rows of a frame to the columns of the same names and return how many.

    Columns named in `hashes` are hex text in the frame and `bytea` in the table; list columns become arrays.
    """
    if frame.is_empty():
        return 0
    ready = frame.with_columns(
        *[(pl.lit("\\x") + pl.col(name)).alias(name) for name in hashes if name in frame.columns],
        *[_array(name) for name, kind in frame.schema.items() if isinstance(kind, pl.List)],
    )
    names = sql.SQL(", ").join(sql.Identifier(name) for name in frame.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement.as_string(cursor.connection)) as copy:
        for piece in ready.iter_slices(ROWS):  # the server takes in one while the next is written
            text = BytesIO()
            piece.write_csv(text, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f")
            copy.write(text.getvalue())
    return frame.height


def copy_out(query: str, *, schema: dict[str, Any], parameters: Sequence[Any] = ()) -> pl.DataFrame:
    """This function will run a SELECT and return its rows as a frame of the given columns.

    `bytea` columns must be selected as `encode(column, 'hex')`, arrays as `array_to_json(column)` with the type
    `pl.List(pl.String)`.
    """
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv)"
    with connection.cursor() as cursor:
        if parameters:  # COPY takes no parameters on the server
            statement = ClientCursor(cursor.connection).mogrify(statement, parameters)
        with cursor.copy(statement) as copy:
            data = _received(copy)
    lists = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
    flags = [name for name, kind in schema.items() if kind == pl.Boolean]
    moments = [name for name, kind in schema.items() if isinstance(kind, pl.Datetime)]
    plain = {name: pl.String if name in (*lists, *flags, *moments) else kind for name, kind in schema.items()}
    if not data:
        return pl.DataFrame(schema=schema)
    frame = pl.read_csv(data, has_header=False, schema=plain, infer_schema=False, try_parse_dates=False)
    return frame.with_columns(
        *[pl.col(name).str.json_decode(pl.List(pl.String)) for name in lists],
        *[pl.col(name) == "t" for name in flags],
        *[pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us") for name in moments],
    )


def _received(copy: Copy) -> bytes:
    """Return all that a COPY sends, row by row from the library below: the driver waits anew for each row.

    That took as long as the server needed to make them. The driver still does the waiting where nothing has come yet.
    """
    take, data = copy.connection.pgconn.get_copy_data, bytearray()
    while True:
        size, row = take(1)
        if size > 0:
            data += row
        elif size < 0:
            _end(copy.connection.pgconn)
            return bytes(data)
        elif later := copy.read():
            data += later
        else:
            return bytes(data)


def _end(server: PGconn) -> None:
    """Fetch how a COPY ended. Raises what the server says went wrong."""
    for end in list(iter(server.get_result, None)):
        if end.status != ExecStatus.COMMAND_OK:
            raise error_from_result(end)


def _array(name: str) -> pl.Expr:
    """Write a list of text as PostgreSQL reads an array: quoted items between braces."""
    item = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    quoted = pl.col(name).list.eval(pl.lit('"') + item + pl.lit('"')).list.join(",")
    return (pl.lit("{") + quoted.fill_null("") + pl.lit("}")).alias(name)
