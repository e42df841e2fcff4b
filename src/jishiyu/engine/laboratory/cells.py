"""Events cut at every edge that a bracket may have: what each rate costs and protects in each cell.

The measure: every event leaves its person something to bear; it is squared, so that one yuan off a heavy burden counts more than
one off a light one, in proportion to the burden. `protection` is the share of the sum of squares that a table takes away.
A table has one rate on the whole amount for each bracket; rates do not fall. Costs are exact fen with the limit held by each event by
itself; that several events of a year share it only takes more away, so a table never costs more than shown.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.loops import Integers
from jishiyu.engine.laboratory.pieces import MOST_FEN, Plain
from jishiyu.engine.laboratory.problems import NotBrackets
from jishiyu.engine.laboratory.variants import Totals, Variants
from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Bracket, Policy, Proof

STEP_PPM = 5_000  # half per cents
EDGES_YUAN = (
    1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000,
    80_000, 100_000, 120_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000,
)  # fmt: skip
Doubles = npt.NDArray[np.double]
PROOF = Proof("laboratory", "assumed")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is looked for: a budget for the whole history (fen), rates from `least` to `most` (millionths), at most `brackets`
    brackets with edges among those given (fen); `seconds` is how long the proof may take."""

    budget_fen: int
    least_ppm: int = 10_000
    most_ppm: int = 200_000
    brackets: int = 7
    edges_fen: Sequence[int] | None = None
    seconds: float = 10.0


@dataclass(frozen=True)
class Table:
    """A table of brackets: (edge, rate), what it costs when each event holds the limit by itself, and really (fen), and its protection (millionths)."""

    brackets: tuple[tuple[int, int], ...]
    cost_fen: int
    totals: Totals
    protection: int


