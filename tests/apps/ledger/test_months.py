"""The months of the fund, and the sums that they and all balances are read from."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from jishiyu.apps.ledger.chart import Kind, Role
from jishiyu.apps.ledger.operations import appropriate, post_entries, post_owed, post_recovery_claim
from jishiyu.apps.ledger.queries import Month, balance_of, months, sums_that_differ

pytestmark = pytest.mark.django_db
POLICY = "changchun.hospital"
TODAY = date(2025, 12, 31)


def spend(fen: int, *, days_ago: int, number: int) -> None:
    post_owed(rows=[(number, POLICY, fen)], on=TODAY - timedelta(days=days_ago))


def give(fen: int) -> None:
    appropriate(amount_fen=fen, reference="市总财〔2025〕1号", on=date(2025, 1, 1))


def test_months_show_what_came_what_was_owed_and_what_stood_at_the_bank() -> None:
    appropriate(amount_fen=900_000, reference="一", on=date(2025, 1, 15))
    post_owed(rows=[(1, POLICY, 300_000), (2, "changchun.fire", 50_000)], on=date(2025, 2, 28))
    post_entries(kind=Kind.SENT, rows=[(1, POLICY, 300_000)], on=date(2025, 3, 1))
    post_entries(kind=Kind.PAID, rows=[(1, POLICY, 300_000)], on=date(2025, 3, 2))
    post_recovery_claim(rows=[(1, POLICY, 20_000)], on=date(2025, 3, 31))
    appropriate(amount_fen=-100_000, reference="二", on=date(2025, 3, 31))
    post_entries(kind=Kind.RETURNED_LATE, rows=[(1, POLICY, 300_000)], on=date(2025, 4, 1))
    assert months(since=date(2025, 1, 1), until=date(2025, 5, 1)) == [
        Month(date(2025, 1, 1), 900_000, 0, 0, 0, 900_000),
        Month(date(2025, 2, 1), 0, 350_000, 0, 0, 900_000),
        Month(date(2025, 3, 1), -100_000, 0, 20_000, 300_000, 500_000),
        Month(date(2025, 4, 1), 0, 0, 0, -300_000, 800_000),
    ]


def test_kept_sums_are_those_of_the_postings() -> None:
    give(900_000)
    post_owed(rows=[(number, POLICY, number) for number in range(1, 50)], on=TODAY)
    post_owed(rows=[(number, POLICY, number) for number in range(30, 90)], on=TODAY)
    assert sums_that_differ() == []
    assert balance_of(role=Role.EXPENSE) == sum(range(1, 90))


def test_a_sum_that_was_tampered_with_is_named() -> None:
    give(900_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_movement (account_id, happened_on, kind, debit_fen, credit_fen, entries)"
            " SELECT id, '2025-01-01', 'appropriation', 1, 0, 1 FROM ledger_account WHERE role = 'bank'"
        )
    assert sums_that_differ() == ["bank  2025-01-01 appropriation"]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_movement SET debit_fen = 0")


def test_books_from_before_the_sums_are_summed_the_same_way() -> None:
    from importlib import import_module

    fill = import_module("jishiyu.apps.ledger.migrations.0003_movement").FILL.format(postings="ledger_posting")
    give(900_000)
    spend(5_000, days_ago=3, number=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "CREATE TEMPORARY TABLE kept AS SELECT account_id, happened_on, kind, debit_fen, credit_fen, entries FROM ledger_movement"
        )
        cursor.execute("DELETE FROM ledger_movement")
        cursor.execute(fill)
        cursor.execute(
            "SELECT account_id, happened_on, kind, debit_fen, credit_fen, entries FROM ledger_movement"
            " EXCEPT ALL SELECT * FROM kept"
        )
        assert cursor.fetchall() == []
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert sums_that_differ() == []
