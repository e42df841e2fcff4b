"""Rule and limit only, arrays to arrays, in settlement order and with reasons: ours and OpenFisca-Core in one process."""

import time
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from benchmarks import openfisca_rule
from jishiyu.engine.decide import judge_and_limit
from jishiyu.engine.policy.shelf import shipped

LIMIT, AUTOMATIC = 5_000_000, 1_000_000
TYPES = pl.Series(["21", "22", "24", "25", "28", "52"])


def main(count: str) -> dict[str, Any]:
    """This function will pay `count` stays of one year twice; returns seconds of both and wrong fen against exact sums."""
    stays = _stays(int(count))
    ours = min(_ours(stays)[0] for _ in range(3))
    _, payable, reasons = _ours(stays)
    theirs_runs = [
        openfisca_rule.run(
            stays["cash"],
            stays["age"],
            stays["in_service"],
            (stays["type"] == "52").to_numpy(),
            stays["settled"],
            stays["member"],
        )
        for _ in range(3)
    ]
    exact = _exact(stays)
    return {
        "ours_seconds": ours,
        "openfisca_seconds": min(seconds for seconds, _ in theirs_runs),
        "ours_wrong": int((payable != exact).sum()),
        "openfisca_wrong": int((theirs_runs[0][1] != exact).sum()),
        "paid": int((exact > 0).sum()),
        "with_reasons": int((np.asarray(reasons) > 0).sum()),
    }


def _stays(count: int) -> dict[str, Any]:
    generator = np.random.default_rng(7)
    return {
        "cash": np.exp(generator.normal(9.2, 1.2, count) + np.log(100)).astype(np.int64),
        "age": generator.integers(14, 65, count),
        "in_service": generator.random(count) < 0.97,
        "type": TYPES.gather(pl.Series(generator.integers(0, len(TYPES), count))),
        "settled": np.arange(count),
        "member": generator.integers(0, count * 2 // 3, count),
    }


def _ours(stays: dict[str, Any]) -> tuple[float, Any, Any]:
    start = time.perf_counter()
    count = len(stays["cash"])
    day = date(2024, 6, 15)
    births = pl.Series(np.array([f"{2024 - age}-01-01" for age in range(100)], dtype="datetime64[D]"))
    known = pl.DataFrame(
        {
            "event_id": stays["settled"], "person_key": stays["member"], "cash_fen": stays["cash"],
            "in_service": stays["in_service"], "medical_type": stays["type"], "settled_at": stays["settled"],
            "last_settlement_id": stays["settled"],
        }
    ).with_columns(
        birth_date=births.gather(pl.Series(stays["age"])), anchor_date=pl.lit(day), ends_on=pl.lit(day), kind=pl.lit("stay"),
        household=pl.lit(None, pl.Int64), aside=pl.lit(0, pl.Int64),
    )  # fmt: skip
    rows = judge_and_limit(shipped(["changchun.hospital"]).versions["changchun.hospital"], known, [("", "")], None)
    payable, reasons = rows["payable_fen"].to_numpy(), rows["reasons"].list.len().to_numpy()
    seconds = time.perf_counter() - start
    assert len(payable) == count
    return seconds, payable, reasons


def _exact(stays: dict[str, Any]) -> Any:
    """Pay with Python integers, one stay after the other."""
    brackets = [(30_000_000, 100_000), (20_000_000, 90_000), (10_000_000, 80_000), (5_000_000, 50_000), (2_000_000, 30_000),
                (1_000_000, 20_000), (500_000, 15_000)]  # fmt: skip
    used: dict[int, int] = {}
    paid = np.zeros(len(stays["cash"]), dtype=np.int64)
    columns = (list(stays[name]) for name in ("cash", "age", "in_service", "type", "member"))
    rows = zip(*columns, strict=True)
    for at, (cash, age, in_service, kind, member) in enumerate(rows):
        cash, member = int(cash), int(member)
        if not in_service or not 16 <= age <= 60 or kind == "52" or cash <= 500_000:
            continue
        rate = next(rate for edge, rate in brackets if cash > edge)
        before = used.get(member, 0)
        used[member] = before + (cash * rate + 500_000) // 1_000_000
        paid[at] = min(LIMIT, used[member]) - min(LIMIT, before)
    return paid
