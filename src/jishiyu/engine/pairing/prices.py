"""Prices of people's half-days, and the bound they prove.

Without the rules "nobody is in two places" and "not more than so many half-days a week", each need could be served
by itself. Prices take the place of these rules (Lagrange): whatever the prices, the sum of every need's best team
and start at these prices, plus the prices of all that is offered, is at least the score of any plan. Subgradient
steps look for prices with a low sum. Prices, costs and sums are whole numbers, so the bound is exact.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.compiling import compiled
from jishiyu.engine.pairing.model import TEAM_MAX
from jishiyu.engine.pairing.pack import Numbers, Pack
from jishiyu.engine.pairing.state import State, cost_of, empty, kept_team
from jishiyu.engine.pairing.teams import INFINITE, WEEK, cheapest_team, scratch

THREADS = 2
Doubles = npt.NDArray[np.double]


@compiled
def _relax(
    pack: Pack, low: int, high: int, prices: Numbers, nobody: Numbers, none: Numbers, load: Numbers, dp: Numbers,
    start: Numbers, teams: Numbers, size: Numbers,
) -> int:  # fmt: skip
    """Choose for each need alone what is best at these prices; returns the sum of their points."""
    total = 0
    team, best = np.zeros(TEAM_MAX + 1, np.int64), np.zeros(TEAM_MAX + 1, np.int64)
    for i in range(low, high):
        moved = pack.change if pack.before[i] >= 0 else 0
        top, at, members = (-INFINITE if pack.must_serve[i] else -moved), -1, 0
        for s in range(pack.start_ptr[i], pack.start_ptr[i + 1]):
            t = pack.start_at[s]
            most = pack.worth[i] - moved - pack.wait[i] * (t - pack.earliest[i])
            if most <= top:
                continue
            cost, count = cheapest_team(pack, i, t, prices, 16, nobody, none, load, True, dp, team)
            if cost < INFINITE and most - cost > top:
                top, at, members = most - cost, t, count
                for k in range(count):
                    best[k] = team[k]
        start[i], size[i] = at, members
        for k in range(members):
            teams[i, k] = best[k]
        total += top
    return total


@compiled
def _relax_kept(
    pack: Pack, prices: Numbers, state: State, found: Numbers, start: Numbers, teams: Numbers,
    size: Numbers,
) -> int:  # fmt: skip
    """Let a need keep its pairing of the previous plan where that is better; returns the points won."""
    won = 0
    team = np.zeros(TEAM_MAX + 1, np.int64)
    for i in range(len(pack.days)):
        if pack.before[i] < 0:
            continue
        members = kept_team(pack, state, i, team)
        if not members:
            continue
        t = pack.before[i]
        points = pack.worth[i] - pack.wait[i] * (t - pack.earliest[i])
        for k in range(members):
            points -= cost_of(pack, i, team[k]) + prices[team[k], t + pack.days[i]] - prices[team[k], t]
        if points > found[i]:
            won += points - found[i]
            start[i], size[i] = t, members
            for k in range(members):
                teams[i, k] = team[k]
    return won


@compiled
def _usage(pack: Pack, start: Numbers, teams: Numbers, size: Numbers, by_time: Numbers, by_week: Numbers) -> None:
    by_time[:] = 0
    by_week[:] = 0
    for i in range(len(start)):
        if start[i] >= 0:
            for k in range(size[i]):
                for at in range(start[i], start[i] + pack.days[i]):
                    by_time[teams[i, k], at] += 1
                    by_week[teams[i, k], at // WEEK] += 1


@dataclass
class Prices:
    """Prices per person and half-day (`times`) and per person and week (`weekly`), in points; and what they prove."""

    times: Numbers
    weekly: Numbers
    bound: int

    def running(self) -> Numbers:
        """Return prices summed up over time, `[j, t]` being those of the half-days before t."""
        length = self.times.shape[1]
        both = self.times + np.repeat(self.weekly, WEEK, axis=1)[:, :length]
        return np.concatenate([np.zeros((len(both), 1), np.int64), np.cumsum(both, axis=1)], axis=1)


class Relaxation:
    """Evaluates prices: the bound they prove, and who would be wanted more than there is."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        state = empty(pack)
        self.state = state
        self.start, self.team, self.size = state.start.copy(), state.team.copy(), state.size.copy()
        self.by_time, self.by_week = np.zeros_like(state.taken), np.zeros_like(state.used)
        shortest = pack.ok[0] if len(pack.ok) else np.zeros(state.taken.shape, np.uint8)
        self.offered = _spread(shortest, int(pack.days.min()) if len(pack.days) else 1)
        self.scratches = [scratch() for _ in range(THREADS)]
        cuts = np.linspace(0, len(pack.days), 4 * THREADS + 1).astype(np.int64)
        self.pieces = list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))

    def evaluate(self, prices: Prices, pool: ThreadPoolExecutor) -> int:
        """Return the bound that the prices prove; fills `by_time` and `by_week`."""
        running, pack = prices.running(), self.pack

        def half(worker: int) -> int:
            return sum(
                _relax(
                    pack, low, high, running, self.state.taken, self.state.used, self.state.load,
                    self.scratches[worker], self.start, self.team, self.size,
                )
                for low, high in self.pieces[worker::THREADS]
            )  # fmt: skip

        total = sum(pool.map(half, range(THREADS)))
        if pack.change:
            total += _relax_kept(pack, running, self.state, self._found(running), self.start, self.team, self.size)
        _usage(pack, self.start, self.team, self.size, self.by_time, self.by_week)
        return int(total + (prices.times * self.offered).sum() + (prices.weekly * pack.cap).sum())

    def short_by_time(self) -> Doubles:
        """Return by how many a person is wanted more often than once, per half-day."""
        short: Doubles = ((self.by_time - 1) * self.offered).astype(np.double)
        return short

    def short_by_week(self) -> Doubles:
        """Return by how many half-days a person is wanted more than the week allows."""
        short: Doubles = (self.by_week - self.pack.cap).astype(np.double)
        return short

    def _found(self, running: Numbers) -> Numbers:
        return _points(self.pack, running, self.start, self.team, self.size)


