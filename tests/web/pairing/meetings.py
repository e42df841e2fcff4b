"""A meeting in the weeks to come: the situation of the tests of apps, moved to next Monday, and who leads it."""

from datetime import date, timedelta

from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.experts.halfdays import monday_of, weekdays
from jishiyu.apps.experts.models import Expert, Proposal
from jishiyu.apps.experts.operations import set_times
from jishiyu.apps.jobs.models import Kind, Progress
from tests.apps.enterprises.situations import campaign
from tests.apps.experts import situations
from tests.web.people import account, signed_in

WEEKS = 4


def next_monday() -> date:
    """Return the Monday of next week."""
    return monday_of(timezone.localdate()) + timedelta(days=7)


def settle() -> tuple[Need, Need]:
    """Return two needs that wait, with people who are free for four weeks from next Monday on."""
    one, two = situations.settle()
    free_from_next_monday()
    return one, two


def free_from_next_monday() -> None:
    """Let the round be of these days, and everybody free for four weeks from next Monday on."""
    first, now = next_monday(), timezone.now()
    Campaign.objects.update(begins_on=first - timedelta(days=30), ends_on=first + timedelta(days=150))
    for who in Expert.objects.order_by("id"):
        days = list(weekdays(first, first + timedelta(days=27)))
        set_times(
            expert_id=who.pk,
            offered=days,
            first=first,
            last=first + timedelta(days=27),
            source="office",
            by="tests",
            at=now,
        )


def organiser() -> Client:
    """Return a client of somebody who leads the round for the city's union."""
    situations.skills()
    campaign()
    return signed_in(Role.ORGANISER, union="CITY")


def outsider() -> Client:
    """Return a client of an organiser of a union that has nothing to do with the round."""
    return signed_in(Role.ORGANISER, union="FAR")


def steward() -> Client:
    """Return a client of the steward of the enterprise."""
    situations.steward_account()
    client = Client()
    known = Account.objects.get(name="steward-a")
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(known, generate_totp_secret())
    client.force_login(known)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session.save()
    Account.objects.filter(pk=known.pk).update(must_change_password=False, password_set_at=timezone.now())
    return client


def solve(client: Client, campaign_id: int, *, again: bool = False) -> Proposal:
    """Have the round paired on the page, and let the job be done."""
    words = {
        "first_on": next_monday().isoformat(),
        "weeks": str(WEEKS),
        "seed": "1",
        **({"again": "1"} if again else {}),
    }
    answer = client.post(f"/pairing/{campaign_id}/solve", words)
    assert answer.status_code == 302, answer.content.decode()
    situations.work(Progress.objects.filter(kind=Kind.PAIR).order_by("-id")[0])
    return Proposal.objects.filter(campaign_id=campaign_id).order_by("-id")[0]


__all__ = ["account", "next_monday", "organiser", "outsider", "settle", "solve", "steward"]
