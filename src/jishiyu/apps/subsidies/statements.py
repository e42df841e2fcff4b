"""Statements that are run for what they change, inside the transaction of an operation."""

from typing import Any

from django.db import connection


def execute(statement: str, parameters: Any = None) -> int:
    """This function will run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def value(statement: str, parameters: Any = None) -> Any:
    """This function will run a query and return the first value of its first row."""
    return first_row(statement, parameters)[0]


def first_row(statement: str, parameters: Any = None) -> tuple[Any, ...]:
    """This function will run a query and return its first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