@compiled
def _points(pack: Pack, prices: Numbers, start: Numbers, teams: Numbers, size: Numbers) -> Numbers:
    """Return what each need's choice is worth at the prices."""
    found = np.zeros(len(start), np.int64)
    for i in range(len(start)):
        moved = pack.change if pack.before[i] >= 0 else 0
        t = start[i]
        if t < 0:
            found[i] = -INFINITE if pack.must_serve[i] else -moved
            continue
        found[i] = pack.worth[i] - moved - pack.wait[i] * (t - pack.earliest[i])
        for k in range(size[i]):
            j = teams[i, k]
            found[i] -= cost_of(pack, i, j) + prices[j, t + pack.days[i]] - prices[j, t]
    return found


def _spread(ok: npt.NDArray[np.uint8], days: int) -> npt.NDArray[np.bool_]:
    """Return every half-day on which somebody could be on a visit."""
    open_ = np.zeros(ok.shape, np.bool_)
    for shift in range(days):
        open_[:, shift:] |= ok[:, : ok.shape[1] - shift] > 0
    return open_


def no_prices(pack: Pack) -> Prices:
    """Return prices of nothing."""
    state = empty(pack)
    return Prices(np.zeros_like(state.taken), np.zeros_like(state.used), 2**62)


class Steps:
    """Steps of a length of its own for each price, by how much its shortage varies (as in Adam).

    With one length for all, a few dear half-days hold back thousands of cheap ones: measured on 200 needs, 1,000
    steps, the bound was 570.2 priorities instead of 591.8.
    """

    def __init__(self, begin: Doubles) -> None:
        self.value = begin
        self._mean, self._spread = np.zeros_like(begin), np.zeros_like(begin)

    def go(self, slope: Doubles, stride: float, most: float) -> None:
        """Step up where there is a shortage and down where there is none, never below nothing."""
        self._mean = _MEMORY * self._mean + (1 - _MEMORY) * slope
        self._spread = _LONG_MEMORY * self._spread + (1 - _LONG_MEMORY) * slope * slope
        self.value = np.clip(self.value + stride * self._mean / (np.sqrt(self._spread) + _LITTLE), 0, most)


def find_prices(
    pack: Pack, *, unit: int, rounds: int, begin: Prices | None = None, go_on: Callable[[int, int], bool]
) -> Prices:
    """This function will look for prices that prove a low bound, in `rounds` steps of falling length.

    `unit` is what one unit of the highest aim is worth; steps are measured in it. With `begin` the steps start from
    prices that were good before, and are short from the start. `go_on(step, bound)` stops early by saying no.
    """
    relaxation = Relaxation(pack)
    best = begin or no_prices(pack)
    times, weekly = Steps(best.times / unit), Steps(best.weekly / unit)
    best = Prices(best.times, best.weekly, 2**62)
    first = _FIRST_STEP / 10 if begin else _FIRST_STEP
    with ThreadPoolExecutor(THREADS) as pool:
        for step in range(rounds):
            now = Prices(whole(times.value * unit), whole(weekly.value * unit), 0)
            now.bound = relaxation.evaluate(now, pool)
            best = now if now.bound < best.bound else best
            if not go_on(step, best.bound):
                break
            stride = first * (LAST_STEP / first) ** (step / rounds)
            times.go(relaxation.short_by_time(), stride, DEAREST / unit)
            weekly.go(relaxation.short_by_week(), stride, DEAREST / unit)
    return best


def whole(values: Doubles) -> Numbers:
    """Return values as whole numbers, so that sums are exact."""
    return np.rint(values).astype(np.int64)


_FIRST_STEP, LAST_STEP, DEAREST = 0.3, 0.001, 2.0**56
_MEMORY, _LONG_MEMORY, _LITTLE = 0.95, 0.99, 1e-3
