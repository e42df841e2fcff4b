"""Public instances: generalised assignment (OR-Library format) and multi-skill project scheduling (DataZinc).

Neither is pairing: the one has no time, the other precedence and no windows. They are brought into the form of the
exact model of pairing (`engine/pairing/exact.py`: a 0-1 choice per item and agent, or per task, start and worker, with HiGHS
set up as there) and solved beside the textbook model in CP-SAT in the same run, one after the other, with the same
seconds and two workers for CP-SAT. The data is not part of the repository: its folder is named by JISHIYU_INSTANCES, or as an argument of
`python -m benchmarks.instances FOLDER [SECONDS]`.
"""

import csv
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from jishiyu.engine.pairing.exact import quiet

ENVIRONMENT = "JISHIYU_INSTANCES"


@dataclass(frozen=True)
class Gap:
    """Items for agents: cost and weight per agent and item, and what each agent can carry."""

    costs: list[list[int]]
    weights: list[list[int]]
    capacities: list[int]


@dataclass(frozen=True)
class Project:
    """Tasks with durations, skills wanted (per skill and task), followers; workers with skills. All from 0."""

    durations: list[int]
    wanted: list[list[int]]
    followers: list[list[int]]
    skills: list[set[int]]


def folder() -> Path | None:
    """Return the folder of the instances, None when it is not named or not there."""
    named = os.environ.get(ENVIRONMENT)
    path = Path(named) if named else None
    return path if path and path.is_dir() else None


def main(kind: str, seconds: str) -> dict[str, Any]:
    """This function will solve all instances of a kind (`gap`, `mspsp`) both ways; returns counts and seconds."""
    where = folder()
    assert where is not None
    return gap(where / "gap", float(seconds)) if kind == "gap" else mspsp(where / "mspsp", float(seconds))


def read_gap(path: Path) -> Gap:
    """Return an instance in the format of the OR-Library."""
    numbers = iter(int(word) for word in path.read_text(encoding="ascii").split())
    agents, items = next(numbers), next(numbers)
    costs = [[next(numbers) for _ in range(items)] for _ in range(agents)]
    weights = [[next(numbers) for _ in range(items)] for _ in range(agents)]
    return Gap(costs, weights, [next(numbers) for _ in range(agents)])


def gap(where: Path, seconds: float) -> dict[str, Any]:
    """Solve every assignment instance; how many reach the best value known, and how many are proved."""
    found: dict[str, Any] = _zero()
    with (where / "best-known.csv").open(encoding="utf-8", newline="") as file:
        known = {row["Path"]: int(row["Best known solution value"]) for row in csv.DictReader(file)}
    for name, best in known.items():
        instance = read_gap(where / name)
        for who, solve in (("ours", gap_ours), ("peer", gap_peer)):
            _note(found, who, best, *_watched(solve, instance, seconds))
    return found


def _zero() -> dict[str, Any]:
    return {"all": 0} | {who: {"reached": 0, "proved": 0, "seconds": 0.0, "over": []} for who in ("ours", "peer")}


def _watched(solve: Any, instance: Any, seconds: float) -> tuple[int | None, bool, float]:
    begin = time.perf_counter()
    value, proved = solve(instance, seconds)
    return value, proved, time.perf_counter() - begin


def _note(found: dict[str, Any], who: str, best: int | None, value: int | None, proved: bool, seconds: float) -> None:
    found["all"] += who == "ours"
    mine = found[who]
    mine["reached"] += value is not None and best is not None and value <= best
    mine["proved"] += proved
    mine["seconds"] += seconds
    if value is not None and best:
        mine["over"].append(value / best - 1)


def gap_ours(instance: Gap, seconds: float) -> tuple[int | None, bool]:
    """Solve as the exact model of pairing does: a choice per item and agent."""
    agents, items = len(instance.costs), len(instance.costs[0])
    rows: list[tuple[list[tuple[int, int]], float, float]] = []
    for item in range(items):
        rows.append(([(agent * items + item, 1) for agent in range(agents)], 1, 1))
    for agent in range(agents):
        terms = [(agent * items + item, instance.weights[agent][item]) for item in range(items)]
        rows.append((terms, -highspy.kHighsInf, instance.capacities[agent]))
    return highs([cost for row in instance.costs for cost in row], rows, seconds)


