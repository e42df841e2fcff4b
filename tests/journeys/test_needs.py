"""A need handed in on a phone by link is forwarded, confirmed and classified; one that nobody confirms goes up level by level."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.clocks import known_calendar, moment_after
from jishiyu.apps.enterprises.models import Need
from jishiyu.apps.enterprises.operations import run_clocks
from jishiyu.demo.filed import paper_picture
from tests.journeys.visitor import PHONE, Visitor
from tests.web.steward.round import open_power, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _round(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")
    expect.set_options(timeout=30_000)
    open_power()


def come(visit: Callable[..., Visitor], signed: tuple[Account, str], **options: Any) -> Visitor:
    cache.clear()
    visitor = visit(**options)
    visitor.page.set_default_timeout(30_000)
    visitor.sign_in(*signed)
    return visitor


def narrow_enough(visitor: Visitor) -> None:
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= visitor.page.viewport_size["width"], visitor.page.url  # type: ignore[index]


def test_a_need_from_a_phone_is_forwarded_confirmed_and_classified(
    visit: Callable[..., Visitor], somebody: Callable[..., Any], tmp_path: Path
) -> None:
    steward, organiser = somebody(Role.STEWARD), somebody(Role.ORGANISER, union="CITY")
    taking = take_part(steward=steward[0])
    office = come(visit, organiser)
    office.goto("/campaigns")
    office.shot("rounds")
    office.page.get_by_role("link", name="电力助企专项服务").click()
    office.shot("round")
    office.goto(f"/service/enterprises/{taking.pk}")
    office.shot("enterprise")
    office.page.get_by_role("button", name="专属链接和二维码").click()
    expect(office.page.locator(".qr-frame svg")).to_be_visible()
    office.shot("link")
    link = office.page.locator("#address").inner_text()

    phone = visit(PHONE)
    page = phone.page
    page.set_default_timeout(30_000)
    page.goto(link)
    narrow_enough(phone)
    phone.shot("hand-in")
    page.get_by_label("联系人").fill("王工")
    page.get_by_label("电话").fill("13900005555")
    page.get_by_label("您需要什么帮助").fill("车间谐波偏大,电容器经常跳闸")
    photo = tmp_path / "柜子.jpg"
    photo.write_bytes(paper_picture(title="CABINET", number="1", seed=1))
    page.get_by_label("照片或文件").set_input_files(photo)
    page.get_by_role("button", name="再加一条需求").click()
    second = page.locator("[data-line]").nth(1)
    second.get_by_label("您需要什么帮助").fill("想给八名电工做一次培训")
    second.get_by_label("什么时间方便上门").fill("周二上午")
    narrow_enough(phone)
    phone.shot("two-needs")
    page.get_by_role("button", name="提交").last.click()
    expect(page.locator("h1")).to_have_text("需求已提交")
    phone.shot("done")
    first, training = Need.objects.order_by("line")
    assert (first.state, training.wished, first.attachments.count()) == ("handed_in", "周二上午", 1)

    office.goto("/todo")
    office.page.get_by_role("link", name="待转交的需求").click()
    office.page.get_by_label("选择本页").or_(office.page.locator("[data-selects-all]")).first.check()
    office.shot("to-forward")
    office.page.get_by_role("button", name="将勾选的需求转交专属管家").click()
    expect(office.page.get_by_text("已转交专属管家 2 条需求")).to_be_visible()
    office.shot("forwarded")

    desk = come(visit, steward)
    page = desk.page
    page.get_by_role("link", name="待确认的需求").click()
    desk.shot("desk")
    page.get_by_role("link", name=first.number).click()
    desk.shot("need")
    page.get_by_role("button", name="拨打电话").click()
    expect(page.locator('a[href^="tel:"]')).to_be_visible()
    page.get_by_role("button", name="企业已确认").click()
    expect(page.get_by_label("服务项目")).to_have_value(re.compile(r"\d+"))
    expect(page.locator("#id_item option:checked")).to_contain_text("电能质量检测与谐波治理")
    desk.shot("classify")
    page.get_by_role("button", name="分类", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已分类")
    page.get_by_role("link", name="勘查方案").click()
    desk.shot("plan")
    page.get_by_label("每行一项检查").fill("先看电容器室\n电压总谐波畸变率 | THD | thd_u | pcc | %")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("先看电容器室").first).to_be_visible()
    desk.shot("classified")
    first.refresh_from_db()
    assert (first.state, first.item.code if first.item else "") == ("classified", "power-quality")

    small = come(visit, steward, viewport=PHONE)
    for path in ("/service", f"/service/needs/{first.pk}", f"/service/enterprises/{taking.pk}", "/service/record"):
        small.goto(path)
        narrow_enough(small)
    small.shot("record-on-a-phone")


def test_a_need_nobody_confirms_goes_up_level_by_level(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    steward, city, made = (
        somebody(Role.STEWARD),
        somebody(Role.ORGANISER, union="CITY"),
        somebody(Role.ORGANISER, union="MADE"),
    )
    take_part(steward=steward[0])
    enterprise = come(visit, somebody(Role.ENTERPRISE, union="E1"), viewport=PHONE)
    page = enterprise.page
    enterprise.goto("/our/needs")
    page.get_by_role("link", name="提交需求").click()
    page.get_by_label("您需要什么帮助").fill("变压器油温高")
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("变压器油温高")).to_be_visible()
    narrow_enough(enterprise)
    enterprise.shot("own-needs")
    need = Need.objects.get()

    office = come(visit, city)
    office.goto(f"/service/needs/{need.pk}")
    office.page.get_by_role("link", name="转交", exact=True).click()
    office.shot("forward")
    office.page.get_by_role("button", name="转交", exact=True).click()
    expect(office.page.get_by_role("heading", level=1)).to_contain_text("已转交")

    need.refresh_from_db()
    assert need.due_at is not None
    at = need.due_at
    assert run_clocks(at=at).reminded == 1
    for _ in range(2):
        at = moment_after(need.participation.campaign, at, 1, known_calendar())
        assert run_clocks(at=at).escalated == 1
    Need.objects.filter(pk=need.pk).update(due_at=timezone.now() - timedelta(days=3))  # as those days have passed
    for signed in (made, city):
        level = come(visit, signed)
        level.page.get_by_role("link", name="已升级的超期需求").click()
        expect(level.page.get_by_role("link", name=need.number)).to_be_visible()
        level.shot("raised")
    level.page.get_by_role("link", name=need.number).click()
    for said in ("超期提醒", "升级到产业工会联合会", "升级到市总工会"):
        expect(level.page.get_by_text(said).first).to_be_visible()
    level.shot("climb")

    desk = come(visit, steward)
    desk.goto(f"/service/needs/{need.pk}")
    desk.page.get_by_role("button", name="企业已确认").click()
    need.refresh_from_db()
    assert (need.state, need.escalated_to) == ("confirmed", None)
    enterprise.goto(f"/our/needs/{need.pk}")
    expect(enterprise.page.get_by_text("已确认").first).to_be_visible()
    enterprise.shot("confirmed")
