"""A working day without a mouse: sign in, go to the call list, open a case, log a call, sign out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.subsidies.models import Case
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.journeys.visitor import PASSWORD, Visitor, code

pytestmark = pytest.mark.django_db(transaction=True)
NAMED = """() => { const one = document.activeElement;
  return one.matches("input, textarea, select") ? one.name : one.innerText.trim(); }"""


def tab_to(page: Page, words: str, most: int = 150) -> None:
    """Press Tab until the control with these words has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(NAMED) == words:
            return
    raise AssertionError(f"Tab never came to {words!r}")


def write(page: Page, field: str, words: str) -> None:
    """Go to a field and type."""
    tab_to(page, field)
    page.keyboard.insert_text(words)


def enter(page: Page, words: str) -> None:
    """Go to a link or button, press Enter, and wait for the next page."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_call_is_logged_without_a_mouse(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]], tmp_path: Path, settings: Any
) -> None:
    expect.set_options(timeout=30_000)
    enrol(tmp_path, member(1))
    load(tmp_path, "三月", stay(1, "A", "152000.00"))
    who, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor, case = visit(), Case.objects.get(reason="over_limit")
    page = visitor.page
    page.set_default_timeout(30_000)
    visitor.goto("/sign-in")
    write(page, "name", who.name)
    write(page, "password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    write(page, "code", code(secret))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/todo")
    # The first Tab of a page leads past header and navigation.
    page.keyboard.press("Tab")
    assert page.evaluate(NAMED) == "跳到正文"
    visitor.shot("skip-link")
    enter(page, "联系清单")
    enter(page, str(case.pk))
    enter(page, "登记联系")
    write(page, "sentence", "已电话联系工会,请职工备齐材料")
    visitor.shot("typing")
    enter(page, "登记联系")
    expect(page.locator("main")).to_contain_text("已电话联系工会")
    visitor.shot("logged")
    tab_to(page, who.full_name)
    page.keyboard.press("Enter")
    enter(page, "退出登录")
    expect(page.locator("[name=password]")).to_be_visible()
