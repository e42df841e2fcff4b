"""The trail: appended in order, refused to change, and it shows what was done to it all the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.audit.operations import record
from jishiyu.apps.audit.queries import Break, Verdict, verify
from tests.apps.audit.tying import tie

NOW = datetime(2025, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)


def write(number: int = 3) -> None:
    for index in range(number):
        with transaction.atomic():
            record(by="li.na", action="batch.approve", record=f"batch {index}", details={"sum_fen": index}, at=NOW)
            tie()


def behind_the_back(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
def test_a_trail_left_alone_is_whole() -> None:
    write()
    verdict = verify()
    assert (verdict.rows, verdict.breaks) == (3, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_trail SET by = 'nobody'",
        "DELETE FROM audit_trail WHERE seq = 1",
        "TRUNCATE audit_trail",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_row(statement: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify().rows == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_trail SET details = '{\"sum_fen\":9}' WHERE seq = 2", [Break(2, "changed")]),
        ("UPDATE audit_trail SET at = at + interval '1 microsecond' WHERE seq = 2", [Break(2, "changed")]),
        ("UPDATE audit_trail SET by = 'wu.wei' WHERE seq = 3", [Break(3, "changed")]),
        ("DELETE FROM audit_trail WHERE seq = 2", [Break(2, "removed")]),
        ("DELETE FROM audit_trail WHERE seq = 1", [Break(1, "removed")]),
        ("DELETE FROM audit_trail WHERE seq IN (1, 2)", [Break(1, "removed", 2)]),
        ("UPDATE audit_trail SET by = 'wu.wei' WHERE seq IN (1, 2)", [Break(1, "changed", 2)]),
    ],
)
def test_names_the_row_that_was_changed_or_removed_behind_its_back(statement: str, found: list[Break]) -> None:
    write()
    behind_the_back(statement)
    assert verify().breaks == found


@pytest.mark.django_db
def test_a_rewritten_row_with_a_fresh_hash_breaks_the_link_to_the_next() -> None:
    write()
    behind_the_back("UPDATE audit_trail SET hash = sha256('x'), previous = previous WHERE seq = 2")
    assert verify().breaks == [Break(2, "changed"), Break(3, "relinked")]


@pytest.mark.django_db
def test_a_broken_row_says_what_it_claims_and_a_missing_one_what_stands_beside_it() -> None:
    write(4)
    behind_the_back("UPDATE audit_trail SET by = 'wu.wei' WHERE seq = 2")
    behind_the_back("DELETE FROM audit_trail WHERE seq = 3")
    changed, removed = verify().breaks
    claim = {"at": NOW.isoformat(), "by": "wu.wei", "action": "batch.approve", "record": "batch 1"}
    assert changed.claims == (claim,)
    assert [one["record"] for one in removed.claims] == ["batch 1", "batch 3"]


@pytest.mark.django_db
def test_a_cut_off_end_shows_against_the_head_that_was_noted() -> None:
    write()
    noted = verify()
    behind_the_back("DELETE FROM audit_trail WHERE seq = 3")
    assert verify().whole
    assert verify(expected_rows=noted.rows, expected_head=noted.head).breaks == [Break(3, "removed")]


@pytest.mark.django_db
def test_an_end_that_was_replaced_shows_against_the_head_that_was_noted() -> None:
    write()
    noted = verify()
    behind_the_back("DELETE FROM audit_trail WHERE seq = 3")
    with transaction.atomic():
        record(by="li.na", action="batch.approve", record="batch 7", details={}, at=NOW)
        tie()
    assert verify(expected_rows=noted.rows, expected_head=noted.head).breaks == [Break(3, "replaced")]


@pytest.mark.django_db
def test_refuses_an_identity_number_in_the_details() -> None:
    with pytest.raises(ValueError, match="identity number"):
        record(by="li.na", action="x", record="person 1", details={"no": "110101199003070011"}, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_refuses_to_write_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(by="li.na", action="x", record="person 1", details={}, at=NOW)


@pytest.mark.django_db
def test_a_row_that_was_kept_out_of_the_chain_is_found() -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with transaction.atomic():
            record(by="li.na", action="batch.approve", record="batch 9", details={}, at=NOW)
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert verify().breaks == [Break(4, "untied")]


@pytest.mark.django_db
def test_a_row_has_no_place_before_the_commit_and_any_words_get_one() -> None:
    with transaction.atomic():
        record(by="李娜", action="x", record="person 1", details={"为何": '引号"与\n换行 𬭎'}, at=NOW)
    assert Trail.objects.get().seq is None
    tie()
    assert verify() == Verdict(1, Trail.objects.get().hash.hex(), [])


@pytest.mark.django_db(transaction=True)
def test_two_who_write_early_and_lock_later_do_not_wait_for_each_other() -> None:
    """An operation inside another one writes its row before the outer one takes its locks."""
    account_rows = [create_account(name=name, full_name=name, by="root", at=NOW).pk for name in ("first", "second")]
    both_wrote = Barrier(2, timeout=20)

    def work(mine: int, other: int) -> None:
        try:
            with transaction.atomic():
                Account.objects.select_for_update().get(pk=mine)
                record(by="li.na", action="x", record=f"account {mine}", details={}, at=NOW)
                both_wrote.wait()
                Account.objects.filter(pk=mine).update(full_name=f"after {other}")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, account_rows, reversed(account_rows)))
    assert verify().whole
    assert Trail.objects.filter(action="x").count() == 2


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain() -> None:
    def work(_: int) -> None:
        try:
            write(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert verify().whole
    assert list(Trail.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
