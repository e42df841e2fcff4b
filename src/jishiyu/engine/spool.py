"""Lines that may be more than memory holds: cut by person into pieces that are worked on one after the other.

Every rule looks at one person's lines, but lines tie people together: one settlement number, one undoing, one stay
for two people. Everybody so tied goes into a last piece of their own, so each piece holds all that its people need
and the result is the same however the lines are cut.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from jishiyu.engine.keys import PIECES, hashed, occur_twice

if TYPE_CHECKING:
    from jishiyu.engine.cut_roster import CutRoster

PIECE_ROWS = 2_000_000
_PUT_ROWS = 500_000  # so many at a time, so that there are few files


@dataclass
class Piece:
    """All lines of some people in order of arrival; `number` is None for the tied, `people` their hashes."""

    _lines: pl.DataFrame | None
    number: int | None
    people: pl.Series | None

    @property
    def whole(self) -> bool:
        """Return whether this is the only piece."""
        return self.number is None and self.people is None

    def take(self) -> pl.DataFrame:
        """Return the lines and let go of them: what is left of a million wide rows is little."""
        assert self._lines is not None, "a piece is taken once"
        lines, self._lines = self._lines, None
        return lines

    def members(self, roster: "CutRoster") -> pl.DataFrame:
        """Return the part of a roster that can belong to this piece."""
        if self.people is not None:
            return roster.of_people(self.people)
        return roster.whole if self.number is None else roster.of_piece(self.number)


class Spool:
    """Takes checked lines and gives them back in pieces; small jobs stay in memory and are one piece.

    Lines get the column `arrival`, their place in the order in which they came. Files are written beside the reading of
    the next lines. Used as a context.
    """

    def __init__(self, scratch: Path | None = None, piece_rows: int = PIECE_ROWS) -> None:
        self._scratch, self._piece_rows = scratch, piece_rows
        self._held: list[pl.DataFrame] = []
        self._links: list[pl.DataFrame] = []
        self._files: list[list[Path]] = [[] for _ in range(PIECES)]
        self._folder: Path | None = None
        self._beside = ThreadPoolExecutor(1)
        self._putting: Future[None] | None = None
        self.rows = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, lines: pl.DataFrame) -> None:
        """Take the next lines."""
        lines = lines.with_columns(arrival=pl.int_range(self.rows, self.rows + lines.height, dtype=pl.Int64))
        self.rows += lines.height
        self._held.append(lines)
        if self._folder is None and self.rows > self._piece_rows:
            self._folder = Path(tempfile.mkdtemp(prefix=".lines.", dir=self._scratch))
        if self._folder is not None and sum(part.height for part in self._held) >= _PUT_ROWS:
            self._put_held(self._folder)

    def pieces(self, tied: Callable[[], pl.Series]) -> Iterator[Piece]:
        """Yield the pieces; `tied` tells the person keys that must come together, whatever their lines say."""
        if self._folder is None:
            held, self._held = self._held, []
            yield Piece(pl.concat(held), None, None)
            return
        self._put_held(self._folder)
        self._wait()
        together = pl.concat([self._tied(), hashed(tied())]).drop_nulls().unique()
        apart: list[pl.DataFrame] = []
        for number, files in enumerate(self._files):
            if not files:
                continue
            lines = pl.concat([pl.read_ipc(path) for path in files])
            people = hashed(lines["person_key"])
            goes = people.is_in(together.implode()) | people.is_null()
            apart.append(lines.filter(goes))
            piece = Piece(lines.filter(~goes), number, None)
            del lines
            yield piece
        yield Piece(pl.concat(apart).sort("arrival"), None, together)

    def _put_held(self, folder: Path) -> None:
        """Let what is held be written to files, many lines at a time, when what was held before is written."""
        self._wait()
        held, self._held = self._held, []
        if held:
            self._putting = self._beside.submit(self._put_all, held, folder)

    def _wait(self) -> None:
        """Wait until all that was to be written is written; raises what went wrong there."""
        if self._putting is not None:
            self._putting.result()

    def _put_all(self, held: list[pl.DataFrame], folder: Path) -> None:
        for lines in pl.concat(held).iter_slices(_PUT_ROWS):
            self._put(lines, folder)

    def _put(self, lines: pl.DataFrame, folder: Path) -> None:
        """Write lines to the files of their people's pieces and remember what ties people together."""
        people = hashed(lines["person_key"])
        self._links.append(pl.DataFrame({"person": people, **links(lines)}))
        parts = lines.with_columns(_piece=(people % PIECES).fill_null(0)).partition_by(
            "_piece", as_dict=True, include_key=False
        )
        for (number,), part in parts.items():
            path = folder / f"{number}-{len(self._links)}.arrow"
            part.write_ipc(path, compression="uncompressed")
            self._files[int(number)].append(path)

    def _tied(self) -> pl.Series:
        """Return the hashes of people who share a settlement number, an undoing or a stay with somebody."""
        found = pl.concat(self._links)
        self._links = []
        undoing = found.lazy().filter(pl.col("undoes").is_not_null()).select("person", key="undoes").collect()
        named = pl.concat([found.select("person", key="settlement"), undoing])
        return pl.concat([_shared(named), _shared(found.select("person", key="stay"))])


def links(lines: pl.DataFrame) -> dict[str, pl.Series]:
    """This function will return hashes of what each line names and so ties people by: `settlement`, `undoes`, `stay`."""
    return {
        "settlement": hashed(lines["settlement_id"]),
        "undoes": hashed(lines["undoes"]),
        "stay": lines.select(pl.struct("hospital_code", "visit_id").hash(seed=5)).to_series(),
    }


def _shared(named: pl.DataFrame) -> pl.Series:
    """Return the people of every key that more than one person has."""
    twice = named.filter(named["key"].is_in(occur_twice(named["key"]).implode()))
    people = twice.group_by("key").agg(people=pl.col("person").n_unique())
    return twice.join(people.filter(pl.col("people") > 1), on="key", how="semi")["person"].unique()
