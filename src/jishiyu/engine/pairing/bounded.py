"""Larger rounds: search for a plan, and prices that bound every plan; also aim by aim."""

from collections.abc import Callable

from jishiyu.engine.pairing import exact
from jishiyu.engine.pairing.aims import aim_bounds
from jishiyu.engine.pairing.budget import Budget, Progress
from jishiyu.engine.pairing.model import Round, Visit
from jishiyu.engine.pairing.pack import Pack, pack
from jishiyu.engine.pairing.points import Weights, judge
from jishiyu.engine.pairing.prices import Prices, find_prices, no_prices
from jishiyu.engine.pairing.problems import PinsTogether
from jishiyu.engine.pairing.proposal import Proposal, proposal
from jishiyu.engine.pairing.scarcity import per_half_day
from jishiyu.engine.pairing.search import Search
from jishiyu.engine.pairing.state import State

# What is done per second asked for, on two slow cores: fixed numbers, so that the clock does not decide about the plan.
_PRICE_WORK, _STEP_WORK = 60_000_000, 1_000_000
_SECONDS = ((100, 12.0), (400, 30.0), (1000, 90.0))
_LONG, _AGAIN = 500.0, 4.0
_LEAST_ROUNDS, _MOST_ROUNDS, _MANY = 60, 1200, 600


def first_plan(round_: Round, weights: Weights, seed: int) -> list[Visit]:
    """Return a good plan of a small round quickly, to start an exact solution from."""
    arrays = pack(round_, weights)
    search = Search(round_, arrays, weights)
    begin = _begin(round_, search, seed)
    found = search.improve(begin, no_prices(arrays), steps=4_000, seed=seed, go_on=lambda part, score: True)
    return search.visits(found)


def search(
    round_: Round, weights: Weights, budget: Budget, progress: Progress, seed: int, begin: Prices | None
) -> Proposal:
    """This function will pair a large round: a greedy plan, prices, the plan they guide to, and annealing."""
    arrays = pack(round_, weights)
    work = _Work(round_, arrays, budget)
    plans = Search(round_, arrays, weights)
    best = _begin(round_, plans, seed)
    fits = begin is not None and begin.times.shape == arrays.ok.shape[1:]
    prices = find_prices(
        arrays, unit=weights.served, rounds=work.rounds(work.prices, warm=fits), begin=begin if fits else None,
        go_on=_told(progress, "prices", budget, 0.6),
    )  # fmt: skip
    for share in (4, 8, 16):
        guided = plans.greedy(prices, share)
        if guided is not None and plans.score(guided) > plans.score(best):
            best = guided

    def go_on(part: float, score: int) -> bool:
        progress("plan", int(part * 100))
        return budget.go_on(0.15)

    best = plans.improve(best, prices, steps=work.steps(0.8 - work.prices), seed=seed, go_on=go_on)
    visits = plans.visits(best)
    bounds = aim_bounds(
        round_, judge(round_, visits), prices, unit=weights.served, rounds=work.rounds(0.05, warm=True),
        go_on=lambda aim, step: _told(progress, f"bound of {aim}", budget, 0.01)(step, 0),
    )  # fmt: skip
    status = "stopped" if budget.stopped else "bounded"
    half_days = per_half_day(prices.times, prices.weekly, weights.served)
    return proposal(
        round_, visits, weights, bounds, status=status, bound=prices.bound, prices=prices, half_days=half_days
    )


def _begin(round_: Round, search: Search, seed: int) -> State:
    """Return the greedy plan; where it finds no place for something pinned, an exact plan of what is pinned."""
    state = search.greedy()
    if state is not None:
        return state
    pinned = {pin.need_id for pin in round_.pins if not pin.ban}
    part = Round(
        tuple(need for need in round_.needs if need.need_id in pinned),
        round_.people,
        tuple(pin for pin in round_.pins if pin.need_id in pinned),
    )
    outcome = exact.solve(part, begin=[], nodes=200_000, go_on=lambda aim: aim == "served", seconds_left=lambda: 1e12)
    if not outcome.feasible:
        raise PinsTogether(needs=", ".join(sorted(pinned)))
    return search.state_of(outcome.visits)


def _told(progress: Progress, step: str, budget: Budget, reserve: float) -> Callable[[int, int], bool]:
    def go_on(count: int, bound: int) -> bool:
        progress(step, count + 1)
        return budget.go_on(reserve)

    return go_on


class _Work:
    """How many steps fit into the seconds asked for."""

    def __init__(self, round_: Round, arrays: Pack, budget: Budget) -> None:
        many = len(round_.needs)
        usual = next((seconds for most, seconds in _SECONDS if many <= most), _LONG)
        self.seconds = budget.seconds or (_AGAIN if round_.previous is not None else usual)
        starts = arrays.start_ptr[1:] - arrays.start_ptr[:-1]
        candidates = arrays.cand_ptr[1:] - arrays.cand_ptr[:-1]
        self.size = max(1, int((starts * (candidates + 60)).sum()))
        self.needs = max(1, many)
        # Good prices are worth more than steps where there are few steps per need.
        self.prices = 0.25 if many <= _MANY else 0.45

    def rounds(self, part: float, *, warm: bool = False) -> int:
        """Return how many steps of the prices fit into a part of the seconds."""
        count = int(self.seconds * part * _PRICE_WORK / self.size)
        return min(_MOST_ROUNDS, max(_LEAST_ROUNDS // (4 if warm else 1), count))

    def steps(self, part: float) -> int:
        """Return how many steps of annealing fit into a part of the seconds."""
        return max(500, int(self.seconds * part * _STEP_WORK * self.needs / self.size))
