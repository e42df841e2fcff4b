"""Who stands on the resource list: admitted, changed, ended; what they can, and who confirmed it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Skill
from jishiyu.apps.experts.models import Expert, ExpertSkill
from jishiyu.apps.experts.problems import (
    AccountNotFound,
    AccountTaken,
    AddressUnusable,
    EndsBeforeItBegins,
    ExpertTwice,
    ExpertUnknown,
    LevelWrong,
    OnVisits,
    OwnSkill,
    SkillNotHis,
    SkillUnknown,
)
from jishiyu.apps.notices.texts import ADDRESS, mask_address
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.apps.people.sealing import open_many, seal_many
from jishiyu.engine.pairing.model import LEVELS
from jishiyu.engine.words import Words

PURPOSE = "experts_expert.mobile"
CHANGED = ("name", "part", "honour", "honour_title", "union", "account", "zone", "x_m", "y_m", "per_week")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the list says about somebody. `address` is a mobile number or an e-mail address, empty: as it was.

    `union_code` and `account_name` may be empty. Places are metres.
    """

    code: str
    name: str
    part: str
    honour: int = 0
    honour_title: str = ""
    union_code: str = ""
    account_name: str = ""
    address: str = ""
    zone: str = ""
    x_m: int | None = None
    y_m: int | None = None
    per_week: int = 4


@transaction.atomic
def admit_expert(*, entry: Entry, since: date, by: str, at: datetime) -> Expert:
    """This function will put somebody on the resource list from a day on; raises ExpertTwice and what `_fields` does."""
    known = Expert.objects.filter(code=entry.code).first()
    if known is not None:
        raise ExpertTwice(code=entry.code, name=known.name)
    made = Expert.objects.create(code=entry.code, since=since, mobile=_sealed(entry.address), **_fields(entry, None))
    details = {"code": made.code, "part": made.part, "honour": made.honour, "per_week": made.per_week, "since": since}
    record(by=by, action="experts.admit", record=f"expert {made.pk}", details=details, at=at)
    return made


@transaction.atomic
def change_expert(*, expert_id: int, entry: Entry, by: str, at: datetime) -> Expert:
    """This function will change an entry of the list; the number stays. Raises ExpertUnknown and what `_fields` does."""
    found = locked(expert_id)
    fields = _fields(entry, found)
    changes = {name: (_plain(getattr(found, name)), _plain(value)) for name, value in fields.items()}
    if entry.address:
        before = address_of(found)
        changes["address"] = (mask_address(before) if before else "", mask_address(entry.address))
        fields["mobile"] = _sealed(entry.address)
    for name, value in fields.items():
        setattr(found, name, value)
    Expert.objects.filter(pk=found.pk).update(**fields)
    record(by=by, action="experts.change", record=f"expert {found.pk}", details={}, at=at, changes=changes)
    return found


@transaction.atomic
def end_expert(*, expert_id: int, last_day: date, because: str, by: str, at: datetime) -> Expert:
    """This function will take somebody off the list after a day; raises EndsBeforeItBegins, OnVisits."""
    found = locked(expert_id)
    until = last_day + timedelta(days=1)
    if until <= found.since:
        raise EndsBeforeItBegins(code=found.code, since=found.since.isoformat())
    later = found.visits.filter(visit__state="planned", visit__on__gte=until).select_related("visit")
    days = sorted(member.visit.on for member in later)
    if days:
        raise OnVisits(name=found.name, count=len(days), first=days[0].isoformat())
    changes = {"until": (found.until, until)}
    found.until = until
    Expert.objects.filter(pk=found.pk).update(until=until)
    details = {"because": because}
    record(by=by, action="experts.end", record=f"expert {found.pk}", details=details, at=at, changes=changes)
    return found


