"""A plan with what is known about every other plan: its worth, aim by aim, with bounds and gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jishiyu.engine.pairing import exact
from jishiyu.engine.pairing.model import Need, Round, Visit
from jishiyu.engine.pairing.points import AIMS, Parts, Weights, judge

if TYPE_CHECKING:
    from jishiyu.engine.pairing.pack import Numbers
    from jishiyu.engine.pairing.prices import Prices
    from jishiyu.engine.pairing.scarcity import Bottleneck


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
