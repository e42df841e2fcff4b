"""From a feed to a payment, and from a reversal to money that comes back: two people, two browsers."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Batch, ResultFile
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.subsidies.models import Entitlement, Recovery
from jishiyu.demo.bank import answer
from tests.apps.subsidies.situations import FEED, check_books, enrol, load, member, reversal, stay, write
from tests.conf.working import do_what_is_queued
from tests.journeys.paying import (
    choose_all,
    factor_again,
    follow,
    let_time_pass,
    patient,
    press,
    take_answer,
    take_the_file,
)
from tests.journeys.visitor import PHONE, Visitor, narrow_enough

pytestmark = pytest.mark.django_db(transaction=True)
SAME = "6222020000000000033"


@pytest.fixture(autouse=True)
def _patience(settings: Any, tmp_path: Path) -> None:
    """Keep uploads apart, and wait longer where the machine is busy."""
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    expect.set_options(timeout=30_000)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Put four members on the roster; two share an account."""
    accounts = ("6222020000000000011", "6222020000000000022", SAME, SAME)
    enrol(tmp_path, *(member(who, bank_account=account) for who, account in enumerate(accounts, 1)))
    return tmp_path


@pytest.fixture
def desk(somebody: Callable[..., tuple[Account, str]]) -> dict[Role, tuple[Account, str]]:
    """Give officer, finance and reviewer; the last two may sign payments. The fund holds 200,000 yuan."""
    made = {role: somebody(role) for role in (Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER)}
    now = timezone.now()
    for role in (Role.FINANCE, Role.REVIEWER):
        pay.name_signatory(name=made[role][0].name, member_no=None, by="tests", at=now)
    pay.appropriate(
        amount_fen=200_000_00, reference="市总财〔2025〕3号", by="tests", on=timezone.localdate(), at=now
    )  # fmt: skip
    return made


def test_feed_to_payment(
    visit: Callable[..., Visitor], desk: dict[Role, tuple[Account, str]], city: Path, tmp_path: Path
) -> None:
    file = write(city / "三月.csv", FEED, [
        stay(1, "A", "60000.00"), stay(2, "B", "8000.00"), stay(3, "C", "7000.00"), stay(4, "D", "6000.00"),
    ])  # fmt: skip
    officer, finance, reviewer = (patient(visit()) for _ in range(3))
    hand_in(officer, desk, file)
    prepare_and_approve(finance, reviewer, desk)
    sent = take_the_file(finance, tmp_path)
    bank_answers(finance, sent, tmp_path)
    correct_and_pay_again(finance, reviewer, desk, tmp_path)
    on_a_phone(visit, desk)
    assert disagreements() == []
    check_books()
    assert set(Entitlement.objects.values_list("state", flat=True)) == {"paid"}


def hand_in(officer: Visitor, desk: dict[Role, tuple[Account, str]], file: Path) -> None:
    officer.sign_in(*desk[Role.SUBSIDY_OFFICER])
    officer.goto("/feeds/upload")
    officer.page.set_input_files("[name=file]", file)
    officer.page.fill("[name=as_of]", "2026-01-01")
    officer.page.locator("main form button[type=submit]").click()
    officer.page.wait_for_url("**/feeds/files/*")
    do_what_is_queued()
    officer.goto("/payments/owed")
    expect(officer.page.locator("tbody tr")).to_have_count(4)
    officer.shot("owed-as-the-officer-sees-it")


def prepare_and_approve(finance: Visitor, reviewer: Visitor, desk: dict[Role, tuple[Account, str]]) -> None:
    finance.sign_in(*desk[Role.FINANCE])
    finance.goto("/payments")
    finance.shot("what-waits")
    follow(finance.page, "编制批次")
    choose_all(finance)
    finance.page.select_option("[name=profile]", "generic-csv")
    finance.shot("choosing")
    press(finance.page, "编制批次")
    finance.page.wait_for_url("**/payments/batches/*")
    expect(finance.page.locator("main")).to_contain_text("多人共用账号")
    expect(finance.page.locator("main")).to_contain_text("须由第二人复核")
    finance.shot("prepared")
    who, secret = desk[Role.REVIEWER]
    reviewer.sign_in(who, secret)
    let_time_pass(who)
    reviewer.page.goto(finance.page.url)
    follow(reviewer.page, "多人共用账号")
    expect(reviewer.page.locator("tbody").last.locator("tr")).to_have_count(2)
    follow(reviewer.page, "复核批次")
    reviewer.shot("second-factor-again")
    factor_again(reviewer, who, secret)
    reviewer.page.wait_for_url("**/approve")
    reviewer.shot("approving")
    reviewer.page.get_by_label("本人已核对").check()
    press(reviewer.page, "复核批次")
    expect(reviewer.page.locator(".alert-success")).to_contain_text("批次已复核")
    reviewer.shot("approved")


