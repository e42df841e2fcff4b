"""A member's account number changes with a code from their own mobile; messages and complaints are their own."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import OneTimeCode, Role
from jishiyu.apps.applications.models import Complaint
from jishiyu.apps.applications.operations import Actor, answer_complaint
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notice
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.subsidies.situations import load, stay
from tests.once import made_once
from tests.web.accounts.test_signing_in import sent
from tests.web.member.people import CARD, as_member, city, person
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
NEW = "6217000000000000022"


_people = made_once(city)


def known(who: int) -> str | None:
    found: str | None = identities(person_ids=[person(who).pk]).row(0, named=True)["bank_account"]
    return found


def change(client: Client, code: str, number: str = NEW, again: str = "") -> int:
    told = {"code": code, "number": number, "again": again or number}
    return client.post("/my/account-number/change", told).status_code


def test_the_number_is_masked_and_changed_with_a_code() -> None:
    client = as_member(1)
    text = client.get("/my/account-number").content.decode()
    assert CARD not in text
    assert "发送验证码" in text
    client.post("/my/account-number/code")
    assert change(client, sent()) == 302
    assert known(1) == NEW
    assert NEW not in client.get("/my/account-number").content.decode()
    assert client.get("/my/account-number/change").headers["Location"] == "/my/account-number"


def test_a_wrong_code_changes_nothing_and_is_counted() -> None:
    client = as_member(1)
    client.post("/my/account-number/code")
    right = sent()
    for _ in range(5):
        assert change(client, "000000" if right != "000000" else "111111") == 422
    assert OneTimeCode.objects.get().tries == 5
    locked = client.post("/my/account-number/change", {"code": right, "number": NEW, "again": NEW})
    assert (locked.status_code, locked.headers["Location"].split("?")[0]) == (302, "/sign-in")
    assert known(1) == CARD


def test_a_slip_in_the_number_does_not_use_the_code_up() -> None:
    client = as_member(1)
    client.post("/my/account-number/code")
    code = sent()
    assert change(client, code, again="6217000000000000023") == 422
    assert change(client, code, number="12ab") == 422
    assert change(client, code) == 302
    assert known(1) == NEW


def test_the_code_of_another_member_opens_nothing() -> None:
    thief, owner = as_member(2), as_member(1)
    owner.post("/my/account-number/code")
    code = sent()
    assert change(thief, code) == 302
    thief.post("/my/account-number/code")
    assert change(thief, code) == 422 or sent() == code
    assert known(1) == CARD


def test_nothing_is_changed_while_money_is_on_its_way(tmp_path: Path) -> None:
    load(tmp_path, "三月", stay(1, "A", "12345.00"))
    Entitlement.objects.update(state="in_batch")
    client = as_member(1)
    assert "正汇往这个账户" in client.get("/my/account-number").content.decode()
    client.post("/my/account-number/code")
    answer = client.post("/my/account-number/change", {"code": sent(), "number": NEW, "again": NEW})
    assert answer.status_code == 422
    assert known(1) == CARD


def test_a_fourth_code_within_half_an_hour_is_refused_with_words() -> None:
    client = as_member(1)
    for _ in range(3):
        client.post("/my/account-number/code")
    answer = client.post("/my/account-number/code")
    assert answer.status_code == 422
    assert "半小时后" in answer.content.decode()


def test_messages_are_ones_own_and_codes_stay_hidden() -> None:
    now = timezone.now()
    queue_notice(word=Word(kind=Kind.ONE_TIME_CODE, fields={"code": "471182", "minutes": "5"}, person_id=person(1).pk),
                 by="system", at=now)  # fmt: skip
    for who, yuan in ((1, "250.00"), (2, "999.00")):
        fields = {"yuan": yuan, "day": "2025-04-02"}
        queue_notice(word=Word(kind=Kind.PAID, fields=fields, person_id=person(who).pk), by="system", at=now)
    text = as_member(1).get("/my/messages").content.decode()
    assert "250.00" in text
    assert "999.00" not in text
    assert "471182" not in text


def test_a_complaint_gets_its_answer() -> None:
    client = as_member(1)
    assert client.post("/my/complaints", {"words": "钱太少 <b>"}).status_code == 302
    made = Complaint.objects.get()
    assert "前答复" in client.get(f"/my/complaints/{made.pk}").content.decode()
    answer_complaint(
        complaint_id=made.pk,
        words="已核对,计算无误。",
        by=Actor(name="li.na", role="subsidy_officer"),
        at=timezone.now(),
    )
    text = client.get(f"/my/complaints/{made.pk}").content.decode()
    assert "计算无误" in text
    assert "钱太少 &lt;b&gt;" in text
    assert "li.na" not in text
    assert "工会已答复" in client.get("/my/complaints").content.decode()
    assert client.post("/my/complaints", {"words": " "}).status_code == 422


@pytest.mark.parametrize("role", [Role.SUBSIDY_OFFICER, Role.SYSTEM_ADMIN, Role.FINANCE])
def test_staff_have_no_pages_of_a_member(role: Role) -> None:
    client = signed_in(role)
    for address in ("/my", "/my/account-number", "/my/messages", "/my/complaints", "/my/applications/new"):
        assert client.get(address).status_code == 403


def test_an_account_without_a_member_is_told_so() -> None:
    answer = signed_in(Role.MEMBER).get("/my")
    assert answer.status_code == 422
    assert "没有对应的会员" in answer.content.decode()
