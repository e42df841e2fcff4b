"""Into PostgreSQL: 100,000 new settlements, and a daily feed against three years of a city's history.

The database lives in `var/benchmarks/city` on the embedded server; its history of 3 M settlements is loaded once and
kept, so that the next run only measures.
"""

import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.data import FOLDER, feed_and_roster, more_lines

MEMBERS, HISTORY, PIECE, NEW, DAILY = 300_000, 3_000_000, 250_000, 100_000, 20_000
AS_OF = date(2026, 6, 30)


def main() -> dict[str, Any]:
    """This function will load what is missing, then measure; returns seconds, statements and counts."""
    os.environ["JISHIYU_HOME"] = str((FOLDER / "city").resolve())
    os.environ.pop("JISHIYU_DATABASE_URL", None)
    from jishiyu.conf.start import ready

    ready()
    _, roster = feed_and_roster(MEMBERS)
    _members(roster)
    first = not _lines()
    result: dict[str, Any] = {"new_lines": NEW}
    if first:  # a warm server, as on any working day
        _post(more_lines(roster, 1_000, 0))
    result["new_seconds"], result["new_statements"] = _measured(more_lines(roster, NEW, _start()))
    while _lines() < HISTORY:
        seconds, _ = _measured(more_lines(roster, PIECE, _start()))
        print(f"history: {_lines():,} settlements ({PIECE / seconds:,.0f}/s)", file=sys.stderr, flush=True)
    result["history_lines"] = _lines()
    result["daily_seconds"], result["daily_statements"] = _measured(more_lines(roster, DAILY, _start()))
    return result


def _members(roster: Path) -> None:
    """Load unions and members unless they are there."""
    import polars as pl
    from django.db import connection

    from jishiyu.apps.members.importing import check_roster, confirm_roster

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_membership")
        if cursor.fetchone()[0]:
            return
        codes = pl.read_parquet(roster, columns=["org_code"])["org_code"].unique().to_list()
        cursor.execute(
            "INSERT INTO orgs_union (code, name, kind, trade, district, uscc)"
            " SELECT code, '演示' || code, 'grassroots', '', '', '' FROM unnest(%s::text[]) AS code",
            [codes],
        )
    now = datetime.now(UTC)
    checked = check_roster(path=roster, as_of=AS_OF, by="officer", at=now)
    confirm_roster(import_id=checked.pk, by="officer", at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _lines() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_line")
        return int(cursor.fetchone()[0])


def _start() -> int:
    """Return a number from which settlements have not been named yet."""
    return 10_000_000 + _lines() * 2


def _post(path: Path) -> None:
    from jishiyu.apps.intake.operations import take_feed
    from jishiyu.apps.subsidies.operations import post_feed

    feed = take_feed(path=path, by="officer", as_of=AS_OF)
    post_feed(feed=feed, by="officer", on=AS_OF)
    path.unlink()


def _measured(path: Path) -> tuple[float, int]:
    """Post a feed; return seconds and the number of SQL statements."""
    from django.db import connection

    statements = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, parameters, many, context)

    start = time.perf_counter()
    with connection.execute_wrapper(count):
        _post(path)
    return time.perf_counter() - start, statements
