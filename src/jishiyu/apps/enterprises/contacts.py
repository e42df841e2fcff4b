"""Whom to call at an enterprise: a name and a mobile number, sealed on record."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Enterprise
from jishiyu.apps.enterprises.problems import EnterpriseUnfit
from jishiyu.apps.people.sealing import open_many, seal_many
from jishiyu.engine.words import Words

CONTACT = "enterprises_enterprise.contact"
MOBILE = re.compile(r"\+?[0-9][0-9 -]{4,18}")


def contacts_of(enterprises: Sequence[Enterprise]) -> list[dict[str, str]]:
    """This function will open the contacts (name, mobile) of enterprises; an empty one where none is on record."""
    tokens = [bytes(row.contact) for row in enterprises if row.contact is not None]
    opened = iter(open_many(tokens, purpose=CONTACT) if tokens else ())
    return [json.loads(next(opened)) if row.contact is not None else {} for row in enterprises]


def contact_of(enterprise: Enterprise) -> dict[str, str]:
    """This function will open the contact of one enterprise."""
    return contacts_of([enterprise])[0]


def read_contact(*, enterprise_id: int, by: str, at: datetime) -> dict[str, str]:
    """This function will return whom to call, and write down who asked."""
    with transaction.atomic():
        row = Enterprise.objects.get(pk=enterprise_id)
        record(by=by, action="enterprise.contact_read", record=f"enterprise {row.code}", details={}, at=at)
    return contact_of(row)


def seal_contact(contact: Mapping[str, str]) -> bytes | None:
    """This function will seal a contact; None of nothing. Raises `EnterpriseUnfit`."""
    given = checked_contact(contact)
    return seal_many([json.dumps(given, ensure_ascii=False).encode()], purpose=CONTACT)[0] if given else None


def checked_contact(contact: Mapping[str, str]) -> dict[str, str]:
    """This function will return a contact as it is kept; empty where nothing was given. Raises `EnterpriseUnfit`."""
    given = {name: contact.get(name, "").strip() for name in ("name", "mobile")}
    if given["mobile"] and not MOBILE.fullmatch(given["mobile"]):
        raise EnterpriseUnfit(
            what=Words(f"“{given['mobile']}”不是电话号码", f"'{given['mobile']}' is no telephone number.")
        )
    return given if any(given.values()) else {}
