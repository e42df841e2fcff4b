"""The best brackets for a budget: which table takes most off heavy burdens, and a proof how far any other could be better.

The measure and the costs are those of `cells`; prices on money find good tables and a bound, `proving` closes the rest.
"""

from dataclasses import dataclass

import numpy as np

from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.cells import Cells, Table, Wish, cost_of, value_of, with_brackets
from jishiyu.engine.laboratory.problems import BudgetTooSmall
from jishiyu.engine.laboratory.proving import solved
from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Policy

_BISECTIONS = 50


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


def best_brackets(bench: Bench, policy: Policy, wish: Wish) -> Best:
    """This function will find the table that protects most within a budget, and prove how much better any other could be.

    Raises `NotBrackets` for policies without whole-amount brackets over a plain threshold, `BudgetTooSmall`.
    """
    cells = Cells(bench, policy, wish)
    cheapest = int(cells.cost[:, 0].sum())
    if cheapest > wish.budget_fen:
        raise BudgetTooSmall.of(wish.budget_fen, cheapest)
    chosen, bound, curve = _priced(cells, wish)
    chosen, bound = solved(cells, wish, chosen, bound)
    table = cells.table(chosen)
    top = int(-(-bound * PPM // 1))
    gap = max(0, (top - table.protection) * PPM // top) if top else 0
    return Best(
        table, top, gap, cells.today(), [cells.table(one) for one in curve], with_brackets(policy, table.brackets)
    )


def _priced(cells: Cells, wish: Wish) -> tuple[list[int], float, list[list[int]]]:
    """Let a price on each fen do the work: return the best choice within the budget, a bound for all, and the trade-off curve.

    At any price the best choice is found exactly, so its protection plus the price of the unspent budget bounds all others.
    """
    low, high = 0.0, 1.0 / max(int(cells.cost[:, :1].min()), 1)
    most = wish.brackets
    best: list[int] = [0] * len(cells.edges)
    bound = np.inf
    seen: dict[tuple[int, ...], tuple[int, float]] = {}
    while cost_of(cells, cells.best_at_price(high, most)) > wish.budget_fen:
        high *= 4
    for _ in range(_BISECTIONS):
        price = (low + high) / 2
        chosen = cells.best_at_price(price, most)
        cost, value = cost_of(cells, chosen), value_of(cells, chosen)
        seen[tuple(chosen)] = (cost, value)
        bound = min(bound, value + price * (wish.budget_fen - cost))
        if cost <= wish.budget_fen:
            high = price
            if value > value_of(cells, best):
                best = chosen
        else:
            low = price
    for power in range(-12, 13):  # cheaper and dearer tables around this price
        chosen = cells.best_at_price(high * 2.0 ** (power / 2), most)
        seen[tuple(chosen)] = (cost_of(cells, chosen), value_of(cells, chosen))
    curve = [list(chosen) for chosen, _ in sorted(seen.items(), key=lambda one: one[1])]
    return best, bound, _rising(cells, curve)


def _rising(cells: Cells, curve: list[list[int]]) -> list[list[int]]:
    """Keep the tables that protect more than every cheaper one."""
    kept: list[list[int]] = []
    for chosen in curve:
        if not kept or value_of(cells, chosen) > value_of(cells, kept[-1]):
            kept.append(chosen)
    return kept
