"""Tie the rows of the trail before the commit, which a test that is rolled back never sees."""

from django.db import connection


def tie() -> None:
    """Give the rows written so far their places in the chain, as the commit does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_trail_tie IMMEDIATE")
        cursor.execute("SET CONSTRAINTS audit_trail_tie DEFERRED")
