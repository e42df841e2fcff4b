"""“Why not this person?”: answered by looking at the plan around one visit, in milliseconds; no solver is asked."""

from dataclasses import dataclass

from jishiyu.engine.pairing.model import Need, Person, Round, Visit, full_mask, kilometres, mask_of
from jishiyu.engine.pairing.occupancy import OPEN, Hindrance, Occupancy
from jishiyu.engine.pairing.points import Parts, Weights, misfit
from jishiyu.engine.pairing.reasons import smallest_change
from jishiyu.engine.pairing.sentences import Part, Reason, differences, slots

ALTERNATIVES = 5


@dataclass(frozen=True)
class Swap:
    """A person in place of a member, everything else staying: what each aim gains or loses, and the score."""

    person_id: str
    instead_of: str
    change: dict[str, int]
    score: int

    def part(self) -> Part:
        """Return the swap as words."""
        if not any(self.change.values()):
            return Part("as_good", {"other": self.instead_of})
        return Part("worse", {"other": self.instead_of, **differences(self.change)})


@dataclass(frozen=True)
class Answer:
    """Why a person is not in a team, his best swap if there is one, and the best swaps of anybody."""

    reason: Reason
    swap: Swap | None
    alternatives: tuple[Swap, ...]


def why_not(
    round_: Round, visits: tuple[Visit, ...], weights: Weights, need_id: str, person_id: str,
    occupancy: Occupancy | None = None, most: int = ALTERNATIVES,
) -> Answer:  # fmt: skip
    """This function will say what speaks against a person, and rank five (`most`) people who could stand in for a member."""
    occupancy = occupancy or Occupancy(round_, visits)
    need, person = round_.need(need_id), round_.person(person_id)
    visit = occupancy.visits.get(need_id)
    if visit is None:
        change = smallest_change(round_, occupancy, need)
        reason = Reason(need_id, person_id, "why_not", (Part("not_planned"), *change.parts), change.details)
        return Answer(reason, None, ())
    swaps = _swaps(round_, occupancy, weights, need, visit)
    mine = next((swap for swap in swaps if swap.person_id == person_id), None)
    best: dict[str, Swap] = {}
    for swap in swaps:
        best.setdefault(swap.person_id, swap)
    parts = _against(need, person, visit, occupancy, mine)
    return Answer(Reason(need_id, person_id, "why_not", parts), mine, tuple(best.values())[:most])


@dataclass(frozen=True)
class Joining:
    """A person who could come as well: what each aim gains or loses, and the score."""

    person_id: str
    change: dict[str, int]
    score: int

    def part(self) -> Part:
        """Return the difference as words."""
        return Part("joins", differences(self.change))


def who_could_join(
    round_: Round, visits: tuple[Visit, ...], weights: Weights, need_id: str, occupancy: Occupancy | None = None
) -> tuple[Joining, ...]:
    """This function will rank everybody who could come in addition, the best first; nobody where a team is full."""
    occupancy = occupancy or Occupancy(round_, visits)
    need, visit = round_.need(need_id), occupancy.visits.get(need_id)
    if visit is None or len(visit.people) >= need.team_max:
        return ()
    found = []
    for person in round_.people:
        if person.person_id in visit.people or not mask_of(need, person):
            continue
        if occupancy.hindrance(need, person, visit.start).code != OPEN:
            continue
        load = occupancy.load[person.person_id]
        change = {
            "fit": misfit(need, person), "travel": kilometres(need, person),
            "fairness": (load + need.halfdays) ** 2 - load**2,
        }  # fmt: skip
        found.append(Joining(person.person_id, change, weights.score(Parts(**change))))
    return tuple(sorted(found, key=lambda joining: (-joining.score, joining.person_id)))


def _against(need: Need, person: Person, visit: Visit, occupancy: Occupancy, mine: Swap | None) -> tuple[Part, ...]:
    if person.person_id in visit.people:
        return (Part("in_the_team"),)
    found = []
    hindrance = occupancy.hindrance(need, person, visit.start)
    if hindrance.code != OPEN:
        found.append(_said(person, hindrance))
    if not mask_of(need, person):
        found.append(Part("brings_nothing"))
    elif hindrance.code == OPEN:
        found.append(mine.part() if mine else Part("cannot_replace"))
    return tuple(found)


def _said(person: Person, hindrance: Hindrance) -> Part:
    details = {"needs": ", ".join(hindrance.needs), "per_week": person.per_week, **slots(hindrance.halfdays)}
    return Part(hindrance.code, details)


def _swaps(round_: Round, occupancy: Occupancy, weights: Weights, need: Need, visit: Visit) -> list[Swap]:
    """Return every exchange of one member for somebody who is open, the best first."""
    team = [round_.person(who) for who in visit.people]
    pinned = {pin.person_id for pin in round_.pins if pin.need_id == need.need_id and not pin.ban}
    masks = [mask_of(need, person) for person in team]
    full = full_mask(need)
    rests = []
    for at, member in enumerate(team):
        rest = 0
        for other, mask in enumerate(masks):
            rest |= mask if other != at else 0
        if member.person_id not in pinned:
            rests.append((member, full & ~rest))
    found = []
    for person in round_.people:
        mask = mask_of(need, person)
        if not mask or person.person_id in visit.people:
            continue
        able = [member for member, lacking in rests if not lacking & ~mask]
        if not able or occupancy.hindrance(need, person, visit.start).code != OPEN:
            continue
        found += [_swap(occupancy, weights, need, person, member) for member in able]
    return sorted(found, key=lambda swap: (-swap.score, swap.person_id, swap.instead_of))


def _swap(occupancy: Occupancy, weights: Weights, need: Need, person: Person, member: Person) -> Swap:
    fit = misfit(need, person) - misfit(need, member)
    travel = kilometres(need, person) - kilometres(need, member)
    days, gained, lost = need.halfdays, occupancy.load[person.person_id], occupancy.load[member.person_id]
    fairness = (gained + days) ** 2 - gained**2 + (lost - days) ** 2 - lost**2
    score = weights.score(Parts(fit=fit, travel=travel, fairness=fairness))
    return Swap(person.person_id, member.person_id, {"fit": fit, "travel": travel, "fairness": fairness}, score)
