"""What people do with a need: forward, call, confirm, classify, plan the survey, end it with a reason, take it up again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jishiyu.apps.enterprises.models import Level, Need, ServiceItem, Skill, State, Wanted
from jishiyu.apps.enterprises.moving import locked, move_need, not_allowed, refuse_closed_round, take_step
from jishiyu.apps.enterprises.problems import (
    ItemUnknown,
    NeedUnknown,
    PlanLineWrong,
    SentenceMissing,
    SkillUnknown,
    WindowTurnedRound,
)
from jishiyu.apps.enterprises.saying import classified_as
from jishiyu.apps.enterprises.telling import organisers_at, tell_enterprise, tell_need
from jishiyu.apps.notices.models import Kind
from jishiyu.engine.calendar import Calendar

LONGEST_PLAN = 60
PLAN_FIELDS = ("zh", "en", "quantity", "kind", "unit")


def forward_need(
    *, need_id: int, to_level: Level, by: str, at: datetime, sentence: str = "", calendar: Calendar | None = None
) -> Need:
    """This function will pass a need to another level of the network.

    To the serving level it goes to the enterprise's steward (FORWARDED, who is told); to another level it stays handed in,
    with the clock it has, and the organisers there are told. Raises `MoveNotAllowed`, `RoundClosed`, `YearWithoutNotice`.
    """
    with transaction.atomic():
        need = locked(need_id)
        refuse_closed_round(need.participation.campaign)
        steward = need.participation.steward
        if to_level == Level.SERVING and steward is not None:
            need = move_need(need_id=need_id, to=State.FORWARDED, what="forwarded", by=by, at=at, level=to_level,
                             sentence=sentence, calendar=calendar)  # fmt: skip
            tell_need(need, Kind.HELP_NEED, [steward], what="forwarded", by=by, at=at)
        else:
            if need.state != State.HANDED_IN:
                raise not_allowed(need)
            need = move_need(need_id=need_id, to=State.HANDED_IN, what="forwarded", by=by, at=at, level=to_level,
                             sentence=sentence)  # fmt: skip
            people = list(organisers_at(need.participation, to_level))
            tell_need(need, Kind.HELP_NEED, people, what=f"to level {int(to_level)}", by=by, at=at)
    return need


def note_call(*, need_id: int, sentence: str, by: str, at: datetime) -> Need:
    """This function will note a call about a need, which changes nothing else. Raises `SentenceMissing`."""
    if len(sentence.strip()) < 2:
        raise SentenceMissing
    with transaction.atomic():
        need = locked(need_id)
        return move_need(need_id=need_id, to=State(need.state), what="called", by=by, at=at, sentence=sentence)


def confirm_need(*, need_id: int, by: str, at: datetime, sentence: str = "", calendar: Calendar | None = None) -> Need:
    """This function will note that the enterprise was asked and the need stands. Raises `MoveNotAllowed`."""
    return move_need(
        need_id=need_id, to=State.CONFIRMED, what="confirmed", by=by, at=at, sentence=sentence, calendar=calendar
    )


def classify_need(
    *, need_id: int, item_id: int, wanted: Mapping[str, int], halfdays: int, priority: int, by: str, at: datetime,
    earliest_on: date | None = None, latest_on: date | None = None, follows: str = "", sentence: str = "",
) -> Need:  # fmt: skip
    """This function will say which service a need asks for, with which skills (code → least level), and when.

    Said again before the visit it replaces what was said; the survey plan is made from the item while nobody has changed it.
    `follows` is the number of an earlier need of the same enterprise. Raises `MoveNotAllowed`, `ItemUnknown`, `SkillUnknown`,
    `WindowTurnedRound`, `NeedUnknown`, `RoundClosed`.
    """
    if earliest_on is not None and latest_on is not None and latest_on < earliest_on:
        raise WindowTurnedRound(earliest=earliest_on, latest=latest_on)
    with transaction.atomic():
        need = locked(need_id)
        refuse_closed_round(need.participation.campaign)
        if need.state not in (State.CONFIRMED, State.CLASSIFIED):
            raise not_allowed(need)
        round_ = need.participation.campaign
        item = ServiceItem.objects.filter(pk=item_id, aim__campaign=round_).first()
        if item is None:
            raise ItemUnknown(round=round_.code)
        plan = item.checks if not need.plan or _is_of(need.plan, need.item) else need.plan
        changes = {
            "item": item, "halfdays": halfdays, "priority": priority, "earliest_on": earliest_on, "latest_on": latest_on,
            "plan": plan, "follows": _followed(need, follows),
        }  # fmt: skip
        skills = _skills(wanted)
        what = "classified" if need.state == State.CONFIRMED else "reclassified"
        moved = move_need(
            need_id=need_id, to=State.CLASSIFIED, what=what, by=by, at=at, changes=changes,
            sentence=sentence or classified_as(item, skills),
        )  # fmt: skip
        Wanted.objects.filter(need=moved).delete()
        Wanted.objects.bulk_create(Wanted(need=moved, skill=skill, level=level) for skill, level in skills)
    return moved


def write_plan(*, need_id: int, lines: Sequence[Mapping[str, str]], by: str, at: datetime) -> Need:
    """This function will put other lines in the place of a need's survey plan. Raises `PlanLineWrong`, `RoundClosed`."""
    wanted = [{name: line[name].strip() for name in PLAN_FIELDS if line.get(name, "").strip()} for line in lines]
    wanted = [line for line in wanted if line]
    if len(wanted) > LONGEST_PLAN or any(not line.get("zh") for line in wanted):
        raise PlanLineWrong(most=LONGEST_PLAN)
    with transaction.atomic():
        need = locked(need_id)
        refuse_closed_round(need.participation.campaign)
        take_step(need, State(need.state), what="plan_changed", by=by, at=at, sentence="",
                  changes={"plan": [{"en": line["zh"], **line} for line in wanted]})  # fmt: skip
    return need