def highs(
    costs: list[int], rows: list[tuple[list[tuple[int, int]], float, float]], seconds: float
) -> tuple[int | None, bool]:
    """Return the value found and whether it is proved."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(rows)
    lp.col_cost_, lp.col_lower_ = np.array(costs, np.double), np.zeros(len(costs))
    lp.col_upper_ = np.ones(len(costs))
    lp.row_lower_ = np.array([low for _, low, _ in rows], np.double)
    lp.row_upper_ = np.array([high for _, _, high in rows], np.double)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(terms) for terms, _, _ in rows])])
    lp.a_matrix_.index_ = np.array([column for terms, _, _ in rows for column, _ in terms])
    lp.a_matrix_.value_ = np.array([value for terms, _, _ in rows for _, value in terms], np.double)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    solver = quiet()
    for option, value in (
        ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.99), ("time_limit", seconds),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, False
    value = int(np.rint(solver.getInfo().objective_function_value))
    return value, solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def gap_peer(instance: Gap, seconds: float) -> tuple[int | None, bool]:
    """Solve the textbook model in CP-SAT."""
    from ortools.sat.python import cp_model

    agents, items = len(instance.costs), len(instance.costs[0])
    model = cp_model.CpModel()
    chosen = [[model.new_bool_var("") for _ in range(items)] for _ in range(agents)]
    for item in range(items):
        model.add_exactly_one(chosen[agent][item] for agent in range(agents))
    for agent in range(agents):
        model.add(
            sum(instance.weights[agent][item] * chosen[agent][item] for item in range(items))
            <= instance.capacities[agent]
        )
    model.minimize(
        sum(instance.costs[agent][item] * chosen[agent][item] for agent in range(agents) for item in range(items))
    )
    return _cp_sat(model, seconds)


def _cp_sat(model: Any, seconds: float) -> tuple[int | None, bool]:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    return int(np.rint(solver.objective_value)), status == cp_model.OPTIMAL


def read_project(path: Path) -> Project:
    """Return an instance in DataZinc."""
    text = path.read_text(encoding="utf-8")

    def sets(name: str) -> list[set[int]]:
        body = re.search(rf"\b{name}\s*=\s*\[(.*?)\]", text, re.DOTALL)
        assert body is not None
        return [{int(word) - 1 for word in re.findall(r"\d+", one)} for one in re.findall(r"\{(.*?)\}", body[1])]

    durations = re.search(r"\bd\s*=\s*\[(.*?)\]", text, re.DOTALL)
    wanted = re.search(r"\brr\s*=\s*\[\|(.*?)\|\s*\]", text, re.DOTALL)
    assert durations is not None
    assert wanted is not None
    rows = [[int(word) for word in re.findall(r"\d+", row)] for row in wanted[1].split("|")]
    return Project(
        [int(word) for word in re.findall(r"\d+", durations[1])], rows, [sorted(s) for s in sets("suc")],
        sets("has_skills"),
    )  # fmt: skip


def mspsp(where: Path, seconds: float) -> dict[str, Any]:
    """Solve every project; the best makespan known is that of the two, proved by one of them."""
    found: dict[str, Any] = {**_zero(), "closed": 0}
    for path in sorted(where.glob("*.dzn")):
        project = read_project(path)
        ours, peer = (_watched(solve, project, seconds) for solve in (project_ours, project_peer))
        best = min((value for value, _, _ in (ours, peer) if value is not None), default=None)
        found["closed"] += ours[1] or peer[1]
        for who, result in (("ours", ours), ("peer", peer)):
            _note(found, who, best, *result)
    return found


def project_peer(project: Project, seconds: float) -> tuple[int | None, bool]:
    """Solve the textbook model in CP-SAT: a worker does at most one skill of a task and is at one task at a time."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    end = sum(project.durations)
    starts = [model.new_int_var(0, end, "") for _ in project.durations]
    makespan = model.new_int_var(0, end, "")
    visits: list[list[Any]] = [[] for _ in project.skills]
    for task, days in enumerate(project.durations):
        model.add(makespan >= starts[task] + days)
        for follower in project.followers[task]:
            model.add(starts[follower] >= starts[task] + days)
        done: dict[int, list[Any]] = {}
        for worker, skills in enumerate(project.skills):
            use = {skill: model.new_bool_var("") for skill in skills if project.wanted[skill][task]}
            if use:
                here = model.new_bool_var("")
                model.add(sum(use.values()) == here)
                visits[worker].append(model.new_optional_fixed_size_interval_var(starts[task], days, here, ""))
                for skill, chosen in use.items():
                    done.setdefault(skill, []).append(chosen)
        for skill, row in enumerate(project.wanted):
            if row[task]:
                model.add(sum(done.get(skill, [])) == row[task])
    for intervals in visits:
        model.add_no_overlap(intervals)
    model.minimize(makespan)
    return _cp_sat(model, seconds)


