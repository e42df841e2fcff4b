"""What the meeting decides about a need before solving again: keep a time, a person, a whole team, or forbid one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Campaign, Need, State
from jishiyu.apps.enterprises.operations import refuse_closed_round
from jishiyu.apps.enterprises.problems import NeedUnknown
from jishiyu.apps.experts.gathering import MOST_WEEKS, gather
from jishiyu.apps.experts.halfdays import HalfDay, halfday_of
from jishiyu.apps.experts.models import Expert, Pin
from jishiyu.apps.experts.problems import ExpertUnknown, NeedMovedOn, PinRefused
from jishiyu.apps.experts.saying import Names, day_words, names
from jishiyu.engine.pairing import problems as engine
from jishiyu.engine.pairing.checking import check_pins
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words


@transaction.atomic
def pin(
    *, need_id: int, first_on: date, weeks: int, by: str, at: datetime, people: Iterable[str] = (),
    start: HalfDay | None = None, ban: bool = False,
) -> list[Pin]:  # fmt: skip
    """This function will pin a need to people and a start (each may be empty), or with `ban` forbid them.

    Without both a pin says that the need is served, a ban that it is not. Pins that hold already are not made twice; a
    pin and a ban of the same take each other's place. What breaks a hard rule is refused and not stored: raises
    `PinRefused`, `NeedMovedOn`, `RoundClosed`, `ExpertUnknown`.
    """
    need = _waiting(need_id)
    wanted: list[tuple[Expert | None, HalfDay | None]] = [(_expert(code), None) for code in dict.fromkeys(people)]
    if start is not None or not wanted:
        wanted.append((None, start))
    before = _said(need)
    made = []
    for who, when in wanted:
        said = {"expert": who, "on": when.on if when else None, "half": when.half if when else ""}
        Pin.objects.filter(need=need, ban=not ban, **said).delete()
        if when is not None and not ban:  # one need starts once: a new time takes the place of the old one
            Pin.objects.filter(need=need, ban=False, on__isnull=False).exclude(on=when.on, half=when.half).delete()
        row, _ = Pin.objects.get_or_create(
            need=need, ban=ban, **said, defaults={"campaign_id": need.participation.campaign_id, "by": by, "at": at}
        )
        made.append(row)
    _check(need, first_on, weeks)
    record(
        by=by, action="pairing.pin", record=f"need {need.number}", details={"ban": ban}, at=at,
        changes={"pins": (before, _said(need))},
    )  # fmt: skip
    return made


@transaction.atomic
def release(*, pin_id: int, by: str, at: datetime) -> None:
    """This function will release one pin or ban; one that is gone is no problem."""
    found = Pin.objects.select_related("need").filter(pk=pin_id).first()
    if found is None:
        return
    before = _said(found.need)
    found.delete()
    changes = {"pins": (before, _said(found.need))}
    record(by=by, action="pairing.release", record=f"need {found.need.number}", details={}, at=at, changes=changes)


def _waiting(need_id: int) -> Need:
    rows = Need.objects.select_for_update(of=("self",)).select_related("participation__campaign")
    found = rows.filter(pk=need_id).first()
    if found is None:
        raise NeedUnknown(need=need_id)
    if found.state != State.CLASSIFIED:
        raise NeedMovedOn(need=found.number, state=State(found.state).label)
    refuse_closed_round(found.participation.campaign)
    return found


def _expert(code: str) -> Expert:
    found = Expert.objects.filter(code=code).first()
    if found is None:
        raise ExpertUnknown(code=code)
    return found


def _said(need: Need) -> list[str]:
    """Return the pins of a need for the trail."""
    rows = Pin.objects.filter(need=need).select_related("expert").order_by("id")
    return [
        f"{'ban' if row.ban else 'pin'}{f' {row.expert.code}' if row.expert else ''}{f' {row.on} {row.half}' if row.on else ''}"
        for row in rows
    ]


def _check(need: Need, first_on: date, weeks: int) -> None:
    """Refuse pins of a need that break a hard rule, in words of people and days."""
    campaign: Campaign = need.participation.campaign
    gathered = gather(campaign=campaign, first_on=first_on, weeks=min(max(1, weeks), MOST_WEEKS))
    outside = {one.number for one in gathered.outside}
    if need.number in outside:
        raise PinRefused(
            need=need.number, why=Words(
                "该需求在本次配对的时间内无法勘查。", "it cannot be visited within the weeks that are paired.",
            ),
        )  # fmt: skip
    try:
        check_pins(gathered.round)
    except Problem as problem:
        raise refusal(problem, need.number, names(monday=gathered.monday)) from problem


def refusal(problem: Problem, number: str, known: Names) -> Problem:
    """Return what the engine says about a pin, in words of people and days."""
    told = problem.details
    who, days = known.person(str(told.get("person", ""))), told.get("halfdays", 1)

    def day(at: int, language: str) -> str:
        return day_words(halfday_of(at, monday=known.monday), language)

    match problem:
        case engine.PinNotFree():
            at = told["start"]
            zh = f"{who} 从{day(at, 'zh')}起没有连续 {days} 个半天的空闲。请另选时间或人员,或先调整其空闲时间。"
            en = f"{who} is not free for {days} half-days from {day(at, 'en')}. Choose another time or person, or change their times first."
        case engine.PinOutsideWindow():
            low, high = told["earliest"], told["latest"]
            zh = f"勘查须在{day(low, 'zh')}至{day(high, 'zh')}之间进行,共 {days} 个半天。请选择其间的时间。"
            en = f"the visit takes {days} half-days between {day(low, 'en')} and {day(high, 'en')}. Choose a time within."
        case engine.PinTeamTooLarge():
            zh, en = (
                f"已锁定 {told['count']} 人,而队伍最多 {told['most']} 人。请先解除一人。",
                f"{told['count']} people are pinned, but a team has at most {told['most']}. Release one first.",
            )
        case engine.PinTwice():
            zh = f"{who} 同时被锁定在 {told['need']} 和 {told['other']}。请先解除其中一个。"
            en = (
                f"{who} is pinned to {told['need']} and to {told['other']} at the same time. Release one of them first."
            )
        case engine.PinNoTeam():
            zh = f"在这些锁定下即使只安排这一项也组不成队伍:{_skilled(told['why'].zh, known, 'zh')}。请更改或解除锁定。"
            en = f"even alone it finds no team with these pins: {_skilled(told['why'].en, known, 'en')}. Change or release a pin."
        case engine.PinContradicts():
            zh, en = (
                "同一事项既被锁定又被禁止,或锁定在两个时间。请只保留一个。",
                "it is pinned and forbidden at once, or pinned to two times. Keep one.",
            )
        case _:
            return problem
    return PinRefused(need=str(told.get("need") or number), why=Words(zh, en))


def _skilled(words: str, known: Names, language: str) -> str:
    """Put the words of skills in the place of their codes; longer codes first."""
    for code in sorted(known.skills, key=len, reverse=True):
        if code in words:
            return words.replace(code, known.skill(code, language))
    return words
