"""Databases that are made in a moment: copies of a prepared one, and a fingerprint of all that stands in one."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

# A table without rows says nothing (NULL), and a table without a page has none: most are not even asked. Parts of a table
# are tables of their own, so that the whole of them need not be.
ROWS = "SELECT {name} || ' ' || md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {table} t"
TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
LIVING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
# Nobody works: neither on a request nor on what comes in by COPY.
WORKING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
"""
# Of all databases of the server: as long as no transaction has come to its end, what others see is what it was. With the
# list of those that are open: the end of one is not seen by the highest number if a later one, the server's own look at its
# tables, ended before.
ENDED = "SELECT pg_current_snapshot()::text"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@dataclass
class Databases:
    """The databases of these tests on one server; `url` is any database there that we may connect to."""

    url: str
    _beside: "psycopg.Connection[tuple[object, ...]] | None" = None

    def of(self, name: str) -> str:
        """Return the connection string of a database."""
        return make_conninfo(self.url, dbname=name)

    def make(self, name: str, *, like: str | None = None) -> str:
        """Make a database, as a copy of another or empty, in the place of one that there was; return its URL."""
        self.remove(name)
        if like is not None:
            self.quiet(like)
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._server().execute(make.format(sql.Identifier(name), sql.Identifier(like or "template0")))
        return self.of(name)

    def remove(self, *names: str) -> None:
        """Remove databases."""
        for name in names:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            self._server().execute(drop.format(sql.Identifier(name)))

    def leave(self) -> None:
        """Close the connection to the server, because it goes down or is not needed any more."""
        if self._beside is not None:
            self._beside.close()

    def quiet(self, name: str) -> None:
        """Wait until nobody is connected: the server has noticed that its client is dead, and has given up its work."""
        self._until(LIVING, name, lambda count: count == 0, seconds=30)

    def at_rest(self, name: str) -> None:
        """Wait until the server has done what a client that stopped has asked for."""
        self._until(WORKING, name, lambda count: count == 0, seconds=30)

    def somebody_waits(self, name: str, *, seconds: float) -> bool:
        """Return whether within so many seconds a process comes to wait for a lock of another."""
        return self._until(WAITING, name, lambda count: count > 0, seconds=seconds, must=False)

    def ended(self) -> str:
        """Return a mark that changes whenever a transaction that wrote something ends."""
        row = self._server().execute(ENDED).fetchone()
        assert row is not None
        return str(row[0])

    def fingerprint(self, name: str) -> str:
        """Return one hash over every row of every table, all of one moment: tables are listed and read in one snapshot."""
        with psycopg.connect(self.of(name)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            tables = [table for (table,) in connection.execute(TABLES)]
            parts = [sql.SQL(ROWS).format(name=sql.Literal(t), table=sql.Identifier(t)) for t in tables]
            rows = [row for (row,) in connection.execute(sql.SQL(" UNION ALL ").join(parts))]
        return hashlib.sha256("\n".join(sorted(row for row in rows if row)).encode()).hexdigest()

    def _until(self, query: str, name: str, good: Callable[[int], bool], *, seconds: float, must: bool = True) -> bool:
        end = time.monotonic() + seconds
        while True:
            row = self._server().execute(query, [name]).fetchone()
            assert row is not None
            if good(int(str(row[0]))):
                return True
            if time.monotonic() > end:
                assert not must, f"{name}: {row[0]} after {seconds} s"
                return False
            time.sleep(0.002)

    def _server(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Return a connection to the server that is in none of these databases; one for all questions."""
        if self._beside is None or self._beside.closed:
            self._beside = psycopg.connect(self.of("postgres"), autocommit=True)
        return self._beside


def files_in(folder: Path) -> dict[str, str]:
    """Return the files of a folder by name with their SHA-256; a temporary file's process number is left out."""
    if not folder.exists():
        return {}
    return {
        ".".join(part for part in path.name.split(".") if not (path.name.startswith(".") and part.isdigit())):
            hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }  # fmt: skip
