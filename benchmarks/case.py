"""One case with its explanation, in process: what the desk waits for."""

import statistics
import time
from datetime import date, datetime
from typing import Any

import polars as pl

from jishiyu.engine.decide import decide
from jishiyu.engine.explain import explain
from jishiyu.engine.policy.shelf import shipped


def main(count: str) -> dict[str, Any]:
    """This function will decide and explain one stay `count` times; returns the median and the 95th percentile in ms."""
    shelf = shipped()
    roster = pl.DataFrame(
        {
            "member_no": ["M1"], "person_key": ["01:220102198001010000"], "name_key": ["演示"], "org_code": ["O1"],
            "in_service": [True], "joined_on": [date(2015, 1, 1)], "left_on": [None], "birth_date": [date(1980, 1, 1)],
            "household": [None],
        },
        schema_overrides={"left_on": pl.Date, "household": pl.String},
    )  # fmt: skip
    seconds = []
    for number in range(int(count)):
        stay = pl.DataFrame(
            {
                "event_id": ["H1/V1"], "kind": ["stay"], "person_key": ["01:220102198001010000"], "name_key": ["演示"],
                "birth_date": [date(1980, 1, 1)], "medical_type": ["21"], "begins_on": [date(2025, 3, 1)],
                "ends_on": [date(2025, 3, 9)], "settled_at": [datetime(2025, 3, 9, 10)], "last_settlement_id": ["S1"],  # noqa: DTZ001
                "cash_fen": [15_200_000 + number], "hold": [None],
            },
            schema_overrides={"hold": pl.String},
        )  # fmt: skip
        start = time.perf_counter()
        row = decide(stay, roster, None, shelf).row(0, named=True)
        words = explain(row, shelf.on(row["policy"], row["anchor_date"]))
        seconds.append(time.perf_counter() - start)
        assert "第 5 档 8 %" in words.zh
    return {"median_ms": statistics.median(seconds) * 1000, "p95_ms": statistics.quantiles(seconds, n=20)[-1] * 1000}
