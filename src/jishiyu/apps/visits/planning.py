"""An appointment after it was made: moved, cancelled, its survey plan changed, and finished."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.experts.halfdays import HalfDay, in_a_row
from jishiyu.apps.experts.models import Half
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.visits.appointments import cancel_appointment, tell_everybody
from jishiyu.apps.visits.doubts import doubts_about
from jishiyu.apps.visits.entries import conflicts
from jishiyu.apps.visits.models import EntryKind, TeamMember, Visit, VisitState
from jishiyu.apps.visits.problems import (
    ConflictsOpen,
    DayOver,
    FileFrozen,
    PlanNotRight,
    SameTime,
    SentenceMissing,
    TeamElsewhere,
    TimeDoubtful,
    VisitNotPlanned,
    VisitUnknown,
)
from jishiyu.engine.words import Words, listed

Line = dict[str, str]
# What a line of a plan may say; what else stands in a service item is left there.
SAID = ("zh", "en", "quantity", "kind", "unit", "point")
LONGEST = 300


def move_visit(
    *, visit_id: int, on: date, half: str, sentence: str, by: str, today: date, at: datetime, sure: bool = False
) -> Visit:  # fmt: skip
    """This function will move a planned visit to another half-day, for a reason that the enterprise sees too, and tell everybody.

    What speaks against the time without making it impossible (a day off, a time that somebody does not offer) is asked about first;
    `sure` moves it all the same. Raises `VisitUnknown`, `VisitNotPlanned`, `SentenceMissing`, `SameTime`, `DayOver`,
    `TeamElsewhere`, `TimeDoubtful`, `FileFrozen`.
    """
    with transaction.atomic():
        visit = _planned(visit_id)
        why = _said(sentence)
        if (visit.on, visit.half) == (on, half):
            raise SameTime
        if on < today:
            raise DayOver(on=on.isoformat())
        _refuse_elsewhere(visit, on, half)
        doubts = [] if sure else doubts_about(visit, halves_of(on, half, visit.halfdays))
        if doubts:
            raise TimeDoubtful(what=Words("".join(one.zh for one in doubts), " ".join(one.en for one in doubts)))
        before = _moment(visit)
        visit.on, visit.half = on, half
        visit.save(update_fields=["on", "half"])
        changes = {"on": (before, _moment(visit))}
        record(
            by=by, action="visit.moved", record=f"visit {visit.pk}", details={"because": why}, at=at, changes=changes
        )
        move_need(need_id=visit.need_id, to=State(visit.need.state), what="visit_moved", by=by, at=at, sentence=why)
        team = [member.expert for member in visit.team.select_related("expert__account").order_by("id")]
        tell_everybody(visit, team, Kind.APPOINTMENT, by=by, at=at, again=f"moved to {_moment(visit)} {at.isoformat()}")
    return visit


def cancel_visit(*, visit_id: int, sentence: str, by: str, at: datetime) -> Visit:
    """This function will cancel a planned visit for a reason and tell everybody; its need goes back to the meeting.

    Raises `VisitUnknown`, `VisitNotPlanned`, `SentenceMissing`, `FileFrozen`.
    """
    with transaction.atomic():
        visit = _planned(visit_id)
        why = _said(sentence)
        return cancel_appointment(visit_id=visit.pk, because=why, by=by, at=at)


def finish_visit(*, visit_id: int, came: Sequence[int], by: str, at: datetime) -> Visit:
    """This function will finish a visit that took place; `came` are the ids of the team's members who were there.

    The need is visited then and the clock of the report runs. Raises `VisitUnknown`, `VisitNotPlanned`, `ConflictsOpen`,
    `FileFrozen`.
    """
    with transaction.atomic():
        visit = _planned(visit_id)
        refuse_conflicts(visit)
        visit.state, visit.done_at = VisitState.DONE, at
        visit.save(update_fields=["state", "done_at"])
        TeamMember.objects.filter(visit=visit, pk__in=came).update(came=True)
        TeamMember.objects.filter(visit=visit).exclude(pk__in=came).update(came=False)
        changes = {"state": (VisitState.PLANNED.value, VisitState.DONE.value)}
        record(
            by=by, action="visit.done", record=f"visit {visit.pk}", details={"came": len(came)}, at=at, changes=changes
        )
        if visit.need.state == State.PLANNED:
            move_need(need_id=visit.need_id, to=State.VISITED, what="visited", by=by, at=at)
    return visit


def set_plan(*, visit_id: int, lines: Sequence[Mapping[str, Any]], by: str, at: datetime) -> list[Line]:
    """This function will put lines in the place of a survey plan; a line keeps its key, a new one gets the next.

    What was noted about a line stays with its key, also when the line is taken out. Raises `VisitUnknown`,
    `VisitNotPlanned`, `PlanNotRight`, `FileFrozen`.
    """
    with transaction.atomic():
        visit = _planned(visit_id)
        before = plan_of(visit.plan)
        known = {line["key"] for line in before}
        highest = max((int(key[1:]) for key in known if re.fullmatch(r"c[0-9]{1,6}", key)), default=0)
        plan: list[Line] = []
        for number, line in enumerate(lines, 1):
            said = {name: str(line.get(name) or "").strip()[:LONGEST] for name in SAID}
            said["zh"], said["en"] = said["zh"] or said["en"], said["en"] or said["zh"]
            if not said["zh"]:
                raise PlanNotRight(line=number)
            key = str(line.get("key") or "")
            if key not in known or any(one["key"] == key for one in plan):
                highest += 1
                key = f"c{highest}"
            plan.append({"key": key, **{name: text for name, text in said.items() if text}})
        visit.plan = plan
        visit.save(update_fields=["plan"])
        changes = {"lines": ([one["zh"] for one in before], [one["zh"] for one in plan])}
        record(by=by, action="visit.planned", record=f"visit {visit.pk}", details={}, at=at, changes=changes)
    return plan


def plan_of(lines: Sequence[Mapping[str, Any]]) -> list[Line]:
    """This function will return the lines of a plan, each with a key: its own, or one by its place (`c1`, `c2` …)."""
    used = {str(line["key"]) for line in lines if line.get("key")}
    plan: list[Line] = []
    for place, line in enumerate(lines, 1):
        key = str(line.get("key") or "") or next(name for at in count(place) if (name := f"c{at}") not in used)
        used.add(key)
        plan.append({"key": key, **{name: str(line[name]) for name in SAID if line.get(name)}})
    return plan


def halves_of(on: date, half: str, count: int) -> list[tuple[date, str]]:
    """This function will return the half-days of a visit: `count` in a row, Saturdays and Sundays left out."""
    return [(one.on, one.half) for one in in_a_row(HalfDay(on, half), count)]


def refuse_conflicts(visit: Visit) -> None:
    """This function will refuse to go on while two phones disagree. Raises `ConflictsOpen`."""
    open_ = conflicts(visit_id=visit.pk)
    if open_:
        words = {line["key"]: _words(line) for line in plan_of(visit.plan)}
        names = [words.get(one[0].slot) or one[0].content.get("point") or EntryKind(one[0].kind).label for one in open_]
        raise ConflictsOpen(count=len(open_), lines=listed(dict.fromkeys(names)))


def _words(line: Mapping[str, str]) -> Words:
    return Words(line.get("zh", ""), line.get("en", "") or line.get("zh", ""))


def refuse_frozen(visit: Visit) -> None:
    """This function will refuse a visit whose enterprise's file is closed. Raises `FileFrozen`."""
    participation = visit.need.participation
    if participation.frozen_at is not None:
        raise FileFrozen(enterprise=participation.enterprise.name, on=participation.frozen_at.date().isoformat())


