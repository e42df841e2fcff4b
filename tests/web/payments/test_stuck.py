"""What came back or could not be sent: the next step of each, another account, another try, and who may sign."""

from typing import Any

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.models import Release, Signatory
from jishiyu.apps.payments.queries import disagreements
from tests.apps.payments import fund
from tests.apps.payments.fund import Member
from tests.web.payments.money import answered, finance, fresh, open_fund, prepare, reviewer, sent, words
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
FIRST, SECOND, NEW = "6222020000000000011", "6222020000000000012", "6222020000000000099"


@pytest.fixture
def came_back() -> list[int]:
    """Let one payment come back, one be unknown, and keep one back for want of an account."""
    open_fund()
    people = fund.join([Member("张三丰", FIRST), Member("李四光", SECOND), Member("王五", None)])
    ids = [one.pk for one in fund.owe(people, [100_00, 200_00, 300_00])]
    answered("returned", "unknown", accounts=(FIRST, SECOND))
    return ids


def correct(entitlement_id: int, **data: Any) -> Any:
    given = {"account": NEW, "again": NEW, "reason": "单位工会来电", **data}
    return finance().post(f"/payments/items/{entitlement_id}/account", given)


def test_each_stuck_payment_says_what_to_do_next(came_back: list[int]) -> None:
    page = words(finance().get("/payments/stuck"))
    assert "向会员核实正确账号" in page
    assert "查明之前不得重付" in page
    assert "向会员索要收款账号" in page
    assert "王*" in words(finance().get("/payments/stuck?state=owed"))
    assert "张" not in words(finance().get("/payments/stuck?state=unknown"))


def test_another_account_lets_the_payment_be_tried_again_with_it(came_back: list[int]) -> None:
    assert correct(came_back[0], account="6222 0200 0000 0000 099").status_code == 302
    assert fund.states() == ["owed", "unknown", "owed"]
    assert correct(came_back[2]).status_code == 302
    prepare()
    page = words(finance().get(f"/payments/items/{came_back[0]}"))
    assert "622************0099" in page
    assert "622************0011" in page
    assert NEW not in finance().get(f"/payments/items/{came_back[0]}").content.decode()
    assert Release.objects.get().kind == "corrected"
    assert disagreements() == []


@pytest.mark.parametrize("data", [{"again": FIRST}, {"account": "12", "again": "12"}, {"reason": " "},
                                  {"account": "", "again": ""}])  # fmt: skip
def test_a_wrong_account_is_refused_and_what_was_typed_stays(came_back: list[int], data: dict[str, str]) -> None:
    response = correct(came_back[0], **data)
    assert response.status_code == 422
    assert "单位工会来电" in response.content.decode() or "reason" in data
    assert fund.states()[0] == "returned"


def test_the_same_account_again_releases_nothing(came_back: list[int]) -> None:
    assert correct(came_back[0], account=FIRST, again=FIRST).status_code == 302
    assert fund.states()[0] == "returned"


def test_another_try_as_it_is_needs_a_reason_and_a_payment_that_came_back(came_back: list[int]) -> None:
    address = "/payments/items/{}/retry"
    assert finance().post(address.format(came_back[0]), {"reason": ""}).status_code == 422
    unknown = finance().post(address.format(came_back[1]), {"reason": "再试"})
    assert unknown.status_code == 422
    assert "结果不明的须等银行答复" in words(unknown)
    assert finance().post(address.format(came_back[0]), {"reason": "账户已恢复"}).status_code == 302
    assert finance().post(address.format(came_back[0]), {"reason": "账户已恢复"}).status_code == 422
    assert fund.states()[0] == "owed"
    assert "账户已恢复" in words(finance().get(f"/payments/items/{came_back[0]}"))
    assert Trail.objects.filter(record=f"entitlement {came_back[0]}", action="payments.release").exists()


def test_an_unknown_payment_offers_no_way_to_pay_again(came_back: list[int]) -> None:
    page = finance().get(f"/payments/items/{came_back[1]}").content.decode()
    assert f"/payments/items/{came_back[1]}/retry" not in page
    assert f"/payments/items/{came_back[1]}/account" not in page


def test_a_full_account_is_shown_for_a_reason_only(came_back: list[int]) -> None:
    address = f"/people/{fund.Entitlement.objects.get(pk=came_back[0]).person_id}/reveal/bank_account"
    assert finance().post(address, {"reason": ""}).status_code == 422
    assert FIRST in finance().post(address, {"reason": "核对账号"}).content.decode()
    assert Trail.objects.filter(action="people.reveal", by="u-finance").count() == 1


def test_a_signatory_is_named_by_the_security_administrator_with_a_fresh_factor() -> None:
    account(Role.FINANCE)
    client = signed_in(Role.SECURITY_ADMIN)
    given = {"name": "u-finance", "no_member": "on"}
    assert client.post("/payments/signatories/new", given).headers["Location"].startswith("/account/factor/again")
    client = fresh(client)
    assert client.post("/payments/signatories/new", {"name": "u-finance"}).status_code == 422
    assert client.post("/payments/signatories/new", {**given, "member_no": "M1"}).status_code == 422
    assert client.post("/payments/signatories/new", {"name": "nobody", "no_member": "on"}).status_code == 422
    unknown = client.post("/payments/signatories/new", {"name": "u-finance", "member_no": "M404"})
    assert (unknown.status_code, "会员号 M404" in words(unknown)) == (422, True)
    assert client.post("/payments/signatories/new", given).status_code == 302
    assert "u-finance" in words(client.get("/payments/signatories"))
    ended = client.post(f"/payments/signatories/{Signatory.objects.get().pk}/end", {"sure": "yes"})
    assert ended.status_code == 302
    assert Signatory.objects.get().ended_on is not None


def test_who_is_on_the_roster_does_not_approve_their_own_payment() -> None:
    open_fund()
    (person,) = fund.join([Member()])
    fund.owe([person], [100_00])
    client = fresh(signed_in(Role.SECURITY_ADMIN))
    account(Role.REVIEWER)
    assert client.post("/payments/signatories/new", {"name": "u-reviewer", "member_no": "M1"}).status_code == 302
    response = fresh(reviewer()).post(f"/payments/batches/{prepare()}/approve", {"looked": "on"})
    assert response.status_code == 422
    assert "本人或其家庭成员" in words(response)


def test_a_closed_batch_still_takes_what_comes_back_later() -> None:
    open_fund()
    fund.owe(fund.join([Member("张三丰", FIRST)]), [100_00])
    batch_id = sent()
    assert finance().post(f"/payments/batches/{batch_id}/close", {"sure": "yes"}).status_code == 422
    from django.core.files.uploadedfile import SimpleUploadedFile

    for outcome, step in (("paid", "close"), ("returned", "")):
        said = fund.result_bytes([fund.says(fund.attempts()[0], outcome, account=FIRST)])
        file = SimpleUploadedFile("r.csv", said)
        taken = finance().post("/payments/results/new", {"profile": "generic-csv", "file": file})
        assert taken.status_code == 302
        if step:
            assert finance().post(f"/payments/batches/{batch_id}/{step}", {"sure": "yes"}).status_code == 302
    assert fund.states() == ["returned"]
