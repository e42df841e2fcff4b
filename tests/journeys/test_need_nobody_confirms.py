"""A need that nobody confirms: the steward is reminded, then one level after another sees it, until somebody acts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.clocks import moment_after
from jishiyu.apps.enterprises.models import Need
from jishiyu.apps.enterprises.operations import Clocked, run_clocks
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.workdays.queries import known_calendar
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough
from tests.web.steward.round import open_power, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _round() -> None:
    expect.set_options(timeout=30_000)
    open_power()


def test_a_need_nobody_confirms_goes_up_level_by_level(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    steward, city, made = (
        somebody(Role.STEWARD),
        somebody(Role.ORGANISER, union="CITY"),
        somebody(Role.ORGANISER, union="MADE"),
    )
    take_part(steward=steward[0])
    Account.objects.filter(pk=steward[0].pk).update(mobile="13900000011")
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
    assert run_clocks(at=at) == Clocked()  # the same moment again does nothing more
    assert Notice.objects.filter(kind="help_late").count() == 1
    begins = timezone.now() - timedelta(days=3)  # as those days have passed
    Need.objects.filter(pk=need.pk).update(due_at=begins, reminded_at=begins)
    desk = come(visit, steward)
    desk.page.get_by_role("link", name="我的超期需求").click()
    expect(desk.page.get_by_text("已提醒").first).to_be_visible()
    desk.shot("reminded")
    for signed, words in ((made, "制造业工会联合会"), (city, "市总工会")):
        at = moment_after(need.participation.campaign, at, 1, known_calendar())
        assert run_clocks(at=at).escalated == 1
        level = come(visit, signed)
        level.page.get_by_role("link", name="已升级的超期需求").click()
        expect(level.page.get_by_role("row").filter(has_text=need.number)).to_contain_text(words)
        level.shot("raised")
        level.goto("/boards")
        expect(level.page.locator(".tile-escalated")).to_contain_text(need.number)
        level.shot("board")
    level.page.get_by_role("link", name=need.number).click()
    expect(level.page.get_by_role("main").get_by_role("link", name="移交")).to_be_visible()
    expect(level.page.get_by_role("button", name="拨打电话")).to_be_visible()
    for said in ("超期提醒", "升级到制造业工会联合会", "升级到市总工会"):
        expect(level.page.get_by_text(said).first).to_be_visible()
    level.shot("climb")

    desk.goto(f"/service/needs/{need.pk}")
    desk.page.get_by_role("button", name="企业已确认").click()
    need.refresh_from_db()
    assert (need.state, need.escalated_to) == ("confirmed", None)
    enterprise.goto(f"/our/needs/{need.pk}")
    expect(enterprise.page.get_by_text("已确认").first).to_be_visible()
    enterprise.shot("confirmed")
