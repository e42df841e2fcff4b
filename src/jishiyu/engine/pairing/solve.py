"""The one function of pairing: needs and people in, the proposed plan with its bound, gap and prices out."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from jishiyu.engine.pairing import exact
from jishiyu.engine.pairing.budget import Budget, Progress, usual_limit
from jishiyu.engine.pairing.checking import check_pins
from jishiyu.engine.pairing.model import Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.points import AIMS, Weights, weigh
from jishiyu.engine.pairing.problems import PinsTogether
from jishiyu.engine.pairing.proposal import Proposal, proposal

if TYPE_CHECKING:
    from jishiyu.engine.pairing.prices import Prices

MOST_NEEDS, MOST_CHOICES = 60, 9_000
# Up to here the exact solver needs no plan to start from, and nothing has to be compiled.
SMALL_CHOICES = 1_500
_NODES = 200_000


def propose(
    needs: Iterable[Need],
    people: Iterable[Person],
    *,
    pins: Iterable[Pin] = (),
    bans: Iterable[Pin] = (),
    previous: Iterable[Visit] | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    seed: int = 1,
    prices: "Prices | None" = None,
    progress: Progress = lambda step, count: None,
    should_stop: Callable[[], bool] | None = None,
) -> Proposal:
    """This function will choose a team and a start for as many needs as possible, and say how good that can be.

    Small rounds are solved to the proved optimum, larger ones by search with a bound. The same input and seed give
    the same plan; `seconds` sets how much is done, and `clock` (seconds that only grow) is asked so that it never
    takes much longer than that, or than `usual_limit` without: only then can the same call end differently. `previous` asks for few changes. `prices` of an
    earlier proposal of the same people save time. Raises the problems of `checking` for pins that cannot hold.
    """
    needs = tuple(needs)
    known = {need.need_id for need in needs}
    before = None if previous is None else tuple(visit for visit in previous if visit.need_id in known)
    both = (*pins, *(replace(ban, ban=True) for ban in bans))
    round_ = Round(needs, tuple(people), both, before)
    check_pins(round_)
    weights = weigh(round_)
    budget = Budget(seconds, usual_limit(len(needs)), clock, should_stop)
    size = exact.choices(round_) if len(needs) <= MOST_NEEDS else MOST_CHOICES + 1
    if weights.order_kept and size <= MOST_CHOICES:
        return _exactly(round_, weights, budget, progress, seed, size)
    from jishiyu.engine.pairing.bounded import search

    return search(round_, weights, budget, progress, seed, prices)


def _exactly(round_: Round, weights: Weights, budget: Budget, progress: Progress, seed: int, size: int) -> Proposal:
    """Solve a meeting's round aim after aim; what could not be proved is bounded."""
    begin: list[Visit] = []
    if size > SMALL_CHOICES or round_.previous is not None:
        from jishiyu.engine.pairing.bounded import first_plan

        begin = first_plan(round_, weights, seed)
    steps = iter(range(1, 100))

    def go_on(aim: str) -> bool:
        progress("aims", next(steps))
        return budget.go_on()

    outcome = exact.solve(round_, begin=begin, nodes=_NODES, go_on=go_on, seconds_left=budget.left)
    if not outcome.feasible:
        raise PinsTogether(needs=", ".join(sorted({pin.need_id for pin in round_.pins if not pin.ban})))
    return proposal(
        round_, outcome.visits, weights, outcome.bounds, status=_status(outcome, budget), bound=None,
        half_days=outcome.half_days,
    )  # fmt: skip


def _status(outcome: exact.Outcome, budget: Budget) -> str:
    if set(AIMS) <= set(outcome.proved):
        return "optimal"
    return "stopped" if budget.stopped or budget.left() <= 0 else "bounded"
