"""Why each pairing was made, and for each need left out the smallest change that would serve it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jishiyu.engine.pairing.model import (
    OFFICER,
    STEWARD,
    Need,
    Person,
    Round,
    Visit,
    full_mask,
    mask_of,
    metres,
)
from jishiyu.engine.pairing.occupancy import BANNED, NOT_FREE, OPEN, WEEK_FULL, Hindrance, Occupancy
from jishiyu.engine.pairing.sentences import HONOURS, ROLE_WORDS, Part, Reason, slots

# What a change costs somebody: the smallest sum is the smallest change.
_HOURS, _FREE, _AWAY, _LEVEL, _WINDOW, _LARGER, _RECRUIT = 2, 3, 5, 6, 2, 4, 20
_SHIFT, _LEVELS = 4, 2
Cover = tuple[int, tuple[Part, ...], tuple[str, ...]]


def pairing_reasons(round_: Round, visits: Sequence[Visit]) -> list[Reason]:
    """This function will say for every member of every team why this person goes."""
    pinned = {(pin.need_id, pin.person_id) for pin in round_.pins if not pin.ban}
    seen: dict[tuple[str, str], int] = {}
    found = []
    for visit in sorted(visits, key=lambda visit: (visit.start, visit.need_id)):
        need = round_.need(visit.need_id)
        team = [round_.person(who) for who in visit.people]
        covered = _who_covers(need, team)
        for person in team:
            key = need.enterprise or need.need_id, person.person_id
            seen[key] = seen.get(key, 0) + 1
            parts = [*covered[person.person_id]]
            if not parts:
                parts = [Part("completes_team")]
            if (need.need_id, person.person_id) in pinned:
                parts.append(Part("pinned"))
            if person.honour:
                words = HONOURS[person.honour]
                parts.append(Part("honour", {"honour_zh": words[0], "honour_en": words[1]}))
            parts.append(Part("free_on", slots(range(visit.start, visit.start + 1))))
            parts.append(Part("distance", {"km": _km(need, person)}))
            if seen[key] > 1:
                parts.append(Part("visit_number", {"number": seen[key]}))
            found.append(Reason(need.need_id, person.person_id, "paired", tuple(parts)))
    return found


def _km(need: Need, person: Person) -> str:
    hundreds = (metres(need, person) + 50) // 100
    return f"{hundreds // 10}.{hundreds % 10}"


def _who_covers(need: Need, team: Sequence[Person]) -> dict[str, list[Part]]:
    """Return for each member the skills and the role that are his part: of several the one with the nearest level."""
    found: dict[str, list[Part]] = {person.person_id: [] for person in team}
    for skill, level in need.skills:
        able = [person for person in team if person.skills.get(skill, 0) >= level]
        if able:
            best = min(able, key=lambda person: (person.skills[skill], person.person_id))
            part = Part("covers", {"skill": skill, "level": level, "has": best.skills[skill]})
            found[best.person_id].append(part)
    for person in team:
        if person.role == STEWARD:
            found[person.person_id].append(Part("own_steward" if person.person_id == need.steward else "steward"))
        elif person.role == OFFICER:
            found[person.person_id].append(Part("officer"))
    return found


@dataclass(frozen=True)
class _Offer:
    """What a person could bring at a start, and what has to change for it."""

    trouble: int
    person_id: str
    changes: tuple[Part, ...]


def left_out_reasons(round_: Round, visits: Sequence[Visit], needs: Iterable[Need]) -> list[Reason]:
    """This function will name for each need that was left out the smallest change that would serve it."""
    occupancy = Occupancy(round_, visits)
    return [smallest_change(round_, occupancy, need) for need in needs]


def smallest_change(round_: Round, occupancy: Occupancy, need: Need) -> Reason:
    """This function will look through every start for the change that asks least, everything else staying as it is."""
    bans = [pin for pin in round_.pins if pin.need_id == need.need_id and pin.ban and pin.person_id is None]
    if any(pin.start is None for pin in bans):
        return Reason(need.need_id, "", "left_out", (Part("banned"),))
    closed = {pin.start for pin in bans}
    relevant = [(person, mask_of(need, person)) for person in round_.people]
    able = [
        (person, mask) for person, mask in relevant
        if mask or any(person.skills.get(skill, 0) for skill, _ in need.skills)
    ]  # fmt: skip
    best: tuple[int, int, tuple[Part, ...]] | None = None
    beyond = range(need.starts.stop, need.starts.stop + _SHIFT)
    before = range(need.earliest - 1, max(-1, need.earliest - 1 - _SHIFT), -1)
    for start in (*need.starts, *beyond, *before):
        if start in closed:
            continue
        shift = _shift(need, start)
        least = sum(_WINDOW * part.details["count"] for part in shift)
        if best is not None and least >= best[0]:
            continue
        cover = _cheapest_cover(need, occupancy, able, start)
        trouble, parts = cover[0] + least, (*shift, *cover[1])
        over = len(cover[2]) - need.team_max
        if over > 0:
            trouble, parts = trouble + _LARGER * over, (*parts, Part("larger_team", {"count": over}))
        if best is None or trouble < best[0]:
            best = trouble, start, parts
    if best is None:
        return Reason(need.need_id, "", "left_out", (Part("banned"),))
    parts = best[2] or (Part("fits_already", slots(range(best[1], best[1] + 1))),)
    details = {**slots(range(best[1], best[1] + 1)), "start": best[1], "lack": _lack(need, occupancy)}
    return Reason(need.need_id, "", "left_out", parts, details)


def _shift(need: Need, start: int) -> tuple[Part, ...]:
    if start < need.earliest:
        return (Part("earlier", {"count": need.earliest - start}),)
    if start not in need.starts:
        return (Part("later", {"count": start + need.halfdays - 1 - need.latest}),)
    return ()


def _cheapest_cover(need: Need, occupancy: Occupancy, able: Sequence[tuple[Person, int]], start: int) -> Cover:
    """Return the team that asks for least change: trouble, changes and members."""
    offers: dict[int, _Offer] = {}
    for person, mask in able:
        hindrances = occupancy.hindrances(need, person, start)
        if any(hindrance.code == BANNED for hindrance in hindrances):
            continue
        trouble, changes = 0, tuple[Part, ...]()
        for hindrance in hindrances:
            more, change = _freed(person, hindrance)
            trouble, changes = trouble + more, (*changes, change)
        for more, brings, raised in ((0, mask, ()), *_raised(need, person, mask)):
            offer = _Offer(trouble + more, person.person_id, (*changes, *raised))
            if brings and (brings not in offers or offer.trouble < offers[brings].trouble):
                offers[brings] = offer
    reached: dict[int, Cover] = {0: (0, (), ())}
    known = sorted(offers.items(), key=lambda pair: (pair[1].trouble, -pair[0].bit_count(), pair[0]))
    for mask, offer in (*known, *_recruits(need)):
        for state, (trouble, parts, members) in list(reached.items()):
            then = state | mask
            if then == state or (offer.person_id and offer.person_id in members):
                continue
            old = reached.get(then)
            total = trouble + offer.trouble
            if old is None or (total, len(members) + 1) < (old[0], len(old[2])):
                reached[then] = total, (*parts, *offer.changes), (*members, offer.person_id)
    return reached[full_mask(need)]


def _freed(person: Person, hindrance: Hindrance) -> tuple[int, Part]:
    """Return what it takes to remove one hindrance."""
    who, count = person.person_id, len(hindrance.halfdays)
    if hindrance.code == WEEK_FULL:
        return _HOURS * count, Part("more_hours", {"person": who, "count": count})
    if hindrance.code == NOT_FREE:
        part = Part("person_free", {"person": who, "halfdays": hindrance.halfdays, **slots(hindrance.halfdays)})
        return _FREE * count, part
    return _AWAY * len(hindrance.needs), Part("instead_of", {"person": who, "needs": ", ".join(hindrance.needs)})


def _raised(need: Need, person: Person, mask: int) -> list[tuple[int, int, tuple[Part, ...]]]:
    """Return what a person would bring with one skill learned to the level wanted."""
    found: list[tuple[int, int, tuple[Part, ...]]] = []
    for bit, (skill, level) in enumerate(need.skills):
        has = person.skills.get(skill, 0)
        if max(0, level - _LEVELS - 1) < has < level:
            part = Part("one_level_more", {"person": person.person_id, "skill": skill, "has": has, "level": level})
            found.append((_LEVEL * (level - has), mask | 1 << bit, (part,)))
    return found


def _recruits(need: Need) -> list[tuple[int, _Offer]]:
    found = []
    for bit, (skill, level) in enumerate(need.skills):
        found.append((1 << bit, _Offer(_RECRUIT, "", (Part("recruit_skill", {"skill": skill, "level": level}),))))
    for bit, role in ((1, STEWARD), (2, OFFICER)):
        words = ROLE_WORDS[role]
        part = Part("recruit_role", {"role": role, "role_zh": words[0], "role_en": words[1]})
        found.append((bit << len(need.skills), _Offer(_RECRUIT, "", (part,))))
    return found


def _lack(need: Need, occupancy: Occupancy) -> Part:
    """Say what is open on no start of the window: the skill or role, who has it, who lacks one level."""
    people = occupancy.round.people
    for skill, level in need.skills:
        able = [person for person in people if person.skills.get(skill, 0) >= level]
        if not _ever_open(need, occupancy, able):
            near = sum(person.skills.get(skill, 0) == level - 1 for person in people) if level > 1 else 0
            said = {"skill": skill, "level": level, "able": len(able), **slots(range(need.latest, need.latest + 1))}
            return Part("lack_skill_near", {**said, "near": near}) if near else Part("lack_skill", said)
    for role in (STEWARD, OFFICER):
        if not _ever_open(need, occupancy, [person for person in people if person.role == role]):
            words = ROLE_WORDS[role]
            return Part("lack_role", {"role": role, "role_zh": words[0], "role_en": words[1]})
    return Part("lack_together")


def _ever_open(need: Need, occupancy: Occupancy, able: Sequence[Person]) -> bool:
    return any(occupancy.hindrance(need, person, start).code == OPEN for start in need.starts for person in able)
