"""Which column is which: vocabularies from `policies/feeds`, compared with the first rows of a table."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tomllib import loads

from jishiyu.engine.files.problems import ColumnsMissing, ColumnTwice
from jishiyu.engine.files.tables import Picked, Row, Table

FEEDS = Path(__file__).parents[2] / "policies" / "feeds"
_UNIT = re.compile(r"[(\[](?:元|人民币元|yuan|rmb)[)\]]$")
_ENOUGH = 3  # one or two known words may stand in any row
_SEEN = 1000
_LONG_NUMBER = re.compile(r"[0-9]{6,}")


@dataclass(frozen=True)
class Vocabulary:
    """All headings of one kind of file: by folded heading the field, the orders of files without headings."""

    headings: dict[str, str] = field(default_factory=dict)
    otherwise: dict[str, str] = field(default_factory=dict)
    orders: dict[int, tuple[str, ...]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def knows(self, row: Row) -> int:
        """Return how many cells of a row are headings of this vocabulary."""
        folded = [fold_heading(cell) for cell in row.cells]
        return sum(heading in self.headings or heading in self.otherwise for heading in folded)

    def knows_table(self, table: Table) -> bool:
        """Return whether one of the first rows is a heading row of this vocabulary."""
        return any(self.knows(row) >= _ENOUGH for row in table.lead)

    def pick(self, table: Table, needed: Sequence[str]) -> Picked:
        """Return where the fields stand in a table: in its heading row, or in a documented order without one.

        Raises `ColumnsMissing` when a needed field has no column, `ColumnTwice` when one has several.
        """
        first = table.lead[0]
        heading = max(table.lead, key=lambda row: (self.knows(row), -row.line))
        if table.named:
            heading = first
        elif not self.knows_table(table):
            if len(first.cells) in self.orders:
                return self._in_order(first)
            heading = first
        columns = self._columns(table.name, heading)
        missing = [self.words.get(name, name) for name in needed if name not in columns]
        if missing:
            # Without a heading row the first row may hold people's numbers.
            seen = ", ".join(_LONG_NUMBER.sub("***", cell.strip()) or "-" for cell in heading.cells)
            raise ColumnsMissing(file=table.name, missing="; ".join(missing), seen=seen[:_SEEN])
        return Picked(columns, heading.line, len(heading.cells))

    def _in_order(self, row: Row) -> Picked:
        order = self.orders[len(row.cells)]
        folded = [fold_heading(heading) for heading in order]
        columns = {self.headings[heading]: at for at, heading in enumerate(folded) if heading in self.headings}
        return Picked(columns, 0, len(order))

    def _columns(self, file: str, row: Row) -> dict[str, int]:
        places: dict[str, list[int]] = {}
        spare: dict[str, list[int]] = {}
        for at, cell in enumerate(row.cells):
            heading = fold_heading(cell)
            if heading in self.headings:
                places.setdefault(self.headings[heading], []).append(at)
            elif heading in self.otherwise:
                spare.setdefault(self.otherwise[heading], []).append(at)
        found = spare | places
        for name, several in found.items():
            if len(several) > 1:
                headings = ", ".join(row.cells[at].strip() for at in several)
                raise ColumnTwice(file=file, field=self.words.get(name, name), headings=headings)
        return {name: several[0] for name, several in found.items()}


def fold_heading(text: str) -> str:
    """Return a heading without case, spaces, underscores, full-width forms and a unit in brackets."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(c for c in folded if not c.isspace() and c not in "_\ufeff\u200b*'\"")
    return _UNIT.sub("", folded)


@cache
def vocabulary(reads: str) -> Vocabulary:
    """Return the vocabularies of `policies/feeds` for one kind of file (`settlements`, `roster`) as one."""
    merged = Vocabulary()
    for path in sorted(FEEDS.glob("*.toml")):
        data = loads(path.read_text(encoding="utf-8"))
        if data["reads"] != reads:
            continue
        for name, headings in data.get("fields", {}).items():
            merged.headings.update({fold_heading(heading): name for heading in headings})
            merged.words[name] = " / ".join([*merged.words.get(name, "").split(" / "), headings[0]]).strip(" /")
        for name, headings in data.get("otherwise", {}).items():
            merged.otherwise.update({fold_heading(heading): name for heading in headings})
        if order := data.get("order"):
            merged.orders[len(order)] = tuple(order)
        merged.values.update(data.get("values", {}))
    return merged
