"""Rounds of a meeting's size, solved to the proved optimum: one 0-1 model in HiGHS, aim after aim.

Choices: need i starts at t (`x`), and person j is in its team then (`y`). After each aim its value is fixed, and
the next one is improved; so the order of the aims is kept exactly, with small numbers and no large weights.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.model import WEEK, Need, Round, Visit, brings, has_role, kilometres, missing_skills, weeks
from jishiyu.engine.pairing.points import AIMS, Parts, judge, misfit
from jishiyu.engine.pairing.scarcity import THOUSANDTHS

# On solving again a change weighs as much as one priority: both are brought to their best together, first of all.
Doubles = npt.NDArray[np.double]
Numbers = npt.NDArray[np.int64]
KEPT = "served less changes"


@dataclass
class Outcome:
    """What HiGHS found: visits, the aims that are proved optimal, and the best possible value of the next aim."""

    visits: list[Visit]
    proved: list[str]
    bounds: dict[str, int]
    feasible: bool = True
    half_days: Numbers | None = None


@dataclass
class _Rows:
    """Constraints as they are collected: low ≤ sum ≤ high."""

    starts: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: list[tuple[int, int]], low: float, high: float) -> None:
        self.starts.append(len(self.columns))
        self.columns += [column for column, _ in terms]
        self.values += [value for _, value in terms]
        self.low.append(low)
        self.high.append(high)


_NO_END = highspy.kHighsInf


class Model:
    """The 0-1 model of a round."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.x: dict[tuple[int, int], int] = {}
        self.y: dict[tuple[int, int, int], int] = {}
        self.costs: dict[str, list[int]] = {aim: [] for aim in AIMS}
        self.rows = _Rows()
        self.rules: dict[int, tuple[int, range]] = {}
        for i, need in enumerate(round_.needs):
            self._need(i, need)
        self._people()
        self._pins()
        self._previous()
        self._loads()

    def objective(self, aim: str) -> Doubles:
        """Return the costs of the columns for one aim, to be as low as possible."""
        costs = np.array(self.costs["changes" if aim == KEPT else aim], np.double)
        if aim == KEPT:
            costs -= np.array(self.costs["served"], np.double)
        return -costs if aim == "served" else costs

    def _column(self, **costs: int) -> int:
        for aim in AIMS:
            self.costs[aim].append(costs.get(aim, 0))
        return len(self.costs["served"]) - 1

    def _need(self, i: int, need: Need) -> None:
        able = [(j, p) for j, p in enumerate(self.round.people) if brings(need, p) or self._pinned(need, p.person_id)]
        for t in need.starts:
            here = [(j, p) for j, p in able if p.is_free(t, need.halfdays)]
            here = [(j, p) for j, p in here if all(n <= p.per_week for n in weeks(t, need.halfdays).values())]
            people = [p for _, p in here]
            if missing_skills(need, people) or not (has_role("steward", people) and has_role("officer", people)):
                continue
            if len(here) < need.team_min:
                continue
            x = self.x[i, t] = self._column(served=need.priority, waiting=need.priority * (t - need.earliest))
            for j, person in here:
                cost = {"fit": misfit(need, person), "travel": kilometres(need, person)}
                self.y[i, t, j] = self._column(**cost)
                self.rows.add([(self.y[i, t, j], 1), (x, -1)], -_NO_END, 0)
            for skill, level in need.skills:
                self._cover(i, t, [j for j, p in here if p.skills.get(skill, 0) >= level])
            for role in ("steward", "officer"):
                self._cover(i, t, [j for j, p in here if p.role == role])
            size = [(self.y[i, t, j], 1) for j, _ in here]
            self.rows.add([*size, (x, -need.team_min)], 0, _NO_END)
            self.rows.add([*size, (x, -need.team_max)], -_NO_END, 0)
        if any((i, t) in self.x for t in need.starts):
            self.rows.add([(self.x[i, t], 1) for t in need.starts if (i, t) in self.x], 0, 1)

    def _pinned(self, need: Need, person_id: str) -> bool:
        return any(pin.need_id == need.need_id and pin.person_id == person_id for pin in self.round.pins)

    def _cover(self, i: int, t: int, able: list[int]) -> None:
        self.rows.add([*((self.y[i, t, j], 1) for j in able), (self.x[i, t], -1)], 0, _NO_END)

    def _people(self) -> None:
        """Nobody is in two places, and nobody works more than his week allows."""
        busy: dict[tuple[int, int], list[tuple[int, int]]] = {}
        weekly: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for (i, t, j), y in self.y.items():
            halfdays = self.round.needs[i].halfdays
            for at in range(t, t + halfdays):
                busy.setdefault((j, at), []).append((y, 1))
            for week, count in weeks(t, halfdays).items():
                weekly.setdefault((j, week), []).append((y, count))
        for (j, at), terms in busy.items():
            if len(terms) > 1:
                self.rules[len(self.rows.low)] = j, range(at, at + 1)
                self.rows.add(terms, -_NO_END, 1)
        for (j, week), terms in weekly.items():
            if sum(count for _, count in terms) > self.round.people[j].per_week:
                self.rules[len(self.rows.low)] = j, range(week * WEEK, (week + 1) * WEEK)
                self.rows.add(terms, -_NO_END, self.round.people[j].per_week)

    def _pins(self) -> None:
        for pin in self.round.pins:
            i = self.round.need_at[pin.need_id]
            j = None if pin.person_id is None else self.round.person_at[pin.person_id]
            mine = [
                column for (n, t), column in self.x.items() if n == i and j is None and pin.start in (None, t)
            ] + [y for (n, t, p), y in self.y.items() if n == i and p == j and pin.start in (None, t)]  # fmt: skip
            self.rows.add([(column, 1) for column in mine], 0 if pin.ban else 1, 0 if pin.ban else _NO_END)

    def _previous(self) -> None:
        """Count a change for every previous pairing that does not stay as it was."""
        for visit in self.round.previous or ():
            if visit.need_id not in self.round.need_at:
                continue
            i = self.round.need_at[visit.need_id]
            team = {self.round.person_at.get(who, -1) for who in visit.people}
            change = self._column(changes=1)
            x = self.x.get((i, visit.start))
            here = {j: y for (n, t, j), y in self.y.items() if n == i and t == visit.start}
            if x is None or not team <= set(here):
                self.rows.add([(change, 1)], 1, 1)
                continue
            # It stays only if it starts then, every member comes, and nobody else does.
            self.rows.add([(x, 1), (change, 1)], 1, _NO_END)
            for j, y in here.items():
                if j in team:
                    self.rows.add([(y, 1), (change, 1)], 1, _NO_END)
                else:
                    self.rows.add([(y, -1), (change, 1)], 0, _NO_END)

    def _loads(self) -> None:
        """Count the square of everybody's half-days, step by step: the k-th half-day costs 2 k − 1 more."""
        mine: dict[int, list[tuple[int, int]]] = {}
        for (i, _, j), y in self.y.items():
            mine.setdefault(j, []).append((y, self.round.needs[i].halfdays))
        for j, terms in mine.items():
            most = self._most(j)
            steps = [self._column(fairness=2 * k + 1) for k in range(most)]
            self.rows.add([*terms, *((step, -1) for step in steps)], -_NO_END, 0)

    def _most(self, j: int) -> int:
        person, weekly = self.round.people[j], dict[int, int]()
        for begin, end in person.free:
            for at in range(begin, end + 1):
                weekly[at // WEEK] = weekly.get(at // WEEK, 0) + 1
        return sum(min(count, person.per_week) for count in weekly.values())


def choices(round_: Round) -> int:
    """Return how many choices of person and start a round has: what an exact solution has to go through."""
    count = 0
    for need in round_.needs:
        able = [person for person in round_.people if brings(need, person)]
        for t in need.starts:
            count += sum(person.is_free(t, need.halfdays) for person in able)
    return count


def solve(
    round_: Round, *, begin: list[Visit], nodes: int, go_on: Callable[[str], bool], seconds_left: Callable[[], float]
) -> Outcome:
    """This function will solve a round aim after aim, starting from a plan; each aim may look at `nodes` branches.

    Ends when an aim could not be proved, when `go_on(aim)` says no, or when there is no time left.
    """
    model = Model(round_)
    outcome = Outcome(begin, [], {})
    if not model.x:
        outcome.feasible = not any(not pin.ban for pin in round_.pins)
        return Outcome([], list(AIMS), dict.fromkeys(AIMS, 0), outcome.feasible)
    solver = _solver(model)
    outcome.half_days = _prices(solver, model)
    for aim in AIMS if round_.previous is None else (KEPT, *AIMS):
        if aim == "changes" and round_.previous is None:
            outcome.proved.append(aim)
            outcome.bounds[aim] = 0
            continue
        if not go_on(aim) or seconds_left() <= 0:
            break
        if not _improve(solver, model, aim, nodes, seconds_left(), outcome):
            break
    return outcome


class _Quiet(highspy.Highs):
    """HiGHS without its greeting: the wrapper switches callbacks on first of all, which prints to the terminal."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def quiet() -> Any:
    """Return a solver that prints nothing."""
    return _Quiet()


def _solver(model: Model) -> Any:
    rows, count = model.rows, len(model.costs["served"])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(rows.low)
    lp.col_cost_ = np.zeros(count)
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    lp.row_lower_, lp.row_upper_ = np.array(rows.low), np.array(rows.high)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array([*rows.starts, len(rows.columns)])
    lp.a_matrix_.index_ = np.array(rows.columns)
    lp.a_matrix_.value_ = np.array(rows.values) * 1.0
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = quiet()
    for option, value in (
        ("threads", 1), ("random_seed", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.99),
        ("mip_feasibility_tolerance", 1e-7),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    return solver


def _prices(solver: Any, model: Model) -> Numbers:
    """Return what one more half-day of each person would add, in thousandths of a priority, by the model without 0-1."""
    length = max(need.latest + 1 for need in model.round.needs)
    prices = np.zeros((len(model.round.people), length), np.int64)
    costs = model.objective("served")
    solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
    solver.setOptionValue("solve_relaxation", True)
    solver.run()
    duals = np.rint(np.array(solver.getSolution().row_dual) * -THOUSANDTHS).astype(np.int64)
    for row, (j, span) in model.rules.items() if len(duals) else ():
        prices[j, span.start : span.stop] += max(0, int(duals[row]))
    solver.setOptionValue("solve_relaxation", False)
    return prices


def _improve(solver: Any, model: Model, aim: str, nodes: int, seconds: float, outcome: Outcome) -> bool:
    """Bring one aim to its best value and fix it; returns whether that was proved."""
    costs = model.objective(aim)
    columns = np.arange(len(costs), dtype=np.int32)
    solver.changeColsCost(len(costs), columns, costs)
    solver.setOptionValue("mip_max_nodes", nodes)
    if seconds < 1e9:
        solver.setOptionValue("time_limit", solver.getRunTime() + seconds)
    start = highspy.HighsSolution()
    start.col_value = list(_values(model, outcome.visits))
    solver.setSolution(start)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        outcome.feasible = False
        return False
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        outcome.visits = _visits(model, np.rint(np.array(solver.getSolution().col_value)))
    reached = _value(judge(model.round, outcome.visits), aim)
    if status == highspy.HighsModelStatus.kOptimal:
        outcome.proved.append(aim)
        outcome.bounds[aim] = reached
        used = np.flatnonzero(costs)
        most = -reached if aim in (KEPT, "served") else reached
        solver.addRow(-_NO_END, most, len(used), used.astype(np.int32), costs[used])
        return True
    best = info.mip_dual_bound
    if aim in (KEPT, "served"):
        most = sum(need.priority for need in model.round.needs)
        # Stopped before anything was known, the solver says infinity.
        outcome.bounds[aim] = min(int(np.floor(-best + 1e-6)), most) if np.isfinite(best) else most
    else:
        outcome.bounds[aim] = max(0, int(np.ceil(max(best, -1.0) - 1e-6)))
    return False


def _value(parts: Parts, aim: str) -> int:
    return parts.served - parts.changes if aim == KEPT else int(getattr(parts, aim))


def _visits(model: Model, values: Doubles) -> list[Visit]:
    round_ = model.round
    found: dict[int, tuple[int, list[str]]] = {}
    for (i, t), x in model.x.items():
        if values[x] > 0:
            found[i] = (t, [])
    for (i, t, j), y in model.y.items():
        if values[y] > 0 and i in found and found[i][0] == t:
            found[i][1].append(round_.people[j].person_id)
    return [Visit(round_.needs[i].need_id, t, tuple(sorted(people))) for i, (t, people) in sorted(found.items())]


def _values(model: Model, visits: list[Visit]) -> Iterator[float]:
    """Return the plan as values of the model's columns."""
    round_ = model.round
    values = np.zeros(len(model.costs["served"]))
    loads: dict[int, int] = {}
    for visit in visits:
        i = round_.need_at[visit.need_id]
        values[model.x[i, visit.start]] = 1
        for who in visit.people:
            j = round_.person_at[who]
            values[model.y[i, visit.start, j]] = 1
            loads[j] = loads.get(j, 0) + round_.needs[i].halfdays
    plan = {visit.need_id: visit for visit in visits}
    changed = [
        before.need_id not in plan
        or plan[before.need_id].start != before.start
        or set(plan[before.need_id].people) != set(before.people)
        for before in round_.previous or ()
        if before.need_id in round_.need_at
    ]
    at = len(model.x) + len(model.y)
    values[at : at + len(changed)] = changed
    at += len(changed)
    for j in dict.fromkeys(j for _, _, j in model.y):
        values[at : at + loads.get(j, 0)] = 1
        at += model._most(j)
    yield from values.tolist()
