"""A week of one-second readings of ten quantities (6 M rows in long form), from a file to findings."""

import resource
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.data import FOLDER
from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.readings import read_readings

SECONDS = 7 * 86_400
FIRST = datetime.fromisoformat("2025-06-09")
# quantity, unit, decimals, middle, spread: the last three go beyond their limits now and then.
QUANTITIES = [
    ("voltage", "kV", 3, 10.1, 0.08), ("frequency", "Hz", 3, 50.0, 0.03), ("thd_u", "%", 2, 2.5, 0.4),
    ("harmonic_u_3", "%", 2, 1.2, 0.3), ("harmonic_u_5", "%", 2, 2.4, 0.4), ("harmonic_u_7", "%", 2, 1.4, 0.3),
    ("harmonic_u_11", "%", 2, 0.8, 0.2), ("unbalance_u", "%", 2, 1.1, 0.3), ("power_factor", "", 3, 0.91, 0.02),
    ("thd_u", "%", 2, 3.4, 0.4),
]  # fmt: skip


def file(form: str) -> Path:
    """This function will return the file, making it if needed: one block of rows per quantity, as analysers export."""
    path = FOLDER / "diagnosis" / f"week.{form}"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = np.random.default_rng(800)
    parts = []
    for at, (quantity, unit, decimals, middle, spread) in enumerate(QUANTITIES):
        values = pl.Series(np.abs(drawn.normal(middle, spread, SECONDS))).cast(pl.Decimal(12, decimals)).cast(pl.String)
        times = pl.datetime_range(FIRST, interval="1s", end=FIRST.replace(day=16), closed="left", eager=True)
        parts.append(
            pl.DataFrame({"value": values, "measured_at": times.dt.to_string("%Y-%m-%d %H:%M:%S")}).select(
                pl.lit(f"PCC{at // 9 + 1}").alias("point"), pl.lit("pcc").alias("kind"),
                pl.lit("10kV").alias("voltage_level"), pl.lit(quantity).alias("quantity"), pl.lit("").alias("phase"),
                "value", pl.lit(unit).alias("unit"), "measured_at", pl.lit("PA-435-01").alias("instrument"),
                pl.lit("1").alias("series"),
            )
        )  # fmt: skip
    whole = pl.concat(parts)
    if form == "csv":
        whole.write_csv(path)
    else:
        whole.write_parquet(path)
    return path


def main(form: str) -> dict[str, Any]:
    """This function will read the week and judge it; returns seconds of both steps, and what was found."""
    path = file(form)
    begin, processor = time.perf_counter(), _processor()
    readings = read_readings(path)
    read = time.perf_counter()
    findings = judge(readings, {}, date.fromisoformat("2025-06-18"))
    done = time.perf_counter()
    assert sum(len(series.values) for series in readings.series) == SECONDS * len(QUANTITIES)
    assert len(findings) == len(QUANTITIES)
    return {
        "read": read - begin, "judge": done - read, "processor": _processor() - processor,
        "rows": SECONDS * len(QUANTITIES), "fails": sum(finding.verdict == "fails" for finding in findings),
    }  # fmt: skip


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
