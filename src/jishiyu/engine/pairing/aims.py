"""How good each aim could be by itself, for plans that do as well in the aims above it.

The rules "serves at least S" and "waits at most W" get prices as well. Whatever the prices, what they prove is true:
for every plan with served ≥ S the waiting is at least  λ S − (the most that λ · served − waiting can be).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from jishiyu.engine.pairing.model import Need, Person, Round, brings, full_mask, mask_of
from jishiyu.engine.pairing.pack import Numbers, pack
from jishiyu.engine.pairing.points import Parts, Weights, misfit
from jishiyu.engine.pairing.prices import DEAREST, LAST_STEP, THREADS, Prices, Relaxation, Steps, find_prices, whole

UNIT = 1 << 20
_PER_PRIORITY = {"waiting": 60.0, "fit": 60.0}
_PER_WAITING = 0.5
_FIRST_STEP = 0.06
GoOn = Callable[[str, int], bool]


def aim_bounds(round_: Round, parts: Parts, prices: Prices, *, unit: int, rounds: int, go_on: GoOn) -> dict[str, int]:
    """This function will bound `served` from above, `waiting` and `fit` from below, for plans as good as `parts`.

    `prices` are those found for the whole score, in points of which `unit` are a priority. Changes do not count: a
    bound without them holds with them.
    """
    plain = Round(round_.needs, round_.people, round_.pins)
    most = sum(need.priority for need in round_.needs)
    bounds = {"served": most}
    found = find_prices(
        pack(plain, Weights(UNIT, 0, 0, 0, 0, 0)), unit=UNIT, rounds=rounds, begin=_counted_in(prices, unit, UNIT),
        go_on=lambda step, bound: go_on("served", step),
    )  # fmt: skip
    bounds["served"] = min(bounds["served"], found.bound // UNIT)
    bounds["waiting"] = _least(plain, "waiting", parts, prices, unit, rounds, go_on)
    bounds["fit"] = max(_least(plain, "fit", parts, prices, unit, rounds, go_on), least_fit(plain, parts.served))
    return bounds


def _counted_in(prices: Prices, unit: int, other: float) -> Prices:
    return Prices(whole(prices.times / unit * other), whole(prices.weekly / unit * other), 2**62)


def _least(round_: Round, aim: str, parts: Parts, prices: Prices, unit: int, rounds: int, go_on: GoOn) -> int:
    """Return the least that an aim can be, with the prices of the rules about the aims above it."""
    fit = aim == "fit"
    arrays = pack(round_, Weights(1, 0, 1, UNIT if fit else 0, 0, 0))
    priorities = np.array([need.priority for need in round_.needs], np.int64)
    begin = _counted_in(prices, unit, _PER_PRIORITY[aim])
    times, weekly = Steps(begin.times.astype(np.double)), Steps(begin.weekly.astype(np.double))
    rules = Steps(np.array([_PER_PRIORITY[aim], _PER_WAITING if fit else 1.0]))
    relaxation, least = Relaxation(arrays), 0
    with ThreadPoolExecutor(THREADS) as pool:
        for step in range(rounds):
            per_priority, per_waiting = whole(rules.value * UNIT).tolist()
            per_waiting = per_waiting if fit else UNIT
            arrays.worth[:], arrays.wait[:] = priorities * per_priority, priorities * per_waiting
            most = relaxation.evaluate(Prices(whole(times.value * UNIT), whole(weekly.value * UNIT), 0), pool)
            rest = per_priority * parts.served - most - (per_waiting * parts.waiting if fit else 0)
            least = max(least, -(-rest // UNIT))
            if not go_on(aim, step):
                break
            stride = _FIRST_STEP * _PER_PRIORITY[aim] * (LAST_STEP / _FIRST_STEP) ** (step / rounds)
            times.go(relaxation.short_by_time(), stride, DEAREST / UNIT)
            weekly.go(relaxation.short_by_week(), stride, DEAREST / UNIT)
            served, waited = _relaxed(relaxation, priorities)
            slope = np.array([parts.served - served, (waited - parts.waiting) / 60 if fit else 0.0]) * 1.0
            rules.go(slope, stride, DEAREST / UNIT)
    return int(least)


def _relaxed(relaxation: Relaxation, priorities: Numbers) -> tuple[int, int]:
    """Return what the needs served each for itself add up to: priorities, and waiting."""
    chosen = relaxation.start >= 0
    waited = (relaxation.start - relaxation.pack.earliest) * priorities
    return int(priorities[chosen].sum()), int(waited[chosen].sum())


def least_fit(round_: Round, served: int) -> int:
    """Return the least fit of plans that serve so much, even if everybody could be everywhere.

    Each need at its fittest team; needs that cost least per priority first, the last of them in part.
    """
    total, left = 0, served
    costs = [(_fittest(need, round_.people), need.priority) for need in round_.needs]
    known = [(cost, priority) for cost, priority in costs if cost is not None]
    for cost, priority in sorted(known, key=lambda pair: pair[0] / pair[1]):
        if left < priority:
            return total + -(-cost * left // priority)
        total, left = total + cost, left - priority
    return total


def _fittest(need: Need, people: tuple[Person, ...]) -> int | None:
    """Return the least fit a team for a need can have, or None when there is no team."""
    cheapest: dict[int, int] = {}
    for person in people:
        if brings(need, person):
            mask = mask_of(need, person)
            cheapest[mask] = min(cheapest.get(mask, 1 << 30), misfit(need, person))
    reached = {0: 0}
    for mask, cost in sorted(cheapest.items()):
        for state, so_far in list(reached.items()):
            then = state | mask
            reached[then] = min(reached.get(then, 1 << 30), so_far + cost)
    return reached.get(full_mask(need))
