"""The demo's accounts: one per role, drawn anew, kept in the demo's own folder only."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator

from jishiyu.apps.accounts.models import STAFF, Account, Grant, Role
from jishiyu.apps.accounts.signing_in import check_name_and_password
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.models import Signatory
from jishiyu.demo.numbers import DEMO_MOBILE_PREFIX
from jishiyu.demo.sign_ins import FILE, HELPS, open_accounts

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_there_is_an_account_for_every_role_and_its_password_works(tmp_path: Path) -> None:
    Union.objects.create(code="D1", name="第1区总工会", kind="district")
    made = open_accounts(folder=tmp_path, on=date(2026, 1, 1), at=AT)
    assert {grant.role for grant in Grant.objects.all()} == set(Role) - {Role.MEMBER}
    assert Grant.objects.get(role=Role.UNION_OFFICER).union.code == "D1"
    with_factor = Grant.objects.filter(role__in=STAFF).values_list("account_id", flat=True)
    assert set(Authenticator.objects.values_list("user_id", flat=True)) == set(with_factor)
    first = made[0]
    answer = check_name_and_password(name=first.name, password=first.password, address="", at=AT)
    assert answer.account is not None
    assert not answer.account.must_change_password
    assert Signatory.objects.filter(name="sun.li").exists()
    called = Account.objects.filter(grants__role__in=HELPS).values_list("mobile", flat=True)
    assert all(mobile.startswith(DEMO_MOBILE_PREFIX) for mobile in called)  # whom enterprises and teams call
    assert len(set(called)) == len(called) == 10


def test_what_is_needed_to_sign_in_lies_in_a_file_of_ones_own(tmp_path: Path) -> None:
    Union.objects.create(code="D1", name="第1区总工会", kind="district")
    first = open_accounts(folder=tmp_path, on=date(2026, 1, 1), at=AT)
    file = tmp_path / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(one.password in file.read_text(encoding="utf-8") for one in first)
    assert len({one.password for one in first}) == len(first)
