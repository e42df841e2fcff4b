"""What the second person should look at is noted when a batch is prepared, and stops nothing."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Attempt, Batch, BatchState, Doubt, DoubtKind
from jishiyu.apps.payments.payees import Payee, seal_payees
from jishiyu.apps.payments.problems import FileWouldDiffer, NothingToPay, PayDayWrong, WrongBank
from jishiyu.apps.payments.sending import bank_files
from jishiyu.banks import open_bank
from tests.apps.payments import fund
from tests.apps.payments.fund import BANK, MAKER, NOW, TODAY, WHEN, Member

pytestmark = pytest.mark.django_db


def doubts() -> list[tuple[int, str, int]]:
    return list(Doubt.objects.order_by("attempt", "kind").values_list("attempt__line_no", "kind", "people"))


def test_an_ordinary_batch_gives_no_doubt() -> None:
    fund.open_fund()
    fund.owe(fund.join([Member("张三", "6222020000000000011"), Member("李四", "6222020000000000012")]), [100, 200])
    fund.prepare()
    assert doubts() == []


def test_an_account_that_several_people_share_is_noted_for_each_of_them() -> None:
    fund.open_fund()
    same = "6222020000000000011"
    people = fund.join([Member("张三", same), Member("李四", same), Member("王五", "6222020000000000013")])
    fund.owe(people, [100, 200, 300])
    fund.prepare()
    assert doubts() == [(1, DoubtKind.SHARED_ACCOUNT, 2), (2, DoubtKind.SHARED_ACCOUNT, 2)]


def test_an_account_is_shared_with_whoever_was_paid_to_it_before(tmp_path: Path) -> None:
    fund.open_fund()
    same = "6222020000000000011"
    first, second = fund.join([Member("张三", same), Member("李四", same)])
    fund.owe([first], [100])
    fund.sent_batch(tmp_path)
    fund.owe([second], [200])
    fund.prepare()
    assert doubts() == [(1, DoubtKind.SHARED_ACCOUNT, 2)]


def test_one_person_paid_twice_to_one_account_is_no_doubt() -> None:
    fund.open_fund()
    (person,) = fund.join([Member()])
    fund.owe([person, person], [100, 200])
    fund.prepare()
    assert doubts() == []


def test_another_account_than_last_time_is_noted(tmp_path: Path) -> None:
    fund.open_fund()
    person, other = fund.join([Member(), Member("李四", "6222020000000000012")])
    fund.owe([person, other], [100, 100])
    fund.sent_batch(tmp_path)
    fund.correct_account(person, "6222020000000000099")
    fund.owe([person, other], [200, 200])
    fund.prepare()
    assert doubts() == [(1, DoubtKind.CHANGED_ACCOUNT, 1)]


def test_an_account_that_changed_before_a_cancelled_batch_is_compared_with_what_was_sent(tmp_path: Path) -> None:
    fund.open_fund()
    (person,) = fund.join([Member()])
    fund.owe([person], [100])
    fund.sent_batch(tmp_path)
    fund.correct_account(person, "6222020000000000099")
    fund.owe([person], [200])
    cancelled = fund.prepare().batch_id
    pay.cancel_batch(batch_id=cancelled or 0, by=MAKER, reason="重编", **WHEN)
    fund.prepare()
    assert [kind for _, kind, _ in doubts()] == [DoubtKind.CHANGED_ACCOUNT, DoubtKind.CHANGED_ACCOUNT]


def test_a_name_that_the_bank_file_cuts_is_noted() -> None:
    fund.open_fund()
    fund.owe(
        fund.join([Member("阿卜杜" * 11, "6222020000000000011"), Member("李四", "6222020000000000012")]), [100, 200]
    )
    fund.prepare()
    assert doubts() == [(1, DoubtKind.CUT_NAME, 1)]


def test_a_doubt_cannot_be_wiped_away() -> None:
    fund.open_fund()
    fund.owe(fund.join([Member("阿卜杜" * 11)]), [100])
    fund.prepare()
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM payments_doubt")


def test_only_what_was_chosen_goes_into_the_batch_and_what_is_gone_is_counted() -> None:
    fund.open_fund()
    owed = fund.owe(fund.join([Member(account=f"62220200000000000{n}") for n in range(10, 14)]), [100, 200, 300, 400])
    fund.prepare(entitlement_ids=[owed[0].pk])
    prepared = fund.prepare(entitlement_ids=[owed[0].pk, owed[2].pk, owed[2].pk])
    assert (prepared.count, prepared.sum_fen, prepared.gone) == (1, 300, 1)
    with pytest.raises(NothingToPay):
        fund.prepare(entitlement_ids=[owed[0].pk, owed[2].pk])
    assert fund.states() == ["in_batch", "owed", "in_batch", "owed"]


def test_the_day_of_payment_is_the_one_that_was_chosen() -> None:
    fund.open_fund()
    fund.owe(fund.join([Member()]), [100])
    for wrong in (TODAY.replace(day=14), TODAY.replace(month=5)):
        with pytest.raises(PayDayWrong):
            fund.prepare(pay_on=wrong)
    prepared = fund.prepare(pay_on=TODAY.replace(day=20))
    assert Batch.objects.get(pk=prepared.batch_id).pay_on == TODAY.replace(day=20)


def test_the_files_of_a_batch_are_the_same_bytes_whenever_they_are_taken() -> None:
    fund.open_fund()
    fund.owe(fund.join([Member()]), [100])
    batch_id = fund.approve(fund.prepare().batch_id)
    sent = pay.hand_over_batch(batch_id=batch_id, by=MAKER, bank=BANK, **WHEN)
    again = pay.hand_over_batch(batch_id=batch_id, by=MAKER, bank=BANK, **WHEN)
    batch = Batch.objects.get(pk=batch_id)
    assert (sent.first_time, again.first_time, batch.state) == (True, False, BatchState.SENT)
    assert [file.content for file in bank_files(batch=batch, bank=BANK)] == [file.content for file in sent.files]
    assert batch.sent_at == NOW
    with pytest.raises(WrongBank):
        bank_files(batch=batch, bank=open_bank("excel"))
    Attempt.objects.update(payee=seal_payees([Payee("另一人", "6222020000000000001")])[0])
    with pytest.raises(FileWouldDiffer):
        bank_files(batch=batch, bank=BANK)


def test_one_corrected_payment_can_be_released_alone(tmp_path: Path) -> None:
    fund.open_fund()
    people = fund.join([Member(), Member("李四", "6222020000000000012")])
    owed = fund.owe(people, [100, 200])
    fund.sent_batch(tmp_path)
    fund.read([fund.says(attempt, "failed", account=account) for attempt, account in
               zip(fund.attempts(), ("6222020000000000001", "6222020000000000012"), strict=True)])  # fmt: skip
    for person, account in zip(people, ("6222020000000000081", "6222020000000000082"), strict=True):
        fund.correct_account(person, account)
    assert pay.release_corrected(by=MAKER, entitlement_ids=[owed[1].pk], **WHEN) == 1
    assert fund.states() == ["failed", "owed"]
