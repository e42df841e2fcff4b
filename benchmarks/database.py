"""Into PostgreSQL: 100,000 new settlements, and a daily feed against three years of a city's history.

The city is as dense as a real one: 1.5 M members with 300,000 settlements a year would make 0.9 M in three years; we
take 3 M, two for each member. Everything lives on an embedded server in `var/benchmarks`, in three databases:
`members` (the roster, made once), `new` (a copy of it without any settlement, made for each run) and `three_years` (a
copy with a million settlements of each of three years, taken in at the end of each; made once). Each run adds its daily
feed: stays that ended in the week before. What an older version of the code decided is decided anew when it is touched;
remove the database, or the folder, to begin again.
"""

import os
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.data import FOLDER, more_lines, roster_of

MEMBERS, HISTORY, PIECE, NEW, DAILY, WARM = 1_500_000, 3_000_000, 250_000, 100_000, 20_000, 1_000
YEARS = (2023, 2024, 2025)  # of the history
ROSTER = 1_000_000  # of a file where there are more members than a city has
AS_OF = date(2026, 6, 30)


def main(part: str) -> dict[str, Any]:
    """This function will do one part in a process of its own: `members`, `new` or `daily`.

    Returns wall seconds, processor seconds of ours and the server's process, statements, counts, load; `members` nothing.
    """
    from jishiyu.conf.database import EmbeddedServer

    home = (FOLDER / f"city-{MEMBERS}").resolve()
    os.environ["JISHIYU_HOME"] = str(home)
    server = EmbeddedServer(home)
    server.start()
    name = {"members": "members", "new": "new", "daily": "three_years"}[part]
    made = _database(server.url("postgres"), name, template=None if part == "members" else "members")
    os.environ["JISHIYU_DATABASE_URL"] = server.url(name)
    from jishiyu.conf.start import ready

    ready()
    roster = roster_of(MEMBERS)
    if part == "members":
        return load_members(roster)
    if part == "new":
        _post(more_lines(roster, WARM, 0))  # a warm server, as on any working day
        into_memory(home)
        return measured_feed(more_lines(roster, NEW, start_number()))
    while (stored := stored_lines()) < HISTORY:
        year = YEARS[stored * len(YEARS) // HISTORY]
        lines = more_lines(roster, PIECE, start_number(), begin=f"{year}-01-01", days=365)
        result = measured_feed(lines, date(year, 12, 31))
        print(f"history: {stored_lines():,} settlements, {result}", file=sys.stderr, flush=True)
    if made:
        vacuum()
    into_memory(home)
    week = more_lines(roster, DAILY, start_number(), begin=(AS_OF - timedelta(days=7)).isoformat(), days=7)
    return {"history_lines": stored_lines(), **measured_feed(week)}


def _database(url: str, name: str, *, template: str | None) -> bool:
    """Make a database unless it is there; `new` is made anew. Return whether it was made."""
    with psycopg.connect(url, autocommit=True) as connection:
        if name == "new":
            connection.execute("DROP DATABASE IF EXISTS new")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        like = sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + like)
        return True


def load_members(roster: Path) -> dict[str, Any]:
    """This function will load unions and members unless they are there."""
    import polars as pl
    from django.db import connection

    from jishiyu.apps.members.importing import check_roster, confirm_roster
    from jishiyu.apps.members.models import ImportState, RosterImport

    with connection.cursor() as cursor:
        codes = pl.read_parquet(roster, columns=["org_code"])["org_code"].unique().to_list()
        cursor.execute(
            "INSERT INTO orgs_union (code, name, kind, trade, district, uscc)"
            " SELECT code, '演示' || code, 'grassroots', '', '', '' FROM unnest(%s::text[]) AS code"
            " ON CONFLICT DO NOTHING",
            [codes],
        )
    there = set(RosterImport.objects.filter(state=ImportState.CONFIRMED).values_list("file_name", flat=True))
    for path in _pieces(roster):
        if path.name in there:
            continue
        now = datetime.now(UTC)
        checked = check_roster(path=path, as_of=AS_OF, by="officer", at=now)
        confirm_roster(import_id=checked.pk, by="officer", at=now)
        vacuum()
    return {}


def _pieces(roster: Path) -> list[Path]:
    """Cut a roster of millions into files as cities bring them."""
    import polars as pl

    rows = pl.scan_parquet(roster).select(pl.len()).collect().item()
    if rows <= MEMBERS:
        return [roster]
    paths = [roster.with_name(f"roster-{start}.parquet") for start in range(0, rows, ROSTER)]
    for number, path in enumerate(paths):
        pl.scan_parquet(roster).slice(number * ROSTER, ROSTER).sink_parquet(path)
    return paths


def vacuum() -> None:
    """This function will do at once what the server's own housekeeping does within minutes of a load."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def into_memory(home: Path) -> None:
    """This function will read the files of the database once, so that the system holds them.

    As on a server that has been up for a day: what is measured is the feed, not how fast this machine's disk finds a hundred thousand single pages.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (number,) = cursor.fetchone()
    for path in (home / "postgres" / "base" / str(number)).iterdir():
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def stored_lines() -> int:
    """This function will count the lines of all feeds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(line_count), 0) FROM intake_feed")
        return int(cursor.fetchone()[0])


def start_number() -> int:
    """This function will return a number from which settlements have not been named yet."""
    return 10_000_000 + stored_lines() * 2


def _post(path: Path, on: date = AS_OF) -> None:
    from jishiyu.apps.intake.operations import take_feed
    from jishiyu.apps.subsidies.operations import post_feed

    feed = take_feed(path=path, by="officer", as_of=on)
    post_feed(feed=feed, by="officer", on=on)
    path.unlink()


def measured_feed(path: Path, on: date = AS_OF) -> dict[str, Any]:
    """This function will post a feed and return wall seconds, processor seconds of both processes, statements, load."""
    from django.db import connection

    connection.ensure_connection()
    server = connection.connection.info.backend_pid
    statements = 0

    def count(execute: Any, query: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(query, parameters, many, context)

    start, before = time.perf_counter(), processor(server)
    with connection.execute_wrapper(count):
        _post(path, on)
    return {
        "seconds": time.perf_counter() - start,
        "processor": processor(server) - before,
        "statements": statements,
        "load": os.getloadavg()[0],
    }


def processor(server: int) -> float:
    """This function will return the seconds that this process and the server process that works for it have computed so far."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    theirs = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[11:13]
    return mine.ru_utime + mine.ru_stime + sum(map(int, theirs)) / os.sysconf("SC_CLK_TCK")
