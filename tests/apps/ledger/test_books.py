"""The books: every entry once, always in balance, never changed, and checked by a program that is not ours."""

import subprocess
import sysconfig
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.apps.ledger.beancount import account_names, export, yuan
from jishiyu.apps.ledger.chart import RULES, Kind, Role
from jishiyu.apps.ledger.models import Entry
from jishiyu.apps.ledger.operations import Selected, appropriate, post_entries, post_owed
from jishiyu.apps.ledger.problems import AmountNotPositive, EntryDiffers, KeyTwice, ReferenceMissing
from jishiyu.apps.ledger.queries import balance_of, balances, trial_balance_fen, unbalanced_entries

DAY = date(2025, 3, 15)
POLICY = "changchun.hospital"
BEAN_CHECK = Path(sysconfig.get_path("scripts")) / "bean-check"


def settle_now() -> None:
    """Run the deferred constraints as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def run_and_settle(statement: str) -> None:
    """Run a statement and then what a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement)
    settle_now()


def fill_books() -> None:
    appropriate(amount_fen=1_000_000_00, reference='市总财〔2025〕"3"号', on=date(2025, 1, 2))
    post_owed(rows=[(1, POLICY, 12_160_00), (2, POLICY, 75_01), (3, "changchun.fire", 5_000_00)], on=DAY)
    post_entries(kind=Kind.SENT, rows=[(1, POLICY, 12_160_00), (2, POLICY, 75_01)], on=DAY)
    post_entries(kind=Kind.PAID, rows=[(1, POLICY, 12_160_00)], on=date(2025, 3, 17))
    post_entries(kind=Kind.FAILED, rows=[(2, POLICY, 75_01)], on=date(2025, 3, 17))
    post_entries(kind=Kind.RETURNED_LATE, rows=[(1, POLICY, 12_160_00)], on=date(2025, 3, 20))


@pytest.mark.django_db
def test_the_same_entry_twice_is_in_the_books_once() -> None:
    rows = [(1, POLICY, 100), (2, POLICY, 200)]
    assert post_owed(rows=rows, on=DAY) == 2
    assert post_owed(rows=[*rows, (3, POLICY, 300)], on=DAY) == 1
    assert balance_of(role=Role.EXPENSE) == 600
    assert balance_of(role=Role.OWED) == -600
    assert Entry.objects.filter(key="entitlement:1:owed").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([(1, POLICY, 101)], EntryDiffers),
        ([(1, "changchun.fire", 100)], EntryDiffers),
        ([(2, POLICY, 5), (2, POLICY, 5)], KeyTwice),
        ([(2, POLICY, 0)], AmountNotPositive),
        ([(2, POLICY, -5)], AmountNotPositive),
    ],
)
def test_what_cannot_be_right_is_not_posted(rows: list[tuple[int, str, int]], problem: type[Exception]) -> None:
    post_owed(rows=[(1, POLICY, 100)], on=DAY)
    with pytest.raises(problem):
        post_owed(rows=rows, on=DAY)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_rows_may_come_from_the_database() -> None:
    source = Selected("SELECT n, 'p', n * 100 FROM generate_series(%(a)s, %(b)s) AS n", {"a": 1, "b": 3})
    assert post_owed(rows=source, on=DAY) == 3
    assert balance_of(role=Role.OWED, policy="p") == -600


@pytest.mark.django_db
def test_an_appropriation_is_known_by_its_document() -> None:
    assert appropriate(amount_fen=500, reference="1号", on=DAY)
    assert not appropriate(amount_fen=500, reference=" 1号", on=DAY)
    with pytest.raises(EntryDiffers):
        appropriate(amount_fen=501, reference="1号", on=DAY)
    assert appropriate(amount_fen=-200, reference="1号", on=DAY)
    assert (balance_of(role=Role.BANK), balance_of(role=Role.FUND)) == (300, -300)
    with pytest.raises(ReferenceMissing):
        appropriate(amount_fen=1, reference=" ", on=DAY)
    with pytest.raises(AmountNotPositive):
        appropriate(amount_fen=0, reference="2号", on=DAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        "INSERT INTO ledger_entry (key, kind, happened_on) VALUES ('alone', 'owed', '2025-01-01')",
        "INSERT INTO ledger_posting (entry_id, account_id, amount_fen)"
        " SELECT min(entry_id), (SELECT id FROM ledger_account WHERE role = 'bank'), 1 FROM ledger_posting",
        "INSERT INTO ledger_posting (entry_id, account_id, amount_fen) SELECT 999999, id, 1 FROM ledger_account"
        " WHERE role = 'bank'",
        "INSERT INTO ledger_posting (entry_id, account_id, amount_fen) SELECT min(entry_id), 999999, 1"
        " FROM ledger_posting",
        "UPDATE ledger_posting SET amount_fen = amount_fen + 1",
        "UPDATE ledger_entry SET happened_on = '2024-01-01'",
        "DELETE FROM ledger_posting",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_run",
        "TRUNCATE ledger_run",
    ],
)
def test_the_database_refuses_books_that_do_not_balance_and_any_change(wrong: str) -> None:
    fill_books()
    settle_now()
    with pytest.raises(IntegrityError), transaction.atomic():
        run_and_settle(wrong)
    assert trial_balance_fen() == 0
    assert unbalanced_entries() == []


