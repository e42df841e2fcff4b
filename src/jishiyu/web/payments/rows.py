"""Lists whose names and accounts are opened by the page, never row by row, and masked at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from jishiyu.web.components.listing import Listing
from jishiyu.web.components.rows import CHUNK, QueryRows, Rows

Attach = Callable[[Sequence[Any]], None]


class Prepared(QueryRows):
    """Rows that get more from other tables, a page (or a part of an export) at a time."""

    def __init__(self, query: QuerySet[Any], attach: Attach) -> None:
        super().__init__(query)
        self.attach = attach

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Any]:
        """Return one page."""
        rows = super().page(start, size, order)
        self.attach(rows)
        return rows

    def walk(self, order: Sequence[str]) -> Iterator[Any]:
        """Walk through all of them."""
        walked = super().walk(order)
        while rows := list(islice(walked, CHUNK)):
            self.attach(rows)
            yield from rows


@dataclass(frozen=True)
class PreparedListing(Listing):
    """A list of `Prepared` rows."""

    attach: Attach = lambda rows: None

    def rows(self, narrowed: Any) -> Rows:
        """Return the rows with what they get."""
        return Prepared(narrowed, self.attach)
