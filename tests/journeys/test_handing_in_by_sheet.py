"""An enterprise that has only the code of a round hands its needs in by the Excel template: nothing lost, nothing twice."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Need
from tests.journeys.paying import follow, press
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough
from tests.web.steward.round import open_power

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sheet_is_handed_in_by_the_link_of_a_round_corrected_and_sent_again(
    visit: Callable[..., Visitor], somebody: Callable[..., Any], tmp_path: Path
) -> None:
    expect.set_options(timeout=30_000)
    office = come(visit, somebody(Role.ORGANISER, union="CITY"))
    open_power()
    office.goto("/campaigns")
    follow(office.page, "电力助企专项服务")
    press(office.page, "链接和二维码")
    guest = visit()
    guest.page.set_default_timeout(30_000)
    page = guest.page
    page.goto(office.page.locator("#address").inner_text())
    guest.shot("form")
    follow(page, "用 Excel 提交")
    headings = template(page, tmp_path)

    fill(page, filled(tmp_path, headings, [("车间谐波偏大", "周二上午", "", "", "空调清洗"), ("", "周三")]))
    guest.shot("filled-in")
    page.get_by_role("button", name="提交").last.click()
    told = page.locator("table tbody tr")
    expect(told).to_have_count(2)
    expect(told.nth(0)).to_contain_text("没有服务项目“空调清洗”")
    expect(told.nth(1)).to_contain_text("请补填")
    number = Need.objects.get().number
    expect(page.locator(".mine-list")).to_contain_text(number)
    expect(page.get_by_label("企业名称")).to_have_value("新来的厂")  # only the file has to be chosen again
    guest.shot("told")

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    narrow_enough(guest)
    guest.shot("told-on-a-phone")
    corrected = [("车间谐波偏大", "", "", "", "空调清洗"), ("想请劳模师傅给电工上课", "周三")]
    page.set_input_files("[name=file]", filled(tmp_path, headings, corrected))
    page.get_by_role("button", name="提交").last.click()
    expect(told).to_contain_text([f"与需求 {number} 相同", "没有服务项目"])
    assert set(Need.objects.values_list("words", "participation__enterprise__name")) == {
        ("车间谐波偏大(服务项目:空调清洗)", "新来的厂"), ("想请劳模师傅给电工上课", "新来的厂"),
    }  # fmt: skip


def template(page: Page, folder: Path) -> list[str]:
    """Take the template and return its headings."""
    with page.expect_download() as taking:
        page.get_by_role("link", name="下载模板").click()
    path = folder / "template.xlsx"
    taking.value.save_as(path)
    return [str(one) for one in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0]]


def filled(folder: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """Return a sheet with the template's headings and these rows."""
    path = folder / "清单.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("需求清单")
        for at, row in enumerate((headings, *rows)):
            sheet.write_row(at, 0, row)
    return path


def fill(page: Page, sheet: Path) -> None:
    page.get_by_label("企业名称").fill("新来的厂")
    page.get_by_label("联系人").fill("王工")
    page.get_by_label("电话").fill("13900005555")
    page.set_input_files("[name=file]", sheet)