@pytest.mark.django_db
def test_an_entry_may_be_written_in_two_steps_within_one_transaction() -> None:
    post_owed(rows=[(1, POLICY, 100)], on=DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_entry (key, kind, happened_on) VALUES ('x', 'owed', '2025-01-01') RETURNING id"
        )
        (entry,) = cursor.fetchone()
        for role, amount in (("expense", 5), ("owed", -5)):
            cursor.execute(
                "INSERT INTO ledger_posting (entry_id, amount_fen, account_id)"
                " SELECT %s, %s, id FROM ledger_account WHERE role = %s AND policy = %s",
                [entry, amount, role, POLICY],
            )
    settle_now()
    assert balance_of(role=Role.OWED) == -105


@pytest.mark.django_db
def test_balances_by_account_period_and_policy() -> None:
    fill_books()
    march = {(b.role, b.policy): b for b in balances(since=date(2025, 3, 16), until=date(2025, 3, 20))}
    bank = march["bank", ""]
    assert (bank.before_fen, bank.debit_fen, bank.credit_fen, bank.after_fen) == (
        1_000_000_00 - 12_235_01, 75_01, 0, 1_000_000_00 - 12_160_00,
    )  # fmt: skip
    owed = march["owed", POLICY]
    assert (owed.before_fen, owed.debit_fen, owed.after_fen) == (-12_235_01, 12_160_00, -75_01)
    assert {b.policy for b in balances(policy="changchun.fire")} == {"changchun.fire"}
    assert sum(b.after_fen for b in balances()) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_day", [False, True])
def test_an_independent_checker_accepts_the_export_and_not_a_changed_one(tmp_path: Path, *, by_day: bool) -> None:
    fill_books()
    lines = list(export(by_day=by_day))
    file = tmp_path / "fund.beancount"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "  Liabilities:OwedToMembers:Changchun:Hospital  -12160.00 CNY" in lines or by_day
    done = subprocess.run([BEAN_CHECK, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    for wrong in (("75.01 CNY", "75.02 CNY"), ("balance Assets:Bank  1", "balance Assets:Bank  2")):
        text = "\n".join(lines).replace(*wrong, 1) + "\n"
        assert text != file.read_text(encoding="utf-8")
        changed = tmp_path / "changed.beancount"
        changed.write_text(text, encoding="utf-8")
        done = subprocess.run([BEAN_CHECK, changed], capture_output=True, text=True, check=False)
        assert done.returncode != 0


@pytest.mark.django_db
def test_empty_books_export_as_nothing_but_their_options() -> None:
    assert len(list(export())) == 2


@given(st.sets(st.text("aAuUxX-.05é费", max_size=5), max_size=12))
def test_every_policy_has_an_account_of_its_own_with_a_legal_name(policies: set[str]) -> None:
    names = account_names([(Role.OWED, policy) for policy in policies])
    assert len(set(names.values())) == len(policies)
    for name in names.values():
        assert all(part[:1].isupper() or part[:1].isdigit() for part in name.split(":"))


def test_every_kind_of_entry_has_a_debit_and_a_credit() -> None:
    assert set(RULES) == set(Kind)
    assert all(rule.debit is not rule.credit for rule in RULES.values())


def test_amounts_are_written_with_two_decimals() -> None:
    assert [yuan(fen) for fen in (0, 1, -1, 15_230, -100)] == ["0.00", "0.01", "-0.01", "152.30", "-1.00"]
