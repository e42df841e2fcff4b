"""Holds the tables of a run in memory, for tests that look at them."""

from collections import defaultdict

import polars as pl


class Kept:
    """Takes tables as `run` hands them over, in pieces or whole."""

    def __init__(self) -> None:
        self.pieces: dict[str, list[pl.DataFrame]] = defaultdict(list)

    def __call__(self, name: str, table: pl.DataFrame) -> None:
        """Take a table or the next piece of it."""
        self.pieces[name].append(table)

    def table(self, name: str) -> pl.DataFrame:
        """Return a table as a whole."""
        return pl.concat(self.pieces[name])
