"""A round is closed by its organiser: refused while a visit is to come, then closed; the next one takes over what is open."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.clocks import moment_after
from jishiyu.apps.enterprises.models import Campaign, LinkFor, Need, State
from jishiyu.apps.enterprises.operations import end_need, make_link, move_need, run_clocks
from jishiyu.apps.workdays.queries import known_calendar
from tests.apps.enterprises.situations import WAY
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough
from tests.web.steward.round import handed, open_power, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _round(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")
    expect.set_options(timeout=30_000)
    open_power()


def test_a_round_is_closed_and_the_next_one_takes_over(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    steward, organiser = somebody(Role.STEWARD), somebody(Role.ORGANISER, union="CITY")
    Account.objects.filter(pk=steward[0].pk).update(mobile="19900008500")
    taking = take_part(steward=steward[0])
    round_, now = Campaign.objects.get(), timezone.now()
    waiting, promised = handed(taking, "车间谐波偏大,电容器经常跳闸", "想做一次用电设备体检").needs
    for to in WAY[: WAY.index(State.PLANNED) + 1]:
        move_need(need_id=promised.pk, to=to, what=to.value, by="tests", at=now)
    secret = make_link(
        campaign_id=round_.pk, participation_id=taking.pk, opens=LinkFor.PROGRESS, by="tests", at=now,
        until_at=now + timedelta(days=30),
    )  # fmt: skip
    office = come(visit, organiser)
    office.goto(f"/campaigns/{round_.pk}")
    office.page.get_by_role("link", name="结束批次").click()
    expect(office.page.get_by_text(promised.number)).to_be_visible()
    expect(office.page.get_by_role("button", name="结束批次")).to_have_count(0)
    office.shot("in-the-way")

    end_need(need_id=promised.pk, to=State.NOT_HELPED, sentence="企业停产检修", by="tests", at=now)
    office.page.reload()
    office.shot("to-confirm")
    office.page.get_by_role("button", name="结束批次").click()
    expect(office.page.get_by_text("1 条未办结需求等待后续批次")).to_be_visible()
    expect(office.page.get_by_role("link", name="结束批次")).to_have_count(0)
    office.shot("closed")

    small = come(visit, organiser, viewport=PHONE)
    for path, name in (
        (f"/campaigns/{round_.pk}", "closed"),
        (f"/service/needs/{waiting.pk}", "need"),
        (f"/pairing/{round_.pk}", "meeting"),
    ):
        small.goto(path)
        narrow_enough(small)
        small.shot(f"phone-{name}")
    page = visit(PHONE)
    page.goto(f"/progress/{secret}")
    expect(page.page.get_by_text("由后续批次继续办理").first).to_be_visible()
    expect(page.page.locator('a[href="tel:19900008500"]')).to_be_visible()
    narrow_enough(page)
    page.shot("enterprise")

    office.goto("/campaigns/open")
    office.page.locator("[name=code]").fill("power-2")
    office.page.locator("[name=follows]").select_option(round_.code)
    office.page.get_by_role("button", name="建立批次").click()
    expect(office.page.get_by_role("heading", level=1)).to_contain_text("电力助企专项服务")
    new = Need.objects.get(follows=waiting)
    assert (new.participation.campaign.code, new.state) == ("power-2", State.FORWARDED)
    office.goto(f"/campaigns/{round_.pk}")
    expect(office.page.get_by_role("link", name="power-2")).to_be_visible()
    office.shot("followed")


def test_what_the_clock_did_is_read_in_the_language_of_the_page(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    steward, organiser = somebody(Role.STEWARD), somebody(Role.ORGANISER, union="CITY")
    somebody(Role.ORGANISER, union="MADE", name="below")  # so that there is a level to go up from
    taking = take_part(steward=steward[0])
    need = handed(taking, "车间谐波偏大").needs[0]
    move_need(need_id=need.pk, to=State.FORWARDED, what="forwarded", by="tests", at=timezone.now())
    round_, days = Campaign.objects.get(), known_calendar()
    need.refresh_from_db()
    at = need.due_at
    assert at is not None
    run_clocks(at=at)
    run_clocks(at=moment_after(round_, at, round_.escalate_days, days))
    office = come(visit, organiser)
    office.goto(f"/service/needs/{need.pk}")
    expect(office.page.locator("ol.history").first).to_contain_text("超期未办")
    office.shot("steps-zh")
    office.page.get_by_role("button", name=re.compile("English")).first.click()
    steps = office.page.locator("ol.history").first
    expect(steps).to_contain_text("not done in time, raised to the city union")
    expect(steps).not_to_contain_text("超期")
    office.shot("steps-en")
