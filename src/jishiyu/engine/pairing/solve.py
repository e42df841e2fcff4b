"""The one function of pairing: needs and people in, the proposed plan with its bound, gap and prices out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from jishiyu.engine.pairing import exact
from jishiyu.engine.pairing.checking import check_pins
from jishiyu.engine.pairing.model import Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.points import AIMS, Parts, Weights, judge, weigh
from jishiyu.engine.pairing.problems import PinsTogether

if TYPE_CHECKING:
    from jishiyu.engine.pairing.pack import Numbers
    from jishiyu.engine.pairing.prices import Prices
    from jishiyu.engine.pairing.scarcity import Bottleneck

MOST_NEEDS, MOST_CHOICES = 60, 9_000
# Up to here the exact solver needs no plan to start from, and nothing has to be compiled.
SMALL_CHOICES = 1_500
_NODES = 200_000
# Seconds after which the clock ends the work where nobody asked for any, by the number of needs. A slow machine comes to
# its end well before; what cannot be proved by then is stated as a gap.
_LIMITS, MOST_SECONDS = ((60, 90), (400, 120), (1000, 300)), 600
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Reached:
    """One aim of a plan: its value, the best that is possible at all, and how far the value may be from that.

    For `served` no plan serves more than `bound`. For every other aim: no plan that does as well in the aims above
    it has less than `bound`. `gap` is a share of the larger of the two; None where nothing is known.
    """

    value: int
    bound: int | None
    gap: float | None


@dataclass(frozen=True)
class Proposal:
    """A plan, what it is worth, and what is known about every other plan.

    `status` is `optimal` (proved), `bounded` (the work was done to its end) or `stopped` (by the clock or a person).
    `prices` are those the search worked with, `half_days[j, t]` what one more half-day of a person would add, in
    thousandths of a priority.
    """

    round: Round
    visits: tuple[Visit, ...]
    weights: Weights
    parts: Parts
    score: int
    bound: int
    aims: dict[str, Reached]
    status: str
    prices: "Prices | None" = None
    half_days: "Numbers | None" = None

    @property
    def points(self) -> dict[str, int]:
        """Return what each aim adds to the score; they add up to it."""
        return {
            aim: (1 if aim == "served" else -1) * getattr(self.weights, aim) * getattr(self.parts, aim) for aim in AIMS
        }

    @cached_property
    def scarce(self) -> "list[Bottleneck]":
        """Return the skills, roles and people that are short, the scarcest first."""
        from jishiyu.engine.pairing.scarcity import bottlenecks

        return [] if self.half_days is None else bottlenecks(self.round, self.half_days)

    @property
    def gap(self) -> float:
        """Return how much more than this plan any plan could score, as a share of the bound; never too small."""
        return (self.bound - self.score) / max(1, abs(self.bound)) if self.bound > self.score else 0.0

    @property
    def left_out(self) -> tuple[Need, ...]:
        """Return the needs without a visit."""
        served = {visit.need_id for visit in self.visits}
        return tuple(need for need in self.round.needs if need.need_id not in served)


def usual_limit(needs: int) -> int:
    """This function will return the seconds after which the clock ends the work on so many needs where none are asked for."""
    return next((seconds for most, seconds in _LIMITS if needs <= most), MOST_SECONDS)


class Budget:
    """How long the work may go on: seconds by a clock that is handed in, and a person who may stop it.

    `seconds` are those asked for, which say how much is done too; without them `limit` ends what takes too long.
    """

    def __init__(
        self, seconds: float | None, limit: float, clock: Callable[[], float] | None, should_stop: Callable[[], bool] | None
    ) -> None:  # fmt: skip
        self.seconds, self._clock, self._should_stop = seconds, clock, should_stop
        self._limit = limit if seconds is None else seconds
        self._begin = clock() if clock else 0.0
        self.stopped = False

    def left(self) -> float:
        """Return the seconds left; without a clock there is always time."""
        if self._clock is None:
            return 1e12
        return self._limit - (self._clock() - self._begin)

    def go_on(self, reserve: float = 0.0) -> bool:
        """Return whether to go on, keeping a part of the seconds back."""
        if self._should_stop is not None and self._should_stop():
            self.stopped = True
        if self._clock is not None and self.left() <= reserve * self._limit:
            self.stopped = True
        return not self.stopped


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


def proposal(
    round_: Round, visits: Sequence[Visit], weights: Weights, bounds: dict[str, int], *, status: str,
    bound: int | None, prices: "Prices | None" = None, half_days: "Numbers | None" = None,
) -> Proposal:  # fmt: skip
    """Put a plan and what is known about its aims together; `bound` is one for the score, if there is any better.

    Bounds per aim of an exact solution chain: as many as there are, from the top, bound the score.
    """
    parts = judge(round_, visits)
    score = weights.score(parts)
    most = sum(need.priority for need in round_.needs)
    served = min(bounds.get("served", most), most)
    if bound is None:
        bound = _chained(round_, weights, bounds, served)
    bound = max(score, min(bound, weights.served * served))
    aims = {}
    for aim in AIMS:
        value = getattr(parts, aim)
        if aim == "served":
            top = max(value, served)
            aims[aim] = Reached(value, top, (top - value) / top if top else 0.0)
        elif aim in bounds:
            least = min(value, bounds[aim])
            aims[aim] = Reached(value, least, (value - least) / value if value else 0.0)
        else:
            aims[aim] = Reached(value, None, None)
    return Proposal(round_, tuple(visits), weights, parts, score, bound, aims, status, prices, half_days)


def _chained(round_: Round, weights: Weights, bounds: dict[str, int], served: int) -> int:
    """Return the bound of the score from those of the aims, which follow one another in an exact solution."""
    total = weights.served * bounds.get(exact.KEPT, served)
    if round_.previous is not None and "served" not in bounds:
        return total
    for aim in ("waiting", "fit", "travel", "fairness"):
        if aim not in bounds:
            break
        total -= getattr(weights, aim) * bounds[aim]
    return total
