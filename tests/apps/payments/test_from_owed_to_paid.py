"""The way of a payment from owed to paid, and everything that may happen instead."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from jishiyu.apps.audit.queries import verify
from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.problems import FundTooSmall
from jishiyu.apps.ledger.queries import balance_of, trial_balance_fen
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Attempt, Batch, Signatory
from jishiyu.apps.payments.problems import (
    BatchNotReady,
    CheckerIsMaker,
    CheckerIsPayee,
    FileWouldDiffer,
    MemberUnknown,
    NothingToPay,
    NotReleasable,
    ReasonMissing,
    SignatoryUnknown,
    SignsAlready,
    WrongBank,
)
from jishiyu.apps.payments.queries import calls, disagreements, free_fen
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Entitlement
from jishiyu.banks import open_bank
from tests.apps.audit.tying import tie
from tests.apps.payments import fund
from tests.apps.payments.fund import BANK, CHECKER, CLERK, MAKER, NOW, TODAY, WHEN, Member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_agree() -> object:
    """After every test the ledger balances and agrees with the states, and the trail is whole."""
    fund.open_fund()
    yield
    assert trial_balance_fen() == 0
    assert disagreements() == []
    tie()
    assert verify().whole


def two_owed() -> list[Person]:
    people = fund.join([Member(), Member("李四", "6222020000000000002")])
    fund.owe(people, [12_160_00, 75_00])
    return people


def test_what_is_owed_is_paid_once(tmp_path: Path) -> None:
    two_owed()
    prepared = fund.prepare()
    assert (prepared.count, prepared.sum_fen, prepared.unpayable) == (2, 12_235_00, ())
    assert free_fen() == 100_000_00 - 12_235_00
    batch_id = fund.approve(prepared.batch_id)
    sent = fund.send(batch_id, tmp_path)
    assert sent.first_time
    assert balance_of(role=Role.IN_TRANSIT) == 12_235_00
    first, second = fund.attempts()
    done = fund.read([fund.says(first, "paid"), fund.says(second, "paid", account="6222020000000000002")])
    assert done.moved == {"paid": (2, 12_235_00)}
    assert done.missing == ()
    assert fund.states() == ["paid", "paid"]
    assert Batch.objects.get().state == "answered"
    assert balance_of(role=Role.BANK) == 100_000_00 - 12_235_00
    assert (balance_of(role=Role.OWED), balance_of(role=Role.IN_TRANSIT)) == (0, 0)
    with pytest.raises(NothingToPay):
        fund.prepare()
    assert pay.close_batch(batch_id=batch_id, by=CLERK, **WHEN).state == "closed"


def test_the_file_is_written_closed_to_others_and_the_same_again(tmp_path: Path) -> None:
    two_owed()
    batch_id = fund.approve(fund.prepare().batch_id)
    sent = fund.send(batch_id, tmp_path)
    path = sent.paths[0]
    content = path.read_bytes()
    assert content.decode("gb18030").splitlines() == [
        f"H,{batch_id:08d},20250315,2,12235.00",
        "序号,收款账号,收款人姓名,金额,用途,业务编号",
        f"1,6222020000000000001,张三丰,12160.00,工会职工补贴,JS{fund.attempts()[0].id:010d}",
        f"2,6222020000000000002,李四,75.00,工会职工补贴,JS{fund.attempts()[1].id:010d}",
        "T,2,12235.00",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    again = fund.send(batch_id, tmp_path)
    assert not again.first_time
    assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert balance_of(role=Role.IN_TRANSIT) == 12_235_00


def test_the_file_pays_to_the_account_that_was_checked(tmp_path: Path) -> None:
    people = two_owed()
    batch_id = fund.approve(fund.prepare().batch_id)
    fund.correct_account(people[0], "6222029999999999999")
    text = fund.send(batch_id, tmp_path).paths[0].read_text("gb18030")
    assert "6222020000000000001" in text
    assert "6222029999999999999" not in text


def test_a_file_that_would_differ_is_not_written_again(tmp_path: Path) -> None:
    two_owed()
    batch_id = fund.sent_batch(tmp_path)
    changed = open_bank.__wrapped__("generic-csv")
    changed.payment = type(changed.payment)(
        **{name: getattr(changed.payment, name) for name in changed.payment.__slots__} | {"line_ending": "lf"}
    )
    with pytest.raises(FileWouldDiffer):
        pay.send_batch(batch_id=batch_id, by=MAKER, bank=changed, folder=tmp_path / "again", **WHEN)
    assert not (tmp_path / "again").exists()
    with pytest.raises(WrongBank):
        pay.send_batch(batch_id=batch_id, by=MAKER, bank=open_bank("excel"), folder=tmp_path, **WHEN)


def test_the_maker_never_approves() -> None:
    two_owed()
    batch_id = fund.prepare().batch_id
    with pytest.raises(CheckerIsMaker):
        fund.approve(batch_id, by=MAKER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(id=batch_id).update(state="approved", checked_by=MAKER, checked_at=NOW)


@pytest.mark.parametrize("checker", ["M1", "M2", "M3"])
def test_nobody_approves_a_payment_to_their_household(checker: str) -> None:
    people = fund.join([Member(household="h1"), Member(household="h1"), Member("王五"), Member(household="h2")])
    Person.objects.filter(id=people[2].id).update(merged_into=people[0])
    fund.owe([people[0]], [75_00])
    batch_id = fund.prepare().batch_id
    pay.name_signatory(name="sun.li", member_no=checker, by="admin", at=NOW)
    with pytest.raises(CheckerIsPayee):
        fund.approve(batch_id, by="sun.li")
    pay.name_signatory(name="zhou.tao", member_no="M4", by="admin", at=NOW)
    assert fund.approve(batch_id, by="zhou.tao") == batch_id


def test_only_who_was_named_signs() -> None:
    two_owed()
    with pytest.raises(SignatoryUnknown):
        fund.prepare(by="nobody")
    batch_id = fund.prepare().batch_id
    pay.end_signatory(name=CHECKER, by="admin", **WHEN)
    with pytest.raises(SignatoryUnknown):
        fund.approve(batch_id)
    with pytest.raises(MemberUnknown):
        pay.name_signatory(name="x", member_no="M99", by="admin", at=NOW)


def test_nothing_is_sent_unapproved(tmp_path: Path) -> None:
    two_owed()
    batch_id = fund.prepare().batch_id
    with pytest.raises(BatchNotReady):
        fund.send(batch_id or 0, tmp_path)
    assert list(tmp_path.iterdir()) == []
    fund.approve(batch_id)
    with pytest.raises(BatchNotReady):
        fund.approve(batch_id, by=CLERK)


def test_a_cancelled_batch_owes_again_and_a_sent_one_cannot_be_cancelled(tmp_path: Path) -> None:
    two_owed()
    first = fund.approve(fund.prepare().batch_id)
    pay.cancel_batch(batch_id=first, by=CLERK, reason="错选了银行", **WHEN)
    assert fund.states() == ["owed", "owed"]
    with pytest.raises(BatchNotReady):
        fund.send(first, tmp_path)
    second = fund.sent_batch(tmp_path)
    assert [attempt.attempt_no for attempt in fund.attempts()] == [1, 1, 2, 2]
    with pytest.raises(BatchNotReady):
        pay.cancel_batch(batch_id=second, by=CLERK, reason="x", **WHEN)


def test_the_fund_cannot_pay_what_it_has_not() -> None:
    people = fund.join([Member(), Member("李四", "6222020000000000002")])
    fund.owe(people, [100_000_00, 1])
    with pytest.raises(FundTooSmall, match=r"100,000\.00 yuan free, but 100,000\.01"):
        fund.prepare()
    assert fund.states() == ["owed", "owed"]
    assert fund.prepare(limit=1).sum_fen == 100_000_00
    with pytest.raises(FundTooSmall):
        fund.prepare()
    with pytest.raises(FundTooSmall):
        pay.appropriate(amount_fen=-1, reference="冲回1号", by=CLERK, **WHEN)
    assert pay.appropriate(amount_fen=1, reference="市总财〔2025〕2号", by=CLERK, **WHEN)
    assert not pay.appropriate(amount_fen=1, reference="市总财〔2025〕2号", by=CLERK, **WHEN)
    assert fund.prepare().sum_fen == 1


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (Member(account=None), "no_account"),
        (Member(account=" "), "no_account"),
        (Member(account="6.22202E+18"), "bad_account"),
        (Member(name=" "), "no_name"),
        (Member(name="=1+1"), "name_not_writable"),
    ],
)
def test_who_cannot_be_paid_stays_owed_and_is_called(member: Member, reason: str) -> None:
    people = fund.join([member, Member("李四", "6222020000000000002")])
    fund.owe(people, [75_00, 80_00])
    prepared = fund.prepare()
    assert (prepared.count, [entry.reason for entry in prepared.unpayable]) == (1, [reason])
    assert fund.states() == ["owed", "in_batch"]
    assert [(call.union_name, call.reason, call.amount_fen) for call in calls()] == [("红星机械厂工会", reason, 75_00)]
    alone = fund.prepare()
    assert (alone.batch_id, len(alone.unpayable)) == (None, 1)
    fund.correct_account(people[0], "6222 0200-0000 0000 003")
    assert fund.prepare().count == 1
    assert calls() == []
    assert fund.states() == ["in_batch", "in_batch"]


def test_a_filtered_batch_takes_the_oldest_of_one_policy() -> None:
    people = fund.join([Member()])
    fund.owe(people * 3, [1_00, 2_00, 3_00])
    fund.owe(people, [4_00], policy="changchun.fire")
    assert fund.prepare(policy="changchun.fire").sum_fen == 4_00
    assert (first := fund.prepare(limit=2)).sum_fen == 3_00
    assert first.left_for_later == 1


def test_a_returned_payment_is_tried_again_after_its_account_was_corrected(tmp_path: Path) -> None:
    people = two_owed()
    fund.sent_batch(tmp_path)
    first, second = fund.attempts()
    fund.read([fund.says(first, "failed"), fund.says(second, "paid", account="6222020000000000002")])
    assert balance_of(role=Role.BANK) == 100_000_00 - 75_00
    assert [call.reason for call in calls()] == ["failed"]
    assert pay.release_corrected(by=CLERK, **WHEN) == 0
    with pytest.raises(NothingToPay):
        fund.prepare()
    fund.correct_account(people[0], "6222020000000000009")
    assert pay.release_corrected(by=CLERK, **WHEN) == 1
    assert fund.prepare().sum_fen == 12_160_00
    assert Attempt.objects.filter(entitlement=first.entitlement_id, attempt_no=2).count() == 1


def test_a_payment_that_came_back_days_after_it_was_paid_is_owed_again_once_released(tmp_path: Path) -> None:
    people = fund.join([Member()])
    owed = fund.owe(people, [500_00])
    batch_id = fund.sent_batch(tmp_path)
    (attempt,) = fund.attempts()
    fund.read([fund.says(attempt, "paid")])
    late = fund.read([fund.says(attempt, "returned")])
    assert late.moved == {"returned": (1, 500_00)}
    assert balance_of(role=Role.OWED) == -500_00
    assert balance_of(role=Role.BANK) == 100_000_00
    assert Batch.objects.get(id=batch_id).state == "answered"
    with pytest.raises(ReasonMissing):
        pay.release(entitlement_ids=[owed[0].id], reason=" ", by=CLERK, **WHEN)
    assert pay.release(entitlement_ids=[owed[0].id], reason="账户已恢复", by=CLERK, **WHEN) == 1
    fund.sent_batch(tmp_path)
    fund.read([fund.says(fund.attempts()[1], "paid")])
    assert fund.states() == ["paid"]
    assert balance_of(role=Role.BANK) == 100_000_00 - 500_00


def test_an_unknown_payment_is_never_tried_again_before_the_bank_has_answered(tmp_path: Path) -> None:
    people = fund.join([Member()])
    owed = fund.owe(people, [500_00])
    fund.sent_batch(tmp_path)
    (attempt,) = fund.attempts()
    fund.read([fund.says(attempt, "unknown")])
    fund.correct_account(people[0], "6222020000000000009")
    assert pay.release_corrected(by=CLERK, **WHEN) == 0
    with pytest.raises(NotReleasable, match="unknown"):
        pay.release(entitlement_ids=[owed[0].id], reason="等不及", by=CLERK, **WHEN)
    with pytest.raises(NothingToPay):
        fund.prepare()
    fund.read([fund.says(attempt, "paid")])
    assert fund.states() == ["paid"]


def test_nobody_signs_under_two_names() -> None:
    fund.join([Member()])
    pay.name_signatory(name="sun.li", member_no="M1", by="admin", at=NOW)
    with pytest.raises(SignsAlready, match=r"sun\.li"):
        pay.name_signatory(name="sun.li2", member_no="M1", by="admin", at=NOW)
    pay.end_signatory(name="sun.li", on=TODAY, by="admin", at=NOW)
    pay.name_signatory(name="sun.li2", member_no="M1", by="admin", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signatory.objects.update(ended_on=None)


def test_the_database_itself_refuses_a_second_live_attempt(tmp_path: Path) -> None:
    two_owed()
    batch_id = fund.sent_batch(tmp_path)
    first = fund.attempts()[0]
    again = {
        "entitlement_id": first.entitlement_id, "batch_id": batch_id, "attempt_no": 2, "line_no": 9,
        "amount_fen": first.amount_fen, "payee": b"", "account_hash": b"",
    }  # fmt: skip
    for outcome in ("sent", "unknown", "paid"):
        if outcome != "sent":
            fund.read([fund.says(first, outcome)])
        with pytest.raises(IntegrityError, match="payments_attempt_one_live"), transaction.atomic():
            Attempt.objects.create(**again)
    fund.read([fund.says(first, "returned")])
    with pytest.raises(IntegrityError, match="exactly what is left"), transaction.atomic():
        Attempt.objects.create(**again | {"amount_fen": first.amount_fen + 1})


def test_the_database_refuses_moves_that_do_not_exist(tmp_path: Path) -> None:
    two_owed()
    batch_id = fund.sent_batch(tmp_path)
    first = fund.attempts()[0]
    fund.read([fund.says(first, "failed")])
    for change in ({"state": "paid"}, {"amount_fen": 1}, {"entitlement_id": fund.attempts()[1].entitlement_id}):
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            Attempt.objects.filter(id=first.id).update(**change)
    for change in ({"state": "cancelled"}, {"sum_fen": 1}, {"checked_by": CLERK}):
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            Batch.objects.filter(id=batch_id).update(**change)
    for table in ("payments_attempt", "payments_batch", "payments_bankanswer", "payments_resultfile"):
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_no_name_or_account_stands_in_the_tables_in_the_clear(tmp_path: Path) -> None:
    two_owed()
    fund.sent_batch(tmp_path)
    for attempt in fund.attempts():
        assert b"6222" not in bytes(attempt.payee)
        assert "张三丰".encode() not in bytes(attempt.payee)
    assert Entitlement.objects.filter(state="sent").count() == 2
    assert Batch.objects.get().pay_on == TODAY
    assert BANK.name == Batch.objects.get().profile
