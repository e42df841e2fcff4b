"""The words of the enterprise's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate, localtime

from jishiyu.apps.enterprises.models import Participation
from jishiyu.apps.enterprises.states import CARRIED, OVER, REASONED, State
from jishiyu.apps.visits.progress import Coming, Doing, Paper, Progress
from jishiyu.web.boards.words import HALVES, NEXT, NOBODY, STATE_TONES, STATES
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.figures.figure import Say
from jishiyu.web.language import language

STAGE_WORDS = {
    "handed_in": Say("提交", "handed in"), "confirmed": Say("确认", "confirmed"), "paired": Say("配对", "paired"),
    "planned": Say("约定", "planned"), "visited": Say("勘查", "visited"), "diagnosed": Say("诊断", "diagnosed"),
    "served": Say("服务", "served"), "closed": Say("办结", "closed"),
}  # fmt: skip
BY_WHEN = {
    State.HANDED_IN: Say("最迟 {due} 前转交", "forwarded by {due} at the latest"),
    State.FORWARDED: Say("最迟 {due} 前联系您", "we call you by {due} at the latest"),
    State.VISITED: Say("最迟 {due} 前出具报告", "the report comes by {due} at the latest"),
}
VISIT_BY = Say("最迟 {due} 前上门勘查", "the visit takes place by {due} at the latest")
LEFT_OPEN = Say("本批次已结束,由后续批次继续办理。", "This round was closed; the next one goes on with it.")
DELAYED = Say("已超过约定时限,工会正在督办", "This takes longer than promised; the union looks after it")


@dataclass(frozen=True, slots=True)
class About:
    """Who this page is about."""

    enterprise: str
    participation_id: int
    campaign: str
    first: date
    last: date
    steward: str
    mobile: str
    needs: int
    closed: int
    asks: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One stage on the line."""

    words: str
    day: str
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One need, ready for the template."""

    number: str
    words: str
    item: str
    state: Badge
    comes_next: str
    by_when: str
    late: bool
    over: bool
    reason: str
    points: list[Point]
    steps: list[tuple[str, str, str]]
    visits: list[tuple[str, str, bool]]
    reports: Sequence[Paper]
    actions: Sequence[Doing]
    asks: bool
    solved: bool | None


def about(participation: Participation, found: Sequence[Progress]) -> About:
    """Return the head of the page."""
    campaign, spoken = participation.campaign, language()
    steward = participation.steward
    return About(
        enterprise=participation.enterprise.name, participation_id=participation.pk,
        campaign=campaign.en if spoken == "en" else campaign.zh, first=campaign.begins_on, last=campaign.ends_on - timedelta(days=1),
        steward=steward.full_name if steward is not None else NOBODY(spoken), mobile=steward.mobile if steward is not None else "",
        needs=len(found), closed=sum(one.need.state in OVER for one in found), asks=any(one.asks for one in found),
    )  # fmt: skip


def cards(found: Sequence[Progress], now: datetime) -> list[Card]:
    """Return the needs of the page: what is open first, in the order in which they were handed in."""
    return [_card(one, now) for one in sorted(found, key=lambda one: (one.need.state in OVER, one.need.pk))]


def _card(one: Progress, now: datetime) -> Card:
    need, spoken = one.need, language()
    state = str(need.state)
    late = state not in OVER and need.due_at is not None and need.due_at <= now
    item = need.item
    return Card(
        number=need.number, words=need.words, item="" if item is None else item.en if spoken == "en" else item.zh,
        state=Badge(STATES[state](spoken), STATE_TONES.get(state, Tone.WORK)), comes_next=_next(one, localdate(now)),
        by_when=DELAYED(spoken) if late else _by_when(need.due_at, state, spoken), late=late, over=state in OVER,
        reason=one.reason.say(spoken) if state in REASONED else "",
        points=[
            Point(STAGE_WORDS[stage.key](spoken), f"{localtime(stage.at):%m-%d}" if stage.at else "", stage.at is not None, stage.now)
            for stage in one.stages
        ],
        steps=[(f"{localtime(step.at):%Y-%m-%d %H:%M}", STATES[step.state](spoken), step.sentence.say(spoken)) for step in one.steps],
        visits=[_visit(visit, spoken) for visit in one.visits], reports=one.reports, actions=one.actions, asks=one.asks,
        solved=need.solved,
    )  # fmt: skip


def _next(one: Progress, today: date) -> str:
    planned = next((visit for visit in one.visits if not visit.done and visit.on >= today), None)
    if one.need.state == State.PLANNED and planned is not None:
        half = HALVES[planned.half]
        return Say(
            f"{planned.on} {half.zh}上门勘查:{'、'.join(planned.team)}。",
            f"The team visits you on {planned.on} in the {half.en}: {', '.join(planned.team)}.",
        )(language())
    if one.need.state in CARRIED and one.need.participation.campaign.closed_at is not None:
        return LEFT_OPEN(language())
    return NEXT[str(one.need.state)](language())


def _by_when(due_at: datetime | None, state: str, spoken: str) -> str:
    if due_at is None or state in (*OVER, State.PLANNED):
        return ""
    return BY_WHEN.get(State(state), VISIT_BY)(spoken).format(due=f"{localtime(due_at):%Y-%m-%d %H:%M}")


def _visit(visit: Coming, spoken: str) -> tuple[str, str, bool]:
    joined = ", " if spoken == "en" else "、"
    return f"{visit.on} {HALVES[visit.half](spoken)}", joined.join(visit.team), visit.done
