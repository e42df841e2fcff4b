"""The proof of the best brackets: one 0-1 model in HiGHS, which begins from the best table that prices found."""

from collections.abc import Sequence
from itertools import pairwise

import highspy
import numpy as np

from jishiyu.engine.laboratory.cells import Cells, Doubles, Wish, cost_of, value_of
from jishiyu.engine.pairing.exact import quiet


def solved(cells: Cells, wish: Wish, start: list[int], bound: float) -> tuple[list[int], float]:
    """This function will close the gap with HiGHS: `y[c, i]` says that cell c has at least rate i; `d[c]` that a bracket begins at cell c."""
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
    fits = cost_of(cells, levels) <= wish.budget_fen and value_of(cells, levels) > value_of(cells, start)
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
