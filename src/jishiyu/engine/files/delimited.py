"""CSV and TSV files as tables of text. A broken row is one marked row; it never moves the others.

Pieces of the file are cut at the ends of records. In a piece, separators are counted per record over the
bytes; records with the right count go to the fast parser, the others are kept apart and marked.
"""

import csv
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jishiyu.engine.files.encodings import PIECE, REPLACED, Open, find_encoding, utf8_pieces
from jishiyu.engine.files.problems import FileEmpty
from jishiyu.engine.files.tables import BROKEN, LEAD_ROWS, UNREADABLE, Picked, Row, Table

_SEPARATORS = ",\t;|"
_QUOTE, _NEWLINE = ord('"'), ord("\n")
# A quoted field may run over this many lines; a quote still open then was never meant to be one.
_LONGEST_RECORD = 20
NULLS = ["null", "NULL"]


def delimited_table(name: str, open_: Open, *, headed: bool = False) -> Table:
    """Return the table of a text file; raises `FileEmpty`, or `ContentUnknown` when it is no text.

    With `headed` the first line says what separates the fields: lists inside fields may use other marks more often.
    """
    encoding = find_encoding(name, open_)
    start = next(utf8_pieces(open_, encoding, 256 * 1024), b"")
    text = start.decode("utf-8", "replace")
    lines = [line for line in text.split("\n")[: LEAD_ROWS * 3] if line.strip()][:LEAD_ROWS]
    if not lines:
        raise FileEmpty(file=name)
    telling = lines[:1] if headed else lines
    separator = max(_SEPARATORS, key=lambda mark: max(line.count(mark) for line in telling))
    lead = tuple(_lead(text, separator))

    def read(picked: Picked, rows: int) -> Iterator[pl.DataFrame]:
        reader = _Reader(picked, separator)
        held: list[pl.DataFrame] = []
        count = 0
        for piece in utf8_pieces(open_, encoding, PIECE):
            frame = reader.take(piece, final=False)
            held.append(frame)
            count += frame.height
            if count >= rows:
                yield pl.concat(held)
                held, count = [], 0
        held.append(reader.take(b"", final=True))
        yield pl.concat(held)

    return Table(name, lead, named=False, read=read)


def _lead(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(text.split("\n"), delimiter=separator)
    line, found = 1, 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))
            found += 1
        line = reader.line_num + 1
        if found == LEAD_ROWS:
            return


class _Reader:
    """Takes the pieces of one file in order and keeps what is not yet a whole record."""

    def __init__(self, picked: Picked, separator: str) -> None:
        self.picked = picked
        self.separator = separator
        self.line = 1
        self.rest = b""

    def take(self, piece: bytes, *, final: bool) -> pl.DataFrame:
        """Return the whole records of what is there."""
        data = self.rest + piece
        if final and data and not data.endswith(b"\n"):
            data += b"\n"
        block = _Block(data, self.separator, self.picked.width)
        if block.regular and (block.ends.size or not data) and not (final and block.open_at_end):
            cut = int(block.ends[-1]) + 1 if block.ends.size else 0
            self.rest = data[cut:]
            frame = self._fast(block)
            self.line += int(np.count_nonzero(block.newlines < cut))
            if frame is not None:
                return frame
            self.line -= int(np.count_nonzero(block.newlines < cut))
            data, self.rest = data[:cut], data[cut:]
            _, frame = self._careful(data, final=True)
            return frame
        self.rest, frame = self._careful(data, final=final)
        return frame

    def _fast(self, block: "_Block") -> pl.DataFrame | None:
        """Parse a regular block; null when the parser sees other records than the count of separators does."""
        lines = np.searchsorted(block.newlines, block.starts) + self.line
        lengths = block.ends + 1 - block.starts
        wanted = (lengths - 1 > block.separators) & (lines > self.picked.heading_line)
        good = wanted & (block.separators == self.picked.width - 1)
        data = block.data
        content = block.bytes_[: int(block.ends[-1]) + 1] if block.ends.size else block.bytes_[:0]
        if not good.all():
            content = content[np.repeat(good, lengths)]
        frame = self._parse(content.tobytes(), quoted=block.quoted)
        if frame.height != int(good.sum()):
            return None
        flaw = np.zeros(len(lines), dtype=np.uint8)
        for at in _damages(data, int(block.ends[-1]) + 1 if block.ends.size else 0):
            flaw[np.searchsorted(block.ends, at)] |= UNREADABLE
        frame = frame.with_columns(line=pl.Series(lines[good], dtype=pl.Int64), flaw=pl.Series(flaw[good]))
        bad = np.flatnonzero(wanted & ~good)
        if bad.size:
            records = [data[block.starts[at] : block.ends[at]].decode() for at in bad]
            broken = self._broken(records, lines[bad], flaw[bad])
            frame = pl.concat([frame, broken.select(frame.columns)]).sort("line")
        return frame.select("line", "flaw", *self.picked.columns)

    def _parse(self, content: bytes, *, quoted: bool) -> pl.DataFrame:
        places = sorted(set(self.picked.columns.values()))
        if not content:
            return pl.DataFrame(schema=dict.fromkeys(self.picked.columns, pl.String))
        frame = pl.read_csv(
            BytesIO(content), has_header=False, separator=self.separator, quote_char='"' if quoted else None,
            infer_schema=False, columns=places, null_values=NULLS, empty_string_is_null=True,
        )  # fmt: skip
        names = dict(zip(places, frame.columns, strict=True))
        return frame.select(pl.col(names[at]).alias(field) for field, at in self.picked.columns.items())

    def _broken(self, records: list[str], lines: NDArray[np.int64], flaw: NDArray[np.uint8]) -> pl.DataFrame:
        """Keep what can be read of broken records, so that a row of totals is still seen."""
        rows = [record.replace('"', "").split(self.separator) for record in records]
        return self._frame(rows, lines.tolist(), (flaw | BROKEN).tolist())

    def _frame(self, rows: list[list[str]], lines: list[int], flaws: list[int]) -> pl.DataFrame:
        columns = {
            field: pl.Series([_cell(row, at) for row in rows], dtype=pl.String)
            for field, at in self.picked.columns.items()
        }
        return pl.DataFrame(
            {"line": pl.Series(lines, dtype=pl.Int64), "flaw": pl.Series(flaws, dtype=pl.UInt8)} | columns
        )

    def _careful(self, data: bytes, *, final: bool) -> tuple[bytes, pl.DataFrame]:
        """Read record by record, for pieces with quotes that do not close or stand inside fields."""
        lines = data.decode().split("\n")
        tail = lines.pop()  # after the last line feed
        rows, numbers, flaws = [], [], []
        at = 0
        while at < len(lines):
            if not final and len(lines) - at < _LONGEST_RECORD:
                break
            cells, used = _record(lines, at, self.separator, self.picked.width)
            text = "\n".join(lines[at : at + used])
            if text.strip().strip(self.separator) and self.line > self.picked.heading_line:
                rows.append(cells or text.replace('"', "").split(self.separator))
                numbers.append(self.line)
                flaws.append((0 if cells else BROKEN) | (UNREADABLE if "\ufffd" in text or "\0" in text else 0))
            at += used
            self.line += used
        return "\n".join([*lines[at:], tail]).encode(), self._frame(rows, numbers, flaws)


