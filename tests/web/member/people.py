"""A member who is signed in, with what happened to them."""

import time
from pathlib import Path

from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import grant
from jishiyu.apps.people.models import Person
from tests.apps.subsidies.situations import enrol, member
from tests.web.people import NOW

CARD = "6222020000000000011"
MOBILE = "13900001111"


def city(folder: Path) -> None:
    """Enrol two members with mobiles and accounts, and one without an account."""
    enrol(
        folder, member(1, mobile=MOBILE, bank_account=CARD),
        member(2, mobile="13900002222", bank_account="6222020000000000022", org_code="U2"),
        member(3, mobile="13900003333"),
    )  # fmt: skip


def person(who: int) -> Person:
    """Return a member of `city`."""
    return Person.objects.filter(memberships__member_no=f"M{who:04d}").distinct().get()


def own_account(who: int) -> Account:
    """Return the account that a first sign-in with a code makes."""
    found = person(who)
    made, new = Account.objects.get_or_create(
        person=found, for_member=True,
        defaults={"name": f"member-{found.pk}", "full_name": f"张{who}", "password": "!", "must_change_password": False,
                  "created_by": "tests", "created_at": NOW},
    )  # fmt: skip
    if new:
        grant(account_id=made.pk, role=Role.MEMBER, union_code="", since=NOW.date(), by="tests", at=NOW)
    return made


def as_member(who: int) -> Client:
    """Return a client that is signed in as a member."""
    client = Client()
    client.force_login(own_account(who))
    session = client.session
    session["seen"] = int(time.time())
    session.save()
    return client
