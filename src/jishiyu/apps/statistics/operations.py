"""Working the changes out again, and keeping answers: the only writing that asking for a figure does."""

from django.db import connection


def freshen() -> bool:
    """This function will work the changes out again for the stays whose facts have changed; return whether any fact had.

    One session works, others that ask meanwhile wait for it. docs/decisions/0164-figures-of-touched-stays.md
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT statistics_freshen()")
        return bool(cursor.fetchone()[0])


def keep(*, key: bytes, text: str, edition: int, of_lines: bool) -> None:
    """This function will keep an answer until something changes; of two that come at once the newer edition stays.

    `edition` is what stood before it was worked out. One about lines of feeds is kept until something becomes of a line.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [key, text, edition, of_lines])


_KEEP = """
INSERT INTO statistics_answer AS kept (question_hash, rows, edition, of_lines) VALUES (%s, %s, %s, %s)
ON CONFLICT (question_hash) DO UPDATE SET rows = excluded.rows, edition = excluded.edition
WHERE kept.edition < excluded.edition
"""