def locked(visit_id: int) -> Visit:
    """This function will lock a visit until the end of the transaction. Raises `VisitUnknown`."""
    visit = (
        Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id)
        .select_related(
            "need__participation__enterprise", "need__participation__campaign", "need__participation__steward"
        ).first()
    )  # fmt: skip
    if visit is None:
        raise VisitUnknown(visit=visit_id)
    return visit


def _planned(visit_id: int) -> Visit:
    visit = locked(visit_id)
    refuse_frozen(visit)
    if visit.state != VisitState.PLANNED:
        raise VisitNotPlanned(visit=visit_id, state=VisitState(visit.state).label)
    return visit


def _said(sentence: str) -> str:
    if len(sentence.strip()) < 2:
        raise SentenceMissing
    return sentence.strip()


def _moment(visit: Visit) -> str:
    return f"{visit.on.isoformat()} {visit.half}"


def _refuse_elsewhere(visit: Visit, on: date, half: str) -> None:
    """Refuse half-days at which somebody of the team is on another planned visit."""
    wanted = set(halves_of(on, half, visit.halfdays))
    team = list(TeamMember.objects.filter(visit=visit).values_list("expert_id", flat=True))
    others = (
        TeamMember.objects.filter(expert_id__in=team, visit__state=VisitState.PLANNED).exclude(visit=visit)
        .filter(visit__on__gte=on - timedelta(days=14), visit__on__lte=max(day for day, _ in wanted))
        .select_related("visit", "expert").order_by("visit_id", "expert_id")
    )  # fmt: skip
    for other in others:
        same = wanted & set(halves_of(other.visit.on, other.visit.half, other.visit.halfdays))
        if same:
            day, part = min(same)
            half_day = Words.of(Half(part))
            said = Words(f"{day.isoformat()} {half_day.zh}", f"{day.isoformat()} {half_day.en}")
            raise TeamElsewhere(name=other.expert.name, other=other.visit_id, on=said)
