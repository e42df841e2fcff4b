"""Gini and concentration: how unequal the burden is, and how well a subsidy follows it. Exact until the last division."""

from dataclasses import dataclass

import numpy as np

from jishiyu.engine.laboratory.loops import Integers
from jishiyu.engine.policy.formulas import PPM

_BLOCK = 1024


@dataclass(frozen=True)
class Spread:
    """Of the cash that people pay in a calendar year, in millionths (None: there is nothing to be unequal).

    `before` and `after`: Gini before the subsidy and of what is left; `concentration`: of the subsidy along the burden
    before it; `kakwani`: that less `before`; above zero, heavy burdens get more than their share.
    """

    before: int | None
    after: int | None
    concentration: int | None

    @property
    def kakwani(self) -> int | None:
        """Return how much more the subsidy is concentrated on heavy burdens than the burdens are."""
        return None if self.concentration is None or self.before is None else self.concentration - self.before


def spread(cash: Integers, paid: Integers, order: Integers, known: Spread | None = None) -> Spread:
    """This function will measure cash (fen, one value per person and year) and what a policy pays of it.

    `order` sorts the cash; `known` brings `before`, which no policy changes.
    """
    before = known.before if known is not None else index(cash[order])
    left = np.sort(np.maximum(cash - paid, 0))
    return Spread(before, index(left), index(_even(cash[order], paid[order])))


def index(values: Integers) -> int | None:
    """This function will return (2 Σ i·xᵢ) / (n Σ x) − (n + 1) / n of values in order, in millionths, rounded down."""
    count, total, weighted = len(values), 0, 0
    for start in range(0, count, _BLOCK):  # sums of a block fit into 64 bits, the rest are Python's integers
        block = values[start : start + _BLOCK]
        inside = int(block.sum())
        total += inside
        weighted += start * inside + int((block * np.arange(1, len(block) + 1)).sum())
    if total <= 0:
        return None
    return (2 * weighted - (count + 1) * total) * PPM // (count * total)


def _even(cash: Integers, paid: Integers) -> Integers:
    """Share what people with the same burden get evenly among them (to the fen below), so that their order is of no account."""
    first = np.flatnonzero(np.diff(cash, prepend=-1))
    sizes = np.diff(first, append=len(cash))
    if len(first) == len(cash):
        return paid
    sums = np.add.reduceat(paid, first)
    return np.repeat(sums // sizes, sizes)
