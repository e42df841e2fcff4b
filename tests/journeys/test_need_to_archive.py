"""One need goes the whole way by the screens of those who carry it, from an enterprise's phone to the archive of its file.

Handed in by link, forwarded, confirmed, classified, paired at the meeting, visited without connection, reported, served,
closed by the enterprise's word, and archived. Nothing is written past the screens but the accounts, the resource list
and the worker's turn.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Need
from jishiyu.apps.experts.models import Availability
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.visits.models import Entry, Report, TeamMember
from jishiyu.cli import main
from jishiyu.demo.filed import paper_picture
from tests.apps.experts.situations import person, work
from tests.journeys.on_site import measure, sign, waiting
from tests.journeys.paying import follow, press
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough
from tests.web.pairing.meetings import free_from_next_monday, next_monday
from tests.web.steward.round import open_power, take_part

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "车间谐波偏大,电容器经常跳闸"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")
    expect.set_options(timeout=30_000)


def test_a_need_goes_from_a_phone_to_the_archive(
    visit: Callable[..., Visitor], somebody: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = {role: somebody(role) for role in (Role.STEWARD, Role.EXPERT)}
    signed[Role.ORGANISER] = somebody(Role.ORGANISER, union="CITY")
    open_power()
    whose = take_part(steward=signed[Role.STEWARD][0])
    person("S1", "steward", account=signed[Role.STEWARD][0].name, address="13900000011", name="甲管家")
    person("O1", "officer", address="13900000013", name="甲驻企")
    person("E1", levels={"harmonics": 5, "load": 3}, account=signed[Role.EXPERT][0].name, name="甲谐波")
    free_from_next_monday()

    office, desk = (come(visit, signed[role]) for role in (Role.ORGANISER, Role.STEWARD))
    phone = visit(PHONE)
    phone.page.set_default_timeout(30_000)
    craftsman = come(visit, signed[Role.EXPERT], viewport=PHONE, worker=True)

    number = hands_in(phone, link_to_hand_in(office, whose.pk), tmp_path)
    forwards(office)
    confirms_and_classifies(desk, number)
    pairs(office)
    comes_today(desk, number)
    surveys(craftsman, tmp_path)
    reports(desk)
    plans(desk)
    follows(phone, link_to_follow(desk, whose.pk))
    archives(desk, whose.pk, tmp_path)
    assert "归档时的哈希一致" in capsys.readouterr().out
    assert list(Need.objects.values_list("number", "state")) == [(number, "closed")]


def link_to_hand_in(office: Visitor, participation: int) -> str:
    office.goto("/campaigns")
    follow(office.page, "电力助企专项服务")
    office.shot("round")
    office.goto(f"/service/enterprises/{participation}")
    office.shot("enterprise")
    press(office.page, "专属链接和二维码")
    expect(office.page.locator(".qr-frame svg")).to_be_visible()
    office.shot("link")
    return office.page.locator("#address").inner_text()


def hands_in(phone: Visitor, link: str, folder: Path) -> str:
    """Hand in with a photo and a wish; returns the number of the need."""
    page = phone.page
    page.goto(link)
    phone.shot("hand-in")
    page.get_by_label("联系人").fill("王工")
    page.get_by_label("电话").fill("13900005555")
    page.get_by_label("您需要什么帮助").fill(WORDS)
    page.get_by_label("什么时间方便上门").fill("周二上午")
    photo = folder / "柜子.jpg"
    photo.write_bytes(paper_picture(title="CABINET", number="1", seed=1))
    page.get_by_label("照片或文件").set_input_files(photo)
    page.get_by_role("button", name="再加一条需求").click()
    expect(page.locator("[data-line]")).to_have_count(2)
    page.locator("[data-line]").nth(1).get_by_role("button", name="删除这条需求").click()
    expect(page.locator("[data-line]")).to_have_count(1)
    narrow_enough(phone)
    phone.shot("written")
    page.get_by_role("button", name="提交").last.click()
    expect(page.locator("h1")).to_have_text("需求已提交")
    narrow_enough(phone)
    phone.shot("handed-in")
    need = Need.objects.get()
    expect(page.get_by_text(need.number).first).to_be_visible()
    assert (need.state, need.wished, need.attachments.count()) == ("handed_in", "周二上午", 1)
    return need.number


def forwards(office: Visitor) -> None:
    office.goto("/todo")
    follow(office.page, "待转交的需求")
    office.page.get_by_label("选择本页").check()
    office.shot("to-forward")
    office.page.get_by_role("button", name="将勾选的需求转交专属管家").click()
    expect(office.page.get_by_text("已转交专属管家 1 条需求")).to_be_visible()
    office.shot("forwarded")


def confirms_and_classifies(desk: Visitor, number: str) -> None:
    page = desk.page
    desk.goto("/todo")
    follow(page, "待确认的需求")
    desk.shot("desk")
    follow(page, number)
    desk.shot("need")
    press(page, "拨打电话")
    expect(page.locator('a[href^="tel:"]').first).to_have_attribute("href", "tel:13900005555")  # who handed it in
    press(page, "企业已确认")
    expect(page.locator("#id_item option:checked")).to_contain_text("电能质量检测与谐波治理")
    desk.shot("classify")
    press(page, "分类")
    expect(page.locator("h1")).to_contain_text("已分类")
    follow(page, "勘查方案")
    page.get_by_label("中文 1").fill("先看电容器室")
    page.get_by_label("检测项目 1").select_option("")
    desk.shot("survey-plan")
    press(page, "保存方案")
    expect(page.get_by_text("先看电容器室").first).to_be_visible()
    desk.shot("classified")


def pairs(office: Visitor) -> None:
    """Work a proposal out at the meeting and accept it: three people are told, and the enterprise."""
    page = office.page
    office.goto("/pairing")
    follow(page, "电力助企专项服务")
    page.fill("[name=first_on]", next_monday().isoformat())
    press(page, "计算方案")
    expect(page.locator("#work")).to_be_visible()
    work(Progress.objects.get(kind=Kind.PAIR, state="queued"))
    card = page.locator(".card-need")
    expect(card).to_contain_text("覆盖谐波治理")
    office.shot("proposal")
    card.get_by_role("button", name=re.compile("^采纳")).click()
    expect(card).to_contain_text("已采纳")
    expect(card.get_by_role("link", name="勘查")).to_be_visible()
    office.shot("accepted")
    assert Notice.objects.filter(kind="appointment").count() == 4


def comes_today(desk: Visitor, number: str) -> None:
    """Move the visit to today, as the enterprise asks, though somebody of the team does not offer that time."""
    page = desk.page
    away = TeamMember.objects.filter(part="expert").get().expert
    for half in ("am", "pm"):
        said = {"free": False, "source": "own"}
        Availability.objects.update_or_create(expert=away, on=timezone.localdate(), half=half, defaults=said)
    desk.goto("/visits")
    desk.shot("visits")
    desk.goto("/service")
    follow(page, number)
    desk.shot("planned")
    page.get_by_role("main").get_by_role("link", name=re.compile("^勘查 ")).click()
    follow(page, "勘查改期")
    page.fill("[name=on]", timezone.localdate().isoformat())
    page.fill("[name=sentence]", "企业今天停产检修,请提前来")
    desk.shot("moved")
    with desk.refusals():
        page.locator("main button[type=submit]").click()
        expect(page.get_by_role("alert").first).to_contain_text(f"{away.name} 没有提供该时间")
    desk.shot("asked")
    page.get_by_label("仍按此时间").check()
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("status").first).to_contain_text("改期")
    desk.shot("visit")


def surveys(craftsman: Visitor, folder: Path) -> None:
    """Enter everything with the network cut and the page opened anew; it is sent once when the network is back."""
    page = craftsman.page
    craftsman.goto("/visits/phone/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_selector(".visits button")
    craftsman.shot("phone-list")
    with craftsman.disconnected():
        page.reload()
        page.locator(".visits button").click()
        page.wait_for_selector("#connection[data-state=offline]")
        page.locator("[data-line=c1] [data-check=done]").click()
        page.locator("[data-line=c2] input").fill("电容器柜有异响")
        page.locator("[data-line=c2] [data-check=problem]").click()
        measure(page, "412")
        measure(page, "7.2", quantity="thd_u", unit="%")
        waiting(page, 4)
        page.reload()
        waiting(page, 4)
        page.set_input_files("#camera", folder / "柜子.jpg")
        waiting(page, 5)
        sign(page)
        waiting(page, 6)
        craftsman.shot("phone-offline")
        assert Entry.objects.count() == 0
    waiting(page, 0)
    narrow_enough(craftsman)
    craftsman.shot("phone-sent")
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["check", "check", "reading", "reading", "photo", "signature"]


def reports(desk: Visitor) -> None:
    """Finish the visit, draft the report, release it."""
    page = desk.page
    page.reload()
    desk.shot("surveyed")
    follow(page, "勘查已完成")
    desk.shot("who-was-there")
    page.locator("main button[type=submit]").click()
    follow(page, "编制报告")
    page.fill("[name=advice]", "加装滤波装置,复测谐波。")
    desk.shot("advice")
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("草稿")
    desk.shot("draft")
    page.once("dialog", lambda asked: asked.accept())
    press(page, "签发报告")
    expect(page.get_by_text("报告已签发").first).to_be_visible()
    desk.shot("released")
    assert Report.objects.get().released_by == "u-steward"


def plans(desk: Visitor) -> None:
    """Write the action down, say what came of it, and that all is done."""
    page = desk.page
    follow(page, "服务计划")
    page.fill("[name=what]", "加装滤波装置")
    page.fill("[name=owner]", "设备科 王工")
    page.fill("[name=due_on]", (timezone.localdate() + timedelta(days=7)).isoformat())
    desk.shot("service-plan")
    press(page, "添加措施")
    follow(page, "加装滤波装置")
    page.fill("[name=result]", "已加装,复测 3.1%")
    page.fill("[name=trained]", "6")
    desk.shot("result")
    page.locator("main button[type=submit]").click()
    press(page, "措施全部完成")
    desk.shot("served")


def follows(phone: Visitor, link: str) -> None:
    """Look where the need stands, read the report, and say that it is solved: that closes it."""
    page = phone.page
    page.goto(link)
    narrow_enough(phone)
    phone.shot("progress")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("What comes next").first).to_be_visible()
    narrow_enough(phone)
    phone.shot("progress-in-english")
    page.get_by_role("button", name="中文").click()
    press(page, "填写评价")
    phone.shot("asked")
    follow(page, "填写评价")
    page.check("[name=solved][value=yes]")
    page.check("[name=stars][value='5']")
    page.fill("[name=words]", "来得及时,问题解决了")
    narrow_enough(phone)
    phone.shot("answer")
    page.locator("main button[type=submit]").click()
    expect(page.get_by_text("该需求已办结").first).to_be_visible()
    phone.shot("closed")
    page.goto(link)
    phone.shot("progress-closed")


def link_to_follow(desk: Visitor, participation: int) -> str:
    desk.goto(f"/boards/enterprise/{participation}")
    press(desk.page, "生成专属链接")
    desk.shot("progress-in-the-console")
    return desk.page.locator("#new-link").inner_text()


def archives(desk: Visitor, participation: int, folder: Path) -> None:
    """Close the file, take its ZIP, and let the command verify it."""
    page = desk.page
    desk.goto(f"/archives/{participation}")
    desk.shot("archive")
    page.once("dialog", lambda asked: asked.accept())
    press(page, "归档")
    expect(page.get_by_text("内容不再更改").first).to_be_visible()
    desk.shot("archived")
    with page.expect_download() as given:
        follow(page, "下载 ZIP")
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    assert main(["archive", "verify", str(path)]) == 0
