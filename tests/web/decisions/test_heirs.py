"""Who receives the subsidy for a death: named on the screen before it is approved, shown masked, corrected for a retry."""

from pathlib import Path

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.case_approvals import propose_approval
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.payments.payees import open_payees
from jishiyu.apps.subsidies.heirs import heirs_of
from jishiyu.apps.subsidies.models import Case, Decision, Entitlement
from jishiyu.apps.subsidies.operations import approve_case, log_papers
from jishiyu.apps.subsidies.problems import HeirMissing
from tests.apps.applications.situations import CHEN, ON, WANG, WHEN
from tests.apps.payments import fund
from tests.apps.subsidies.situations import enrol, filed_death, member
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
HEIRS, BETTER = "6222020000000009901", "6222020000000009902"
FORM = {
    "name": "王某", "relation": "配偶", "account": HEIRS, "again": HEIRS, "phone": "", "proof": "户口簿复印件,存档",
    "reason": "单位工会 3 月 2 日来电",
}  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Bring a death by a file of applications: its case waits for the second person with its papers in."""
    enrol(tmp_path, member(1, bank_account="6222020000000000001"), member(2, org_code="U2"))
    for who in (CHEN, WANG):
        name_signatory(name=who.name, member_no=None, by="admin", at=WHEN["at"])
    filed_death(tmp_path, 1, on=ON)
    found = Case.objects.get()
    log_papers(case_id=found.pk, by="li.na", sentence="材料已收", on=ON)
    return found


def address() -> str:
    return f"/decisions/{Decision.objects.get(newest=True).pk}/heir"


def approve(case: Case) -> None:
    approve_case(case_id=case.pk, by=CHEN.name, second=WANG.name, sentence="材料齐全", on=ON)


def test_a_case_of_a_death_is_not_signed_before_somebody_is_named(case: Case) -> None:
    with pytest.raises(HeirMissing):
        propose_approval(case_id=case.pk, by=CHEN, seen_fen=case.amount_fen, sentence="同意", **WHEN)
    with pytest.raises(HeirMissing):
        approve(case)
    client = signed_in(Role.UNION_OFFICER, union="U1")
    assert "未登记领取人" in client.get(f"/calls/{case.pk}").content.decode()
    assert client.post(address(), FORM).status_code == 302
    page = client.get(f"/calls/{case.pk}").content.decode()
    assert "王* · 配偶 · 622************9901" in page
    assert HEIRS not in page
    approve(case)
    assert Entitlement.objects.get().amount_fen == case.amount_fen


def test_the_sentence_about_a_death_is_not_said_to_the_one_who_died(case: Case) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    page = client.get(address().removesuffix("/heir")).content.decode()
    assert "该会员 2026 年 2 月身故" in page
    assert "您 2026" not in page
    client.cookies["django_language"] = "en"
    assert "The member&#x27;s death of February 2026" in client.get(address().removesuffix("/heir")).content.decode()


def test_the_form_refuses_the_account_of_the_deceased_and_two_that_differ(case: Case) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    own = {"account": "6222020000000000001", "again": "6222020000000000001"}
    answer = client.post(address(), {**FORM, **own})
    assert (answer.status_code, "逝者本人的账号" in answer.content.decode()) == (422, True)
    assert client.post(address(), {**FORM, "again": BETTER}).status_code == 422
    assert client.post(address(), {**FORM, "proof": ""}).status_code == 422
    assert heirs_of(stay_ids=["A1"]) == {}


def test_others_do_not_name_anybody(case: Case) -> None:
    assert signed_in(Role.UNION_OFFICER, union="U2").get(address()).status_code == 404
    assert signed_in(Role.REVIEWER).get(address()).status_code == 403
    assert signed_in(Role.MEMBER).get(address()).status_code == 403


def test_finance_corrects_a_returned_payment_of_a_death_and_it_goes_to_the_heir(case: Case, tmp_path: Path) -> None:
    officer, finance = signed_in(Role.SUBSIDY_OFFICER), signed_in(Role.FINANCE)
    officer.post(address(), FORM)
    approve(case)
    fund.open_fund()
    name_signatory(name="u-finance", member_no=None, by="admin", at=WHEN["at"])
    fund.sent_batch(tmp_path)
    fund.read([fund.says(Attempt.objects.get(), "failed", account=HEIRS)])
    place = f"/payments/items/{Entitlement.objects.get().pk}"
    page = finance.get(place).content.decode()
    assert "已故" in page
    assert "王* · 配偶" in page
    change = {"account": BETTER, "again": BETTER, "reason": "继承人来电"}
    assert finance.post(f"{place}/account", change).status_code == 302
    assert Entitlement.objects.get().state == "owed"
    fund.sent_batch(tmp_path)
    (payee,) = open_payees([bytes(Attempt.objects.order_by("-id")[0].payee)])
    assert (payee.name, payee.account) == ("王某", BETTER)
