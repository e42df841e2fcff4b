"""A database that was filled before tables were kept by year is carried over, and goes on where it was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jishiyu.apps.subsidies.models import DECISION_STEP
from jishiyu.apps.tables.years import FEED_STEP
from tests.apps.subsidies.situations import FEED, enrol, load, member, reversal, stay, write

NAME = "carried_over"
# Everything as it is today, but lines and decisions as they were, and what came upon them later.
AS_IT_WAS = """
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
old = {
    "intake": "0005_breaks", "subsidies": "0009_heir", "statistics": "0003_row_security",
    "people": "0005_find_by_contact", "members": "0009_shared_planned_for_the_many",
}
executor = MigrationExecutor(connection)
executor.migrate([(app, old.get(app, name)) for app, name in executor.loader.graph.leaf_nodes()])
"""
CARRY_OVER = """
from jishiyu.conf.start import ready
ready()
"""
# The day after: a reversal of what was decided before, and the same stay once more.
GO_ON = """
import sys
from datetime import date
from pathlib import Path
from jishiyu.conf.start import ready
ready()
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.subsidies.operations import post_feed
from tests.apps.subsidies.situations import check_books, newest
post_feed(feed=take_feed(path=Path(sys.argv[1]), by="li.na", as_of=date(2026, 1, 2)), by="li.na")
check_books()
print(newest("V1").seq, newest("V1").payable_fen)
"""
# Numbers as they were given out then: 1, 2, 3, ...
NUMBERED = {
    "feed_id": f"feed_id % {FEED_STEP}", "decision_id": f"decision_id % {DECISION_STEP}",
    "intake_feed.id": f"id % {FEED_STEP}", "subsidies_decision.id": f"id % {DECISION_STEP}",
}  # fmt: skip
APPS = ("orgs", "people", "members", "intake", "subsidies", "ledger", "audit")
TABLES = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND split_part(table_name, '_', 1) = ANY(%s)
GROUP BY table_name ORDER BY table_name
"""
NUMBERS = """
SELECT table_name::text, pg_get_serial_sequence(table_name, 'id') FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES' AND split_part(table_name, '_', 1) = ANY(%s)
"""
COUNTED = ("intake_feed", "intake_line", "intake_fate", "intake_link", "subsidies_decision", "subsidies_entitlement")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    server = make_conninfo(database_url, dbname="postgres")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    yield make_conninfo(database_url, dbname=NAME)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def run(program: str, url: str, *arguments: str) -> str:
    """Run a program on another database, in a process of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env={**os.environ, "JISHIYU_DATABASE_URL": url},
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def copy_all(target: psycopg.Connection[tuple[object, ...]]) -> None:
    """Copy every row of this test's database, with numbers as they were given out in former times."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relispartition")
        parts = {name for (name,) in cursor.fetchall()}
        target.execute("SET session_replication_role = replica")
        for table, columns in target.execute(TABLES, [list(APPS)]).fetchall():
            assert isinstance(columns, list)
            assert table not in parts
            given = [NUMBERED.get(f"{table}.{name}", NUMBERED.get(name, f'"{name}"')) for name in columns]
            read = f"COPY (SELECT {', '.join(given)} FROM {table}) TO STDOUT"
            with cursor.copy(read) as source, target.cursor().copy(f"COPY {table} FROM STDIN") as sink:
                for piece in source:
                    sink.write(piece)
        for table, name in target.execute(NUMBERS, [list(APPS)]).fetchall():
            target.execute(sql.SQL("SELECT setval({}, max(id)) FROM {}").format(name, sql.Identifier(str(table))))
    target.commit()


def counted(url: str) -> list[int]:
    with psycopg.connect(url) as target:
        return [int(target.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in COUNTED]  # type: ignore[index]


def test_an_older_database_is_carried_over_whole_and_goes_on(tmp_path: Path, empty: str) -> None:
    enrol(tmp_path, member(1), member(2))
    first = stay(1, "1", "20000.00")
    load(tmp_path, "a", first, stay(2, "2", "6000.00"))
    load(tmp_path, "b", stay(1, "1", "25000.00", setl_id="S1c"), stay(1, "3", "7000.00"))
    run(AS_IT_WAS, empty)
    with psycopg.connect(empty) as target:
        copy_all(target)
    before = counted(empty)
    assert 0 not in before[:3]
    run(CARRY_OVER, empty)
    assert counted(empty) == before
    with psycopg.connect(empty) as target:
        stands = target.execute(
            "SELECT (SELECT count(*) FROM intake_line_before), (SELECT count(*) FROM subsidies_decision_before),"
            " (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confrelid = 'subsidies_decision'::regclass"
            "  AND convalidated AND conparentid = 0)"
        ).fetchone()
    assert stands == (before[1], before[4], 2)  # recoveries and cases point to it as they did
    path = write(tmp_path / "c.csv", FEED, [reversal(first)])
    assert run(GO_ON, empty, str(path)) == "3 75000"
