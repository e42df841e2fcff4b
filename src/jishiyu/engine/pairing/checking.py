"""Pins are decisions of people: they are kept, or refused with the reason before anything is solved."""

from collections.abc import Iterable, Sequence

from jishiyu.engine.pairing.model import (
    Need,
    Person,
    Pin,
    Round,
    brings,
    full_mask,
    has_role,
    mask_of,
    missing_skills,
    weeks,
)
from jishiyu.engine.pairing.problems import (
    PinContradicts,
    PinNoTeam,
    PinNotFree,
    PinOutsideWindow,
    PinTeamTooLarge,
    PinTwice,
    PinUnknown,
)
from jishiyu.engine.words import Words


def check_pins(round_: Round) -> None:
    """This function will raise the first `Problem` of the pins: each by itself, then for each need, then together."""
    by_need: dict[str, list[Pin]] = {}
    for pin in round_.pins:
        if pin.need_id not in round_.need_at:
            raise PinUnknown(line=pin.line, what=Words("需求", "need"), name=pin.need_id)
        if pin.person_id is not None and pin.person_id not in round_.person_at:
            raise PinUnknown(line=pin.line, what=Words("人员", "person"), name=pin.person_id)
        by_need.setdefault(pin.need_id, []).append(pin)
    for need_id, pins in by_need.items():
        _check_need(round_, round_.need(need_id), pins)
    _check_together(round_, by_need)


def _check_need(round_: Round, need: Need, pins: Sequence[Pin]) -> None:
    kept, bans = [pin for pin in pins if not pin.ban], [pin for pin in pins if pin.ban]
    for pin in kept:
        if pin.start is not None and pin.start not in need.starts:
            raise PinOutsideWindow(
                line=pin.line,
                need=need.need_id,
                halfdays=need.halfdays,
                earliest=need.earliest,
                latest=need.latest,
                start=pin.start,
            )
        for other in kept:
            if None not in (pin.start, other.start) and pin.start != other.start:
                raise PinContradicts(line=other.line, need=need.need_id, other=pin.line)
        for ban in bans:
            of_start = ban.start is not None and ban.start == pin.start
            of_person = ban.person_id is not None and ban.person_id == pin.person_id
            if of_start or of_person or (ban.start is None and ban.person_id is None):
                raise PinContradicts(line=ban.line, need=need.need_id, other=pin.line)
    if not kept:
        return
    start = pinned_start(kept)
    people = pinned_people(kept)
    last = kept[-1].line
    if len(people) > need.team_max:
        raise PinTeamTooLarge(line=last, need=need.need_id, count=len(people), most=need.team_max)
    if start is not None:
        for pin in kept:
            if pin.person_id is not None and not _can_go(round_, need, pin.person_id, start):
                raise PinNotFree(line=pin.line, person=pin.person_id, halfdays=need.halfdays, start=start)
    _check_team(round_, need, pins, last)


def _check_team(round_: Round, need: Need, pins: Sequence[Pin], line: int) -> None:
    """Refuse pins that leave no team even if nothing else were to be done."""
    kept = [pin for pin in pins if not pin.ban]
    start, people = pinned_start(kept), pinned_people(kept)
    not_starts = {pin.start for pin in pins if pin.ban}
    banned = {pin.person_id for pin in pins if pin.ban}
    why: tuple[str, str] | None = None
    for t in need.starts if start is None else [start]:
        if t in not_starts:
            continue
        if not all(_can_go(round_, need, who, t) for who in people):
            why = why or ("the pinned people are never free together", "被锁定的人员没有共同的空闲时间")
            continue
        found = _lacks(round_, need, people, banned, t)
        if found is None:
            return
        why = found
    words = why or ("no start is left", "没有可选的时间")
    raise PinNoTeam(line=line, need=need.need_id, why=Words(words[1], words[0]))


def _lacks(
    round_: Round, need: Need, people: Sequence[str], banned: Iterable[str | None], start: int
) -> tuple[str, str] | None:
    """Return what no team can bring at a start, or None when there is a team."""
    pinned = [round_.person(who) for who in people]
    out = set(banned)
    able = [
        person for person in round_.people
        if person.person_id not in out and brings(need, person) and _can_go(round_, need, person.person_id, start)
    ]  # fmt: skip
    for skill, level in missing_skills(need, [*pinned, *able]):
        return f"nobody free has {skill} level {level}", f"没有空闲人员具备{skill} {level} 级"
    for role, zh in (("steward", "管家"), ("officer", "驻企工会干部")):
        if not has_role(role, [*pinned, *able]):
            return f"no {role} is free", f"没有空闲的{zh}"
    room = need.team_max - len(pinned)
    if not _covers(need, pinned, able, room):
        return "the team would be too large", "队伍将超过人数上限"
    if len({person.person_id for person in [*pinned, *able]}) < need.team_min:
        return "too few people are free", "空闲人员太少"
    return None


def _covers(need: Need, team: Sequence[Person], able: Sequence[Person], room: int) -> bool:
    """Return whether at most `room` more people can bring what the team lacks."""
    masks = {mask_of(need, person) for person in able}
    full = full_mask(need)
    reached = {0}
    for person in team:
        reached = {state | mask_of(need, person) for state in reached}
    for _ in range(room):
        if full in reached:
            return True
        reached |= {state | mask for state in reached for mask in masks}
    return full in reached


def _can_go(round_: Round, need: Need, person_id: str, start: int) -> bool:
    person = round_.person(person_id)
    enough = all(count <= person.per_week for count in weeks(start, need.halfdays).values())
    return enough and person.is_free(start, need.halfdays)


def _check_together(round_: Round, by_need: dict[str, list[Pin]]) -> None:
    """Refuse one person pinned to two needs at the same half-day."""
    taken: dict[tuple[str, int], str] = {}
    for need_id, pins in by_need.items():
        kept = [pin for pin in pins if not pin.ban]
        start = pinned_start(kept)
        if start is None:
            continue
        for who in pinned_people(kept):
            for at in range(start, start + round_.need(need_id).halfdays):
                if (other := taken.get((who, at))) is not None:
                    raise PinTwice(line=kept[-1].line, person=who, need=need_id, other=other)
                taken[who, at] = need_id


def pinned_start(pins: Iterable[Pin]) -> int | None:
    """Return the start that pins of one need fix, if any."""
    return next((pin.start for pin in pins if not pin.ban and pin.start is not None), None)


def pinned_people(pins: Iterable[Pin]) -> list[str]:
    """Return the people that pins of one need fix."""
    return sorted({pin.person_id for pin in pins if not pin.ban and pin.person_id is not None})
