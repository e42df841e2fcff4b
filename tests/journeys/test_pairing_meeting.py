"""The organiser at the meeting: solve, pin, swap by keyboard and by drag, solve again, accept; an expert says when they are free."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.experts.models import Availability, Expert, Pin, Proposal
from jishiyu.apps.experts.operations import current_plan
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.visits.models import Visit
from tests.apps.experts.situations import person, work
from tests.journeys.paying import follow, press
from tests.journeys.visitor import DESK, PHONE, Visitor, come, narrow_enough
from tests.web.pairing.meetings import free_from_next_monday, next_monday, settle

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {"E1": "甲谐波", "E2": "甲双能"}


@pytest.fixture(autouse=True)
def _patient() -> None:
    expect.set_options(timeout=30_000)
    cache.clear()


def worked(page: Page) -> None:
    """Let the worker do what waits; the page that follows it shows the plan by itself."""
    expect(page.locator("#work")).to_be_visible()
    work(Progress.objects.filter(kind=Kind.PAIR, state="queued").get())
    expect(page.locator("#work")).to_have_count(0)


def drag(page: Page, what: str, onto: str) -> None:
    """Drag as a hand does, in several moves: a browser asks a place whether it takes something when it is moved over it."""
    page.wait_for_load_state("load")  # the page's script comes last
    page.locator(what).hover()
    page.mouse.down()
    page.locator(onto).hover()
    page.locator(onto).hover(position={"x": 6, "y": 6})
    page.mouse.up()


def team(need: Need) -> set[str]:
    proposal = Proposal.objects.order_by("-id")[0]
    return set(next(visit for visit in current_plan(proposal) if visit.need_id == need.number).people)


def expert_of(need: Need) -> tuple[str, str]:
    """Return the expert of a need's team, and the other one who could go."""
    old = next(iter(team(need) & {"E1", "E2"}))
    return old, "E2" if old == "E1" else "E1"


def test_solve_pin_swap_solve_again_accept(visit: Callable[..., Visitor], somebody: Callable[..., Any]) -> None:
    one, two = settle()
    organiser = come(visit, somebody(Role.ORGANISER, union="CITY"))
    page = organiser.page
    organiser.goto("/pairing")
    follow(page, "电力助企")
    page.fill("[name=first_on]", next_monday().isoformat())
    organiser.shot("before")
    organiser.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    narrow_enough(organiser)
    organiser.shot("before-on-a-phone")
    organiser.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    press(page, "计算方案")
    organiser.shot("at-work")
    worked(page)
    card = page.locator(f"#need-{one.pk}")
    expect(card).to_contain_text("覆盖谐波治理")
    organiser.shot("proposal")

    # A swap by keyboard: Enter picks somebody up, Enter on a member puts them there.
    old, new = expert_of(one)
    page.locator(f"[data-person={new}]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text(NAMES[new])
    organiser.shot("picked")
    page.keyboard.press("Escape")
    expect(page.locator("#said")).to_contain_text("已放下")
    page.keyboard.press(" ")
    card.locator(f"[data-member={old}]").focus()
    page.keyboard.press("Enter")
    expect(card.locator(f"[data-member={new}]")).to_be_visible()
    assert team(one) == {"S1", "O1", new}
    assert Pin.objects.filter(need=one, expert__code=new).exists()

    # One that breaks a hard rule is told beside the need, and nothing is changed.
    with organiser.refusals():
        drag(page, "[data-person=E3]", f"#need-{one.pk} [data-member=S1]")
        expect(card.locator(".sentence")).to_contain_text("没有专属管家")
    organiser.shot("refused")

    # And back by drag.
    drag(page, f"[data-person={old}]", f"#need-{one.pk} [data-member={new}]")
    expect(card.locator(f"[data-member={old}]")).to_be_visible()
    assert team(one) == {"S1", "O1", old}

    card.get_by_role("link", name=re.compile("人选、时间、锁定")).click()
    expect(page.locator("h1")).to_contain_text(one.number)
    press(page, "只锁定时间")
    page.select_option("#person", "E3")
    press(page, "询问")
    expect(page.locator(".told")).to_contain_text("不具备所需技能")
    organiser.shot("need")
    follow(page, "前往配对会")
    page.locator(f"#need-{two.pk}").get_by_role("button", name=re.compile("锁定队伍")).click()
    expect(page.locator(f"#need-{two.pk} .pinned").first).to_be_visible()

    page.locator(".solving summary").click()
    page.fill("[name=first_on]", next_monday().isoformat())
    press(page, "保持锁定、少变动地再次计算")
    worked(page)
    assert team(one) == {"S1", "O1", old}
    follow(page, "前后对比")
    organiser.shot("compared")
    follow(page, "前往配对会")

    page.locator(f"#need-{one.pk}").get_by_role("button", name=re.compile("^采纳")).click()
    expect(page.locator(f"#need-{one.pk}")).to_contain_text("已采纳")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("全部采纳")).click()
    expect(page.locator(f"#need-{two.pk}")).to_contain_text("已采纳")
    organiser.shot("accepted")
    assert Visit.objects.filter(state="planned").count() == 2
    assert Need.objects.filter(state=State.PLANNED).count() == 2
    assert Notice.objects.filter(kind="appointment").count() == 8
    follow(page, "方案列表与 Excel")
    organiser.shot("list")


def test_a_big_round_is_readable_and_what_is_lacking_is_named(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    from tests.apps.experts.situations import waiting

    one, _two = settle()
    for at in range(12):
        waiting(
            {"solar": 2 + at % 3, "thermal": 2},
            of=one.participation,
            words=f"第 {at + 1} 车间光伏接入后跳闸,希望检查逆变器",
            halfdays=1 + at % 2,
        )
    for at in range(6):
        person(f"E{40 + at}", levels={"solar": 1 + at % 3, "thermal": 2 + at % 3}, name=f"乙光伏{at + 1}")
    free_from_next_monday()
    organiser = come(visit, somebody(Role.ORGANISER, union="CITY"))
    page = organiser.page
    organiser.goto(f"/pairing/{one.participation.campaign_id}")
    page.fill("[name=first_on]", next_monday().isoformat())
    page.fill("[name=weeks]", "1")
    press(page, "计算方案")
    worked(page)
    organiser.shot("many")
    follow(page, re.sub(r"\s+", " ", page.locator(".shows a").nth(2).inner_text()))
    expect(page.locator(".card-out").first).to_contain_text("最小的改动是")
    organiser.shot("left-out")
    follow(page, "需求缺口")
    organiser.shot("lacks")
    organiser.goto("/experts")
    organiser.shot("experts")


def test_an_expert_offers_half_days_on_a_phone_by_keyboard(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    settle()
    account, secret = somebody(Role.EXPERT, name="expert-a")
    who = Expert.objects.get(code="E1")
    Expert.objects.filter(pk=who.pk).update(account=account)
    expert = come(visit, (account, secret), viewport=PHONE)
    page = expert.page
    expert.goto(f"/experts/mine?from={next_monday().isoformat()}")
    expert.shot("times")
    narrow_enough(expert)
    page.locator("[name=free]").first.focus()
    page.keyboard.press(" ")
    press(page, "保存空闲时间")
    expect(page.get_by_role("status").first).to_contain_text("已保存")
    assert not Availability.objects.filter(expert=who, on=next_monday(), half="am", free=True).exists()
    follow(page, "每周固定半天")
    expert.shot("weekly")