def end_need(*, need_id: int, to: State, sentence: str, by: str, at: datetime) -> Need:
    """This function will end a need without help (`NOT_HELPED`, `PASSED_ON`, `WITHDRAWN`), or say that nobody answers
    (`UNREACHABLE`), with a reason that the enterprise reads; it is told. Raises `MoveNotAllowed`, `SentenceMissing`.
    """
    with transaction.atomic():
        need = move_need(need_id=need_id, to=to, what=to.value, by=by, at=at, sentence=sentence)
        tell_enterprise(need, by=by, at=at)
    return need


def take_up_again(*, need_id: int, by: str, at: datetime, sentence: str = "") -> Need:
    """This function will take a need up again whose enterprise can be reached now. Raises `MoveNotAllowed`."""
    return move_need(
        need_id=need_id, to=State.FORWARDED, what="taken_up", by=by, at=at, level=Level.SERVING, sentence=sentence
    )


def _is_of(plan: list[dict[str, Any]], item: ServiceItem | None) -> bool:
    return item is not None and plan == item.checks


def _skills(wanted: Mapping[str, int]) -> list[tuple[Skill, int]]:
    known = {skill.code: skill for skill in Skill.objects.filter(code__in=wanted)}
    for code, level in wanted.items():
        if code not in known or not 1 <= level <= 5:
            raise SkillUnknown(skill=code, level=level)
    if not wanted:
        raise SkillUnknown(skill="—", level=0)
    return [(known[code], level) for code, level in sorted(wanted.items())]


def _followed(need: Need, number: str) -> Need | None:
    if not number.strip():
        return need.follows
    found = Need.objects.filter(
        number=number.strip(), participation__enterprise_id=need.participation.enterprise_id
    ).exclude(pk=need.pk)  # fmt: skip
    if not found:
        raise NeedUnknown(need=number.strip())
    return found[0]
