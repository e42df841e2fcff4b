"""A policy maker at the laboratory in a real browser: sliders, brackets, forecast, best brackets, kept, a draft."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.laboratory.operations import store_base
from jishiyu.apps.policies.models import Version
from jishiyu.engine.laboratory.base import measured
from tests.apps.subsidies.situations import AT
from tests.engine.laboratory.cities import city, today
from tests.journeys.every_page import CHINESE, CUT, UPRIGHT, texts, typed_in
from tests.journeys.visitor import DESK, PHONE, Visitor, narrow_enough, violations

pytestmark = pytest.mark.django_db(transaction=True)
Visit, Somebody = Callable[..., Visitor], Callable[..., tuple[Account, str]]
BENCH = "/laboratory/changchun.hospital"
MONEY = "#chart-whatif-totals tbody tr:nth-child(2) td:nth-child(3)"


@pytest.fixture
def history(tmp_path: Path, settings: object) -> None:
    """Three years of an invented city, measured as the worker leaves it."""
    settings.LABORATORY_FOLDER = str(tmp_path / "laboratory")  # type: ignore[attr-defined]
    base = measured(city(2000, 9000, 5), [today()])
    store_base(base=base, policy="changchun.hospital", folder=tmp_path / "laboratory", at=AT)


def test_a_policy_maker_asks_what_if(history: None, visit: Visit, somebody: Somebody) -> None:
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    page = visitor.page
    page.set_default_timeout(30_000)
    visitor.sign_in(officer, secret)
    visitor.goto("/laboratory")
    visitor.shot("policies-and-kept")
    page.get_by_role("link", name="长春市总工会在职职工住院医疗补贴办法").click()
    expect(page.locator(MONEY)).not_to_be_empty()
    before = page.locator(MONEY).inner_text()
    visitor.shot("today-beside-itself")
    slider = page.get_by_label("限额:每个日历年度(元): 滑块").or_(page.get_by_label("限额：每个日历年度（元）: 滑块"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(MONEY)).not_to_have_text(before)
    changed = page.locator(MONEY).inner_text()
    page.locator("#scale").select_option("marginal")
    expect(page.locator(MONEY)).not_to_have_text(changed)
    visitor.shot("slider-and-scale-moved")
    page.locator("#result .chart").first.scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    visitor.shot("charts")
    page.locator("#scale").select_option("whole_amount")
    page.get_by_role("button", name="寻找最优档次").click()
    expect(page.locator("#best")).to_contain_text("已证明", timeout=40_000)
    page.locator("#best").scroll_into_view_if_needed()
    visitor.shot("best-brackets")
    page.locator("#chart-best-curve").scroll_into_view_if_needed()
    expect(page.locator("#chart-best-curve canvas")).to_be_visible()
    visitor.shot("budget-against-protection")
    page.get_by_role("button", name="将这些档次填入编辑器").click()
    expect(page.locator("#brackets [data-bracket]")).to_have_count(page.locator("#brackets [data-bracket]").count())
    page.fill("[name=fees]", "3")
    page.get_by_role("button", name="预测测算方案").click()
    expect(page.locator("#forecast")).to_contain_text("基金何时用完", timeout=40_000)
    page.locator("#forecast").scroll_into_view_if_needed()
    page.wait_for_timeout(800)
    visitor.shot("forecast")
    assert not violations(page)  # the walk comes to this page before anything is asked of it
    page.emulate_media(media="print")
    page.set_viewport_size({"width": UPRIGHT, "height": 700})
    assert not page.evaluate(CUT)
    page.emulate_media(media="null")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.fill("#keep-title", "最优档次,3% 费用增长")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/laboratory/kept/*")
    visitor.shot("kept")
    page.get_by_role("link", name="全部办法与已保存的测算").click()
    expect(page.locator("main")).to_contain_text("最优档次")
    visitor.shot("compared")
    visitor.goto(f"{BENCH}?threshold.over=4000.00")
    page.fill("#draft-version", "2027-01")
    page.fill("#draft-starts", "2027-01-01")
    page.get_by_role("button", name="将测算方案转为草稿").click()
    page.wait_for_url("**/policies/drafts/*")
    expect(page.locator("main")).to_contain_text("4,000.00")
    visitor.shot("a-draft-of-it")
    assert Version.objects.get().state == "draft"


def test_the_laboratory_on_a_phone_in_english(history: None, visit: Visit, somebody: Somebody) -> None:
    finance, secret = somebody(Role.FINANCE)
    visitor = visit(PHONE)
    page = visitor.page
    page.set_default_timeout(30_000)
    visitor.sign_in(finance, secret)
    page.get_by_role("button", name="English").click()
    visitor.goto(f"{BENCH}?threshold.over=4000.00")
    expect(page.locator("#result")).to_contain_text("Side by side")
    narrow_enough(visitor)
    visitor.shot("phone")
    expect(page.get_by_role("button", name="Make a draft of the variant")).to_have_count(0)
    page.get_by_role("button", name="Forecast the variant").click()
    expect(page.locator("#forecast")).to_contain_text("when the fund ends", timeout=40_000)
    narrow_enough(visitor)
    page.mouse.move(0, 0)  # a button takes its colours back when what came moves it away from under the pointer
    page.wait_for_timeout(500)
    assert not violations(page)
    data = texts() + "及时雨 南关区 绿园区"  # our name, and the districts of the history
    assert [one for one in page.evaluate(CHINESE) if not typed_in(one, data)] == []
    page.locator("#forecast").scroll_into_view_if_needed()
    visitor.shot("forecast")
