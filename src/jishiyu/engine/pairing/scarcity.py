"""Where people are short: which skill, steward or officer more would serve most, read from the prices.

A price says what one more half-day of a person would add to the plan, in thousandths of a priority. What the
cheapest able person costs, over the window of each need that asks, is what the skill or the role costs.
"""

from dataclasses import dataclass

import numpy as np

from jishiyu.engine.pairing.model import OFFICER, STEWARD, WEEK, Need, Person, Round
from jishiyu.engine.pairing.pack import Numbers
from jishiyu.engine.pairing.sentences import ROLE_WORDS

THOUSANDTHS = 1000
_FEWEST = 2


@dataclass(frozen=True)
class Bottleneck:
    """A skill at a level and above, a role, or a person, and what one more half-day of it would be worth.

    `price` is in thousandths of a priority per half-day, `people` are those who have it, `wanted` the half-days
    that needs ask for.
    """

    kind: str
    name: str
    level: int
    price: int
    people: int
    wanted: int

    def say(self, language: str) -> str:
        """Return it as a sentence in `zh` or `en`."""
        worth = f"{self.price // THOUSANDTHS}.{self.price % THOUSANDTHS:03d}"
        if self.kind == "person":
            zh, en = f"{self.name} 的半天", f"half-days of {self.name}"
            return f"紧缺:{zh},每多一个值 {worth} 个优先级。" if language == "zh" else f"Scarce: {en}; one more is worth {worth} priorities."  # fmt: skip
        words = ROLE_WORDS.get(self.name)
        if language == "zh":
            what = words[0] if words else f"{self.name} {self.level} 级"
            return f"紧缺:{what}(现有 {self.people} 人,需求 {self.wanted} 个半天),每多一个半天值 {worth} 个优先级。"
        what = f"{words[1]}s" if words else f"{self.name} level {self.level}"
        return f"Scarce: {what} ({self.people} people, {self.wanted} half-days asked for); one more half-day is worth {worth} priorities."


def bottlenecks(round_: Round, prices: Numbers, *, most: int = 10) -> list[Bottleneck]:
    """This function will rank skills, roles and people by what one more half-day of each would add.

    `prices[j, t]` is the price of a half-day of a person, in thousandths of a priority.
    """
    costs: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    people: dict[tuple[str, str, int], int] = {}
    for need in round_.needs:
        wishes = [("skill", skill, level) for skill, level in need.skills]
        wishes += [("role", role, 0) for role in (STEWARD, OFFICER)]
        for wish in wishes:
            able = [j for j, person in enumerate(round_.people) if _has(person, wish)]
            people[wish] = len(able)
            if able:
                costs.setdefault(wish, []).append((_least(prices, able, need), need.halfdays))
    found = []
    for (kind, name, level), asked in costs.items():
        wanted = sum(halfdays for _, halfdays in asked)
        price = sum(cost * halfdays for cost, halfdays in asked) // wanted
        if price > 0:
            found.append(Bottleneck(kind, name, level, price, people[kind, name, level], wanted))
    for j, person in enumerate(round_.people):
        price = int(prices[j].sum()) // max(1, len([1 for at in range(prices.shape[1]) if person.is_free(at, 1)]))
        if price > 0:
            found.append(Bottleneck("person", person.person_id, 0, price, 1, 0))
    kinds = {"skill": most, "role": _FEWEST, "person": most // 2}
    ranked = sorted(found, key=lambda item: (-item.price, item.kind, item.name, item.level))
    kept = []
    for item in ranked:
        if kinds[item.kind] > 0:
            kinds[item.kind] -= 1
            kept.append(item)
    return kept


@dataclass(frozen=True)
class Supply:
    """A skill at a level that needs ask for, or a role: what is wanted of it, and who could bring it.

    `wanted` are half-days over all `needs`; `able` people have it, `near` lack one level, `open` are the half-days that
    the able offer within their weekly capacity and the days that matter.
    """

    kind: str
    name: str
    level: int
    needs: int
    wanted: int
    able: int
    near: int
    open: int

    @property
    def short(self) -> bool:
        """Return whether nobody has it, or less is offered than is wanted."""
        return self.open < self.wanted


def supply(round_: Round) -> list[Supply]:
    """This function will set what the needs ask for against what the people offer, what is short first."""
    last = max([need.latest for need in round_.needs], default=-1)
    offers = [_offered(person, last) for person in round_.people]
    asked: dict[tuple[str, str, int], list[int]] = {}
    for need in round_.needs:
        wishes = [("skill", skill, level) for skill, level in need.skills]
        for wish in [*wishes, *(("role", role, 0) for role in (STEWARD, OFFICER))]:
            asked.setdefault(wish, []).append(need.halfdays)
    found = []
    for wish, halfdays in asked.items():
        kind, name, level = wish
        able = [j for j, person in enumerate(round_.people) if _has(person, wish)]
        near = sum(kind == "skill" and 0 < person.skills.get(name, 0) == level - 1 for person in round_.people)
        found.append(Supply(
            kind, name, level, len(halfdays), sum(halfdays), len(able), near, sum(offers[j] for j in able)
        ))  # fmt: skip
    return sorted(found, key=lambda item: (item.open - item.wanted, item.kind, item.name, item.level))


def _offered(person: Person, last: int) -> int:
    """Return the half-days a person offers up to the last one that matters, within the weekly capacity."""
    weekly: dict[int, int] = {}
    for begin, end in person.free:
        for at in range(begin, min(end, last) + 1):
            weekly[at // WEEK] = weekly.get(at // WEEK, 0) + 1
    return sum(min(person.per_week, count) for count in weekly.values())


def per_half_day(times: Numbers, weekly: Numbers, unit: int) -> Numbers:
    """Return prices per person and half-day in thousandths of a priority, the weeks' prices added."""
    both = times + np.repeat(weekly, WEEK, axis=1)[:, : times.shape[1]]
    return (both // max(1, unit // THOUSANDTHS)).astype(np.int64)


def _has(person: Person, wish: tuple[str, str, int]) -> bool:
    kind, name, level = wish
    return person.role == name if kind == "role" else person.skills.get(name, 0) >= level


def _least(prices: Numbers, able: list[int], need: Need) -> int:
    """Return the mean price of the cheapest able person, start by start of the window."""
    costs = prices[able, need.earliest : need.latest + 1]
    return int(costs.min(axis=0).sum()) // max(1, need.latest + 1 - need.earliest)
