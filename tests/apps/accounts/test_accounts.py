"""Accounts and roles: who gets which, what the database refuses, and that all of it stands in the trail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.accounts import passwords
from jishiyu.apps.accounts.models import Account, FormerPassword, Grant, Lockout, Role
from jishiyu.apps.accounts.operations import (
    close_account,
    create_account,
    grant,
    lock,
    reset_second_factor,
    revoke,
    set_password,
    unlock,
)
from jishiyu.apps.accounts.problems import (
    GrantExists,
    GrantNeedsUnion,
    NameTaken,
    NameUnfit,
    NotForYourself,
    NotLocked,
    PasswordUnfit,
    PasswordUsedBefore,
    ReasonNeeded,
    SeparatedDuties,
)
from jishiyu.apps.accounts.queries import Held, Reach, held, password_is_due, reach
from jishiyu.apps.accounts.signing_in import check_name_and_password
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.orgs.models import Union

pytestmark = pytest.mark.django_db
AT = datetime(2025, 3, 1, 1, tzinfo=UTC)
DAY = date(2025, 3, 1)
GOOD = "Zq7-lantern"


def somebody(name: str = "li.na", password: str = "") -> Account:
    return create_account(name=name, full_name="李娜", password=password, by="root", at=AT)


def give(account: Account, role: Role, union: str = "", since: date = DAY) -> Grant:
    return grant(account_id=account.pk, role=role, union_code=union, since=since, by="root", at=AT)


def test_a_name_is_given_once_and_has_no_spaces() -> None:
    somebody()
    with pytest.raises(NameTaken):
        somebody()
    with pytest.raises(NameUnfit):
        somebody("li na")


@pytest.mark.parametrize(
    ("first", "second"),
    [(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN), (Role.AUDIT_ADMIN, Role.FINANCE), (Role.REVIEWER, Role.SYSTEM_ADMIN)],
)
def test_an_administrator_does_nothing_else(first: Role, second: Role) -> None:
    account = somebody()
    give(account, first)
    with pytest.raises(SeparatedDuties):
        give(account, second)
    assert [grant.role for grant in Grant.objects.filter(account=account)] == [first]


def test_the_database_refuses_two_administrators_in_one_hand_also_without_the_operation() -> None:
    account = somebody()
    give(account, Role.SYSTEM_ADMIN)
    with pytest.raises(IntegrityError, match="other role"), transaction.atomic():
        Grant.objects.create(account=account, role=Role.AUDIT_ADMIN, since=DAY, granted_by="x", granted_at=AT)


def test_an_administrator_who_has_ended_may_do_other_work() -> None:
    account = somebody()
    first = give(account, Role.SYSTEM_ADMIN)
    revoke(grant_id=first.pk, on=date(2025, 4, 1), by="root", at=AT)
    with pytest.raises(SeparatedDuties):
        give(account, Role.FINANCE, since=date(2025, 3, 31))
    give(account, Role.FINANCE, since=date(2025, 4, 1))
    assert held(account_id=account.pk, on=date(2025, 3, 31)) == (Held("system_admin", None),)
    assert held(account_id=account.pk, on=date(2025, 4, 1)) == (Held("finance", None),)


def test_one_person_may_have_several_working_roles_but_each_once() -> None:
    Union.objects.create(code="U1", name="某厂工会", kind="grassroots")
    account = somebody()
    give(account, Role.REVIEWER)
    give(account, Role.UNION_OFFICER, "U1")
    with pytest.raises(GrantExists):
        give(account, Role.REVIEWER)
    with pytest.raises(GrantNeedsUnion):
        give(account, Role.UNION_OFFICER)
    with pytest.raises(GrantNeedsUnion):
        give(somebody("wang"), Role.SYSTEM_ADMIN, "U1")


def test_nobody_changes_their_own_rights() -> None:
    account = somebody()
    with pytest.raises(NotForYourself):
        grant(account_id=account.pk, role=Role.FINANCE, union_code="", since=DAY, by="li.na", at=AT)
    mine = give(account, Role.FINANCE)
    lock(account_id=account.pk, because="离岗", by="root", at=AT)
    with pytest.raises(NotForYourself):
        revoke(grant_id=mine.pk, on=DAY, by="li.na", at=AT)
    with pytest.raises(NotForYourself):
        unlock(account_id=account.pk, because="我", by="li.na", at=AT)
    with pytest.raises(NotForYourself):
        reset_second_factor(account_id=account.pk, because="我", by="li.na", at=AT)


@pytest.mark.parametrize(
    "password", ["Ab1-xyz", "abcdefgh1", "ABCDEFGH1", "Aaaaaaa1-", "Xli.na-4711", "李娜-Abcd1234", "aaaabbbbccccdddd"]
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordUnfit):
        passwords.check_new(password=password, names=["li.na", "李娜"], former=[])


@pytest.mark.parametrize("password", [GOOD, "abcdEFGH1", "correct-horse-battery"])
def test_a_strong_password_is_taken(password: str) -> None:
    passwords.check_new(password=password, names=["li.na", "李娜"], former=[])


def test_a_drawn_password_keeps_the_rules() -> None:
    for _ in range(50):
        passwords.check_new(password=passwords.draw(), names=["li.na"], former=[])


def test_the_last_five_passwords_do_not_come_again() -> None:
    account = somebody(password=GOOD)
    for number in range(5):
        with pytest.raises(PasswordUsedBefore):
            set_password(account_id=account.pk, password=GOOD, by="li.na", at=AT)
        set_password(account_id=account.pk, password=f"Next-{number}-lantern", by="li.na", at=AT)
    set_password(account_id=account.pk, password=GOOD, by="li.na", at=AT)
    assert FormerPassword.objects.filter(account=account).count() == 6


def test_a_password_that_somebody_else_set_or_that_is_old_must_be_changed() -> None:
    account = somebody(password=GOOD)
    assert password_is_due(account=account, at=AT)
    set_password(account_id=account.pk, password="Own-choice-1", by="li.na", at=AT)
    account.refresh_from_db()
    assert not password_is_due(account=account, at=AT + timedelta(days=89))
    assert password_is_due(account=account, at=AT + timedelta(days=90))


def test_the_fifth_wrong_password_locks_and_the_right_one_is_told_so() -> None:
    account = somebody(password=GOOD)
    for number in range(5):
        answer = check_name_and_password(name="li.na", password=f"wrong-{number}", address="10.0.0.1", at=AT)
        assert type(answer.problem).__name__ == "SignInRefused"
    record = Lockout.objects.get(account=account)
    assert (record.address, record.unlocked_at) == ("10.0.0.1", None)
    right = check_name_and_password(name="li.na", password=GOOD, address="10.0.0.1", at=AT)
    assert (right.account, type(right.problem).__name__) == (None, "AccountLocked")
    with pytest.raises(ReasonNeeded):
        unlock(account_id=account.pk, because=" ", by="root", at=AT)
    unlock(account_id=account.pk, because="本人来访核实", by="root", at=AT)
    assert check_name_and_password(name="li.na", password=GOOD, address="10.0.0.1", at=AT).account == account
    with pytest.raises(NotLocked):
        unlock(account_id=account.pk, because="再次", by="root", at=AT)


def test_an_unknown_name_is_refused_in_the_same_words_and_slowed_down_by_address() -> None:
    for _ in range(30):
        answer = check_name_and_password(name="nobody", password=GOOD, address="10.0.0.2", at=AT)
        assert type(answer.problem).__name__ == "SignInRefused"
    somebody(password=GOOD)
    blocked = check_name_and_password(name="li.na", password=GOOD, address="10.0.0.2", at=AT)
    assert type(blocked.problem).__name__ == "TooManyTries"
    assert check_name_and_password(name="li.na", password=GOOD, address="10.0.0.3", at=AT).account is not None
    later = AT + timedelta(minutes=10)
    assert check_name_and_password(name="li.na", password=GOOD, address="10.0.0.2", at=later).account is not None


def test_a_closed_account_keeps_its_name_and_loses_its_roles() -> None:
    account = somebody(password=GOOD)
    give(account, Role.FINANCE)
    close_account(account_id=account.pk, because="退休", by="root", at=AT)
    assert held(account_id=account.pk, on=AT.date()) == ()
    assert check_name_and_password(name="li.na", password=GOOD, address="", at=AT).account is None
    with pytest.raises(NameTaken):
        somebody()


def test_every_change_stands_in_the_trail_without_a_password() -> None:
    account = somebody(password=GOOD)
    given = give(account, Role.FINANCE)
    revoke(grant_id=given.pk, on=DAY, by="root", at=AT)
    set_password(account_id=account.pk, password="Own-choice-1", by="li.na", at=AT)
    lock(account_id=account.pk, because="离岗", by="root", at=AT)
    unlock(account_id=account.pk, because="返岗", by="root", at=AT)
    rows = Trail.objects.filter(record="account li.na").order_by("id")
    assert [row.action.removeprefix("accounts.") for row in rows] == [
        "create", "grant", "revoke", "set_password", "lock", "unlock",
    ]  # fmt: skip
    assert not [row for row in rows if GOOD in row.details or "Own-choice" in row.details]


def test_reach_follows_the_roles_that_may_do_the_action() -> None:
    both = (Held("finance", None), Held("union_officer", 7))
    assert reach(held=both, action="payments.see", person_id=None, for_member=False) == Reach(city=True)
    assert reach(held=both, action="calls.work", person_id=None, for_member=False) == Reach(unions=(7,))
    assert reach(held=both, action="audit.see", person_id=None, for_member=False) == Reach()
    member = (Held("member", None),)
    assert reach(held=member, action="mine.see", person_id=3, for_member=True) == Reach(persons=(3,))
    assert reach(held=member, action="mine.see", person_id=None, for_member=True) == Reach()
