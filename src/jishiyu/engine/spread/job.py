"""What every partition has to know, and the folder in which the work of a run lies while it goes on."""

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.results import WORK
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.totals import Totals

BUCKETS = 1024  # people are cut into these; a piece is some of them
TIED = -1  # the piece of everybody whose lines tie them to others
PLACE = 1 << 40  # of the first line of the first file; earlier facts stand before it


@dataclass(frozen=True)
class Unit:
    """One file to read; `number` is its place among the feeds, -1 stands for what earlier runs rest on."""

    number: int
    path: str
    name: str


@dataclass(frozen=True)
class Job:
    """Everything a partition needs besides its rows. Executors get it by value; the folder is one they share."""

    folder: Path  # of the result; what is only needed on the way lies in its folder `work`
    as_of: date
    breaks: Breaks
    columns: tuple[str, ...]
    policies: Shelf
    stated: dict[str, list[Totals]] = field(default_factory=dict)
    earlier: bool = False
    claims: pl.DataFrame = field(default_factory=pl.DataFrame)
    same: pl.DataFrame | None = None
    shared: pl.Series = field(default_factory=pl.Series)
    pieces: int = 1

    def deciding(self, *, claims: pl.DataFrame, same: pl.DataFrame | None, shared: pl.Series, pieces: int) -> "Job":
        """Return the job with what is known when everything is read."""
        return replace(self, claims=claims, same=same, shared=shared, pieces=pieces)

    @property
    def work(self) -> Path:
        """Return the folder of what is only needed while the run goes on."""
        return self.folder / WORK

    def place(self, name: str) -> Path:
        """Return a folder of the job, made if there is none."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file, whole or not at all; whoever does the same work again, even at once, writes the same."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    write(part)
    part.replace(path)


def put_pickled(path: Path, what: object) -> None:
    """Write what Python can pickle, whole or not at all."""
    put(path, lambda part: part.write_bytes(pickle.dumps(what)))
