"""The city answers a complaint, and reads a notice for a reason."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.applications.operations import Actor, complain
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notice
from tests.journeys.visitor import PHONE, Visitor, narrow_enough
from tests.web.member.people import city, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_answers_a_complaint_and_reads_a_notice(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]], tmp_path: Path, settings: Any
) -> None:
    city(tmp_path)
    settings.CONSOLE_FILE = tmp_path / "console.json"
    settings.CONSOLE_FILE.write_text('{"codes_in_log": true}')  # as the demo writes it
    long_ago, who = timezone.now() - timedelta(days=60), person(1).pk
    by = Actor(name=f"member-{who}", role="member", person_id=who)
    complain(person_id=who, words="三月的补贴怎么还没到?", by=by, on=long_ago.date(), at=long_ago)
    fields = {"code": "471182", "minutes": "5"}
    queue_notice(word=Word(kind=Kind.ONE_TIME_CODE, fields=fields, person_id=who), by="system", at=timezone.now())
    visitor = visit()
    page = visitor.page
    page.set_default_timeout(30_000)
    visitor.sign_in(*somebody(Role.SUBSIDY_OFFICER))
    page.get_by_role("link", name="待答复的投诉").click()
    visitor.shot("complaints")
    page.locator("tbody a").first.click()
    visitor.shot("complaint")
    page.fill("[name=words]", "已于今日汇出,请留意短信。")
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator("main")).to_contain_text("会员现在可以看到")
    visitor.shot("answered")
    visitor.goto("/notices")
    visitor.shot("notices")
    page.locator("tbody a").last.click()  # the answer was told after the code
    page.fill("[name=because]", "会员未收到短信,来电询问")
    visitor.shot("notice")
    page.get_by_role("button", name="查看全文").click()
    expect(page.locator("main")).to_contain_text("471182")
    visitor.shot("in-full")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    for language in ("zh", "en"):
        for path in ("/complaints", "/complaints/1", "/notices"):
            if path.endswith("1"):
                visitor.goto("/complaints")
                page.locator("tbody a").first.click()
                page.wait_for_url("**/complaints/*")
            else:
                visitor.goto(path)
            narrow_enough(visitor)
            visitor.shot(f"phone-{language}{path.replace('/', '-')}")
        if language == "zh":
            page.get_by_role("button", name="English").click()
