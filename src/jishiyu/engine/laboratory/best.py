"""The best brackets for a budget: which table takes most off heavy burdens, and a proof how far any other could be better.

The measure: every event leaves its person something to bear; it is squared, so that one yuan off a heavy burden counts more than
one off a light one, in proportion to the burden. `protection` is the share of the sum of squares that a table takes away.
A table has one rate on the whole amount for each bracket; rates do not fall. Costs are exact fen with the limit held by each event by
itself; that several events of a year share it only takes more away, so a table never costs more than shown.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np
import numpy.typing as npt

from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.loops import Integers
from jishiyu.engine.laboratory.pieces import MOST_FEN, Plain
from jishiyu.engine.laboratory.problems import BudgetTooSmall, NotBrackets
from jishiyu.engine.laboratory.variants import Totals, Variants
from jishiyu.engine.pairing.exact import quiet
from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Bracket, Policy, Proof

STEP_PPM = 5_000  # half per cents
EDGES_YUAN = (
    1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000,
    80_000, 100_000, 120_000, 150_000, 200_000, 250_000, 300_000, 400_000, 500_000,
)  # fmt: skip
Doubles = npt.NDArray[np.double]
_BISECTIONS = 50
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


@dataclass(frozen=True)
class Best:
    """The best table found; no table of the kind protects more than `bound` (millionths of the squares); `gap` to it in
    millionths of the bound. `curve`: tables that nothing of the same cost or less outdoes, from cheap to dear."""

    table: Table
    bound: int
    gap: int
    today: Table | None
    curve: list[Table]
    policy: Policy


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


def best_brackets(bench: Bench, policy: Policy, wish: Wish) -> Best:
    """This function will find the table that protects most within a budget, and prove how much better any other could be.

    Raises `NotBrackets` for policies without whole-amount brackets over a plain threshold, `BudgetTooSmall`.
    """
    cells = Cells(bench, policy, wish)
    cheapest = int(cells.cost[:, 0].sum())
    if cheapest > wish.budget_fen:
        raise BudgetTooSmall.of(wish.budget_fen, cheapest)
    chosen, bound, curve = _priced(cells, wish)
    chosen, bound = _solved(cells, wish, chosen, bound)
    table = cells.table(chosen)
    top = int(-(-bound * PPM // 1))
    gap = max(0, (top - table.protection) * PPM // top) if top else 0
    return Best(
        table, top, gap, cells.today(), [cells.table(one) for one in curve], with_brackets(policy, table.brackets)
    )


def with_brackets(policy: Policy, brackets: Sequence[tuple[int, int]]) -> Policy:
    """This function will return a policy with other brackets (edge in fen, over; rate in millionths)."""
    made = tuple(Bracket(edge, True, rate, PROOF) for edge, rate in brackets)
    return dataclasses.replace(policy, formula=dataclasses.replace(policy.formula, brackets=made))


def shares(amounts: Integers, rate: int, plain: Plain) -> Integers:
    """This function will return the rounded shares of amounts at a rate (fen); below the smallest payment nothing is paid."""
    paid = (amounts * rate + plain.lift) // (PPM * plain.unit) * plain.unit
    return np.where(paid >= plain.least, paid, 0)


def _squares(amounts: Integers) -> float:
    """Return the sum of squares of amounts in whole yuan; 1 for none."""
    yuan = (amounts // 100).astype(np.double)
    whole: float = (yuan * yuan).sum().item()
    return whole or 1.0


def _priced(cells: Cells, wish: Wish) -> tuple[list[int], float, list[list[int]]]:
    """Let a price on each fen do the work: return the best choice within the budget, a bound for all, and the trade-off curve.

    At any price the best choice is found exactly, so its protection plus the price of the unspent budget bounds all others.
    """
    low, high = 0.0, 1.0 / max(int(cells.cost[:, :1].min()), 1)
    most = wish.brackets
    best: list[int] = [0] * len(cells.edges)
    bound = np.inf
    seen: dict[tuple[int, ...], tuple[int, float]] = {}
    while _cost_of(cells, cells.best_at_price(high, most)) > wish.budget_fen:
        high *= 4
    for _ in range(_BISECTIONS):
        price = (low + high) / 2
        chosen = cells.best_at_price(price, most)
        cost, value = _cost_of(cells, chosen), _value_of(cells, chosen)
        seen[tuple(chosen)] = (cost, value)
        bound = min(bound, value + price * (wish.budget_fen - cost))
        if cost <= wish.budget_fen:
            high = price
            if value > _value_of(cells, best):
                best = chosen
        else:
            low = price
    for power in range(-12, 13):  # cheaper and dearer tables around this price
        chosen = cells.best_at_price(high * 2.0 ** (power / 2), most)
        seen[tuple(chosen)] = (_cost_of(cells, chosen), _value_of(cells, chosen))
    curve = [list(chosen) for chosen, _ in sorted(seen.items(), key=lambda one: one[1])]
    return best, bound, _rising(cells, curve)


def _rising(cells: Cells, curve: list[list[int]]) -> list[list[int]]:
    """Keep the tables that protect more than every cheaper one."""
    kept: list[list[int]] = []
    for chosen in curve:
        if not kept or _value_of(cells, chosen) > _value_of(cells, kept[-1]):
            kept.append(chosen)
    return kept


def _cost_of(cells: Cells, chosen: Sequence[int]) -> int:
    return sum(int(cells.cost[cell, rate]) for cell, rate in enumerate(chosen))


def _value_of(cells: Cells, chosen: Sequence[int]) -> float:
    value: float = sum(cells.value[cell, rate].item() for cell, rate in enumerate(chosen))
    return value


def _solved(cells: Cells, wish: Wish, start: list[int], bound: float) -> tuple[list[int], float]:
    """Close the gap with HiGHS: `y[c, i]` says that cell c has at least rate i; `d[c]` that a bracket begins at cell c."""
    count, size = len(cells.edges), len(cells.rates)
    yuan = 100.0 * 10_000  # costs in 万元 keep the numbers small
    columns = count * (size - 1)
    values = np.diff(cells.value, axis=1).ravel()
    costs = (np.diff(cells.cost, axis=1) / yuan).ravel()
    spare = wish.budget_fen - int(cells.cost[:, 0].sum())
    rows: list[tuple[list[int], list[float], float]] = []

    def y(cell: int, rate: int) -> int:
        return cell * (size - 1) + rate - 1

    for cell in range(count):
        for rate in range(1, size):
            if rate > 1:
                rows.append(([y(cell, rate), y(cell, rate - 1)], [1.0, -1.0], 0.0))
            if cell:
                rows.append(([y(cell - 1, rate), y(cell, rate)], [1.0, -1.0], 0.0))
                rows.append(([y(cell, rate), y(cell - 1, rate), columns + cell - 1], [1.0, -1.0, -1.0], 0.0))
    rows.append(([columns + cell for cell in range(count - 1)], [1.0] * (count - 1), wish.brackets - 1.0))
    rows.append((list(range(columns)), costs.tolist(), spare / yuan))
    found = _highs(values, rows, columns, count - 1, wish.seconds, _levels(start, size))
    if found is None:
        return start, bound
    solution, proved = found
    levels = (solution[:columns].reshape(count, size - 1) > 0.5).sum(axis=1).tolist()
    base = cells.value[:, 0].sum().item()
    fits = _cost_of(cells, levels) <= wish.budget_fen and _value_of(cells, levels) > _value_of(cells, start)
    return (levels if fits else start), min(bound, base + proved)


def _levels(chosen: Sequence[int], size: int) -> Doubles:
    """Return a choice as the columns of the model."""
    levels = np.array([[1.0 if rate <= one else 0.0 for rate in range(1, size)] for one in chosen]).ravel()
    begins = [1.0 if one != before else 0.0 for before, one in pairwise(chosen)]
    return np.append(levels, begins)


def _highs(
    values: Doubles,
    rows: list[tuple[list[int], list[float], float]],
    columns: int,
    begins: int,
    seconds: float,
    start: Doubles,
) -> tuple[Doubles, float] | None:
    """Maximise; return the solution and the proved bound, or None when nothing was found in time."""
    model = highspy.HighsLp()
    total = columns + begins
    model.num_col_, model.num_row_ = total, len(rows)
    model.col_cost_ = np.append(values, np.zeros(begins))
    model.col_lower_, model.col_upper_ = np.zeros(total), np.ones(total)
    model.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    model.row_upper_ = np.array([limit for _, _, limit in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.append(0, np.cumsum([len(places) for places, _, _ in rows])).astype(np.int32)
    model.a_matrix_.index_ = np.array([place for places, _, _ in rows for place in places], np.int32)
    model.a_matrix_.value_ = np.array([number for _, numbers, _ in rows for number in numbers])
    model.integrality_ = [highspy.HighsVarType.kInteger] * total
    model.sense_ = highspy.ObjSense.kMaximize
    solver = quiet()
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    known = highspy.HighsSolution()
    known.col_value = start.tolist()
    solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value), info.mip_dual_bound