def bank_answers(finance: Visitor, sent: Path, folder: Path) -> None:
    """Let the bank return everything, and take its answer in."""
    said = answer(sent.read_bytes(), profile="generic-csv", seed=1, answered_on=timezone.localdate(),
                  returned_rate=Decimal(0), failed_rate=Decimal(1), unknown_rate=Decimal(0))  # fmt: skip
    assert said is not None
    take_answer(finance, said, folder / "result.csv")
    finance.shot("answer")
    follow(finance.page, "待处理款项")
    expect(finance.page.locator("main tbody tr")).to_have_count(4)
    finance.shot("stuck")


def correct_and_pay_again(
    finance: Visitor, reviewer: Visitor, desk: dict[Role, tuple[Account, str]], folder: Path
) -> None:
    """Correct one account, let three be tried as they are, and pay all of them with a second batch."""
    page = finance.page
    for number, one in enumerate(Entitlement.objects.order_by("id")):
        finance.goto(f"/payments/items/{one.pk}")
        if number == 0:
            finance.shot("failed")
            follow(page, "更正收款账号")
            page.fill("[name=account]", "6222 0200 0000 0000 099")
            page.fill("[name=again]", "6222020000000000098")
            page.fill("form[data-once] [name=reason]", "单位工会来电")
            with finance.refusals():
                press(page, "更正收款账号")
                expect(page.locator("main")).to_contain_text("两次输入的账号不一致")
            finance.shot("accounts-differ")
            page.fill("[name=again]", "6222020000000000099")
            press(page, "更正收款账号")
        else:
            follow(page, "原样重付")
            page.fill("form[data-once] [name=reason]", "银行确认户名无误")
            press(page, "原样重付")
        expect(page.locator(".alert-success")).to_contain_text("重新列为应付")
    finance.shot("owed-again")
    finance.goto("/payments/owed")
    choose_all(finance)
    expect(page.locator("[name=profile]")).to_have_value("generic-csv")  # as last time
    press(page, "编制批次")
    page.wait_for_url("**/payments/batches/*")
    expect(page.locator("main")).to_contain_text("账号与上次不同")
    reviewer.page.goto(f"{page.url}/approve")
    reviewer.page.get_by_label("本人已核对").check()
    press(reviewer.page, "复核批次")
    sent = take_the_file(finance, folder)
    said = answer(sent.read_bytes(), profile="generic-csv", seed=1, answered_on=timezone.localdate(),
                  returned_rate=Decimal(0), failed_rate=Decimal(0), unknown_rate=Decimal(0))  # fmt: skip
    assert said is not None
    take_answer(finance, said, folder / "second.csv")
    follow(page, str(Batch.objects.latest("id").pk))
    finance.shot("all-paid")
    finance.goto("/fund")
    expect(page.locator("main")).to_contain_text("账已平")
    finance.shot("fund")
    finance.goto("/fund/movements")
    finance.shot("movements")


def on_a_phone(visit: Callable[..., Visitor], desk: dict[Role, tuple[Account, str]]) -> None:
    """Look at every kind of page in English and on a phone: nothing is wider than the screen."""
    cache.clear()
    phone = patient(visit(viewport=PHONE))
    phone.sign_in(*desk[Role.FINANCE])
    last = Entitlement.objects.latest("id").pk
    batch, result = Batch.objects.earliest("id").pk, ResultFile.objects.earliest("id").pk
    for path in ("payments", "payments/owed", "payments/stuck", f"payments/batches/{batch}", f"payments/items/{last}",
                 f"payments/results/{result}", "payments/results/new", "recoveries", "fund", "fund/movements",
                 "fund/appropriate", "fund/check"):  # fmt: skip
        phone.goto(f"/{path}")
        narrow_enough(phone)
        phone.shot(path.replace("/", "-"))
    phone.page.get_by_role("button", name="English").click()
    for path in ("payments", f"payments/batches/{batch}", f"payments/items/{last}", "fund"):
        phone.goto(f"/{path}")
        narrow_enough(phone)
        phone.shot(f"{path.replace('/', '-')}-english")


