"""What every reader hands on: a table with its first rows, and its pieces as columns of text."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import polars as pl

LEAD_ROWS = 10


@dataclass(frozen=True)
class Row:
    """One of the first rows of a table: its number as a person sees it, and its texts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Picked:
    """Which columns to read: position of each field, the heading row's line (0: there is none), cells per row.

    `lines` names the only lines that are wanted; a format that cannot skip the others may hand them on as well.
    """

    columns: dict[str, int]
    heading_line: int
    width: int
    lines: tuple[int, ...] | None = None

    def only(self, fields: Collection[str]) -> "Picked":
        """Return the same without the columns nobody asked for."""
        columns = {name: at for name, at in self.columns.items() if name in fields}
        return Picked(columns, self.heading_line, self.width, self.lines)


@dataclass(frozen=True)
class Table:
    """A table inside a file, not yet read.

    `lead` holds its first rows; with `named` the first one is its heading for certain. `read(picked, rows)`
    yields pieces with `line` (Int64), `flaw` (UInt8: 0, BROKEN, UNREADABLE) and the picked fields as String.
    """

    name: str
    lead: tuple[Row, ...]
    named: bool
    read: Callable[[Picked, int], Iterator[pl.DataFrame]]


BROKEN, UNREADABLE = 1, 2
