"""The laboratory: a history measured once, a thousand variants, two policies side by side, and the same in OpenFisca-Core."""

import dataclasses
import os
import random
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from benchmarks.data import FOLDER, feed_and_roster
from jishiyu.engine.laboratory.base import Base, measured
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.compare import Comparer
from jishiyu.engine.laboratory.history import read_history
from jishiyu.engine.laboratory.variants import Variants, added
from jishiyu.engine.policy.model import Bracket, Policy
from jishiyu.engine.policy.requirements import full_years
from jishiyu.engine.policy.shelf import shipped

AS_OF = date(2026, 6, 30)
EDGES = (1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 30_000_000)


def main(part: str, count: str) -> dict[str, Any]:
    """This function will run one part on a history of `count` settlements; seconds are wall and processor seconds."""
    parts: dict[str, Callable[[int], dict[str, Any]]] = {
        "base": _base,
        "variants": _variants,
        "page": _page,
        "peer": _peer,
    }
    return parts[part](int(count))


def today() -> Policy:
    """Return the policy in force."""
    return shipped(["changchun.hospital"]).versions["changchun.hospital"][0]


def variant(chance: random.Random) -> Policy:
    """Return a random variant: threshold, rates, edges, whole-amount or marginal, yearly limit, highest age."""
    policy = today()
    over = chance.choice([300_000, 400_000, 500_000, 600_000])
    edges = [over, *EDGES]
    edges[2] = chance.choice([1_500_000, 2_000_000, 2_500_000])
    rates = sorted(chance.randrange(2, 30) * 5_000 for _ in edges)
    proof = policy.formula.brackets[0].proof
    brackets = tuple(Bracket(edge, True, rate, proof) for edge, rate in zip(edges, rates, strict=True))
    age = chance.choice([59, 60, 61, 63, 65])
    asked = tuple(
        dataclasses.replace(one, options={**one.options, "max": age}) if one.test == "age" else one
        for one in policy.requirements
    )
    limit = dataclasses.replace(policy.limits[0], amount_fen=chance.choice([3_000_000, 5_000_000, 8_000_000]))
    assert policy.threshold is not None
    return dataclasses.replace(
        policy, requirements=asked, limits=(limit,), threshold=dataclasses.replace(policy.threshold, fen=over),
        formula=dataclasses.replace(policy.formula, kind=chance.choice(["whole_amount", "marginal"]), brackets=brackets),
    )  # fmt: skip


def _file(count: int) -> Any:
    return FOLDER / f"{count}" / "base.arrow"


def _clock(work: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - processor


def _base(count: int) -> dict[str, Any]:
    """Read feed and roster, find the members' events, and write the base."""
    feed, _ = feed_and_roster(count)
    history, reading, _ = _clock(lambda: read_history(feed.parent, policies=[today()], as_of=AS_OF))
    base, measuring, processor = _clock(lambda: measured(history, [today()]))
    base.save(_file(count))
    return {"reading": reading, "measuring": measuring, "processor": processor, "events": base.rows.height,
            "megabytes": _file(count).stat().st_size / 1e6}  # fmt: skip


def _variants(count: int) -> dict[str, Any]:
    """Ask a thousand variants on a bench that has seen today's policy; check every fiftieth event by event."""
    bench = Bench(Base.load(_file(count)))
    variants = Variants(bench)
    variants.totals([today()])  # compiled, or read from where the compiled code is kept
    chance = random.Random(1)
    asked = [variant(chance) for _ in range(1000)]
    totals, wall, processor = _clock(lambda: variants.totals(asked))
    _, wall_again, processor_again = _clock(lambda: variants.totals(asked))
    people = bench.base.rows["person_key"].to_numpy()
    wrong = sum(added(bench.judged(asked[at]).payable, people) != totals[at] for at in range(0, 1000, 50))
    return {"wall": wall, "processor": processor, "wall_again": wall_again, "processor_again": processor_again,
            "wrong": wrong, "events": bench.base.rows.height, "load": os.getloadavg()[0]}  # fmt: skip


def _page(count: int) -> dict[str, Any]:
    """Move sliders: each time another policy, with every figure of the comparison."""
    base, opening, _ = _clock(lambda: Base.load(_file(count)))
    comparer, preparing, _ = _clock(lambda: Comparer(Bench(base)))
    chance = random.Random(2)
    _, first, _ = _clock(lambda: comparer.compare(today(), variant(chance)))
    runs = [_clock(lambda: comparer.compare(today(), variant(chance)))[1:] for _ in range(15)]
    walls, processors = (sorted(values) for values in zip(*runs, strict=True))
    return {"opening": opening, "preparing": preparing, "first": first, "median": walls[7], "slowest": walls[-1],
            "processor": processors[7], "processor_slowest": processors[-1], "load": os.getloadavg()[0]}  # fmt: skip


def _peer(count: int) -> dict[str, Any]:
    """Judge two reforms on the same population, here and in OpenFisca-Core, from the same arrays in one process."""
    from benchmarks import openfisca_rule

    base = Base.load(_file(count))
    Bench(Base(base.rows.head(1000), base.anchor, base.kinds, {})).judged(today())
    chance = random.Random(3)
    reforms = [variant(chance), variant(chance)]
    reforms = [
        dataclasses.replace(one, formula=dataclasses.replace(one.formula, kind="whole_amount")) for one in reforms
    ]

    def ours() -> list[Any]:
        bench = Bench(base)
        return [bench.judged(reform).payable for reform in reforms]

    paid, seconds, processor = _clock(ours)
    bench = Bench(base)
    variants = Variants(bench)
    variants.totals(reforms)
    _, warm, _ = _clock(lambda: variants.totals(reforms))
    rows = base.rows
    ages = full_years(rows["birth_date"], rows["anchor_date"]).to_numpy()
    years = rows.select(pl.struct("person_key", "year").rle_id()).to_series().to_numpy()
    types = ~rows["medical_type"].is_in(["21", "22", "23", "24", "25", "26", "28"]).to_numpy()
    given = (rows["cash_fen"].to_numpy(), ages, rows["in_service"].to_numpy(), types, np.arange(rows.height), years)
    theirs, peer_seconds, peer_processor = _clock(
        lambda: openfisca_rule.run_reforms(*given, [_parameters(one) for one in reforms])
    )
    wrong = [int((np.asarray(mine) != other).sum()) for mine, other in zip(paid, theirs, strict=True)]
    close = [int((np.abs(np.asarray(mine) - other) > 5).sum()) for mine, other in zip(paid, theirs, strict=True)]
    return {"ours": seconds, "ours_processor": processor, "warm": warm, "peer": peer_seconds, "peer_processor": peer_processor,
            "peer_wrong": wrong, "peer_far": close, "events": rows.height}  # fmt: skip


def _parameters(policy: Policy) -> dict[str, Any]:
    assert policy.threshold is not None
    most = next(one.options["max"] for one in policy.requirements if one.test == "age")
    rates = [(0, 0.0), *((one.edge_fen / 100, one.rate_ppm / 1_000_000) for one in policy.formula.brackets)]
    return {
        "threshold": policy.threshold.fen / 100,
        "rates": rates,
        "limit": (policy.limits[0].amount_fen or 0) / 100,
        "age": most,
    }
