"""A member on a phone: what came and why, a code for the account, an accident in three steps, a complaint."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.applications.models import Application
from jishiyu.apps.applications.operations import Actor, approve, take_application
from jishiyu.apps.applications.queries import preview
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.applications.situations import picture
from tests.apps.subsidies.situations import enrol, load, member, number, stay
from tests.journeys.visitor import DESK, PHONE, Visitor, narrow_enough
from tests.web.accounts.test_signing_in import sent
from tests.web.member.people import CARD, MOBILE
from tests.web.payments.money import answered, open_fund

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 320, "height": 640}
PAGES = ("/my", "/my/subsidies", "/my/applications", "/my/applications/new", "/my/account-number", "/my/messages",
         "/my/complaints")  # fmt: skip
# What a thumb has to hit: visible buttons and fields of a member's own part of the page, lower than 44 pixels.
LOW = """() => [...document.querySelectorAll('.mine .btn, .mine .form-control, .mine .form-select, .mine-places a')]
    .filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.9).map(one => one.outerHTML.slice(0, 120))"""


def sign_in(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goto("/sign-in/member")
    page.fill("[name=cert_no]", number(1))
    page.fill("[name=name]", "张1")
    page.get_by_role("button", name="发送验证码").click()
    page.wait_for_url("**/sign-in/member/code")
    page.fill("[name=code]", sent())
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/my")


def fits(visitor: Visitor, letters: int) -> None:
    """Check that nothing is cut off at the side, and that letters and buttons are large enough."""
    page = visitor.page
    narrow_enough(visitor)
    assert page.evaluate("getComputedStyle(document.querySelector('.mine')).fontSize") == f"{letters}px"
    assert page.evaluate(LOW) == []


@pytest.fixture
def _stays(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, mobile=MOBILE, bank_account=CARD))
    load(tmp_path, "三月", stay(1, "A", "12345.00"), stay(1, "C", "4000.00"))
    load(tmp_path, "四月", stay(1, "B", "152000.00", enddate="2025-04-10", setl_time="2025-04-10 10:00:00"))


@pytest.mark.usefixtures("_stays")
def test_a_member_sees_asks_applies_and_complains_on_a_phone(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    page.set_default_timeout(30_000)
    sign_in(visitor)
    expect(page.locator("h1")).to_have_text("我的补贴")
    fits(visitor, 18)
    visitor.shot("start")
    page.get_by_role("link", name="查看全部").or_(page.get_by_role("link", name="全部核定记录")).first.click()
    visitor.shot("subsidies")
    page.locator(".mine-cards a").nth(1).click()
    expect(page.locator(".mine-sentence")).to_contain_text("个人现金支付")
    fits(visitor, 18)
    visitor.shot("why")

    visitor.goto("/my/applications/new")
    visitor.shot("choose")
    page.get_by_role("button", name="非工伤意外受伤").click()
    page.wait_for_url("**/form")
    fits(visitor, 18)
    visitor.shot("form")
    page.fill("[name=event_on]", (timezone.localdate() - timedelta(days=7)).isoformat())
    page.select_option("[name=cause]", "fall")
    page.select_option("[name=injury_1]", "skull:crack")
    page.locator("[name=treatment_over][value=是]").check()
    page.fill("[name=story]", "在家中楼梯摔倒")
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_url("**/papers")
    visitor.shot("papers-needed")
    for code in ("not_work_injury", "hospital_records"):
        photo = tmp_path / f"{code}.jpg"
        photo.write_bytes(picture(code, size=(640, 480)))
        page.set_input_files(f"#file-{code}", photo)
        expect(page.locator(f"section[aria-labelledby=paper-{code}] .mine-files li")).to_have_count(1)
    fits(visitor, 18)
    visitor.shot("papers-there")
    page.get_by_role("link", name="继续", exact=True).click()
    expect(page.locator(".mine-big")).to_contain_text("1,300.00")
    visitor.shot("last-look")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("前作出决定")
    visitor.shot("handed-in")
    assert Application.objects.get().state == "submitted"

    visitor.goto("/my/account-number")
    visitor.shot("account")
    page.get_by_role("button", name="变更账号").click()
    page.wait_for_url("**/change")
    visitor.shot("account-change")
    page.fill("[name=code]", sent())
    page.fill("[name=number]", "6217 0000 0000 0000 022")
    page.fill("[name=again]", "6217 0000 0000 0000 023")
    with visitor.refusals():
        page.get_by_role("button", name="变更账号").click()
        expect(page.locator("main")).to_contain_text("两次输入的账号不一样")
        visitor.shot("account-slip")
    page.fill("[name=again]", "6217 0000 0000 0000 022")
    page.get_by_role("button", name="变更账号").click()
    expect(page.locator("main")).to_contain_text("从下一笔补贴起使用")

    visitor.goto("/my/complaints")
    page.fill("[name=words]", "三月的补贴怎么还没到?")
    page.get_by_role("button", name="提交投诉").click()
    expect(page.locator("main")).to_contain_text("前答复")
    visitor.shot("complaint")
    assert Entitlement.objects.filter(person__accounts__for_member=True).exists()


@pytest.mark.usefixtures("_stays")
def test_large_letters_fit_a_narrow_phone_in_both_languages(visit: Callable[..., Visitor]) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    page.set_default_timeout(30_000)
    sign_in(visitor)
    page.get_by_role("button", name="大字").click()
    for language in ("zh", "en"):
        for path in PAGES:
            visitor.goto(path)
            fits(visitor, 24)
            visitor.shot(f"{language}{path.replace('/', '-')}")
        if language == "zh":
            page.get_by_role("button", name="English").click()
    page.set_viewport_size(DESK)
    visitor.goto("/my")
    fits(visitor, 24)
    visitor.shot("desk")


@pytest.mark.usefixtures("_stays")
def test_an_application_comes_to_payment_under_the_members_eyes(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    """The member's side in the browser; what reviewer, finance and bank do in between goes by the operations."""
    visitor = visit(PHONE)
    page = visitor.page
    page.set_default_timeout(30_000)
    sign_in(visitor)
    page.get_by_role("button", name="去交材料").click()
    page.wait_for_url("**/form")
    expect(page.locator("main")).to_contain_text("不用您再填")
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_url("**/papers")
    while (missing := page.locator(".mine-paper:has(.state-wait) input[type=file]")).count():
        before = missing.count()
        photo = tmp_path / f"page-{before}.jpg"
        photo.write_bytes(picture(photo.name, size=(640, 480)))
        missing.first.set_input_files(photo)
        expect(missing).to_have_count(before - 1)
    page.get_by_role("link", name="继续", exact=True).click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("前作出决定")
    visitor.shot("handed-in")
    about = Application.objects.get()

    open_fund()
    for name in ("chen.jing", "wang.fang"):
        name_signatory(name=name, member_no=None, by="tests", at=timezone.now())
    when: dict[str, Any] = {"application_id": about.pk, "on": timezone.localdate(), "at": timezone.now()}
    for name in ("chen.jing", "wang.fang"):
        reviewer = Actor(name=name, role="reviewer")
        take_application(by=reviewer, **when)
        visitor.goto(f"/my/applications/{about.pk}")
        expect(page.locator("main")).to_contain_text("正在审核")
        approve(by=reviewer, seen_fen=preview(**when).amount_fen, **when)
    visitor.goto(f"/my/applications/{about.pk}")
    expect(page.locator("main")).to_contain_text("同意补贴")
    expect(page.locator("main")).not_to_contain_text("chen.jing")
    visitor.shot("agreed-to")
    answered("paid", "paid", accounts=(CARD, CARD))
    visitor.goto("/my")
    expect(page.locator(".mine-cards").first).to_contain_text("已到账")
    expect(page.locator("main")).to_contain_text("12,406.90")
    expect(page.locator("main")).to_contain_text("目前没有要办的事")
    visitor.shot("on-the-account")


@pytest.mark.usefixtures("_stays")
def test_a_member_who_opens_a_page_of_the_staff_is_refused_kindly(visit: Callable[..., Visitor]) -> None:
    visitor = visit(PHONE)
    sign_in(visitor)
    with visitor.refusals():
        for path in ("/payments", "/complaints", "/notices"):
            visitor.goto(path)
            expect(visitor.page.locator("h1")).to_have_text("无此权限")
        visitor.shot("refused")
        visitor.goto("/my/applications/999999")
        expect(visitor.page.locator("h1")).to_have_text("没有这个页面")
        visitor.shot("nowhere")
