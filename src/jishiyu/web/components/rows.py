"""What a list shows, whatever it comes from: counted up to a limit, taken by the page, walked through for an export."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet

CHUNK = 2_000


class Rows(Protocol):
    """The rows of a list, filtered already."""

    def count(self, at_most: int) -> int:
        """Return how many there are, but stop counting at `at_most`."""

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Any]:
        """Return some rows in an order; empty: the order of the list itself."""

    def walk(self, order: Sequence[str]) -> Iterator[Any]:
        """Yield all rows without holding them."""


class QueryRows:
    """The rows of a query set; it must be ordered so that no two rows are equal (`-at`, `-id`)."""

    def __init__(self, query: QuerySet[Any]) -> None:
        self.query = query

    def count(self, at_most: int) -> int:
        """Count with a limit: a million rows are never counted for a page."""
        return self.query.order_by()[:at_most].count()

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Any]:
        """Return one page."""
        return list(self._ordered(order)[start : start + size])

    def walk(self, order: Sequence[str]) -> Iterator[Any]:
        """Walk with a cursor of the server."""
        yield from self._ordered(order).iterator(chunk_size=CHUNK)

    def _ordered(self, order: Sequence[str]) -> QuerySet[Any]:
        return self.query.order_by(*order, *self.query.query.order_by) if order else self.query


class ListRows:
    """Rows that are in memory already: short lists only."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows

    def count(self, at_most: int) -> int:
        """Count them."""
        return min(len(self.rows), at_most)

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Any]:
        """Return one page."""
        return self._ordered(order)[start : start + size]

    def walk(self, order: Sequence[str]) -> Iterator[Any]:
        """Walk through them."""
        yield from self._ordered(order)

    def _ordered(self, order: Sequence[str]) -> Sequence[Any]:
        rows = self.rows
        for key in reversed(order):
            rows = sorted(rows, key=attrgetter(key.lstrip("-")), reverse=key.startswith("-"))
        return rows


class SqlRows:
    """Rows of a query in SQL. `order` is the list's own order; the keys of `orders` are the columns to sort by.

    The text is ours; whatever a user typed goes into `parameters`.
    """

    def __init__(
        self, sql: str, parameters: Mapping[str, Any], *, order: str, make: Callable[..., Any],
        orders: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.sql, self.parameters, self.order, self.make = sql, dict(parameters), order, make
        self.orders = dict(orders or {})

    def count(self, at_most: int) -> int:
        """Count with a limit."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM ({self.sql} LIMIT %(at_most)s) found",  # noqa: S608  # our own text
                {**self.parameters, "at_most": at_most},
            )
            return int(cursor.fetchone()[0])

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Any]:
        """Return one page."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self.sql} ORDER BY {self._order(order)} LIMIT %(size)s OFFSET %(start)s",
                {**self.parameters, "size": size, "start": start},
            )
            return [self.make(*row) for row in cursor.fetchall()]

    def walk(self, order: Sequence[str]) -> Iterator[Any]:
        """Walk with a cursor of the server."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"{self.sql} ORDER BY {self._order(order)}", self.parameters)
            while rows := cursor.fetchmany(CHUNK):
                yield from (self.make(*row) for row in rows)

    def _order(self, order: Sequence[str]) -> str:
        known = [
            f"{self.orders[key.lstrip('-')]} {'DESC' if key.startswith('-') else 'ASC'} NULLS LAST"
            for key in order if key.lstrip("-") in self.orders
        ]  # fmt: skip
        return ", ".join([*known, self.order])
