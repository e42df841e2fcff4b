"""Pairing, in a process of its own: one round per part, invented by the engine's own generator.

Seconds are those of the wall and of the processor; compiled code is loaded before the watch starts, and the first
start of the command is measured by itself (`cold`).
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from jishiyu.engine.pairing.asking import why_not
from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.model import Need, Pin, Round
from jishiyu.engine.pairing.occupancy import Occupancy
from jishiyu.engine.pairing.points import breaches, weigh
from jishiyu.engine.pairing.proposal import Proposal
from jishiyu.engine.pairing.reasons import left_out_reasons
from jishiyu.engine.pairing.solve import propose
from jishiyu.engine.pairing.warming import warm

MEETING, MIDDLE, CITY, PROVINCE = (20, 20, 10), (60, 40, 24), (200, 100, 24), (2000, 500, 50)


def main(part: str, *arguments: str) -> dict[str, Any]:
    """This function will run one part and return its figures."""
    return dict(PARTS[part](*arguments))


def _timed(round_: Round, **words: Any) -> tuple[Proposal, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    # Without a clock, unless one is given: the steps that belong to the seconds asked for are all done, however busy the
    # machine is.
    plan = propose(round_.needs, round_.people, **words)
    seconds = time.perf_counter() - wall, time.process_time() - processor
    assert breaches(plan.round, plan.visits) == []
    return plan, *seconds


def _figures(plan: Proposal, wall: float, processor: float) -> dict[str, Any]:
    return {
        "status": plan.status, "gap": plan.gap, "seconds": wall, "processor": processor,
        "load": os.getloadavg()[0], "needs": len(plan.round.needs), "served": len(plan.visits),
        "aims": {aim: [reached.value, reached.bound, reached.gap] for aim, reached in plan.aims.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def meeting() -> dict[str, Any]:
    """Twenty needs, five rounds: the slowest of them."""
    rounds = [_timed(invent(*MEETING, seed=seed)) for seed in range(1, 6)]
    assert all(plan.status == "optimal" for plan, _, _ in rounds)
    return _figures(*max(rounds, key=lambda found: found[1]))


def middle() -> dict[str, Any]:
    """Sixty needs, to the proved optimum."""
    warm()
    return _figures(*_timed(invent(*MIDDLE, seed=1)))


def city(seconds: str) -> dict[str, Any]:
    """Two hundred needs: gap, and what greedy gets."""
    warm()
    from jishiyu.engine.pairing.pack import pack
    from jishiyu.engine.pairing.search import Search

    round_ = invent(*CITY, seed=1)
    found = _figures(*_timed(round_, seconds=float(seconds)))
    weights = weigh(round_)
    search = Search(round_, pack(round_, weights), weights)
    plan = search.greedy()
    assert plan is not None
    return {**found, "greedy": sum(round_.need(visit.need_id).priority for visit in search.visits(plan))}


def province(seconds: str) -> dict[str, Any]:
    """Two thousand needs, ended by the clock as in the product where the machine is slower than the seconds assume."""
    warm()
    return _figures(*_timed(invent(*PROVINCE, seed=1), seconds=float(seconds), clock=time.perf_counter))


def again() -> dict[str, Any]:
    """A city round solved again after one pin, one absence and one new need."""
    warm()
    round_ = invent(*CITY, seed=1)
    first, _, _ = _timed(round_, seconds=20.0)
    kept, ill = first.visits[3], next(who for who in first.visits[0].people if who.startswith("E"))
    people = [person for person in round_.people if person.person_id != ill]
    new: Need = replace(first.left_out[0], need_id="NEW", priority=5, earliest=0, latest=23)
    pins = [Pin(kept.need_id, kept.start), *(Pin(kept.need_id, None, who) for who in kept.people if who != ill)]
    changed = Round((*round_.needs, new), tuple(people), tuple(pins))
    forced = sum(ill in visit.people for visit in first.visits)
    plan, wall, processor = _timed(
        changed, pins=pins, previous=first.visits, prices=None, seconds=4.0
    )  # fmt: skip
    served = {visit.need_id for visit in plan.visits}
    return {**_figures(plan, wall, processor), "forced": forced, "changes": plan.parts.changes, "new": "NEW" in served}


def asking() -> dict[str, Any]:
    """“Why not this person?” for 300 pairs of a city round, and every need left out."""
    warm()
    plan, _, _ = _timed(invent(*CITY, seed=1), seconds=5.0)
    occupancy = Occupancy(plan.round, plan.visits)
    times = []
    for at in range(300):
        visit = plan.visits[at % len(plan.visits)]
        who = plan.round.people[at * 7 % len(plan.round.people)].person_id
        begin = time.perf_counter()
        why_not(plan.round, plan.visits, plan.weights, visit.need_id, who, occupancy)
        times.append(1000 * (time.perf_counter() - begin))
    begin = time.perf_counter()
    reasons = left_out_reasons(plan.round, plan.visits, plan.left_out)
    each = 1000 * (time.perf_counter() - begin) / max(1, len(reasons))
    return {"median_ms": statistics.median(times), "p95_ms": statistics.quantiles(times, n=20)[18], "left_out_ms": each}


def cold() -> dict[str, Any]:
    """The command from its start, with nothing compiled before, and once more."""
    folder = Path(tempfile.mkdtemp(prefix="jishiyu-pair-"))
    command = [sys.executable, "-m", "jishiyu.cli", "pair"]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache")}
    found: dict[str, Any] = {}
    try:
        for name, size in (("meeting", MEETING), ("city", CITY)):
            where = folder / name
            numbers = [str(number) for number in size]
            subprocess.run([*command, "--invent", *numbers, "--out", str(where)], check=True, capture_output=True)
            for run in ("first", "second"):
                begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
                files = [str(where / "needs.csv"), str(where / "people.csv")]
                subprocess.run(
                    [*command, *files, "--seconds", "1", "--out", str(where / "out")],
                    check=True, capture_output=True, env=environment,
                )  # fmt: skip
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                found[f"{name}_{run}"] = time.perf_counter() - begin
                found[f"{name}_{run}_processor"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    finally:
        shutil.rmtree(folder)
    return found


PARTS = {
    "meeting": meeting, "middle": middle, "city": city, "province": province, "again": again, "asking": asking,
    "cold": cold,
}  # fmt: skip
