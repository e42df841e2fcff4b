"""The ways into the console, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jishiyu.apps.accounts.models import Account, Lockout, Role
from jishiyu.apps.accounts.operations import create_account, grant
from tests.apps.subsidies.situations import enrol, load, member, number, stay
from tests.journeys.visitor import PASSWORD, PHONE, Visitor, code
from tests.web.accounts.test_signing_in import sent

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_signs_in_with_two_factors_and_sees_what_waits(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]], tmp_path: Path
) -> None:
    enrol(tmp_path, member(1), member(2))
    load(tmp_path, "三月", stay(1, "A", "152000.00"), stay(2, "B", "6000.00"), stay(9, "D", "20000.00"))
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    visitor.goto("/")
    visitor.shot("sign-in")
    visitor.sign_in(officer, secret)
    expect(visitor.page.locator("h1")).to_have_text("待我办理")
    expect(visitor.page.locator("main table").first).to_contain_text("超过自动发放限额")
    visitor.shot("todo")
    visitor.page.get_by_role("button", name="English").click()
    expect(visitor.page.locator("h1")).to_have_text("What waits for me")
    visitor.shot("todo-english")
    visitor.page.get_by_role("button", name="Large text").click()
    expect(visitor.page.locator("html")).to_have_class("large-text")
    visitor.shot("todo-large")


def test_a_new_officer_changes_the_password_and_sets_up_an_authenticator(visit: Callable[..., Visitor]) -> None:
    now = timezone.now()
    made = create_account(name="xin.ren", full_name="新人", password="First-pass-1", by="root", at=now)
    grant(account_id=made.pk, role=Role.FINANCE, union_code="", since=now.date(), by="root", at=now)
    visitor = visit()
    page = visitor.page
    visitor.goto("/sign-in")
    page.fill("[name=name]", "xin.ren")
    page.fill("[name=password]", "First-pass-1")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/password")
    visitor.shot("initial-password")
    for field, typed in (("old", "First-pass-1"), ("new", "short"), ("again", "short")):
        page.fill(f"[name={field}]", typed)
    with visitor.refusals():
        page.press("[name=again]", "Enter")
        expect(page.locator(".alert-danger")).to_contain_text("该密码不可用")
    for field, typed in (("old", "First-pass-1"), ("new", PASSWORD), ("again", PASSWORD)):
        page.fill(f"[name={field}]", typed)
    page.press("[name=again]", "Enter")
    page.wait_for_url("**/sign-in")
    page.fill("[name=name]", "xin.ren")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/account/factor")
    visitor.shot("second-factor")
    page.get_by_role("link", name="设置", exact=True).click()
    visitor.shot("authenticator")
    page.fill("[name=code]", code(page.locator("#secret").inner_text()))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/account/factor")
    visitor.goto("/todo")
    expect(page.locator("h1")).to_have_text("待我办理")


def test_a_passkey_is_added_and_lets_in(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]]
) -> None:
    officer, secret = somebody(Role.REVIEWER)
    visitor = visit()
    page = visitor.page
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not a number
    _plug_in_a_key(page)
    visitor.sign_in(officer, secret)
    visitor.goto("/account/factor/passkeys/new")
    page.fill("[name=name]", "办公室的密钥")
    visitor.shot("add-passkey")
    page.click("#passkey")
    page.wait_for_url("**/account/factor")
    visitor.goto("/account/factor/passkeys")
    expect(page.locator("main table")).to_contain_text("办公室的密钥")
    visitor.shot("passkeys")
    page.get_by_role("button", name=officer.full_name).click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
    page.fill("[name=name]", officer.name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/sign-in/factor")
    visitor.shot("second-factor")
    page.click("#passkey")
    page.wait_for_url("**/todo")


def test_five_wrong_passwords_lock_and_the_security_administrator_opens_again(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]]
) -> None:
    officer, _ = somebody(Role.FINANCE)
    guard, secret = somebody(Role.SECURITY_ADMIN)
    visitor = visit()
    visitor.goto("/sign-in")
    with visitor.refusals():
        for _ in range(6):
            visitor.page.fill("[name=name]", officer.name)
            visitor.page.fill("[name=password]", "wrong" if Lockout.objects.count() == 0 else PASSWORD)
            visitor.page.press("[name=password]", "Enter")
            visitor.page.wait_for_load_state()
        expect(visitor.page.locator(".alert-danger")).to_contain_text("已锁定")
    visitor.shot("locked")
    keeper = visit()
    keeper.sign_in(guard, secret)
    keeper.shot("what-waits")
    keeper.page.get_by_role("link", name="待处理的锁定账号").click()
    keeper.shot("lockouts")
    keeper.page.get_by_role("link", name=officer.name).click()
    keeper.shot("account")
    keeper.page.get_by_role("link", name="解锁账号").click()
    keeper.page.fill("[name=because]", "本人到场核实")
    keeper.shot("reason")
    keeper.page.get_by_role("button", name="解锁账号").click()
    expect(keeper.page.locator("main")).to_contain_text("账号已解锁")
    assert Account.objects.get(pk=officer.pk).is_active


def test_a_member_signs_in_on_a_phone(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    visitor = visit(PHONE)
    page = visitor.page
    visitor.goto("/sign-in")
    page.get_by_role("link", name="我是会员").click()
    page.fill("[name=cert_no]", number(1))
    page.fill("[name=name]", "张1")
    visitor.shot("member")
    page.get_by_role("button", name="发送验证码").click()
    page.wait_for_url("**/sign-in/member/code")
    visitor.shot("code")
    page.fill("[name=code]", sent())
    page.press("[name=code]", "Enter")
    page.wait_for_url(re.compile(r"/my$"))
    visitor.shot("in")


def test_a_wrong_role_is_refused_kindly(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]]
) -> None:
    guard, secret = somebody(Role.SYSTEM_ADMIN)
    visitor = visit()
    visitor.sign_in(guard, secret)
    with visitor.refusals():
        visitor.goto("/audit")
        expect(visitor.page.locator("h1")).to_have_text("无此权限")
        visitor.shot("refused")
        visitor.goto("/nowhere")
        expect(visitor.page.locator("h1")).to_have_text("没有这个页面")
        visitor.shot("nowhere")


def _plug_in_a_key(page: Page) -> None:
    """Give the browser a virtual key (WebAuthn's own, for testing) that answers by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