@transaction.atomic
def set_skills(*, expert_id: int, levels: Mapping[str, int], by: str, at: datetime) -> None:
    """This function will say what somebody can: by code of the skill the level, 1 to 5; what is not named goes.

    A level that changes has to be confirmed again. Raises SkillUnknown, LevelWrong, ExpertUnknown.
    """
    found = locked(expert_id)
    wanted = {skill_named(code).pk: level for code, level in levels.items()}
    codes = dict(Skill.objects.filter(pk__in=wanted).values_list("pk", "code"))
    for pk, level in wanted.items():
        if level not in LEVELS:
            raise LevelWrong(value=level, skill=codes[pk])
    held = {one.skill_id: one for one in found.skills.select_related("skill")}
    before = {one.skill.code: one.level for one in held.values()}
    ExpertSkill.objects.filter(pk__in=[one.pk for pk, one in held.items() if pk not in wanted]).delete()
    for pk, level in wanted.items():
        if pk not in held:
            ExpertSkill.objects.create(expert=found, skill_id=pk, level=level)
        elif held[pk].level != level:
            ExpertSkill.objects.filter(pk=held[pk].pk).update(level=level, confirmed_by="", confirmed_on=None)
    changes = {"skills": (before, {codes[pk]: level for pk, level in wanted.items()})}
    record(by=by, action="experts.skills", record=f"expert {found.pk}", details={}, at=at, changes=changes)


@transaction.atomic
def confirm_skill(*, expert_id: int, code: str, on: date, by: str, at: datetime) -> ExpertSkill:
    """This function will confirm a skill at its level: only then it counts in pairing. Raises SkillNotHis, OwnSkill."""
    found = locked(expert_id)
    skill = skill_named(code)
    held = found.skills.filter(skill=skill).first()
    if held is None:
        raise SkillNotHis(name=found.name, skill=Words(skill.zh, skill.en))
    if found.account is not None and found.account.name == by:
        raise OwnSkill(skill=Words(skill.zh, skill.en))
    changes = {"confirmed_by": (held.confirmed_by, by), "confirmed_on": (held.confirmed_on, on)}
    held.confirmed_by, held.confirmed_on = by, on
    ExpertSkill.objects.filter(pk=held.pk).update(confirmed_by=by, confirmed_on=on)
    details = {"skill": skill.code, "level": held.level}
    record(by=by, action="experts.confirm", record=f"expert {found.pk}", details=details, at=at, changes=changes)
    return held


def locked(expert_id: int) -> Expert:
    """Return an expert for a change; raises ExpertUnknown."""
    found = Expert.objects.select_for_update(of=("self",)).select_related("account").filter(pk=expert_id).first()
    if found is None:
        raise ExpertUnknown(code=expert_id)
    return found


def skill_named(value: str) -> Skill:
    """Return a skill by its code, or by its Chinese or English name; raises SkillUnknown with the nearest one."""
    folded = value.strip().casefold()
    words: dict[str, Skill] = {}
    for skill in Skill.objects.order_by("id"):
        for word in (skill.code, skill.zh, skill.en):
            words.setdefault(word.casefold(), skill)
    if folded not in words:
        near = difflib.get_close_matches(folded, list(words), 1, 0.5)
        hint = words[near[0]] if near else None
        raise SkillUnknown(
            value=value, hint=Words(
                f"(是否为“{hint.zh}”?)" if hint else "", f" (did you mean “{hint.en}”?)" if hint else "",
            ),
        )  # fmt: skip
    return words[folded]


def address_of(expert: Expert) -> str:
    """Return where somebody is reached, in the clear; empty when nowhere."""
    return open_many([bytes(expert.mobile)], purpose=PURPOSE)[0].decode() if expert.mobile else ""


def _sealed(address: str) -> bytes | None:
    text = "".join(address.split())
    if not text:
        return None
    if not ADDRESS.fullmatch(text):
        raise AddressUnusable(value=address)
    return seal_many([text.encode()], purpose=PURPOSE)[0]


def _fields(entry: Entry, who: Expert | None) -> dict[str, object]:
    """Return an entry as columns; raises AccountNotFound, AccountTaken, UnionUnknown."""
    account = None
    if entry.account_name:
        account = Account.objects.filter(name=entry.account_name).first()
        if account is None:
            raise AccountNotFound(account=entry.account_name)
        other = Expert.objects.filter(account=account).exclude(pk=who.pk if who else 0).first()
        if other is not None:
            raise AccountTaken(account=entry.account_name, name=other.name, code=other.code)
    union = union_by_code(code=entry.union_code) if entry.union_code else None
    values = {"union": union, "account": account}
    return {name: values.get(name, getattr(entry, name, None)) for name in CHANGED}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int) else str(value)
