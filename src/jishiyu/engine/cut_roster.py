"""A roster of any size, cut by its people as the lines are: in memory while it is small, else in files.

What looks across people (one number for two, one person with two numbers) needs only the rows whose person or number occurs more
than once; hashes of 64 bits find them, the texts decide.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from jishiyu.engine.keys import PIECES, hashed, occur_twice
from jishiyu.engine.roster import ORIGIN_SCHEMA, ROSTER_SCHEMA, check_people, in_several, read_parts
from jishiyu.engine.roster_problems import ProblemList

HELD_ROWS = 16_000_000


class CutRoster:
    """The memberships of a roster in pieces; `repeated` are the rows that share a person or a number with others."""

    def __init__(self, files: "_Files", repeated: pl.DataFrame, problems: pl.DataFrame) -> None:
        """Take what `read_cut_roster` found; nothing is looked through before the first piece is asked for."""
        self._files, self.repeated, self.problems = files, repeated, problems

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield all rows, those of a person together."""
        yield from (self._files.read(number) for number in range(PIECES))

    @cached_property
    def whole(self) -> pl.DataFrame:
        """Return all rows."""
        return pl.concat(self.parts())

    def of_people(self, people: pl.Series) -> pl.DataFrame:
        """Return the rows of the people with these hashes."""
        asked = people.implode()
        return pl.concat([part.filter(_hashes(part).is_in(asked).fill_null(value=False)) for part in self.parts()])

    def of_piece(self, number: int) -> pl.DataFrame:
        """Return the rows of the people whose lines go into the piece of a number."""
        return self._files.read(number)


class HeldRoster(CutRoster):
    """A roster that is small enough to stay in memory: looked through once, not once for each piece."""

    def __init__(self, rows: pl.DataFrame, problems: pl.DataFrame) -> None:
        """Take all rows in order."""
        self._all, self.repeated, self.problems = rows, rows, problems

    def parts(self) -> Iterator[pl.DataFrame]:
        """Yield all rows."""
        yield self._all

    def of_people(self, people: pl.Series) -> pl.DataFrame:
        """Return the rows of the people with these hashes."""
        return self._all.filter(self._people.is_in(people.implode()).fill_null(value=False))

    def of_piece(self, number: int) -> pl.DataFrame:
        """Return the rows of the people whose lines go into the piece of a number."""
        return self._all[self._rows[number]] if number in self._rows else self._all.clear()

    @cached_property
    def _people(self) -> pl.Series:
        return _hashes(self._all)

    @cached_property
    def _rows(self) -> Mapping[int, pl.Series]:
        """Return the places of the rows of each piece; rows without a person are in none."""
        found = pl.DataFrame({"piece": (self._people % PIECES).cast(pl.UInt8)}).with_row_index("row")
        parts = found.lazy().drop_nulls().group_by("piece").agg(pl.col("row").sort()).collect()
        return {int(number): rows for number, rows in zip(parts["piece"], parts["row"], strict=True)}


def read_cut_roster(path: Path, *, as_of: date, scratch: Path, held_rows: int = HELD_ROWS) -> CutRoster:
    """This function will read a roster as `read_roster` does, and keep it in files in `scratch` when it has more than `held_rows`.

    Raises a `Problem` when the file as a whole cannot be used.
    """
    problems, files, held = ProblemList(), _Files(scratch), list[pl.DataFrame]()
    for part in read_parts(path, as_of, problems, origin=False):
        held.append(part)
        if files.used or sum(one.height for one in held) > held_rows:
            for one in held:
                files.put(one)
            held = []
    if files.used:
        repeated = files.repeated()
        check_people(repeated, problems)
        return CutRoster(files, repeated.select(list(ROSTER_SCHEMA)), problems.frame())
    rows = pl.concat(held) if held else pl.DataFrame(schema=ROSTER_SCHEMA | ORIGIN_SCHEMA)
    check_people(in_several(rows), problems)
    return HeldRoster(rows.select(list(ROSTER_SCHEMA)), problems.frame())


class _Files:
    """The rows of a roster in files, one or more for each piece, in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of: list[list[Path]] = [[] for _ in range(PIECES)]
        self._people, self._numbers = list[pl.Series](), list[pl.Series]()

    @property
    def used(self) -> bool:
        """Return whether there is anything in files."""
        return any(self._of)

    def put(self, rows: pl.DataFrame) -> None:
        """Write rows to the files of their people; those without a person go into the first piece."""
        people = _hashes(rows)
        self._people.append(people)
        self._numbers.append(hashed(rows["member_no"]))
        parts = rows.with_columns(_piece=(people % PIECES).fill_null(0)).partition_by(
            "_piece", as_dict=True, include_key=False
        )
        for (number,), part in parts.items():
            path = self._folder / f"{number}-{len(self._people)}.arrow"
            part.write_ipc(path, compression="lz4")
            self._of[int(number)].append(path)

    def read(self, number: int, schema: Mapping[str, pl.DataType] = ROSTER_SCHEMA) -> pl.DataFrame:
        """Return the rows of a piece."""
        parts = [pl.read_ipc(path, columns=list(schema)) for path in self._of[number]]
        return pl.concat(parts) if parts else pl.DataFrame(schema=dict(schema))

    def repeated(self) -> pl.DataFrame:
        """Return the rows whose person or number occurs more than once, with where they stood."""
        twice = [occur_twice(pl.concat(hashes)).implode() for hashes in (self._people, self._numbers)]
        self._people, self._numbers = [], []
        found = []
        for number in range(PIECES):
            rows = self.read(number, ROSTER_SCHEMA | ORIGIN_SCHEMA)
            kept = _hashes(rows).is_in(twice[0]) | hashed(rows["member_no"]).is_in(twice[1])
            found.append(rows.filter(kept.fill_null(value=False)))
        return pl.concat(found)


def _hashes(rows: pl.DataFrame) -> pl.Series:
    return hashed(rows["person_key"])
