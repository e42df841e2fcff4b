"""Enterprises in a round: entered, described, and given to one steward, who may hand them over with the file."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.contacts import checked_contact, contact_of, seal_contact
from jishiyu.apps.enterprises.models import Campaign, Enterprise, Level, Need, Participation, State
from jishiyu.apps.enterprises.moving import move_need, refuse_closed_round
from jishiyu.apps.enterprises.problems import EnterpriseUnfit, NotASteward, RoundUnknown, SameSteward
from jishiyu.apps.enterprises.queries import stewards
from jishiyu.apps.enterprises.telling import tell_steward
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.words import Words

# What an enterprise says about itself; the rest is the union's affair.
FACTS = ("trade", "address", "x_m", "y_m", "workers", "peak_load_kw", "transformer_kva", "voltage_level")
NUMBERS = ("workers", "peak_load_kw", "transformer_kva")
MOST = 100_000_000
USCC = re.compile(r"[0-9A-Z]{18}")


def enrol_enterprise(
    *, campaign_id: int, name: str, by: str, at: datetime, code: str = "", uscc: str = "", union_code: str = "",
    facts: Mapping[str, Any] | None = None, contact: Mapping[str, str] | None = None, steward: str = "",
) -> Participation:  # fmt: skip
    """This function will take an enterprise into a round; one that is known by code or USCC, or by its name in this round, is
    not entered again.

    A known enterprise keeps what is on record about it. Raises `RoundUnknown`, `RoundClosed`, `EnterpriseUnfit`, `NotASteward`,
    `UnionUnknown`.
    """
    number = _checked_uscc(uscc)
    with transaction.atomic():
        # One after another, so that two that come at once do not enter the same enterprise twice.
        round_ = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign_id).first()
        if round_ is None:
            raise RoundUnknown(round=campaign_id)
        refuse_closed_round(round_)
        known = _known(code, number) or _namesake(round_, name, number)
        enterprise = known or _enter(name, code, number, union_code, facts or {}, contact, by=by, at=at)
        row, new = Participation.objects.get_or_create(campaign=round_, enterprise=enterprise, defaults={"since": at})
        if new:
            details = {"round": round_.code, "enterprise": enterprise.code}
            record(by=by, action="participation.enrolled", record=f"participation {row.pk}", details=details, at=at)
        if steward and row.steward_id is None:
            row = appoint_steward(participation_id=row.pk, steward=steward, by=by, at=at)
    return row


def describe_enterprise(
    *, enterprise_id: int, facts: Mapping[str, Any], by: str, at: datetime, contact: Mapping[str, str] | None = None
) -> Enterprise:
    """This function will put other facts (of FACTS), and perhaps another contact, in the place of what is on record.

    Raises `EnterpriseUnfit`.
    """
    with transaction.atomic():
        row = Enterprise.objects.select_for_update().get(pk=enterprise_id)
        wanted = _facts(facts)
        was = {name: getattr(row, name) for name in wanted}
        told: dict[str, tuple[Any, Any]] = {name: (was[name], value) for name, value in wanted.items()}
        if contact is not None and contact_of(row) != checked_contact(contact):
            wanted["contact"] = seal_contact(contact)
            told["contact"] = ("…", "another one")
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted) or ["name"])
        if any(before != after for before, after in told.values()):
            record(
                by=by, action="enterprise.described", record=f"enterprise {row.code}", details={}, at=at, changes=told
            )
    return row


def appoint_steward(
    *, participation_id: int, steward: str, by: str, at: datetime, sentence: str = "", calendar: Calendar | None = None
) -> Participation:
    """This function will give an enterprise to a steward, or hand it over to another one with its whole file.

    Open needs go with it: those that waited for a steward are forwarded to the new one, whose clocks go on as they are.
    The new steward is told. Raises `NotASteward`, `SameSteward`.
    """
    with transaction.atomic():
        rows = Participation.objects.select_for_update(of=("self",)).select_related("enterprise", "campaign", "steward")
        row = rows.get(pk=participation_id)
        who = steward_account(steward)
        if row.steward_id == who.pk:
            raise SameSteward(enterprise=row.enterprise.name, name=who.full_name)
        before = row.steward.name if row.steward is not None else ""
        row.steward = who
        row.save(update_fields=["steward"])
        details = {"round": row.campaign.code, "enterprise": row.enterprise.code, "said": sentence.strip()}
        record(
            by=by, action="participation.steward", record=f"participation {row.pk}", details=details, at=at,
            changes={"steward": (before, who.name)},
        )  # fmt: skip
        for need in Need.objects.filter(participation=row, state=State.HANDED_IN, level=Level.SERVING).order_by("id"):
            move_need(need_id=need.pk, to=State.FORWARDED, what="forwarded", by=by, at=at, calendar=calendar)
        tell_steward(row, by=by, at=at)
    return row


def steward_account(name: str) -> Account:
    """This function will return the account of a steward. Raises `NotASteward`."""
    found = stewards().filter(name=name).first()
    if found is None:
        raise NotASteward(name=name)
    return found


def _known(code: str, uscc: str) -> Enterprise | None:
    asked = [Q(code=code.strip())] if code.strip() else []
    asked += [Q(uscc=uscc)] if uscc else []
    for one in asked:
        found = Enterprise.objects.filter(one).first()
        if found is not None:
            return found
    return None


def _namesake(round_: Campaign, name: str, uscc: str) -> Enterprise | None:
    """Return the enterprise of this name in the round, unless both have a USCC of their own."""
    same = Enterprise.objects.filter(name=_plain(name), participations__campaign=round_)
    if uscc:
        same = same.filter(uscc="")
    return same.order_by("id").first()


def _checked_uscc(uscc: str) -> str:
    number = uscc.strip().upper()
    if number and not USCC.fullmatch(number):
        raise EnterpriseUnfit(
            what=Words(
                f"“{number}”不是 18 位统一社会信用代码",
                f"'{number}' is no unified social credit code of 18 letters and digits.",
            ),
        )
    return number


def _plain(name: str) -> str:
    return " ".join(name.split())


def _enter(
    name: str, code: str, uscc: str, union_code: str, facts: Mapping[str, Any], contact: Mapping[str, str] | None, *,
    by: str, at: datetime,
) -> Enterprise:  # fmt: skip
    plain, number = _plain(name), uscc
    if not 2 <= len(plain) <= 100:
        raise EnterpriseUnfit(what=Words("名称应为 2 至 100 个字", "its name has 2 to 100 characters."))
    wanted = _facts(facts)
    row = Enterprise.objects.create(
        code=code.strip() or number or f"Q{Enterprise.objects.count() + 1:05d}-{at:%m%d%H%M%S}", name=plain, uscc=number,
        union=union_by_code(code=union_code) if union_code else None,
        contact=seal_contact(contact) if contact else None, **wanted,
    )  # fmt: skip
    details = {"name": plain, "uscc": number, "union": union_code}
    record(by=by, action="enterprise.entered", record=f"enterprise {row.code}", details=details, at=at)
    return row


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Check what an enterprise says about itself."""
    wanted = {name: facts[name] for name in FACTS if name in facts}
    for name in NUMBERS:
        value = wanted.get(name)
        if value is not None and not (isinstance(value, int) and 0 <= value <= MOST):
            raise EnterpriseUnfit(
                what=Words(
                    f"{name} 为 {value},应为 0 至 {MOST:,} 的整数",
                    f"{name} is {value}; a whole number from 0 to {MOST:,} is needed.",
                ),
            )
    return wanted
