"""What the planner of PostgreSQL knows of tables, kept up to date where a load changes much of it at once."""

from django.db import connection

ONLY_SINCE = 180_000  # the version of PostgreSQL from which on a table can be looked at without each partition anew
GREW_MUCH = "SELECT %s > 0.25 * greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass"


def look_at_grown(*, table: str, year: int, rows: int, columns: str = "") -> None:
    """This function will let the planner look at a table and a year of it where so many new rows are much beside the old.

    Autovacuum comes a minute later, and looks at years alone: what is known of the whole, by which joins are planned,
    is from here and from the night.
    """
    for name in (table, f"{table}_{year}"):
        if grew_much(table=name, rows=rows):
            look_at(name, columns=columns)


def grew_much(*, table: str, rows: int) -> bool:
    """This function will tell whether so many new rows of a table are much beside what the planner knows of."""
    with connection.cursor() as cursor:
        cursor.execute(GREW_MUCH, [rows, table])
        return bool(cursor.fetchone()[0])


def look_at(*tables: str, columns: str = "") -> None:
    """This function will let the planner look at tables; at one that is kept by year only as a whole."""
    with connection.cursor() as cursor:
        only = "ONLY " if cursor.connection.info.server_version >= ONLY_SINCE else ""
        for table in tables:
            cursor.execute(f"ANALYZE {only}{table} {columns}")
