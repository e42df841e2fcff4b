"""The aims of a plan in their order, their points, and a plain check of the hard rules.

An aim is counted in small whole numbers: priorities served, half-days waited, levels too many. The score adds them
up with weights so steep that the order of the aims is kept: in small rounds one unit of an aim outweighs everything
below it together, in large ones a few needs at their very worst (`order_kept`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from jishiyu.engine.pairing.model import (
    EXPERT,
    STEWARD,
    TEAM_MAX,
    WEEK,
    Need,
    Person,
    Round,
    Visit,
    brings,
    has_role,
    kilometres,
    missing_skills,
    weeks,
)

AIMS = ("served", "changes", "waiting", "fit", "travel", "fairness")
PER_EXPERT, OTHER_STEWARD = 2, 4
_LARGEST = 2**57
_STEEPEST = 64


@dataclass(frozen=True)
class Parts:
    """What a plan reaches: `served` is as much as possible, all others as little as possible.

    served    sum of the priorities of the needs served
    changes   needs of the previous plan whose start or team is another now, or that are left out
    waiting   half-days from earliest to start, times priority
    fit       2 for each expert sent, 1 for each level more than asked, 4 for each steward who is not the own one
    travel    kilometres between each member's place and the enterprise
    fairness  sum of the squares of everybody's half-days
    """

    served: int = 0
    changes: int = 0
    waiting: int = 0
    fit: int = 0
    travel: int = 0
    fairness: int = 0

    def __iter__(self) -> Iterable[int]:
        return iter((self.served, self.changes, self.waiting, self.fit, self.travel, self.fairness))


@dataclass(frozen=True)
class Weights:
    """Points per unit of each aim; `order_kept` says whether a unit outweighs everything below it together."""

    served: int
    changes: int
    waiting: int
    fit: int
    travel: int
    fairness: int
    order_kept: bool = True

    def score(self, parts: Parts) -> int:
        """Return the points of a plan."""
        return (
            self.served * parts.served
            - self.changes * parts.changes
            - self.waiting * parts.waiting
            - self.fit * parts.fit
            - self.travel * parts.travel
            - self.fairness * parts.fairness
        )


def misfit(need: Need, person: Person) -> int:
    """Return what sending a person costs in fit: small teams, levels that suffice, the own steward."""
    surplus = sum(max(0, person.skills.get(skill, 0) - level) for skill, level in need.skills)
    other = person.role == STEWARD and need.steward not in ("", person.person_id)
    return (PER_EXPERT if person.role == EXPERT else 0) + surplus + (OTHER_STEWARD if other else 0)


def weigh(round_: Round) -> Weights:
    """This function will return the weights of a round: exact order where whole numbers are large enough for it."""
    waits, fits, ways = [0], [0], [0]
    for need in round_.needs:
        able = [person for person in round_.people if brings(need, person)]
        waits.append(need.priority * max(0, len(need.starts) - 1))
        fits.append(_most((misfit(need, person) for person in able), need.team_max))
        ways.append(_most((kilometres(need, person) for person in able), need.team_max))
    loads = [_most_load(person) for person in round_.people]
    longest = max([need.halfdays for need in round_.needs], default=0)
    lowest = TEAM_MAX * longest * 2 * max(loads, default=0) + 1
    totals = [sum(waits), sum(fits), sum(ways), sum(load * load for load in loads)]
    singles = [max(waits), max(fits), max(ways), lowest]
    top = sum(need.priority for need in round_.needs) + 1
    steep = None
    radix = [total + 1 for total in totals]
    if top * prod(radix) > _LARGEST:
        steep = _STEEPEST
        while steep > 1 and top * prod(_capped(totals, singles, steep)) > _LARGEST:
            steep -= 1
        radix = _capped(totals, singles, steep)
    served, waiting, fit, travel = (prod(radix[at:]) for at in range(4))
    return Weights(served, served if round_.previous is not None else 0, waiting, fit, travel, 1, steep is None)


def _most(costs: Iterable[int], members: int) -> int:
    return sum(sorted(costs, reverse=True)[:members])


def _capped(totals: Sequence[int], singles: Sequence[int], steep: int) -> list[int]:
    return [min(total, steep * single) + 1 for total, single in zip(totals, singles, strict=True)]


def _most_load(person: Person) -> int:
    """Return the half-days a person can work at most."""
    weekly: dict[int, int] = {}
    for begin, end in person.free:
        for at in range(begin, end + 1):
            weekly[at // WEEK] = weekly.get(at // WEEK, 0) + 1
    return sum(min(person.per_week, count) for count in weekly.values())


def judge(round_: Round, visits: Iterable[Visit]) -> Parts:
    """This function will count what a plan reaches, aim by aim."""
    served = waiting = fit = travel = 0
    loads: dict[str, int] = {}
    plan = {visit.need_id: visit for visit in visits}
    for visit in plan.values():
        need = round_.need(visit.need_id)
        served += need.priority
        waiting += need.priority * (visit.start - need.earliest)
        for person_id in visit.people:
            person = round_.person(person_id)
            fit += misfit(need, person)
            travel += kilometres(need, person)
            loads[person_id] = loads.get(person_id, 0) + need.halfdays
    changed = sum(
        differs(visit, plan.get(visit.need_id)) for visit in round_.previous or () if visit.need_id in round_.need_at
    )
    return Parts(served, changed, waiting, fit, travel, sum(load * load for load in loads.values()))


def differs(before: Visit, now: Visit | None) -> bool:
    """Return whether a pairing is no longer what it was."""
    return now is None or now.start != before.start or set(now.people) != set(before.people)


def breaches(round_: Round, visits: Sequence[Visit]) -> list[tuple[str, str]]:
    """This function will return every hard rule that a plan breaks, as (need, code); nothing for a good plan.

    Written apart from the solvers, so that it can judge them.
    """
    found: list[tuple[str, str]] = []
    taken: dict[tuple[str, int], str] = {}
    weekly: dict[tuple[str, int], int] = {}
    if len({visit.need_id for visit in visits}) < len(visits):
        found.append(("", "need_twice"))
    for visit in visits:
        need = round_.need(visit.need_id)
        people = [round_.person(person_id) for person_id in visit.people]
        found += [(need.need_id, code) for code in _alone(need, visit, people)]
        for person in people:
            for at in range(visit.start, visit.start + need.halfdays):
                if (person.person_id, at) in taken:
                    found.append((need.need_id, "elsewhere"))
                taken[person.person_id, at] = need.need_id
            for week, count in weeks(visit.start, need.halfdays).items():
                weekly[person.person_id, week] = weekly.get((person.person_id, week), 0) + count
    found += [("", "capacity") for (who, _), count in weekly.items() if count > round_.person(who).per_week]
    return found + _pins_broken(round_, {visit.need_id: visit for visit in visits})


def _alone(need: Need, visit: Visit, people: list[Person]) -> list[str]:
    """Return the rules that a visit breaks by itself."""
    found = []
    if visit.start not in need.starts:
        found.append("window")
    if not need.team_min <= len(people) <= need.team_max:
        found.append("team_size")
    if len(set(visit.people)) < len(people):
        found.append("person_twice")
    if missing_skills(need, people):
        found.append("skill")
    found += [role for role in ("steward", "officer") if not has_role(role, people)]
    found += ["not_free" for person in people if not person.is_free(visit.start, need.halfdays)]
    return found


def _pins_broken(round_: Round, plan: dict[str, Visit]) -> list[tuple[str, str]]:
    found = []
    for pin in round_.pins:
        visit = plan.get(pin.need_id)
        met = (
            visit is not None
            and pin.start in (None, visit.start)
            and (pin.person_id is None or pin.person_id in visit.people)
        )
        if met == pin.ban:
            found.append((pin.need_id, "ban" if pin.ban else "pin"))
    return found
