"""Working the changes out again, and keeping answers: the only writing that asking for a figure does."""

from django.db import connection


def freshen() -> bool:
    """This function will work the changes out again for the stays whose facts have changed; return whether any fact had.

    One session works, others that ask meanwhile wait for it. docs/decisions/0164-figures-of-touched-stays.md
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT statistics_freshen()")
        return bool(cursor.fetchone()[0])


def keep(*, key: bytes, text: str, of_lines: bool) -> None:
    """This function will keep an answer until something changes; of two that come at once the first stays.

    One about lines of feeds is kept until something becomes of a line.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_answer (question_hash, rows, of_lines) VALUES (%s, %s, %s)"
            " ON CONFLICT (question_hash) DO NOTHING",
            [key, text, of_lines],
        )
