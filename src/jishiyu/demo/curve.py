"""How much the shipped hospital policy pays for one stay, read from its file: what the costs are fitted against.

Nothing is decided with it: decisions are made by `engine.decide` alone. The generator turns the curve round, to
find the costs that lead to the published payments.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from jishiyu.demo.streams import Ints
from jishiyu.engine.policy.shelf import shipped

HOSPITAL = "changchun.hospital"
MILLION = 1_000_000


@dataclass(frozen=True)
class Curve:
    """Edges (fen, the bracket begins above) and rates (millionths) of a whole-amount scale with a limit (fen)."""

    edges: tuple[int, ...]
    rates: tuple[int, ...]
    limit: int
    automatic: int

    def uncapped(self, cash: Ints) -> Ints:
        """This function will return what each stay's cash (fen) is worth on its own, in fen, limit not applied."""
        bracket = np.searchsorted(np.asarray(self.edges, dtype=np.int64), cash, side="left")
        rates = np.asarray((0, *self.rates), dtype=np.int64)[bracket]
        return (cash * rates * 2 + MILLION) // (2 * MILLION)

    def single(self, cash: Ints) -> Ints:
        """This function will return what each stay pays when it is the only one of its year, in fen."""
        return np.minimum(self.uncapped(cash), self.limit)

    @property
    def large_from(self) -> int:
        """The largest cash (fen) that is still paid without a person looking at it."""
        low, high = self.edges[0], self.edges[-1] * 2
        while high - low > 1:
            middle = (low + high) // 2
            below = int(self.single(np.asarray([middle], dtype=np.int64))[0]) <= self.automatic
            low, high = (middle, high) if below else (low, middle)
        return low


@cache
def hospital_curve() -> Curve:
    """This function will read the curve from the shipped hospital policy."""
    policy = shipped((HOSPITAL,)).versions[HOSPITAL][-1]
    window = policy.window
    if window is None or window.amount_fen is None:
        raise ValueError(f"{policy.file} has no yearly limit; the demo cannot be fitted to it")
    brackets = policy.formula.brackets
    return Curve(
        edges=tuple(bracket.edge_fen for bracket in brackets),
        rates=tuple(bracket.rate_ppm for bracket in brackets),
        limit=window.amount_fen,
        automatic=policy.automatic_fen,
    )
