"""Signing in: passwords with a lock after five failures, and one-time codes for members.

What is refused is written too, so these operations return their answer and leave raising to the caller.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from jishiyu.apps.accounts.models import OF_MEMBERS, Account, Grant, OneTimeCode, Refusal, Role
from jishiyu.apps.accounts.operations import lock
from jishiyu.apps.accounts.problems import AccountLocked, CodeRefused, SignInRefused, TooManyTries
from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.sealing import lookup_hash
from jishiyu.engine.problems import Problem

MOST_FAILURES = 5
PER_ADDRESS, PER_ADDRESS_SPAN = 30, timedelta(minutes=10)
CODE_LASTS = timedelta(minutes=5)
CODE_TRIES = 5
CODES_PER_PERSON, CODES_PER_ADDRESS, CODES_SPAN = 3, 10, timedelta(minutes=30)
SYSTEM = "system"
BECAUSE = "连续五次密码或验证码错误 / five wrong passwords or codes in a row"
# Compared with where there is no such account, so that the answer takes as long.
_NOBODY: list[str] = []


class Sender(Protocol):
    """What brings a code to a mobile."""

    def __call__(self, *, person_id: int, code: str, minutes: int, at: datetime) -> None:
        """Send `code`, valid for `minutes`, to the mobile of a person."""


@dataclass(frozen=True)
class Answer:
    """The account that may go on, or the problem to tell."""

    account: Account | None
    problem: Problem | None = None


@transaction.atomic
def check_name_and_password(*, name: str, password: str, address: str, at: datetime) -> Answer:
    """Check a password. Wrong ones are counted; the fifth locks the account. A locked account tells so only to the
    right password."""
    if _too_many(address, at):
        return Answer(None, TooManyTries())
    account = Account.objects.select_for_update().filter(name=name, for_member=False, closed_at=None).first()
    if not check_password(password, account.password if account is not None else _nobody()) or account is None:
        if account is not None:
            count_failure(account_id=account.pk, address=address, at=at)
        _refused(address, at)
        return Answer(None, SignInRefused())
    if account.locked_at is not None:
        return Answer(None, AccountLocked())
    return Answer(account)


@transaction.atomic
def count_failure(*, account_id: int, address: str, at: datetime) -> bool:
    """Count one wrong password or code; return whether the account is locked now.

    Each stands in the trail until the account is locked, so that nobody can fill it.
    """
    Account.objects.filter(id=account_id).update(failures=F("failures") + 1)
    account = Account.objects.get(id=account_id)
    if account.locked_at is None:
        details = {"failures": account.failures, "address": address}
        record(by=SYSTEM, action="accounts.sign_in_failed", record=f"account {account.name}", details=details, at=at)
    if account.failures >= MOST_FAILURES and account.locked_at is None:
        lock(account_id=account_id, because=BECAUSE, address=address, by=SYSTEM, at=at)
        return True
    return account.locked_at is not None


@transaction.atomic
def signed_in(*, account_id: int, how: str, address: str, at: datetime) -> None:
    """Forget the failures and write the sign-in to the trail; `how` names the ways shown: password, totp, code …"""
    Account.objects.filter(id=account_id).update(failures=0, last_login=at)
    account = Account.objects.get(id=account_id)
    details = {"how": how, "address": address}
    record(by=account.name, action="accounts.sign_in", record=f"account {account.name}", details=details, at=at)


@transaction.atomic
def send_code(*, person_id: int | None, mobile: str, address: str, at: datetime, send: Sender) -> str:
    """Send a code to the mobile on the roster and return the token that goes with it.

    Without a person or a mobile everything looks the same and nothing is sent. Raises TooManyTries.
    """
    recent = OneTimeCode.objects.filter(sent_at__gt=at - CODES_SPAN)
    if recent.filter(address=address).count() >= CODES_PER_ADDRESS:
        raise TooManyTries()
    often = person_id is not None and recent.filter(person_id=person_id).count() >= CODES_PER_PERSON
    code, token = f"{secrets.randbelow(1_000_000):06d}", secrets.token_urlsafe(24)
    known = person_id if mobile and not often else None
    OneTimeCode.objects.create(
        token=token, person_id=known, code_hash=_code_hash(code, token), address=address, sent_at=at,
        expires_at=at + CODE_LASTS,
    )  # fmt: skip
    if known is not None:
        send(person_id=known, code=code, minutes=int(CODE_LASTS.total_seconds()) // 60, at=at)
    return token


def codes_used_up(*, person_id: int, at: datetime) -> bool:
    """Say whether somebody has had all the codes they get for now: a further one would not be sent."""
    recent = OneTimeCode.objects.filter(person_id=person_id, sent_at__gt=at - CODES_SPAN)
    return recent.count() >= CODES_PER_PERSON


@transaction.atomic
def check_code(*, token: str, code: str, name: str, address: str, at: datetime) -> Answer:
    """Check a member's code, once, five tries at most. Wrong ones count on the member's own account, over all codes, and
    the fifth in a row locks it; a locked account tells so only to the right code."""
    found = OneTimeCode.objects.select_for_update().filter(token=token).first()
    if found is None or found.used_at or at >= found.expires_at or found.tries >= CODE_TRIES:
        return Answer(None, CodeRefused())
    OneTimeCode.objects.filter(id=found.pk).update(tries=F("tries") + 1)
    right = hmac.compare_digest(bytes(found.code_hash), _code_hash(code.strip(), token))
    if found.person_id is None:
        return Answer(None, CodeRefused())
    account = _own_account(found.person_id, name, at)
    if not right:
        count_failure(account_id=account.pk, address=address, at=at)
        return Answer(None, CodeRefused())
    OneTimeCode.objects.filter(id=found.pk).update(used_at=at)
    if not account.is_active:
        return Answer(None, AccountLocked())
    Account.objects.filter(id=account.pk).update(failures=0)
    return Answer(account)


def _own_account(person_id: int, name: str, at: datetime) -> Account:
    """Return the own account of a member, made at the first code that is tried."""
    account, made = Account.objects.select_for_update().get_or_create(
        person_id=person_id, for_member=True,
        defaults={"name": f"{OF_MEMBERS}{person_id}", "full_name": name, "password": make_password(None),
                  "must_change_password": False, "created_by": SYSTEM, "created_at": at},
    )  # fmt: skip
    if made:
        Grant.objects.create(
            account=account, role=Role.MEMBER, since=at.date(), granted_by=SYSTEM, granted_at=at
        )  # fmt: skip
    return account


def _refused(address: str, at: datetime) -> None:
    """Count a refusal of an address; the first within ten minutes and the one that closes it stand in the trail."""
    Refusal.objects.create(address=address, at=at)
    count = Refusal.objects.filter(address=address, at__gt=at - PER_ADDRESS_SPAN).count()
    if count in (1, PER_ADDRESS):
        details = {"refused": count, "within_minutes": int(PER_ADDRESS_SPAN.total_seconds()) // 60}
        record(by=SYSTEM, action="accounts.sign_ins_refused", record=f"address {address}", details=details, at=at)


def _too_many(address: str, at: datetime) -> bool:
    return Refusal.objects.filter(address=address, at__gt=at - PER_ADDRESS_SPAN).count() >= PER_ADDRESS


def _nobody() -> str:
    if not _NOBODY:
        _NOBODY.append(make_password(secrets.token_urlsafe(16)))
    return _NOBODY[0]


def _code_hash(code: str, token: str) -> bytes:
    return lookup_hash(f"{token}:{code}", purpose="one-time code")
