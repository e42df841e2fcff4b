"""Accounts on the command line: the first administrators, and help when nobody can sign in."""

import re

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Lockout
from jishiyu.apps.accounts.operations import lock
from jishiyu.apps.accounts.queries import held
from jishiyu.apps.accounts.signing_in import check_name_and_password
from jishiyu.apps.audit.models import Trail
from jishiyu.cli import main

pytestmark = pytest.mark.django_db


def says(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["account", *arguments]) == status
    heard = capsys.readouterr()
    return heard.out + heard.err


def password(said: str) -> str:
    found = re.search(r"initial password: (\S+)", said)
    assert found
    return found[1]


def test_the_first_administrator_is_made_and_can_sign_in(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = password(says(capsys, "create", "wang.min", "--full-name", "王敏", "--role", "security_admin"))
    account = Account.objects.get(name="wang.min")
    assert account.must_change_password
    assert [one.role for one in held(account_id=account.pk, on=timezone.localdate())] == ["security_admin"]
    answer = check_name_and_password(name="wang.min", password=drawn, address="", at=timezone.now())
    assert answer.account == account
    assert "wang.min\t王敏\t正常/open\tsecurity_admin" in says(capsys, "list")
    assert not Trail.objects.filter(details__contains=drawn).exists()


def test_a_refused_role_makes_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    said = says(capsys, "create", "li.na", "--full-name", "李娜", "--role", "union_officer", status=1)
    assert "belongs to a union" in said
    assert not Account.objects.filter(name="li.na").exists()


def test_separated_duties_hold_here_too_and_a_role_can_be_ended(capsys: pytest.CaptureFixture[str]) -> None:
    says(capsys, "create", "li.na", "--full-name", "李娜", "--role", "finance")
    assert "三员" in says(capsys, "grant", "li.na", "--role", "audit_admin", status=1)
    says(capsys, "revoke", "li.na", "--role", "finance")
    says(capsys, "grant", "li.na", "--role", "audit_admin")
    assert "ended already" in says(capsys, "revoke", "li.na", "--role", "finance", status=1)


def test_whoever_is_locked_out_is_let_in_again_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    old = password(says(capsys, "create", "wang.min", "--full-name", "王敏"))
    account = Account.objects.get(name="wang.min")
    lock(account_id=account.pk, because="五次", by="system", at=timezone.now())
    says(capsys, "unlock", "wang.min", "--because", "本人到场核实")
    assert Lockout.objects.get(account=account).unlocked_because == "本人到场核实"
    assert "0" in says(capsys, "reset-second-factor", "wang.min", "--because", "手机遗失")
    new = password(says(capsys, "reset-password", "wang.min"))
    now = timezone.now()
    assert check_name_and_password(name="wang.min", password=old, address="", at=now).account is None
    assert check_name_and_password(name="wang.min", password=new, address="", at=now).account == account
    assert "no account nobody" in says(capsys, "unlock", "nobody", "--because", "x", status=1)
