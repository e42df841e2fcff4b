"""Whom to call at an enterprise: a name and a mobile number, sealed on record and in the lists that were handed in."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Enterprise, Need, NeedList
from jishiyu.apps.enterprises.problems import EnterpriseUnfit
from jishiyu.apps.people.sealing import open_many, seal_many
from jishiyu.engine.words import Words

CONTACT, SAID = "enterprises_enterprise.contact", "enterprises_needlist.contact"
FROM_ROUND = "round"  # the source of a list that a later round made of what was open
MOBILE = re.compile(r"\+?[0-9][0-9 -]{4,18}")


def contacts_of(enterprises: Sequence[Enterprise]) -> list[dict[str, str]]:
    """This function will open the contacts (name, mobile) of enterprises; an empty one where none is on record."""
    tokens = [bytes(row.contact) for row in enterprises if row.contact is not None]
    opened = iter(open_many(tokens, purpose=CONTACT) if tokens else ())
    return [json.loads(next(opened)) if row.contact is not None else {} for row in enterprises]


def contact_of(enterprise: Enterprise) -> dict[str, str]:
    """This function will open the contact of one enterprise."""
    return contacts_of([enterprise])[0]


def read_contacts(
    *, enterprise_id: int, by: str, at: datetime, about: Need | None = None
) -> list[dict[str, str]]:  # fmt: skip
    """This function will return whom to call, and write down who asked: who handed a need in, then who is on record, each once."""
    with transaction.atomic():
        row = Enterprise.objects.get(pk=enterprise_id)
        record(by=by, action="enterprise.contact_read", record=f"enterprise {row.code}", details={}, at=at)
    said = said_with(about) if about is not None else {}
    found = [{name: one[name] for name in ("name", "mobile") if one.get(name)} for one in (said, contact_of(row))]
    return [one for at_, one in enumerate(found) if one and one not in found[:at_]]


def said_with(need: Need) -> dict[str, str]:
    """This function will open what was said when a need was handed in, in whichever round that was."""
    while need.need_list.source == FROM_ROUND and need.follows is not None:
        need = need.follows
    return said_in(need.need_list)


def said_in(handed: NeedList) -> dict[str, str]:
    """This function will open what was said beside a list: who handed it in, how to call them, and facts of the enterprise."""
    if handed.contact is None:
        return {}
    told: dict[str, str] = json.loads(open_many([bytes(handed.contact)], purpose=SAID)[0])
    return told


def seal_said(said: Mapping[str, str]) -> bytes | None:
    """This function will seal what was said beside a list; None of nothing. Raises `EnterpriseUnfit`."""
    checked_contact(said)
    told = {name: text.strip() for name, text in said.items() if text.strip()}
    return seal_many([json.dumps(told, ensure_ascii=False).encode()], purpose=SAID)[0] if told else None


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