def project_ours(project: Project, seconds: float) -> tuple[int | None, bool]:
    """Solve in the form of the exact model: task starts at t, worker is in its team then; and tasks follow."""
    heads, tails = _chains(project)
    end = _serial(project)
    costs: list[int] = []
    rows: list[tuple[list[tuple[int, int]], float, float]] = []

    def column(cost: int = 0) -> int:
        costs.append(cost)
        return len(costs) - 1

    busy: dict[tuple[int, int], list[tuple[int, int]]] = {}
    begins: list[dict[int, int]] = []
    # The last task of all has no length and costs its start.
    last = {t: column(t) for t in range(max(heads[i] + d for i, d in enumerate(project.durations)), end + 1)}
    for task, days in enumerate(project.durations):
        mine = {t: column() for t in range(heads[task], end - tails[task] - days + 1)}
        begins.append(mine)
        rows.append(([(x, 1) for x in mine.values()], 1, 1))
        use: dict[int, list[tuple[int, int]]] = {}
        for worker, skills in enumerate(project.skills):
            able = [skill for skill in skills if project.wanted[skill][task]]
            if not able:
                continue
            chosen = [(column(), 1) for _ in able]
            for skill, term in zip(able, chosen, strict=True):
                use.setdefault(skill, []).append(term)
            there = {t: column() for t in mine}
            rows.append(([*chosen, *((y, -1) for y in there.values())], 0, 0))
            for t, y in there.items():
                rows.append(([(y, 1), (mine[t], -1)], -highspy.kHighsInf, 0))
                for at in range(t, t + days):
                    busy.setdefault((worker, at), []).append((y, 1))
        for skill, row in enumerate(project.wanted):
            if row[task]:
                rows.append((use.get(skill, []), row[task], row[task]))
    rows += [(terms, -highspy.kHighsInf, 1) for terms in busy.values() if len(terms) > 1]
    rows.append(([(x, 1) for x in last.values()], 1, 1))
    for task, days in enumerate(project.durations):
        for later in [*(begins[follower] for follower in project.followers[task]), last]:
            rows += _follows(begins[task], days, later, end)
    return highs(costs, rows, seconds)


def _follows(first: dict[int, int], days: int, later: dict[int, int], end: int) -> list[tuple[Any, float, float]]:
    """Return rows that say: whoever follows has not begun by t, unless the one before has ended by then."""
    rows = []
    for t in range(end + 1):
        begun = [(x, 1) for at, x in later.items() if at <= t]
        if begun:
            ended = [(x, -1) for at, x in first.items() if at + days <= t]
            rows.append(([*begun, *ended], -highspy.kHighsInf, 0.0))
    return rows


def _chains(project: Project) -> tuple[list[int], list[int]]:
    """Return what lies before and after each task on its longest chain."""
    heads, tails = [0] * len(project.durations), [0] * len(project.durations)
    for _ in project.durations:
        for task, followers in enumerate(project.followers):
            for follower in followers:
                heads[follower] = max(heads[follower], heads[task] + project.durations[task])
                tails[task] = max(tails[task], tails[follower] + project.durations[follower])
    return heads, tails


def _serial(project: Project) -> int:
    """Return the makespan of a plain schedule: task by task, the longest chain first, as early as workers allow."""
    heads, tails = _chains(project)
    taken: dict[tuple[int, int], bool] = {}
    ready = list(heads)
    end = 0
    order = sorted(range(len(ready)), key=lambda task: (heads[task], -tails[task]))
    for task in order:
        days, t = project.durations[task], ready[task]
        while (team := _team(project, task, t, taken)) is None:
            t += 1
        for worker in team:
            taken |= {(worker, at): True for at in range(t, t + days)}
        for follower in project.followers[task]:
            ready[follower] = max(ready[follower], t + days)
        end = max(end, t + days)
    return end


def _team(project: Project, task: int, t: int, taken: dict[tuple[int, int], bool]) -> set[int] | None:
    """Return workers for a task at a time (augmenting paths), or None."""
    span = range(t, t + project.durations[task])
    free = [w for w in range(len(project.skills)) if not any((w, at) in taken for at in span)]
    slots = [skill for skill, row in enumerate(project.wanted) for _ in range(row[task])]
    holder: dict[int, int] = {}

    def seat(slot: int, seen: set[int]) -> bool:
        for worker in free:
            if slots[slot] in project.skills[worker] and worker not in seen:
                seen.add(worker)
                if worker not in holder or seat(holder[worker], seen):
                    holder[worker] = slot
                    return True
        return False

    return set(holder) if all(seat(slot, set()) for slot in range(len(slots))) else None


if __name__ == "__main__":
    os.environ[ENVIRONMENT] = sys.argv[1]
    for chosen in ("gap", "mspsp"):
        print(chosen, main(chosen, sys.argv[2] if len(sys.argv) > 2 else "10"))
