"""A union officer at the roster; two people at a policy; in a real browser, at a desk and on a phone."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.duplicates import search_duplicates
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.apps.policies.operations import save_draft
from jishiyu.conf.jobs import feeds
from jishiyu.conf.jobs.running import carry_out
from tests.apps.subsidies.situations import AT, ROSTER, enrol, load, member, stay
from tests.journeys.visitor import Visitor, code

pytestmark = pytest.mark.django_db(transaction=True)
Visit, Somebody = Callable[..., Visitor], Callable[..., tuple[Account, str]]


@pytest.fixture
def city(tmp_path: Path, settings: object) -> None:
    """A small city: two districts, an industry federation, factories with members."""
    settings.UPLOAD_FOLDER = tmp_path / "uploads"  # type: ignore[attr-defined]
    rows = (
        ("2201", "长春市总工会", "city", None, None), ("220102", "南关区总工会", "district", "2201", None),
        ("220103", "宽城区总工会", "district", "2201", None), ("I01", "长春市制造业工会联合会", "industry", "2201", None),
        ("U1", "第一机床厂工会", "grassroots", "220102", "I01"), ("U2", "第二纺织厂工会", "grassroots", "220103", None),
        ("U3", "净月街道联合工会", "grassroots", "220102", None),
    )  # fmt: skip
    made: dict[str, Union] = {}
    for number, name, kind, above, industry in rows:
        made[number] = Union.objects.create(
            code=number, name=name, kind=kind, territorial_parent=made.get(above or ""),
            industry_parent=made.get(industry or ""), district="南关区" if above == "220102" else "", trade="制造业",
        )  # fmt: skip
    twin = {"name": "张1", "member_no": "M0001", "left_on": "2024-12-31", "org_code": "U2"}
    enrol(tmp_path, *(member(who) for who in range(1, 9)), member(9, in_service="0"), member(10, org_code="U2"),
          member(11, **twin))  # fmt: skip
    load(tmp_path, "三月", stay(1, "1", "8000.00"))


def work_through(visitor: Visitor, work: Callable) -> None:
    """Do the job that waits, as the worker would, while the page looks on."""
    expect(visitor.page.locator("#job")).to_contain_text("排队中")
    carry_out(Progress.objects.latest("id").pk, work)


def test_unions_and_a_roster_in_three_steps(city: None, visit: Visit, somebody: Somebody, tmp_path: Path) -> None:
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    page = visitor.page
    visitor.sign_in(officer, secret)
    visitor.goto("/unions")
    page.get_by_role("button", name="展开 南关区总工会").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".union-tree")).to_contain_text("第一机床厂工会")
    visitor.shot("unions-by-territory")
    page.get_by_role("link", name="按产业").click()
    expect(page.locator(".union-tree")).to_contain_text("长春市制造业工会联合会")
    visitor.shot("unions-by-industry")
    visitor.goto(f"/unions/{Union.objects.get(code='U1').pk}")
    visitor.shot("union")
    page.locator("main").get_by_role("link", name="会员名册").click()
    visitor.shot("roster-of-a-union")
    page.get_by_role("link", name="导入名册").click()
    path = tmp_path / "2026年名册.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=ROSTER, restval="")
        writer.writeheader()
        writer.writerows(
            [member(1), member(20), member(21), member(22, org_code="X9"), member(23, joined_on="2025-02-30")]
        )
    page.set_input_files("[name=file]", path)
    visitor.shot("import-1-check")
    page.get_by_role("button", name="检查文件").click()
    visitor.shot("import-waiting")
    work_through(visitor, feeds.check_uploaded_roster)
    page.wait_for_url("**/roster/imports/*")
    expect(page.locator("main")).to_contain_text("工会编码不存在")
    visitor.shot("import-2-look")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="确认入库").click()
    work_through(visitor, feeds.confirm_checked_roster)
    page.wait_for_url("**/roster/imports/*")
    visitor.shot("import-3-confirmed")
    assert Membership.objects.filter(member_no__in=["M0020", "M0021"]).count() == 2


def test_a_transfer_and_two_persons_who_are_one(city: None, visit: Visit, somebody: Somebody) -> None:
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    page = visitor.page
    visitor.sign_in(officer, secret)
    visitor.goto("/roster?member_no=M0002")
    page.get_by_role("link", name="M0002").click()
    visitor.shot("memberships")
    page.get_by_role("link", name="转会").click()
    page.locator("[name=to_union_code]").press_sequentially("纺织")
    expect(page.locator("#union-choices option")).to_have_count(1)
    page.fill("[name=to_union_code]", "U2")
    page.fill("[name=on]", "2026-03-01")
    visitor.shot("transfer")
    page.get_by_role("button", name="转入其他工会").click()
    expect(page.locator("main")).to_contain_text("转会已办理")
    visitor.shot("transferred")
    search_duplicates(at=AT)
    visitor.goto("/roster/duplicates")
    visitor.shot("duplicates")
    page.locator("main tbody a").first.click()
    visitor.shot("side-by-side")
    page.get_by_role("radio").first.check()
    page.fill("#id_reason", "会员卡和身份证原件已核对")
    page.get_by_role("button", name="合并", exact=True).click()
    expect(page.locator("main")).to_contain_text("按一人计")
    visitor.goto("/roster/merges")
    visitor.shot("merges")
    page.get_by_role("link", name="撤销……").click()
    page.fill("#id_reason", "核对有误")
    visitor.shot("undo")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("main")).to_contain_text("恢复各自独立")
    assert not Person.objects.exclude(merged_into=None).exists()


def to_publish(other: Visitor, key: str) -> None:
    """Go on to publishing what is on the page, with the second factor where it is asked for again."""
    other.page.get_by_role("link", name="发布", exact=True).click()
    if "again" in other.page.url:
        other.page.fill("[name=code]", code(key))
        other.page.press("[name=code]", "Enter")
    other.page.wait_for_url("**/publish**")


def test_a_policy_is_read_tried_drafted_and_published_by_two(visit: Visit, somebody: Somebody) -> None:
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    visitor = visit()
    page = visitor.page
    visitor.sign_in(officer, secret)
    visitor.goto("/policies")
    visitor.shot("policies")
    page.get_by_role("link", name="长春市总工会在职职工住院医疗补贴办法").click()
    visitor.shot("regulation")
    page.get_by_role("link", name="试算").click()
    page.fill("[name=fact_cash_fen]", "152000")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#result")).to_contain_text("12,160.00")
    visitor.shot("tried")
    visitor.goto("/policies/changchun.hospital/2020-01")
    page.get_by_role("link", name="新建版本").click()
    page.fill("[name='formula.bracket.0.rate']", "2")
    page.fill("[name=version]", "2027-01")
    page.fill("[name=starts]", "2027-01-01")
    with visitor.refusals():
        page.get_by_role("button", name="检查并存为草稿").click()
        expect(page.locator(".alert-danger")).to_contain_text("出自")
    visitor.shot("draft-needs-a-source")
    page.fill("[name=source]", "长总工发〔2026〕9 号")
    page.get_by_role("button", name="检查并存为草稿").click()
    expect(page.locator("main")).to_contain_text("草稿已通过检查")
    visitor.shot("draft")
    page.get_by_role("link", name="提请发布").click()
    page.fill("[name=because]", "常委会 2026 年第 5 次会议决定")
    page.get_by_role("button", name="提请发布").click()
    visitor.shot("proposed")
    second, key = somebody(Role.REVIEWER)
    other = visit()
    other.sign_in(second, key)
    other.goto("/policies")
    other.page.get_by_role("link", name="长春市总工会在职职工住院医疗补贴办法").first.click()
    other.shot("to-publish")
    to_publish(other, key)
    other.shot("publish")
    other.page.get_by_role("button", name="发布").click()
    expect(other.page.locator("main")).to_contain_text("2027-01 版已发布")
    other.shot("published")
    other.page.get_by_role("link", name="与上一版对比").click()
    other.shot("side-by-side")
    other.goto("/policies/changchun.accident/2020-01/table")
    other.shot("injury-table")


def test_policies_that_share_a_limit_are_published_in_one_step_by_two(visit: Visit, somebody: Somebody) -> None:
    rules = Path(__file__).parents[1] / "policies" / "rules"
    officer, secret = somebody(Role.SUBSIDY_OFFICER)
    drafts = [
        save_draft(
            text=(rules / f"together-{which}.toml").read_text(encoding="utf-8"), by=officer.name, at=timezone.now()
        )
        for which in ("hospital", "accident")
    ]
    visitor = visit()
    page = visitor.page
    visitor.sign_in(officer, secret)
    visitor.goto(f"/policies/drafts/{drafts[0].pk}")
    page.get_by_role("link", name="提请发布").click()
    tick = page.get_by_role("checkbox", name="意外补贴（合并限额）")
    expect(tick).to_be_checked()
    page.fill("[name=because]", "两项合并限额")
    tick.press("Space")
    with visitor.refusals():
        page.get_by_role("button", name="提请发布").click()
        expect(page.locator(".alert-danger")).to_contain_text("一并提出")
    visitor.shot("tied-alone-refused")
    tick.press("Space")
    visitor.shot("tied-together")
    page.get_by_role("button", name="提请发布").click()
    expect(page.locator("main")).to_contain_text("一步发布或一并退回")
    visitor.shot("tied-proposed")
    second, key = somebody(Role.REVIEWER)
    other = visit()
    other.sign_in(second, key)
    other.goto(f"/policies/drafts/{drafts[1].pk}")
    to_publish(other, key)
    other.shot("tied-publish")
    other.page.get_by_role("button", name="发布").click()
    expect(other.page.locator("main")).to_contain_text("已发布 2 个版本")