def test_reversal_to_recovery(
    visit: Callable[..., Visitor], desk: dict[Role, tuple[Account, str]], city: Path, tmp_path: Path
) -> None:
    first, second = stay(1, "A", "60000.00"), stay(2, "B", "30000.00")
    load(city, "三月", first, second)
    pay_everything()
    load(city, "四月", *(reversal(one, setl_time="2025-04-10 10:00:00") for one in (first, second)),
         stay(1, "E", "8000.00", begndate="2025-04-12", enddate="2025-04-18", setl_time="2025-04-18 10:00:00"))  # fmt: skip
    finance, reviewer = patient(visit()), patient(visit())
    finance.sign_in(*desk[Role.FINANCE])
    finance.goto("/recoveries?state=unsettled")
    expect(finance.page.locator("main table").first.locator("tbody tr")).to_have_count(2)
    finance.shot("open")
    set_off(finance)
    write_off(finance, reviewer, desk)
    assert disagreements() == []


def pay_everything() -> None:
    """Pay what is owed, as finance and reviewer do."""
    from tests.web.payments.money import BANK

    on, now = timezone.localdate(), timezone.now()
    batch = pay.prepare_batch(by="u-finance", on=on, at=now, bank=BANK).batch_id or 0
    pay.approve_batch(batch_id=batch, by="u-reviewer", on=on, at=now)
    sent = pay.hand_over_batch(batch_id=batch, by="u-finance", on=on, at=now, bank=BANK)
    said = answer(sent.files[0].content, profile=BANK.name, seed=1, answered_on=on,
                  returned_rate=Decimal(0), failed_rate=Decimal(0), unknown_rate=Decimal(0))  # fmt: skip
    pay.read_result(content=said or b"", file_name="r.csv", by="u-finance", on=on, at=now, bank=BANK)


def set_off(finance: Visitor) -> None:
    """Prepare a batch: what the first member is owed now goes against what has to come back."""
    page = finance.page
    finance.goto("/payments/owed")
    choose_all(finance)
    press(page, "编制批次")
    expect(page.locator(".alert").first).to_contain_text("已抵扣待追回款")
    finance.shot("set-off-instead-of-paid")
    found = Recovery.objects.get(set_off_fen__gt=0)
    finance.goto(f"/recoveries/{found.pk}")
    expect(page.locator("main")).to_contain_text("抵扣")
    finance.shot("partly-set-off")
    follow(page, "登记退回款")
    page.fill("[name=yuan]", "999999")
    page.fill("[name=reference]", "回单-20250420-1")
    with finance.refusals():
        press(page, "登记退回款")
        expect(page.locator(".alert-danger")).to_contain_text("不能登记退回")
    finance.shot("too-much")
    rest = (found.amount_fen - found.set_off_fen) // 100
    page.fill("[name=yuan]", str(rest))
    press(page, "登记退回款")
    expect(page.locator("h1")).to_contain_text("已退回")
    finance.shot("repaid")


def write_off(finance: Visitor, reviewer: Visitor, desk: dict[Role, tuple[Account, str]]) -> None:
    """Ask the second member, give up in vain, and let a second person decide with the second factor."""
    page, found = finance.page, Recovery.objects.get(state="open")
    finance.goto(f"/recoveries/{found.pk}")
    follow(page, "通知会员退回")
    page.fill("form[data-once] [name=reason]", "电话通知本人")
    press(page, "通知会员退回")
    follow(page, "提出核销")
    page.fill("form[data-once] [name=reason]", "会员已去世,家属无力退回")
    press(page, "提出核销")
    finance.shot("proposed")
    who, secret = desk[Role.REVIEWER]
    reviewer.sign_in(who, secret)
    let_time_pass(who)
    reviewer.goto("/recoveries?state=proposed")
    follow(reviewer.page, str(found.pk))
    follow(reviewer.page, "批准核销")
    factor_again(reviewer, who, secret)
    reviewer.page.wait_for_url("**/approve")
    reviewer.page.get_by_label("本人已阅").check()
    reviewer.shot("approving-the-write-off")
    press(reviewer.page, "批准核销")
    expect(reviewer.page.locator("h1")).to_contain_text("已核销")
    reviewer.shot("written-off")
    reviewer.goto("/fund/check")
    press(reviewer.page, "立即核对")
    expect(reviewer.page.locator(".alert-success")).to_contain_text("分毫不差")
    reviewer.shot("books-agree")
