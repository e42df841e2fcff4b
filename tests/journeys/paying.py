"""What every journey to a payment does in the end: prepare, approve as a second person, file, answer of the bank."""

import hashlib
from decimal import Decimal
from pathlib import Path

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from jishiyu.apps.accounts.models import Account
from jishiyu.demo.bank import answer
from tests.journeys.visitor import Visitor, code


def patient(visitor: Visitor) -> Visitor:
    visitor.page.set_default_timeout(30_000)
    return visitor


def let_time_pass(who: Account) -> None:
    """Let the second factor have been shown ten minutes ago, and its code of then be used up."""
    cache.clear()
    for session in Session.objects.all():
        kept = SessionStore(session.session_key)
        if kept.get("_auth_user_id") == str(who.pk):
            kept["account_authentication_methods"] = [
                {**one, "at": one["at"] - 600} for one in kept["account_authentication_methods"]
            ]
            kept.save()


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def factor_again(visitor: Visitor, who: Account, secret: str) -> None:
    """Show the second factor once more."""
    visitor.page.wait_for_url("**/account/factor/again**")
    visitor.page.fill("[name=code]", code(secret))
    visitor.page.press("[name=code]", "Enter")


def choose_all(visitor: Visitor) -> None:
    """Tick the page by keyboard, then everything found, and prepare."""
    page = visitor.page
    page.get_by_label("选择本页").focus()
    page.keyboard.press("Space")
    page.locator("[name=all_found]").check()


def take_the_file(finance: Visitor, folder: Path) -> Path:
    """Make the bank file, download it, and compare the hash that the page shows."""
    page = finance.page
    page.reload()
    follow(page, "生成银行文件")
    finance.shot("before-the-bank-file")
    press(page, "生成银行文件")
    page.wait_for_url("**/payments/batches/*")
    finance.shot("bank-file")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert page.locator("td.hash").inner_text().strip() == hashlib.sha256(path.read_bytes()).hexdigest()
    return path


def take_answer(finance: Visitor, said: bytes, path: Path) -> None:
    path.write_bytes(said)
    finance.goto("/payments")
    follow(finance.page, "导入回盘文件")
    finance.page.set_input_files("[name=file]", path)
    press(finance.page, "导入")
    finance.page.wait_for_url("**/payments/results/*")


def to_payment(finance: Visitor, second: Visitor, signed: tuple[Account, str], folder: Path) -> None:
    """Pay what is owed: one person prepares and sends, another approves with the second factor, the bank pays."""
    page = finance.page
    finance.goto("/payments/owed")
    finance.shot("owed")
    choose_all(finance)
    page.select_option("[name=profile]", "generic-csv")
    press(page, "编制批次")
    page.wait_for_url("**/payments/batches/*")
    finance.shot("prepared")
    let_time_pass(signed[0])
    second.page.goto(f"{page.url}/approve")
    factor_again(second, *signed)
    second.page.wait_for_url("**/approve")
    second.page.get_by_label("本人已核对").check()
    press(second.page, "复核批次")
    expect(second.page.locator(".alert-success")).to_contain_text("批次已复核")
    second.shot("payment-approved")
    sent = take_the_file(finance, folder)
    said = answer(sent.read_bytes(), profile="generic-csv", seed=1, answered_on=timezone.localdate(),
                  returned_rate=Decimal(0), failed_rate=Decimal(0), unknown_rate=Decimal(0))  # fmt: skip
    assert said is not None
    take_answer(finance, said, folder / "result.csv")
    finance.shot("answer-of-the-bank")