class Cells:
    """Events above the threshold, cut at every edge that a bracket may have: what each rate costs and protects in each cell."""

    def __init__(self, bench: Bench, policy: Policy, wish: Wish) -> None:
        plain = bench.plain(policy)
        if (
            plain is None
            or policy.formula.kind != "whole_amount"
            or policy.threshold is None
            or policy.threshold.deductible
        ):
            raise NotBrackets(policy=policy.name)
        self.bench, self.policy, self.plain = bench, policy, plain
        lowest = policy.threshold.fen - (not policy.threshold.strict)
        own = [one.edge_fen for one in policy.formula.brackets if one.edge_fen > lowest]
        wanted = wish.edges_fen if wish.edges_fen is not None else [yuan * 100 for yuan in EDGES_YUAN]
        self.edges = [lowest, *sorted({edge for edge in (*wanted, *own) if edge > lowest})]
        self.rates = list(range(wish.least_ppm, wish.most_ppm + 1, STEP_PPM))
        amounts = np.sort(bench.slice(policy).amounts)
        self.amounts = amounts[np.searchsorted(amounts, lowest, side="right") :]
        self.cuts = [int(np.searchsorted(self.amounts, edge, side="right")) for edge in self.edges]
        # A limit of a window holds for each of its events as well; that several events share it is left out.
        self.ceiling = min([MOST_FEN, *(ceiling for _, ceiling, _ in plain.limits)])
        self.whole = _squares(self.amounts)
        found = [self.at(rate) for rate in self.rates]
        self.cost = np.stack([cost for cost, _ in found], axis=1)
        self.value: Doubles = np.stack([value for _, value in found], axis=1)

    def at(self, rate: int) -> tuple[Integers, Doubles]:
        """Return what a rate costs (exact fen) and protects (share of all squares) in each cell."""
        paid = np.minimum(shares(self.amounts, rate, self.plain), self.ceiling)
        yuan, left = self.amounts // 100, (self.amounts - paid) // 100
        gain = yuan.astype(np.double) ** 2 - left.astype(np.double) ** 2
        ends = [*self.cuts[1:], len(self.amounts)]
        cost = [paid[first:last].sum() for first, last in zip(self.cuts, ends, strict=True)]
        value = [gain[first:last].sum() / self.whole for first, last in zip(self.cuts, ends, strict=True)]
        return np.array(cost, np.int64), np.array(value, np.double)

    def table(self, chosen: Sequence[int]) -> Table:
        """Return the table of a choice of rates (one per cell), with what it really costs."""
        brackets = self.brackets_of(chosen)
        cost = sum(int(self.cost[cell, rate]) for cell, rate in enumerate(chosen))
        value = sum(self.value[cell, rate].item() for cell, rate in enumerate(chosen))
        totals = Variants(self.bench).totals([with_brackets(self.policy, brackets)])[0]
        return Table(brackets, cost, totals, int(value * PPM))

    def brackets_of(self, chosen: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Return edge and rate where the rate changes."""
        return tuple(
            (self.edges[cell], self.rates[rate])
            for cell, rate in enumerate(chosen)
            if cell == 0 or rate != chosen[cell - 1]
        )

    def today(self) -> Table:
        """Return the policy's own brackets, measured alike."""
        own = [(one.edge_fen - (not one.strict), one.rate_ppm) for one in self.policy.formula.brackets]
        rates = [max((rate for edge, rate in own if edge <= cell), default=0) for cell in self.edges]
        parts = {rate: self.at(rate) for rate in set(rates)}
        cost = sum(int(parts[rate][0][cell]) for cell, rate in enumerate(rates))
        value = sum(parts[rate][1][cell].item() for cell, rate in enumerate(rates))
        return Table(tuple(own), cost, Variants(self.bench).totals([self.policy])[0], int(value * PPM))

    def best_at_price(self, price: float, most: int) -> list[int]:
        """Return the choice that protects most less `price` per fen, exactly: cell by cell, with rates that do not fall."""
        gain = self.value - price * self.cost
        size = len(self.rates)
        reached = np.full((size, most + 1), -np.inf)
        reached[:, 1] = gain[0]
        steps: list[npt.NDArray[np.int64]] = []
        for cell in range(1, len(gain)):
            # The best over all lower rates with one bracket fewer, and which rate that is.
            running = np.maximum.accumulate(reached, axis=0)
            who = np.where(reached == running, np.arange(size)[:, None], 0)
            who = np.maximum.accumulate(who, axis=0)
            lower, lower_who = np.full_like(reached, -np.inf), np.zeros_like(who)
            lower[1:, 1:], lower_who[1:, 1:] = running[:-1, :-1], who[:-1, :-1]
            stays = reached >= lower
            steps.append(np.where(stays, np.arange(size)[:, None], lower_who))
            reached = np.where(stays, reached, lower) + gain[cell][:, None]
        rate, used = (int(part) for part in np.unravel_index(int(np.argmax(reached)), reached.shape))
        chosen = [rate]
        for step in reversed(steps):
            before = int(step[rate, used])
            used, rate = (used, rate) if before == rate else (used - 1, before)
            chosen.append(rate)
        return chosen[::-1]


def with_brackets(policy: Policy, brackets: Sequence[tuple[int, int]]) -> Policy:
    """This function will return a policy with other brackets (edge in fen, over; rate in millionths)."""
    made = tuple(Bracket(edge, True, rate, PROOF) for edge, rate in brackets)
    return dataclasses.replace(policy, formula=dataclasses.replace(policy.formula, brackets=made))


def cost_of(cells: Cells, chosen: Sequence[int]) -> int:
    """Return the cost of a choice (fen)."""
    return sum(int(cells.cost[cell, rate]) for cell, rate in enumerate(chosen))


def value_of(cells: Cells, chosen: Sequence[int]) -> float:
    """Return the protection of a choice, as a share of all squares."""
    value: float = sum(cells.value[cell, rate].item() for cell, rate in enumerate(chosen))
    return value


def shares(amounts: Integers, rate: int, plain: Plain) -> Integers:
    """This function will return the rounded shares of amounts at a rate (fen); below the smallest payment nothing is paid."""
    paid = (amounts * rate + plain.lift) // (PPM * plain.unit) * plain.unit
    return np.where(paid >= plain.least, paid, 0)


def _squares(amounts: Integers) -> float:
    """Return the sum of squares of amounts in whole yuan; 1 for none."""
    yuan = (amounts // 100).astype(np.double)
    whole: float = (yuan * yuan).sum().item()
    return whole or 1.0
