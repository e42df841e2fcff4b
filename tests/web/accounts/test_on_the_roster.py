"""Who the staff are on the roster: said with the account, and nobody decides about themselves or before it is said."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import create_account, declare_person
from jishiyu.apps.accounts.problems import NotForYourself, ReasonNeeded
from jishiyu.apps.applications.models import Application, Kind, Verdict
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.payments.signatories import household_of
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.applications.situations import AT, city, handed_in, now, person
from tests.apps.subsidies.situations import load, stay
from tests.once import made_once
from tests.web.people import NOW, account, fresh, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
SIGNS = "u-reviewer"


_members = made_once(city)


def reviewer() -> Client:
    return fresh(signed_in(Role.REVIEWER))


def declare(person_id: int | None) -> None:
    declare_person(account_id=account(Role.REVIEWER).pk, person_id=person_id, because="入职登记", by="root", at=NOW)


def undeclare() -> None:
    Account.objects.filter(pk=account(Role.REVIEWER).pk).update(person=None, declared_at=None)


def take(about: Application) -> Any:
    return reviewer().post(f"/reviews/{about.pk}/take")


@pytest.mark.parametrize(
    ("who", "said"), [(3, "本人是申请人"), (4, "家庭成员")]
)  # 3 and 4 are one household, the application is of 3
def test_a_reviewer_does_not_take_their_own_application_or_their_households(who: int, said: str) -> None:
    about = handed_in(Kind.FIRE, who=3)
    declare(person(who).pk)
    refused = take(about)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert now(about).state == "submitted"


def test_who_is_declared_as_another_member_or_as_none_decides() -> None:
    about, second = handed_in(Kind.FIRE, who=3), handed_in(who=1)
    declare(person(2).pk)
    assert take(about).status_code == 302
    declare(None)
    assert take(second).status_code == 302


def test_an_account_of_which_nothing_was_said_decides_about_nobody() -> None:
    about = handed_in(Kind.FIRE)
    assert take(about).status_code == 302
    undeclare()
    for step, data in (
        ("return", {"codes": ["not_readable"]}),
        ("refuse", {"codes": ["papers_contradict"]}),
        ("approve", {}),
    ):
        client, address = reviewer(), f"/reviews/{about.pk}/{step}"
        text = client.get(address).content.decode()
        sent = {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "fen")
                if f'name="{name}" value="' in text}  # fmt: skip
        refused = client.post(address, {**sent, **data})
        assert refused.status_code == 422, step
        assert "尚未登记账号" in refused.content.decode(), step
    assert (now(about).state, Verdict.objects.count(), Entitlement.objects.count()) == ("under_review", 0, 0)
    assert take(handed_in(who=1)).status_code == 422


def test_who_was_named_to_sign_payments_is_known_from_there() -> None:
    undeclare()
    name_signatory(name=SIGNS, member_no="M0003", by="admin", at=AT)
    refused = take(handed_in(Kind.FIRE, who=3))
    assert "本人是申请人" in refused.content.decode()
    assert take(handed_in(who=1)).status_code == 302


def test_two_declarations_that_contradict_each_other_are_none() -> None:
    name_signatory(name=SIGNS, member_no="M0003", by="admin", at=AT)
    declare(person(2).pk)
    assert "尚未登记账号" in take(handed_in(who=1)).content.decode()
    declare(person(3).pk)
    assert take(Application.objects.get()).status_code == 302


def test_payments_and_large_cases_know_the_declared_member_too(tmp_path: Path) -> None:
    signatory = name_signatory(name=SIGNS, member_no=None, by="admin", at=AT)
    declare(person(3).pk)
    assert set(household_of(signatory=signatory)) == {person(3).pk, person(4).pk}
    load(tmp_path, "三月", stay(4, "A", "152000.00"))
    case = Case.objects.get()
    papers = {"sentence": "材料齐全", "seen": case.moves.latest("id").pk if case.moves.exists() else "0"}
    assert signed_in(Role.SUBSIDY_OFFICER).post(f"/calls/{case.pk}/papers", papers).status_code == 302
    account(Role.REVIEWER, name="u-second")
    name_signatory(name="u-second", member_no=None, by="admin", at=AT)
    second = Client()
    second.force_login(account(Role.REVIEWER, name="u-second"))
    session = second.session
    session["account_authentication_methods_user"] = str(account(Role.REVIEWER, name="u-second").pk)
    session.save()
    fresh(second)
    assert second.post(
        f"/reviews/cases/{case.pk}/propose", {"fen": case.amount_fen, "sentence": "金额一致"}
    ).status_code == 302  # fmt: skip
    refused = reviewer().post(f"/reviews/cases/{case.pk}/second", {"fen": case.amount_fen, "sentence": "同意"})
    assert refused.status_code == 422
    assert not Entitlement.objects.exists()


def test_a_new_account_says_who_it_is(client: Client) -> None:
    admin = signed_in(Role.SYSTEM_ADMIN)
    new = {"name": "li.na", "full_name": "李娜"}
    assert admin.post("/accounts/new", new).status_code == 422
    assert admin.post("/accounts/new", {**new, "member_no": "M0001", "no_member": "on"}).status_code == 422
    unknown = admin.post("/accounts/new", {**new, "member_no": "M9999"})
    assert unknown.status_code == 422
    assert "M9999 在名册上对应 0 人" in unknown.content.decode()
    assert not Account.objects.filter(name="li.na").exists()
    assert admin.post("/accounts/new", {**new, "member_no": "M0001"}).status_code == 200
    assert Account.objects.get(name="li.na").person_id == person(1).pk
    assert admin.post("/accounts/new", {"name": "wang", "full_name": "王", "no_member": "on"}).status_code == 200
    made = Account.objects.get(name="wang")
    assert (made.person_id, made.is_declared) == (None, True)


def test_it_can_be_said_later_with_a_reason_and_shows_no_name() -> None:
    made = create_account(name="li.na", full_name="李娜", by="root", at=NOW)
    admin, address = signed_in(Role.SYSTEM_ADMIN), f"/accounts/{made.pk}"
    assert "未登记" in admin.get(address).content.decode()
    assert admin.post(f"{address}/person", {"member_no": "M0001"}).status_code == 422
    assert admin.post(f"{address}/person", {"member_no": "M0001", "because": "入会"}).status_code == 302
    page = admin.get(address).content.decode()
    assert "是会员" in page
    assert "M0001" not in page
    assert "张1" not in page
    row = Trail.objects.get(action="accounts.declare")
    said = json.loads(row.details)
    assert row.by == "u-system-admin"
    assert said["changes"] == {"person": [None, person(1).pk], "declared": [False, True]}
    for role in (Role.SECURITY_ADMIN, Role.REVIEWER):
        assert signed_in(role).post(f"{address}/person", {"no_member": "on", "because": "x"}).status_code == 403


def test_nobody_says_it_for_themselves_or_without_a_reason() -> None:
    made = create_account(name="li.na", full_name="李娜", by="root", at=NOW)
    with pytest.raises(NotForYourself):
        declare_person(account_id=made.pk, person_id=None, because="我", by="li.na", at=NOW)
    with pytest.raises(ReasonNeeded):
        declare_person(account_id=made.pk, person_id=None, because=" ", by="root", at=NOW)
