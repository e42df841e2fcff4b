"""A grassroots officer files papers for a member; the city calls, reviews with the evidence beside the form, pays."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Application
from jishiyu.apps.payments.operations import appropriate, name_signatory
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.subsidies.models import Case, Entitlement
from jishiyu.demo.filed import paper_picture
from tests.apps.applications.situations import owed_fen
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.journeys.paying import follow, press, to_payment
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _city(tmp_path: Path, settings: Any) -> None:
    """Enrol two members of one union; the stay of the first is over the automatic limit."""
    settings.PAPERS_FOLDER = str(tmp_path / "papers")
    expect.set_options(timeout=30_000)
    enrol(tmp_path, member(1, bank_account="6222020000000000011"), member(2, org_code="U2"))
    load(tmp_path, "三月", stay(1, "A", "152000.00"), stay(9, "C", "30000.00"))


def paid(visit: Callable[..., Visitor], somebody: Callable[..., Any], folder: Path) -> None:
    """Pay what was approved: finance, and a reviewer who had no part in it."""
    finance, second = somebody(Role.FINANCE), somebody(Role.REVIEWER, name="u-third")
    now = timezone.now()
    for who in (finance, second):
        name_signatory(name=who[0].name, member_no=None, by="tests", at=now)
    appropriate(amount_fen=200_000_00, reference="市总财〔2025〕3号", by="tests", on=timezone.localdate(), at=now)
    to_payment(come(visit, finance), come(visit, second), second, folder)
    assert set(Entitlement.objects.values_list("state", flat=True)) == {"paid"}
    assert disagreements() == []


def test_on_a_phone_a_list_comes_before_what_narrows_it(
    visit: Callable[..., Visitor], somebody: Callable[..., Any]
) -> None:
    officer = come(visit, somebody(Role.SUBSIDY_OFFICER), viewport=PHONE)
    officer.goto("/calls")
    reason = officer.page.locator("#filter-reason")
    expect(reason).to_be_hidden()
    officer.shot("folded")
    officer.page.get_by_text("筛选条件", exact=True).click()
    reason.select_option("over_limit")
    officer.page.get_by_role("button", name="查询").click()
    officer.page.wait_for_url("**reason=over_limit**")
    expect(officer.page.locator("#filter-reason")).to_be_visible()  # what narrows the list is seen
    narrow_enough(officer)


def test_application_to_payment(visit: Callable[..., Visitor], somebody: Callable[..., Any], tmp_path: Path) -> None:
    officer = come(visit, somebody(Role.UNION_OFFICER, union="U1"))
    page = officer.page
    officer.goto("/applications")
    follow(page, "代会员申请")
    page.fill("[name=text]", "M0001")
    officer.shot("find")
    press(page, "查找会员")
    officer.shot("what-happened")
    press(page, "家庭火灾")
    today = timezone.localdate()
    page.fill("[name=event_on]", today.replace(day=1).isoformat())
    page.fill("[name=loss]", "50,000")
    page.fill("[name=certificate_no]", "消火认字〔2026〕第0021号")
    page.fill("[name=certificate_on]", today.isoformat())
    page.fill("[name=certificate_issuer]", "某消防救援大队")
    page.fill("[name=household]", "H-2201-7")
    officer.shot("form")
    page.get_by_role("main").get_by_role("button", name=re.compile("^保存.下一步$")).click()
    for number, words in enumerate(("火灾事故认定书", "损失")):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(paper_picture(title=words, number="APP", seed=number))
        section = page.locator("section.paper").nth(number)
        section.locator("input[type=file]").set_input_files(file)
        expect(page.locator("section.paper").nth(number).locator(".state-done")).to_be_visible()
    officer.shot("papers")
    follow(page, "继续")
    officer.shot("last-look")
    press(page, "提交申请")
    expect(page.locator("h1")).to_contain_text("已提交")
    officer.shot("handed-in")
    review(visit, somebody)
    paid(visit, somebody, tmp_path)
    officer.goto(f"/people/{Entitlement.objects.get().person_id}")
    expect(page.locator("main")).to_contain_text("5,000.00")
    officer.shot("paid-as-the-union-sees-it")


def review(visit: Callable[..., Visitor], somebody: Callable[..., Any]) -> None:
    """Take it, look at form and pictures, approve what would be paid."""
    reviewer = come(visit, somebody(Role.REVIEWER))
    page, about = reviewer.page, Application.objects.get()
    reviewer.goto("/reviews")
    expect(page.locator("main")).to_contain_text(about.number)
    reviewer.shot("queue")
    follow(page, about.number)
    expect(page.locator(".verdict")).to_contain_text("5,000.00")
    reviewer.shot("before-taking")
    press(page, "领取审核")
    expect(page.locator("figure.evidence img").first).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("5,000.00")
    page.wait_for_function(
        "[...document.querySelectorAll('.evidence img')].slice(0, 1).every(one => one.naturalWidth > 0)"
    )
    reviewer.shot("evidence-beside-form")
    follow(page, "批准")
    reviewer.shot("approve")
    press(page, "批准 5,000.00 元")
    expect(page.locator("h1")).to_contain_text("已批准")
    assert owed_fen() == 5_000_00
    reviewer.shot("approved")


def test_over_the_limit_to_payment(visit: Callable[..., Visitor], somebody: Callable[..., Any], tmp_path: Path) -> None:
    signed = {name: somebody(Role.REVIEWER, name=name) for name in ("u-first", "u-second")}
    for name in signed:
        name_signatory(name=name, member_no=None, by="tests", at=timezone.now())
    officer = come(visit, somebody(Role.SUBSIDY_OFFICER))
    page, case = officer.page, Case.objects.get(reason="over_limit")
    officer.goto("/calls")
    officer.shot("list")
    follow(page, str(case.pk))
    officer.shot("case")
    follow(page, "登记联系")
    page.fill("form[data-once] [name=sentence]", "已电话联系工会王主席,请职工备齐材料")
    press(page, "登记联系")
    follow(page, "登记约定")
    page.fill("form[data-once] [name=sentence]", "本周五前送来")
    page.fill("[name=due_on]", timezone.localdate().isoformat())
    officer.shot("promise")
    press(page, "登记约定")
    follow(page, "材料已收")
    page.fill("form[data-once] [name=sentence]", "结算单、身份证复印件已收")
    press(page, "材料已收")
    officer.shot("papers-in")
    officer.goto("/calls/unions")
    officer.shot("by-union")
    first, second = (come(visit, one) for one in signed.values())
    first.goto("/reviews/cases")
    follow(first.page, str(case.pk))
    follow(first.page, "第一人签字")
    first.page.fill("form[data-once] [name=sentence]", "材料齐全,金额一致")
    press(first.page, "第一人签字")
    expect(first.page.locator("main")).to_contain_text("须由另一人批准")
    first.shot("signed")
    second.goto("/reviews/cases?signed=one")
    second.shot("second-signature")
    follow(second.page, str(case.pk))
    follow(second.page, "第二人批准")
    second.page.fill("form[data-once] [name=sentence]", "同意")
    press(second.page, "第二人批准")
    expect(second.page.locator("h1")).to_contain_text("已批准")
    second.shot("approved")
    case.refresh_from_db()
    assert owed_fen() == case.amount_fen
    paid(visit, somebody, tmp_path)
    officer.goto(f"/calls/{case.pk}")
    officer.shot("paid")
