"""How the database answers: what is asked while something is done, how often and how long, and by which plan."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

READS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE \w|DELETE FROM|FOR UPDATE|FOR NO KEY|pg_advisory|set_config|nextval)\b")
READ_WHOLE = re.compile(r"Seq Scan on (\w+)(.*?)(?=->|\Z)", re.DOTALL)
KEPT, REMOVED = re.compile(r"actual [^)]*rows=([\d.]+)"), re.compile(r"Rows Removed by Filter: (\d+)")
# Tables in which a year stands in a partition of its own, and the temporary ones, count under one name.
OF_A_YEAR = re.compile(r"_(?:\d{4}|before)$")
VALUE = re.compile(r"'((?:[^']|'')*)'")
LONGEST = 40  # characters of a value that are shown
LARGE = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = 'public' AND relkind = 'r' AND reltuples >= %s
"""


@dataclass
class Asked:
    """One query: how often it was asked, for how many seconds in all, where; the parameters of its slowest time."""

    sql: str
    count: int = 0
    seconds: float = 0.0
    slowest: float = -1.0
    parameters: Any = None
    places: set[str] = field(default_factory=set)


@dataclass
class Watch:
    """What was asked of the database while it watched; `place` is set by whoever does what is watched."""

    asked: dict[str, Asked] = field(default_factory=lambda: defaultdict(lambda: Asked("")))
    place: str = ""

    def busiest(self, count: int, *, tables: set[str]) -> list[Asked]:
        """Return the queries that took the database longest in all, of those that name one of the tables."""
        named = {OF_A_YEAR.sub("", table) for table in tables}
        asked = [one for one in self.asked.values() if not named.isdisjoint(re.findall(r"\w+", one.sql))]
        return sorted(asked, key=lambda one: -one.seconds)[:count]


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch what this thread reads from the database."""
    watch = Watch()

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Mapping[str, Any]) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            taken = time.perf_counter() - start
            sql = sql if isinstance(sql, str) else sql.as_string(None)
            if reads(sql):
                one = watch.asked[short(sql)]
                one.sql, one.count, one.seconds = sql, one.count + 1, one.seconds + taken
                one.places.add(watch.place)
                if taken > one.slowest:
                    one.slowest, one.parameters = taken, parameters

    with connection.execute_wrapper(note):
        yield watch


def reads(sql: str) -> bool:
    """Say whether a statement reads tables and does nothing else, so that it may be asked once more."""
    return bool(READS.match(sql)) and " FROM " in " ".join(sql.split()) and not WRITES.search(sql)


def short(sql: str) -> str:
    """Write a query on one line, lists of parameters as one."""
    return re.sub(r"\((?:%s, )+%s\)", "(%s, …)", " ".join(str(sql).split()))


def plan_of(sql: str, parameters: Any, *, analyse: bool) -> str:
    """Return the plan of a query as text; with `analyse` it is carried out, and what that took stands in it."""
    how = "ANALYZE, BUFFERS" if analyse else "COSTS OFF"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}) {sql}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return VALUE.sub(lambda found: found[0] if len(found[1]) <= LONGEST else "'…'", plan)


def large_tables(*, rows: int) -> set[str]:
    """Return the names of tables, partitions included, of which the planner knows at least so many rows."""
    with connection.cursor() as cursor:
        cursor.execute(LARGE, [rows])
        return {name for (name,) in cursor.fetchall()}


def read_whole(plan: str, large: set[str]) -> set[str]:
    """Return the large tables that a plan reads from one end to the other; partitions under the name of their table.

    Where the plan was carried out, those from which most was needed do not count: an index would not help there.
    """
    return {OF_A_YEAR.sub("", name) for name, told in READ_WHOLE.findall(plan) if name in large and _thrown_away(told)}


def _thrown_away(told: str) -> bool:
    kept, removed = KEPT.search(told), REMOVED.search(told)
    return kept is None or (removed is not None and float(removed[1]) > float(kept[1]))
