"""JSON as tables of text: one object per line, an array of objects, or answers of the national platform."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from jishiyu.engine.files.encodings import Open, find_encoding, utf8_pieces
from jishiyu.engine.files.problems import FileEmpty, FileUnreadable
from jishiyu.engine.files.tables import BROKEN, Picked, Row, Table

_PIECE = 50_000
_TRIED = 10
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)
_BETWEEN = " \t\r\n,[]"

Numbered = tuple[int, dict[str, str | None] | None]


def object_table(name: str, open_: Open) -> Table:
    """Return the table of a JSON file; the number of a row is its line, or its place when objects share lines."""
    encoding = find_encoding(name, open_)
    start = next(utf8_pieces(open_, encoding, 1024 * 1024), b"").decode("utf-8", "replace")
    by_line = _one_per_line(start)

    def objects() -> Iterator[Numbered]:
        pieces = (piece.decode() for piece in utf8_pieces(open_, encoding, 4 * 1024 * 1024))
        return _line_objects(pieces) if by_line else _stream_objects(name, pieces)

    # Objects may leave out what is empty, so all of them are asked for their names first.
    names: dict[str, int] = {}
    for _, entry in objects():
        for key in entry or ():
            names.setdefault(key, len(names))
    if not names:
        raise FileEmpty(file=name)

    def read(picked: Picked, rows: int) -> Iterator[pl.DataFrame]:
        keys = list(names)
        wanted = {field: keys[at] for field, at in picked.columns.items()}
        held: list[Numbered] = []
        for numbered in objects():
            held.append(numbered)
            if len(held) >= min(rows, _PIECE):
                yield _frame(held, wanted)
                held = []
        yield _frame(held, wanted)

    return Table(name, (Row(0, tuple(names)),), named=True, read=read)


def _frame(held: list[Numbered], wanted: dict[str, str]) -> pl.DataFrame:
    columns = {
        field: pl.Series([None if entry is None else entry.get(key) for _, entry in held], dtype=pl.String)
        for field, key in wanted.items()
    }
    lines = pl.Series([line for line, _ in held], dtype=pl.Int64)
    flaws = pl.Series([BROKEN if entry is None else 0 for _, entry in held], dtype=pl.UInt8)
    return pl.DataFrame({"line": lines, "flaw": flaws} | columns)


def _one_per_line(start: str) -> bool:
    """Return whether some of the first lines are whole objects."""
    for line in start.splitlines()[:_TRIED]:
        try:
            if isinstance(json.loads(line), dict):
                return True
        except (ValueError, RecursionError):
            continue
    return False


def _line_objects(pieces: Iterator[str]) -> Iterator[Numbered]:
    line, rest = 0, ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        for text in whole:
            line += 1
            if text.strip():
                yield line, _parsed(text)
    if rest.strip():
        yield line + 1, _parsed(rest)


def _parsed(text: str) -> dict[str, str | None] | None:
    try:
        entry = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return _flat(entry) if isinstance(entry, dict) else None


def _stream_objects(name: str, pieces: Iterator[str]) -> Iterator[Numbered]:
    """Yield the objects of an array, or objects printed over several lines; the number is their place."""
    text, at, count = "", 0, 0
    for piece in pieces:
        text, at = text[at:] + piece, 0
        while True:
            while at < len(text) and text[at] in _BETWEEN:
                at += 1
            try:
                entry, at = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError):
                break  # cut off at the end of the piece, or damaged: the end tells
            count += 1
            yield count, _flat(entry) if isinstance(entry, dict) else None
    if text[at:].strip(_BETWEEN):
        raise FileUnreadable(file=name, kind="JSON", detail=f"object {count + 1}")


def _flat(entry: dict[str, Any]) -> dict[str, str | None]:
    """Return the fields of a settlement; an answer of the platform carries them in output.setlinfo."""
    output = entry.get("output")
    if isinstance(output, dict) and isinstance(output.get("setlinfo"), dict):
        entry = output["setlinfo"]
    elif isinstance(entry.get("setlinfo"), dict):
        entry = entry["setlinfo"]
    return {key: _value(value) for key, value in entry.items()}


def _value(value: Any) -> str | None:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) and value else None
