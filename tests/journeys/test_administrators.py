"""The administrators at their screens: settings and their change, a trail that is whole and one that is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from tests.conf.working import do_what_is_queued
from tests.journeys.test_money import patient
from tests.journeys.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_audit_administrator_has_the_trail_verified_and_sees_what_was_broken(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]]
) -> None:
    admin, secret = somebody(Role.AUDIT_ADMIN)
    visitor = patient(visit())
    visitor.sign_in(admin, secret)
    visitor.goto("/audit/verify")
    visitor.shot("never-checked")
    visitor.page.get_by_role("button", name="立即校验").click()
    expect(visitor.page.locator("#checks")).to_contain_text("正在校验")
    visitor.shot("under-way")
    do_what_is_queued()
    expect(visitor.page.locator("#checks")).to_contain_text(
        "审计记录完整", timeout=30_000
    )  # the page looks again by itself
    visitor.shot("whole")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_trail SET by = 'somebody' WHERE seq = 2")
        cursor.execute("SET session_replication_role = origin")
    visitor.page.get_by_role("button", name="立即校验").click()
    do_what_is_queued()
    expect(visitor.page.locator("#checks")).to_contain_text("第 2 行", timeout=30_000)
    visitor.shot("broken")
    visitor.page.set_viewport_size(PHONE)
    visitor.shot("broken-phone")
    visitor.page.set_viewport_size(DESK)
    visitor.page.get_by_role("button", name="English").click()
    expect(visitor.page.locator("#checks")).to_contain_text("Row 2")
    visitor.shot("broken-english")
    visitor.goto("/audit")
    visitor.shot("trail")
    visitor.goto("/todo")
    expect(visitor.page.locator("main")).to_contain_text("audit trail is not whole")
    visitor.shot("todo")


def test_the_system_administrator_changes_what_can_be_changed(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]], settings: Any, tmp_path: Path
) -> None:
    settings.CONSOLE_FILE = tmp_path / "console.json"
    admin, secret = somebody(Role.SYSTEM_ADMIN)
    visitor = patient(visit())
    visitor.sign_in(admin, secret)
    visitor.page.get_by_role("link", name="系统设置", exact=True).click()
    visitor.shot("settings")
    visitor.page.get_by_role("link", name="变更设置").click()
    visitor.page.fill("[name=issuer]", "江城市总工会")
    visitor.page.fill("[name=scale]", "0")
    with visitor.refusals():
        visitor.page.get_by_role("button", name="保存").click()
        expect(visitor.page.locator("main")).to_contain_text("请填写大于零的数")
    visitor.shot("refused")
    visitor.page.fill("[name=scale]", "1/8")
    visitor.page.get_by_role("button", name="保存").click()
    expect(visitor.page.locator("main")).to_contain_text("江城市总工会")
    visitor.shot("changed")
    visitor.page.set_viewport_size(PHONE)
    visitor.shot("changed-phone")
    visitor.page.set_viewport_size(DESK)
    visitor.goto("/settings/test-notice")
    visitor.shot("test-notice")
    visitor.page.get_by_role("button", name="发送消息").click()
    expect(visitor.page.locator("main")).to_contain_text("测试消息")
    visitor.page.get_by_role("button", name="English").click()
    visitor.goto("/settings")
    visitor.shot("settings-english")
    assert visitor.complaints == []
