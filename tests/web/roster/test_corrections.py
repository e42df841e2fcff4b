"""Mobile, account, name and number of somebody on record are put right on the screen, for a reason, and told."""

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.people.queries import identities
from tests.apps.subsidies.situations import number
from tests.once import made_once
from tests.web.member.people import CARD, MOBILE, city, person
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
NEW_CARD = "6222020000000000099"


_city = made_once(city)


def officer() -> Client:
    return signed_in(Role.UNION_OFFICER, union="U1")


def address(who: int = 1) -> str:
    return f"/roster/people/{person(who).pk}/correct"


def known(who: int = 1) -> dict[str, str]:
    return identities(person_ids=[person(who).pk]).row(0, named=True)


def entered(**fields: str) -> dict[str, str]:
    return {"cert_type": "01", "reason": "本人持身份证到场", **fields}


def test_an_officer_of_the_branch_enters_a_new_mobile_and_account_and_the_old_mobile_is_told() -> None:
    page = officer().get(address()).content.decode()
    assert MOBILE not in page
    assert CARD not in page
    assert "139****1111" in page
    answer = officer().post(address(), entered(mobile="137 0013 7000", account=NEW_CARD, again=NEW_CARD))
    assert answer.status_code == 302
    assert (known()["mobile"], known()["bank_account"], known()["name"]) == ("13700137000", NEW_CARD, "张1")
    told = [(row.kind, row.address) for row in Notice.objects.order_by("id")]
    assert told == [("mobile_changed", "139****1111"), ("account_changed", "139****1111")]
    assert "本人持身份证到场" in Trail.objects.get(action="people.set_contact").details


def test_a_right_name_and_number_take_the_place_of_wrong_ones_and_are_decided_again() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert client.post(address(), entered(name="张玮", cert_no=number(7))).status_code == 302
    assert (known()["name"], known()["cert_no"]) == ("张玮", number(7))
    assert [(row.kind, row.address) for row in Notice.objects.all()] == [("record_corrected", "139****1111")]
    assert Progress.objects.filter(kind=Kind.DECIDE_CHANGED).exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请至少填写一项"),
        ({"mobile": "不是号码"}, "手机号"),
        ({"account": NEW_CARD, "again": CARD}, "两次输入的账号不一致"),
        ({"cert_no": number(2)}, "属于"),
        ({"cert_no": "110"}, "号码"),
        ({"mobile": "13700137000", "reason": ""}, "必填"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(fields: dict[str, str], said: str) -> None:
    before = known()
    answer = officer().post(address(), entered(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert known() == before
    assert not Notice.objects.exists()


def test_all_is_changed_or_nothing() -> None:
    before = known()
    assert officer().post(address(), entered(name="张玮", mobile="不是号码")).status_code == 422
    assert known() == before


def test_other_branches_and_other_roles_correct_nothing() -> None:
    assert signed_in(Role.UNION_OFFICER, union="U2").get(address()).status_code == 404
    for role in (Role.FINANCE, Role.REVIEWER, Role.MEMBER, Role.SYSTEM_ADMIN):
        assert signed_in(role).get(address()).status_code == 403
