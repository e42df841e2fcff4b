"""A running round for tests of screens: its people signed in, enterprises with stewards, needs on the way."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.models import Campaign, Participation
from jishiyu.apps.enterprises.operations import Given, HandedIn, enrol_enterprise, hand_in, open_campaign
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises.situations import LEVELS, unions
from tests.web.people import account, signed_in

POWER = shipped()["power-1"].read_text(encoding="utf-8")


def open_power(*, code: str = "", follows: str = "") -> Campaign:
    """Open the power round of the news, running today."""
    unions()
    known = Campaign.objects.filter(code=code or "power-1").first()
    if known is not None:
        return known
    begins = timezone.localdate() - timedelta(days=3)
    return open_campaign(
        definition=POWER, network=LEVELS, code=code, begins_on=begins, follows=follows, by="tests", at=timezone.now()
    )


def steward(name: str = "") -> Account:
    """Return a steward."""
    return account(Role.STEWARD, name=name)


def as_somebody(who: Account) -> Client:
    """Return a client that is signed in as an account."""
    client = signed_in(Role.STEWARD)
    client.force_login(who)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(who.pk)
    session["seen"] = int(timezone.now().timestamp())
    session.save()
    return client


def take_part(union: str = "E1", *, steward: Account | None = None, **more: Any) -> Participation:
    """Return an enterprise in the power round, with a steward where one is given."""
    round_ = open_power()
    return enrol_enterprise(
        campaign_id=round_.pk, name=f"{union} 有限公司", code=union, union_code=union, by="tests", at=timezone.now(),
        contact={"name": "甲设备", "mobile": "13900001234"}, steward=steward.name if steward else "", **more,
    )  # fmt: skip


def handed(whose: Participation, *words: str, once: str = "", source: str = "web", by: str = "tests") -> HandedIn:
    """Hand a list in."""
    said = words or ("车间谐波偏大,电容器经常跳闸",)
    return hand_in(
        participation_id=whose.pk, needs=[Given(words=one) for one in said], once=once or "-".join(said)[:40],
        source=source, by=by, at=timezone.now(),
    )  # fmt: skip


def every_day_known() -> Calendar:
    """Return a calendar that knows this year and the next, for tests of late days of a year."""
    today = timezone.localdate()
    return Calendar(frozenset({today.year, today.year + 1}), frozenset(), frozenset())
