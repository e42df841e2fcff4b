"""A province in PostgreSQL: 10 M members and 30 M settlements of six years, as far as the disk allows.

`members` loads the roster, `settlements` the history in feeds of 250,000 lines, year after year, through the same
operations as any feed, and a daily feed at the end, with the time until the first figure afterwards; it stops, and says
so, before less than `KEEP` of the disk is free.
`pages` pays one settlement in twenty and goes through the console's pages with 20 people, as `benchmarks.console` does.
`plans` writes the plans of the busiest queries (`benchmarks.plans`). Everything is in `var/benchmarks/province-MEMBERS`;
each part goes on where it stopped. The sizes are those of JISHIYU_PROVINCE, "members,settlements".
"""

import os
import shutil
import sys
import time
from collections import defaultdict
from datetime import date
from typing import Any

from benchmarks.console import AS_OF, loaded, paid
from benchmarks.data import FOLDER, more_lines, roster_of
from benchmarks.database import (
    DAILY,
    PIECE,
    into_memory,
    load_members,
    measured_feed,
    start_number,
    stored_lines,
    vacuum,
)

ENVIRONMENT = "JISHIYU_PROVINCE"
YEARS = range(2021, 2027)
KEEP = 15 << 30
ASKED = 1.12  # rows of a roster for each member: invented people happen to share a number
PAID = 20  # one settlement of so many is paid
SIZES = """
SELECT relname, pg_total_relation_size(pg_class.oid), greatest(reltuples, 0)::bigint
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = 'public'
WHERE relkind = 'r' ORDER BY 2 DESC LIMIT 20
"""


def sizes() -> tuple[int, int]:
    """This function will return how many members and settlements are asked for."""
    members, _, settlements = os.environ.get(ENVIRONMENT, "10000000,30000000").partition(",")
    return int(members), int(settlements)


def main(part: str) -> dict[str, Any]:
    """This function will do one part in a process of its own: `members`, `settlements`, `pages` or `plans`."""
    from jishiyu.conf.database import EmbeddedServer

    members, settlements = sizes()
    home = (FOLDER / f"province-{members}").resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["JISHIYU_HOME"] = str(home)
    os.environ["JISHIYU_DATABASE_URL"] = EmbeddedServer(home).start()
    from jishiyu.conf.start import ready

    ready()
    roster = roster_of(int(members * ASKED))
    if part == "members":
        load_members(roster)
        return {"members": _count("members_membership"), "bytes": _size()}
    if part == "settlements":
        return _settlements(roster, settlements)
    if part == "pages":
        paid(home, settlements // PAID)
        into_memory(home)
        return loaded(home, roster)
    from benchmarks.plans import write_plans

    return write_plans(roster)


def _settlements(roster: Any, wanted: int) -> dict[str, Any]:
    """Load the history year by year until all is there or the disk is full, then post a daily feed."""
    seconds: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    full = False
    before, piece = stored_lines(), min(PIECE, wanted // len(YEARS) // 2)
    while stored_lines() < wanted and not (full := shutil.disk_usage(FOLDER).free < KEEP):
        year = YEARS[stored_lines() * len(YEARS) // wanted]
        path = more_lines(roster, piece, start_number(), begin=f"{year}-01-01", days=_days(year))
        done = measured_feed(path, min(date(year, 12, 31), AS_OF))
        seconds[year].append((piece, done["seconds"], done["processor"]))
        print(f"{stored_lines():,} settlements, {year}: {done}", file=sys.stderr, flush=True)
    if stored_lines() > before:
        vacuum()
    everything = _first_figure(everything=True)
    path = more_lines(roster, DAILY, start_number(), begin="2026-01-01", days=_days(2026))
    daily = measured_feed(path, AS_OF)
    return {
        "settlements": stored_lines(), "full": full, "bytes": _size(), "daily": daily, "tables": _tables(),
        "figures": {"everything": everything, "daily": _first_figure()},
        "years": {
            year: {"per_second": sum(n for n, _, _ in all_) / sum(s for _, s, _ in all_),
                   "processor_per_million": sum(p for _, _, p in all_) / sum(n for n, _, _ in all_) * 1e6}
            for year, all_ in seconds.items()
        },
    }  # fmt: skip


def _first_figure(*, everything: bool = False) -> dict[str, float]:
    """Return the seconds that whoever asks first waits: for the changes to be worked out, and for the main figures."""
    from jishiyu.apps.statistics.models import Touch
    from jishiyu.apps.statistics.operations import freshen
    from jishiyu.apps.statistics.queries import totals
    from jishiyu.apps.statistics.scope import Scope

    if everything:
        Touch.objects.create()
    start = time.perf_counter()
    assert freshen()
    worked_out = time.perf_counter()
    totals(Scope())
    found = {"working_out": worked_out - start, "asking": time.perf_counter() - worked_out}
    print(f"figures, {'everything' if everything else 'daily'}: {found}", file=sys.stderr, flush=True)
    return found


def _days(year: int) -> int:
    return (min(date(year, 12, 31), AS_OF) - date(year, 1, 1)).days


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _size() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _tables() -> list[tuple[str, int, int]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        return [(str(name), int(size), int(rows)) for name, size, rows in cursor.fetchall()]
