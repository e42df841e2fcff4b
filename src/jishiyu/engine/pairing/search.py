"""Rounds of a city or a province: prices first, then a greedy plan guided by them, then ruin and recreate.

Two chains with dice of their own run side by side; the better plan is the result. How many steps they do is decided
by the size of the round and the seconds asked for, not by the clock: the clock can only end the work before that.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from jishiyu.engine.pairing.anneal import anneal, copy, roll, total
from jishiyu.engine.pairing.model import TEAM_MAX, Round, Visit
from jishiyu.engine.pairing.pack import Numbers, Pack
from jishiyu.engine.pairing.points import Weights
from jishiyu.engine.pairing.prices import Prices
from jishiyu.engine.pairing.state import State, empty, fill, insert, kept_team, place
from jishiyu.engine.pairing.teams import scratch

CHAINS = 2
_PIECES = 40
_ORDERS = 40
_MANY_STEPS = 60


@dataclass(frozen=True)
class Phase:
    """One stretch of annealing: its share of the steps, temperatures in points, and the prices' sixteenths."""

    part: float
    hot: float
    cold: float
    shares: tuple[int, ...]
    ruin: int
    tries: int


def phases(weights: Weights, *, again: bool, per_need: float) -> list[Phase]:
    """Return the stretches: first for the needs served, then for waiting, then for fit.

    With few steps per need there is no time to cool down from far: the prices' plan is only shaken.
    """
    served, waiting, fit = weights.served * 1.0, max(1.0, weights.waiting * 1.0), max(1.0, weights.fit * 1.0)
    first = Phase(0.4, served * 0.15, served * 0.02, (0, 0, 8, 16), 4, 8)
    if not again:
        hot = 0.7 if per_need > _MANY_STEPS else 0.2
        first = Phase(0.6, served * hot, served * 0.03, (0, 8, 16), 8, 10)
    return [
        first,
        Phase((1 - first.part) * 0.6, waiting * 12, waiting * 0.5, (0, 0, 0, 4), 6, 3),
        Phase((1 - first.part) * 0.4, fit * 12, fit * 0.5, (0,), 6, 1),
    ]


class Search:
    """Plans of one round, in arrays."""

    def __init__(self, round_: Round, pack: Pack, weights: Weights) -> None:
        self.round, self.pack, self.weights = round_, pack, weights
        self.dp = scratch()
        self.team, self.best = np.zeros(TEAM_MAX + 1, np.int64), np.zeros(TEAM_MAX + 1, np.int64)
        self.free = np.zeros((pack.ok.shape[1], pack.ok.shape[2] + 1), np.int64)

    def greedy(self, prices: Prices | None = None, share: int = 0) -> State | None:
        """Return the plan that serves the important first, each at its best; None when a pinned need found no place.

        Previous pairings that can stay are kept before anything is placed.
        """
        state = empty(self.pack)
        running = self.free if prices is None else prices.running()
        if not self._pinned(state, running):
            return None
        self._keep(state)
        needs = self.round.needs
        order = sorted(range(len(needs)), key=lambda i: (-needs[i].priority, len(needs[i].starts)))
        fill(self.pack, state, np.array(order, np.int64), running, share, self.dp, self.team, self.best)
        return state

    def _pinned(self, state: State, running: Numbers) -> bool:
        """Place what is pinned, in several orders when need be."""
        pinned = np.flatnonzero(self.pack.must_serve)
        many = self.pack.start_ptr[pinned + 1] - self.pack.start_ptr[pinned]
        order = pinned[np.argsort(many, kind="stable")]
        dice = np.array([88172645463325252], np.int64)
        for _ in range(_ORDERS):
            copy(empty(self.pack), state)
            self._keep(state, only=set(pinned.tolist()))
            for i in order:
                if state.start[i] < 0:
                    insert(self.pack, state, i, running, 0, self.dp, self.team, self.best)
            if (state.start[pinned] >= 0).all():
                return True
            # Whoever found no place goes first next time.
            late = state.start[order] < 0
            order = np.concatenate([order[late], order[~late]])
            if roll(dice, 2) and len(order) > 1:
                at = roll(dice, len(order))
                order[[0, at]] = order[[at, 0]]
        return False

    def _keep(self, state: State, only: set[int] | None = None) -> None:
        for i in np.flatnonzero(self.pack.before >= 0).tolist():
            if state.start[i] < 0 and (only is None or i in only):
                size = kept_team(self.pack, state, i, self.best)
                if size:
                    place(self.pack, state, i, self.pack.before[i], self.best, size)

    def score(self, state: State) -> int:
        """Return the points of a plan."""
        return int(total(self.pack, state))

    def state_of(self, visits: list[Visit]) -> State:
        """Return a plan as arrays."""
        state = empty(self.pack)
        for visit in visits:
            people = [self.round.person_at[who] for who in visit.people]
            self.team[: len(people)] = people
            place(self.pack, state, self.round.need_at[visit.need_id], visit.start, self.team, len(people))
        return state

    def visits(self, state: State) -> list[Visit]:
        """Return a plan in words."""
        people = self.round.people
        return [
            Visit(
                need.need_id,
                int(state.start[i]),
                tuple(sorted(people[j].person_id for j in state.team[i, : state.size[i]].tolist())),
            )
            for i, need in enumerate(self.round.needs)
            if state.start[i] >= 0
        ]

    def improve(
        self, begin: State, prices: Prices, *, steps: int, seed: int, go_on: Callable[[float, int], bool]
    ) -> State:
        """Return the best plan that two chains of `steps` steps find; `go_on(part done, score)` may end them."""
        chains = [_Chain(self, begin, prices, seed * CHAINS + at) for at in range(CHAINS)]
        done, again = 0.0, self.round.previous is not None
        with ThreadPoolExecutor(CHAINS) as pool:
            for phase in phases(self.weights, again=again, per_need=steps / max(1, len(begin.start))):
                pieces = max(1, int(_PIECES * phase.part))
                each = max(1, int(steps * phase.part / pieces))
                for chain in chains:
                    chain.from_the_top()
                for at in range(pieces):
                    list(pool.map(lambda chain, at=at: chain.run(phase, at / pieces, (at + 1) / pieces, each), chains))  # noqa: B023
                    done += phase.part / pieces
                    if not go_on(min(1.0, done), max(chain.top_score for chain in chains)):
                        return max(chains, key=lambda chain: chain.top_score).top
        return max(chains, key=lambda chain: chain.top_score).top


class _Chain:
    """One annealing chain: its plan, the best plan so far, and its dice."""

    def __init__(self, search: Search, begin: State, prices: Prices, seed: int) -> None:
        self.search, self.running = search, prices.running()
        self.state, self.top = empty(search.pack), empty(search.pack)
        copy(begin, self.state)
        copy(begin, self.top)
        self.score = self.top_score = search.score(begin)
        self.dice = np.array([(seed * 2_862_933_555_777_941_757 + 3_037_000_493) % 2**62 + 1], np.int64)
        self.dp = scratch()

    def from_the_top(self) -> None:
        copy(self.top, self.state)
        self.score = self.top_score

    def run(self, phase: Phase, begin: float, end: float, steps: int) -> None:
        cooling = phase.cold / phase.hot
        self.score, self.top_score = anneal(
            self.search.pack, self.state, self.top, self.score, self.top_score, self.running,
            np.array(phase.shares, np.int64), phase.hot * cooling**begin, phase.hot * cooling**end, steps, phase.ruin,
            phase.tries, self.dice, self.dp,
        )  # fmt: skip
