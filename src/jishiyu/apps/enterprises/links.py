"""Personal links: made with a secret that is shown once, found again by its hash, withdrawn."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Campaign, Link, LinkFor
from jishiyu.apps.enterprises.moving import refuse_closed_round
from jishiyu.apps.enterprises.problems import LinkNotValid

SECRET_BYTES = 24


def make_link(
    *, campaign_id: int, opens: LinkFor, by: str, at: datetime, participation_id: int | None = None,
    until_at: datetime | None = None,
) -> str:  # fmt: skip
    """This function will make a link and return its secret, which is kept nowhere: a lost link is replaced by a new one.

    Without a participation it is the link of a whole round, to hand in with. Raises `RoundClosed` for one to hand in with.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        if opens == LinkFor.HAND_IN:
            refuse_closed_round(Campaign.objects.get(pk=campaign_id))
        row = Link.objects.create(
            campaign_id=campaign_id, participation_id=participation_id, opens=opens, secret_hash=_hash(secret),
            made_by=by, made_at=at, until_at=until_at,
        )  # fmt: skip
        details = {"opens": str(opens), "participation": participation_id, "round": campaign_id, "until": until_at}
        record(by=by, action="link.made", record=f"link {row.pk}", details=details, at=at)
    return secret


def find_link(*, secret: str, opens: LinkFor, at: datetime) -> Link:
    """This function will return the link of a secret. Raises `LinkNotValid` for one that is unknown, over or withdrawn."""
    found = (
        Link.objects.filter(Q(until_at=None) | Q(until_at__gt=at), secret_hash=_hash(secret), opens=opens, withdrawn_at=None)
        .select_related("campaign", "participation__enterprise", "participation__campaign", "participation__steward")
        .first()
    )  # fmt: skip
    if found is None:
        raise LinkNotValid
    return found


def withdraw_link(*, link_id: int, by: str, at: datetime) -> None:
    """This function will withdraw a link; from now on it opens nothing. Withdrawn twice is withdrawn once."""
    with transaction.atomic():
        row = Link.objects.select_for_update().filter(pk=link_id, withdrawn_at=None).first()
        if row is None:
            return
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        record(by=by, action="link.withdrawn", record=f"link {row.pk}", details={"opens": row.opens}, at=at,
               changes={"withdrawn_at": (None, at)})  # fmt: skip


def _hash(secret: str) -> bytes:
    """Return the hash a link is found by; the secret is random and long, so that no key is needed."""
    return hashlib.sha256(f"jishiyu link {secret}".encode()).digest()
