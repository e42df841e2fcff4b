"""From the file of the bureau to the reason of one amount: handed in, followed, accounted for, found, taken apart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.intake.models import Feed
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import hash_of_number
from tests.apps.subsidies.situations import AS_OF, FEED, enrol, member, number, reversal, stay, write
from tests.conf.working import do_what_is_queued
from tests.journeys.visitor import PHONE, Visitor, narrow_enough

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]


def test_an_officer_follows_a_file_to_the_reason_of_one_amount(
    visit: Callable[..., Visitor], somebody: Callable[..., tuple[Account, str]], tmp_path: Path
) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"), member(2), member(3))
    gone = stay(3, "C", "9000.00")
    bad = stay(2, "E", "70.00", begndate="2025-03-20", enddate="2025-03-01")
    file = write(
        tmp_path / "三月结算.csv", FEED,
        [stay(1, "A", "152000.00"), stay(2, "B", "6000.00"), gone, reversal(gone), stay(9, "D", "20000.00"), bad],
    )  # fmt: skip
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    page = visitor.page
    visitor.sign_in(officer, secret)

    page.get_by_role("link", name="数据接收").click()
    page.get_by_role("link", name="提交文件").click()
    page.set_input_files("[name=file]", file)
    visitor.shot("upload")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".job")).to_contain_text("排队中")
    visitor.shot("queued")
    do_what_is_queued()
    page.get_by_role("link", name="及其行数去向").click(timeout=5_000)  # appears by itself
    expect(page.locator("main")).to_contain_text("全部 6 行各有一个去向")
    expect(page.locator("[data-chart] canvas")).to_be_visible()
    visitor.shot("account")
    page.get_by_role("link", name="需医保部门更正的问题").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    visitor.shot("problems")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    assert taken.value.suggested_filename.startswith("feed-problems-")

    page.locator("h1").click()
    page.keyboard.press("/")  # from anywhere
    page.keyboard.type(number(1))
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    assert number(1) not in page.content()
    expect(page.locator("main")).to_contain_text("限额使用情况")
    expect(page.locator(".history")).to_be_visible()
    visitor.shot("member")
    reveal = page.locator(".masked", has_text="139")
    reveal.locator("summary").click()
    reveal.locator("[name=reason]").fill("联系本人补正账号")
    reveal.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("13900001111")

    page.locator("a[href^='/decisions/']").first.click()
    expect(page.locator("main")).to_contain_text("金额是怎样算出来的")
    expect(page.locator("svg.brackets .applies")).to_be_visible()
    visitor.shot("decision")
    page.get_by_role("button", name="English").click()
    expect(page.locator("main")).to_contain_text("How the amount came about")
    visitor.shot("decision-english")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    member_page, feed_page = (
        f"/people/{Person.objects.get(certificates__person_hash=hash_of(1)).pk}", f"/feeds/{Feed.objects.get().pk}"
    )  # fmt: skip
    for address in (
        page.url.removeprefix(visitor.address),
        member_page,
        "/feeds",
        feed_page,
        f"{feed_page}/lines",
        "/find",
    ):
        visitor.goto(address)
        page.wait_for_load_state("networkidle")
        visitor.shot(f"phone{address.replace('/', '-')}")
        narrow_enough(visitor)


def hash_of(who: int) -> bytes:
    return hash_of_number(cert_type="01", cert_no=number(who), as_of=AS_OF)
