"""Money that was paid and is not owed any more comes back: set off, repaid, or given up by two people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.queries import balance_of, trial_balance_fen
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import WriteOff
from jishiyu.apps.payments.problems import (
    NothingToPay,
    ReasonMissing,
    RecoveryNotOpen,
    RepaymentWrong,
    WriteOffNeedsTwo,
)
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Recovery, SetOff
from tests.apps.payments import fund
from tests.apps.payments.fund import CHECKER, CLERK, MAKER, NOW, WHEN, Member


@pytest.fixture(autouse=True)
def _books_agree(db: None) -> Iterator[None]:
    fund.open_fund()
    yield
    assert trial_balance_fen() == 0
    assert disagreements() == []


def test_a_recovery_is_taken_off_the_next_entitlement() -> None:
    (person,) = fund.join([Member()])
    fund.owe([person], [500_00])
    recovery = fund.claim(person, 300_00)
    prepared = fund.prepare()
    assert (prepared.sum_fen, prepared.set_off_count, prepared.set_off_fen) == (200_00, 1, 300_00)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.set_off_fen) == ("set_off", 300_00)
    assert balance_of(role=Role.RECOVERABLE) == 0


@pytest.mark.parametrize(
    ("owed", "claims", "left", "open_after"),
    [
        ([300], [500], [], 200),
        ([500], [500], [], 0),
        ([100, 200, 300], [250], [50, 300], 0),
        ([100, 200, 300], [250, 100, 50], [200], 0),
        ([100, 200], [50, 50, 50, 500], [], 350),
    ],
)
def test_recoveries_and_entitlements_cancel_out_oldest_first(
    owed: list[int], claims: list[int], left: list[int], open_after: int
) -> None:
    (person,) = fund.join([Member()])
    fund.owe([person] * len(owed), owed)
    for amount in claims:
        fund.claim(person, amount)
    prepared = fund.prepare()
    assert [attempt.amount_fen for attempt in fund.attempts()] == left
    assert prepared.sum_fen == sum(left)
    assert balance_of(role=Role.RECOVERABLE) == open_after
    assert SetOff.objects.count() == prepared.set_off_count


def test_only_the_same_person_and_policy_is_set_off_and_merged_people_are_the_same() -> None:
    one, other, twin = fund.join([Member(), Member("李四", "6222020000000000002"), Member()])
    Person.objects.filter(id=twin.id).update(merged_into=one)
    fund.owe([one, other], [500_00, 500_00])
    fund.claim(one, 50_00, policy="changchun.fire")
    fund.claim(twin, 20_00)
    assert fund.prepare().sum_fen == 980_00


def test_a_set_off_needs_no_account_and_stays_when_the_batch_is_cancelled() -> None:
    one, other = fund.join([Member(account=None), Member()])
    fund.owe([one, other], [500_00, 100_00])
    fund.claim(one, 300_00)
    fund.claim(other, 40_00)
    prepared = fund.prepare()
    assert (prepared.sum_fen, prepared.set_off_fen, len(prepared.unpayable)) == (60_00, 340_00, 1)
    pay.cancel_batch(batch_id=prepared.batch_id or 0, by=CLERK, reason="重做", **WHEN)
    fund.correct_account(one, "6222020000000000009")
    assert fund.prepare().sum_fen == 260_00


def test_a_returned_payment_is_tried_again_less_what_was_set_off_since(tmp_path: Path) -> None:
    (person,) = fund.join([Member()])
    owed = fund.owe([person], [500_00])
    fund.sent_batch(tmp_path)
    fund.read([fund.says(fund.attempts()[0], "returned")])
    fund.claim(person, 120_00)
    pay.release(entitlement_ids=[owed[0].id], reason="账户已恢复", by=CLERK, **WHEN)
    assert fund.prepare().sum_fen == 380_00


def test_what_was_asked_back_is_repaid_in_parts_and_not_set_off() -> None:
    (person,) = fund.join([Member()])
    recovery = fund.claim(person, 300_00)
    pay.ask_back(recovery_id=recovery.id, reason="已离职", by=CLERK, **WHEN)
    fund.owe([person], [500_00])
    assert fund.prepare().sum_fen == 500_00
    repay = {"recovery_id": recovery.id, "by": CLERK, **WHEN}
    pay.record_repayment(amount_fen=100_00, reference="回单1", **repay)
    pay.record_repayment(amount_fen=100_00, reference="回单1", **repay)
    for amount, slip in ((100_00 + 1, "回单1"), (200_00 + 1, "回单2"), (0, "回单2"), (1, " ")):
        with pytest.raises(RepaymentWrong):
            pay.record_repayment(amount_fen=amount, reference=slip, **repay)
    assert pay.record_repayment(amount_fen=200_00, reference="回单2", **repay).state == "repaid"
    with pytest.raises(RecoveryNotOpen):
        pay.record_repayment(amount_fen=1, reference="回单3", **repay)
    assert balance_of(role=Role.BANK) == 100_000_00 + 300_00
    with pytest.raises(RecoveryNotOpen):
        pay.ask_back(recovery_id=recovery.id, reason="x", by=CLERK, **WHEN)


def test_a_stay_that_is_owed_again_is_not_paid_again_while_its_money_is_asked_back() -> None:
    (person,) = fund.join([Member()])
    recovery = fund.claim(person, 300_00)
    pay.ask_back(recovery_id=recovery.id, reason="已离职", by=CLERK, **WHEN)
    fund.owe([person], [300_00], stay=recovery.stay_id)
    fund.owe([person], [500_00])
    prepared = fund.prepare()
    assert (prepared.sum_fen, prepared.set_off_fen) == (500_00, 300_00)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.set_off_fen) == ("set_off", 300_00)
    assert balance_of(role=Role.RECOVERABLE) == 0


def test_a_stay_that_is_owed_again_is_not_paid_again_after_its_money_was_given_up() -> None:
    (person,) = fund.join([Member()])
    recovery = fund.claim(person, 300_00)
    step = {"recovery_id": recovery.id, **WHEN}
    pay.propose_write_off(reason="无力退回", by=MAKER, **step)
    pay.approve_write_off(by=CHECKER, **step)
    fund.owe([person], [200_00], stay=recovery.stay_id)
    with pytest.raises(NothingToPay):
        fund.prepare(policy="changchun.fire")
    prepared = fund.prepare()
    assert (prepared.batch_id, prepared.set_off_fen) == (None, 200_00)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.set_off_fen) == ("written_off", 200_00)
    assert balance_of(role=Role.WRITTEN_OFF) == 100_00
    fund.owe([person], [50_00])  # another stay is paid whole: what was given up is not set off against it
    assert fund.prepare().sum_fen == 50_00


def test_a_recovery_is_given_up_only_by_two_people() -> None:
    one, _ = fund.join([Member(household="h"), Member(household="h")])
    recovery = fund.claim(one, 300_00)
    step = {"recovery_id": recovery.id, **WHEN}
    with pytest.raises(WriteOffNeedsTwo):
        pay.approve_write_off(by=CHECKER, **step)
    with pytest.raises(ReasonMissing):
        pay.propose_write_off(reason="", by=MAKER, **step)
    pay.propose_write_off(reason="会员已去世", by=MAKER, **step)
    pay.name_signatory(name="sun.li", member_no="M2", by="admin", at=NOW)
    for who in (MAKER, "sun.li"):
        with pytest.raises(WriteOffNeedsTwo):
            pay.approve_write_off(by=who, **step)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(approved_by=MAKER, approved_at=NOW, amount_fen=1)
    pay.record_repayment(amount_fen=50_00, reference="回单1", by=CLERK, **step)
    assert pay.approve_write_off(by=CHECKER, **step).amount_fen == 250_00
    assert Recovery.objects.get().state == "written_off"
    assert balance_of(role=Role.WRITTEN_OFF) == 250_00
    with pytest.raises(RecoveryNotOpen):
        pay.approve_write_off(by=CLERK, **step)
