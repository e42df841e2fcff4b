"""An officer names who receives the subsidy for a death, corrects a record and sees what waits, at a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.heirs import heirs_of
from jishiyu.apps.subsidies.models import Case
from jishiyu.apps.subsidies.operations import hand_over, log_papers
from tests.apps.applications.situations import ON
from tests.apps.subsidies.situations import enrol, filed_death, member
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
Visit, Somebody = Callable[..., Visitor], Callable[..., tuple[Account, str]]
ACCOUNT = "6222020000000009901"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    enrol(tmp_path, member(1, mobile="13900001111", bank_account="6222020000000000011"))
    filed_death(tmp_path, 1, on=ON)
    found = Case.objects.get()
    log_papers(case_id=found.pk, by="li.na", sentence="材料已收", on=ON)
    return found


def test_an_officer_names_the_heir_and_corrects_a_record(case: Case, visit: Visit, somebody: Somebody) -> None:
    who, secret = somebody(Role.UNION_OFFICER, union="U1")
    hand_over(case_id=case.pk, by="li.na", to=who.name, sentence="请登记领取人")
    desk = visit()
    desk.sign_in(who, secret)
    desk.goto("/todo")
    expect(desk.page.locator("main")).to_contain_text("转交给我的联系事项")
    desk.shot("what-waits")
    desk.page.get_by_role("link", name="转交给我的联系事项").click()
    desk.page.get_by_role("link", name=str(case.pk), exact=True).first.click()
    expect(desk.page.locator("main")).to_contain_text("未登记领取人")
    desk.shot("case-of-a-death")
    desk.page.get_by_role("link", name="登记领取人").click()
    for field, text in (("name", "王某"), ("relation", "配偶"), ("account", ACCOUNT), ("again", ACCOUNT),
                        ("proof", "户口簿复印件"), ("reason", "配偶本人到场")):  # fmt: skip
        desk.page.fill(f"[name={field}]", text)
    desk.shot("heir")
    desk.page.get_by_role("button", name="登记", exact=True).click()
    expect(desk.page.locator("main")).to_contain_text("王* · 配偶 · 622************9901")
    desk.shot("decision-with-heir")
    assert heirs_of(stay_ids=["A1"])["A1"].account == ACCOUNT

    person = Person.objects.get()
    phone = visit(PHONE)
    phone.sign_in(*somebody(Role.SUBSIDY_OFFICER))
    phone.goto(f"/roster/people/{person.pk}")
    phone.page.get_by_role("link", name="更正手机号、账号、姓名、证件号码").click()
    phone.page.fill("[name=mobile]", "13700137000")
    phone.page.fill("[name=reason]", "本人持身份证到场")
    phone.shot("correct")
    phone.page.get_by_role("button", name="更正登记信息").click()
    expect(phone.page.locator("main")).to_contain_text("登记信息已更正")
    assert identities(person_ids=[person.pk]).row(0, named=True)["mobile"] == "13700137000"
    phone.goto("/calls/unions")
    phone.shot("sheets")
    phone.goto("/calls/sheet-in-full?union=U1")
    phone.shot("sheet-in-full")
