"""The secret address of somebody's calendar feed: made, replaced, withdrawn."""

import secrets
from datetime import datetime

from django.db import transaction

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.sealing import lookup_hash
from jishiyu.apps.visits.models import CalendarLink
from jishiyu.apps.visits.problems import LinkClosed


def make_calendar_link(*, account: Account, at: datetime) -> str:
    """This function will make the secret of a feed and return it, this once; the one before is withdrawn."""
    with transaction.atomic():
        _withdraw(account, at)
        secret = secrets.token_urlsafe(24)
        link = CalendarLink.objects.create(account=account, secret_hash=_hash(secret), made_at=at)
        details = {"link": link.pk}
        record(by=account.name, action="calendar.opened", record=f"account {account.name}", details=details, at=at)
    return secret


def withdraw_calendar_link(*, account: Account, at: datetime) -> bool:
    """This function will close somebody's feed, and say whether there was one."""
    with transaction.atomic():
        closed = _withdraw(account, at)
        if closed:
            record(by=account.name, action="calendar.closed", record=f"account {account.name}", details={}, at=at)
    return closed


def account_of_feed(*, secret: str) -> Account:
    """This function will return whose calendar a secret opens. Raises `LinkClosed`, also for a locked account."""
    link = CalendarLink.objects.filter(secret_hash=_hash(secret), withdrawn_at=None).select_related("account").first()
    if link is None or not link.account.is_active:
        raise LinkClosed
    return link.account


def _withdraw(account: Account, at: datetime) -> bool:
    return bool(CalendarLink.objects.filter(account=account, withdrawn_at=None).update(withdrawn_at=at))


def _hash(secret: str) -> bytes:
    return lookup_hash(secret, purpose="calendar_link")