def _record(lines: list[str], at: int, separator: str, width: int) -> tuple[list[str] | None, int]:
    """Return the cells of the record at a line and how many lines it takes; no cells when it is broken."""
    wholes = parts = 0
    for used in range(1, _LONGEST_RECORD + 1):
        if at + used > len(lines):
            break
        # A line with all its separators is a record of its own, whatever a quote says. Refusing the rare text
        # that has that many commas before its line end is better than mixing the lines of two people.
        marks = lines[at + used - 1].count(separator)
        wholes, parts = wholes + (marks >= width - 1), parts + (0 < marks < width - 1)
        if wholes > 1 or (wholes == 1 and parts):
            break
        text = "\n".join(lines[at : at + used])
        try:
            cells = next(csv.reader([text], delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        if len(cells) == width and not _swallowed(cells, separator):
            return cells, used
        if used == 1 and '"' not in text:
            break
    return None, 1


def _swallowed(cells: list[str], separator: str) -> bool:
    """Return whether a cell over several lines holds the beginning of another record.

    A quote left open in column k of one line and closed in column k of a later one makes one record of two
    people, with k separators inside that cell.
    """
    return any("\n" in cell and cell.count(separator) >= max(at, 1) for at, cell in enumerate(cells))


def _cell(row: list[str], at: int) -> str | None:
    text = row[at] if at < len(row) else ""
    return None if text in ("", *NULLS) else text


def _damages(data: bytes, end: int) -> Iterator[int]:
    for mark in (REPLACED, b"\0"):
        at = data.find(mark, 0, end)
        while at >= 0:
            yield at
            at = data.find(mark, at + 1, end)


class _Block:
    """Where records, lines and separators stand in a piece: positions of bytes."""

    def __init__(self, data: bytes, separator: str, width: int) -> None:
        self.data = data
        self.bytes_ = np.frombuffer(data, dtype=np.uint8)
        self.newlines = np.flatnonzero(self.bytes_ == _NEWLINE)
        marks = np.flatnonzero(self.bytes_ == ord(separator))
        everywhere = marks
        quotes = np.flatnonzero(self.bytes_ == _QUOTE)
        self.quoted = bool(quotes.size)
        self.ends = self.newlines
        self.open_at_end = bool(quotes.size % 2)
        if self.quoted:
            self.ends = self.newlines[np.searchsorted(quotes, self.newlines) % 2 == 0]
            marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
        self.starts = np.concatenate(([0], self.ends[:-1] + 1)) if self.ends.size else self.ends
        ends = np.searchsorted(marks, self.ends)
        self.separators = np.diff(ends, prepend=0)
        self.regular = self._regular(quotes, ord(separator)) and not (self.quoted and self._swallows(everywhere, width))

    def _regular(self, quotes: NDArray[np.int64], separator: int) -> bool:
        """Return whether every quote of the whole records opens or closes a field."""
        if not self.ends.size:
            return not self.quoted
        quotes = quotes[quotes < self.ends[-1]]
        opening, closing = quotes[::2], quotes[1::2]
        before = self.bytes_[np.maximum(opening - 1, 0)]
        after = self.bytes_[np.minimum(closing + 1, self.bytes_.size - 1)]
        opens = (opening == 0) | np.isin(before, (separator, _NEWLINE, _QUOTE))
        closes = np.isin(after, (separator, _NEWLINE, _QUOTE))
        return bool(opens.all() and closes.all())

    def _swallows(self, everywhere: NDArray[np.int64], width: int) -> bool:
        """Return whether a record over several lines may have taken other records into a quote."""
        first = np.searchsorted(self.newlines, self.starts)
        last = np.searchsorted(self.newlines, self.ends)
        long = last > first
        if not long.any():
            return False
        marks = np.searchsorted(everywhere, self.ends[long]) - np.searchsorted(everywhere, self.starts[long])
        return bool((marks != width - 1).any())
