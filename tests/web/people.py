"""Accounts for tests of screens, one per role, signed in with a second factor set up."""

import time
from datetime import UTC, date, datetime

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from jishiyu.apps.accounts.models import STAFF, WITH_A_UNION, Account, Role
from jishiyu.apps.accounts.operations import create_account, grant
from jishiyu.apps.orgs.models import Union

NOW = datetime(2025, 1, 2, 3, 0, tzinfo=UTC)


def account(role: Role, *, union: str = "", name: str = "") -> Account:
    """Return an account with a role (in the branch of `union`, which is made if there is none) and a second factor."""
    name = name or f"u-{role.value.replace('_', '-')}{f'-{union}' if union else ''}"
    known = Account.objects.filter(name=name).first()
    if known is not None:
        return known
    if role in WITH_A_UNION and not union:
        union = "U1"
    if union:
        Union.objects.get_or_create(code=union, defaults={"name": f"{union}工会", "kind": "grassroots"})
    made = create_account(name=name, full_name=f"甲{role.label}", by="tests", at=NOW, no_member=True)
    grant(account_id=made.pk, role=role, union_code=union, since=date(2025, 1, 1), by="tests", at=NOW)
    if role in STAFF:
        TOTP.activate(made, generate_totp_secret())
    return made


def signed_in(role: Role, *, union: str = "") -> Client:
    """Return a client that is signed in as somebody with this role."""
    client = Client()
    known = account(role, union=union)
    client.force_login(known)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(known.pk)
    session["seen"] = int(time.time())
    session.save()
    return client


def fresh(client: Client) -> Client:
    """Let the second factor have been shown a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()
    return client
