"""Tokens go from the security administrator to whoever answers for them; a union's own sign-on opens the door."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from tests.journeys.visitor import PASSWORD, PHONE, Visitor
from tests.journeys.visitor import code as code_of
from tests.security.provider import configured, started

pytestmark = pytest.mark.django_db(transaction=True)
Somebody = Callable[..., tuple[Account, str]]


def test_a_token_is_issued_by_one_and_collected_by_another(visit: Callable[..., Visitor], somebody: Somebody) -> None:
    guard, guards = somebody(Role.SECURITY_ADMIN)
    officer, officers = somebody(Role.SUBSIDY_OFFICER)
    keeper = visit()
    page = keeper.page
    keeper.sign_in(guard, guards)
    page.get_by_role("link", name="接口令牌").first.click()
    keeper.shot("no-tokens")
    page.get_by_role("link", name="新发令牌").click()
    keeper.shot("new")
    page.fill("[name=name]", "市医保局")
    page.fill("[name=account_name]", officer.name)
    page.get_by_label("推送结算数据").check()
    page.get_by_label("查询来件与每行去向").check()
    page.fill("[name=per_minute]", "60")
    page.press("[name=per_minute]", "Enter")
    expect(page.locator("h1")).to_contain_text("市医保局")
    keeper.shot("issued")

    visitor = visit()
    visitor.sign_in(officer, officers)
    visitor.goto("/tokens/mine")
    visitor.shot("mine")
    visitor.page.get_by_role("button", name="领取").click()
    expect(visitor.page.locator("h1")).to_contain_text("市医保局")
    visitor.shot("collected")
    secret = visitor.page.locator("code").first.inner_text()
    answered = httpx.get(f"{visitor.address}/api/feeds", headers={"Authorization": f"Bearer {secret}"})
    assert (answered.status_code, answered.json()) == (200, {"items": [], "before": None})
    visitor.goto("/api/docs")
    visitor.shot("docs")

    page.reload()
    keeper.shot("in-use")
    page.get_by_role("link", name="收回令牌").click()
    page.fill("[name=because]", "系统停用")
    page.get_by_role("button", name="收回令牌").click()
    expect(page.locator("main")).to_contain_text("已收回")
    assert httpx.get(f"{visitor.address}/api/feeds", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    page.set_viewport_size(PHONE)
    keeper.goto("/tokens")
    keeper.shot("phone")
    page.get_by_role("button", name="English").click()
    keeper.shot("phone-english")


def test_a_unions_own_sign_on_leads_there_and_back_and_then_to_the_second_factor(
    visit: Callable[..., Visitor], somebody: Somebody, settings: Any
) -> None:
    officer, secret = somebody(Role.FINANCE)
    visitor = visit()
    page = visitor.page
    with started(f"{visitor.address}/sign-on/union/callback") as provider:
        settings.SOCIALACCOUNT_PROVIDERS = configured(provider)
        visitor.goto("/sign-in")
        visitor.shot("sign-in")
        assert (visitor.complaints, visitor.abroad) == ([], [])
        page.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        page.get_by_role("button", name="统一认证").click()
        page.fill("[name=login]", officer.name)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/sign-in/factor")
        visitor.shot("factor")
        page.fill("[name=code]", code_of(secret))
        page.press("[name=code]", "Enter")
        page.wait_for_url("**/todo")
    visitor.complaints.clear()  # the provider's own pages ask for things that are not on this machine
    visitor.abroad.clear()
