"""The whole job on one machine and on a Spark cluster of two workers on loopback, from files to equal files."""

import contextlib
import io
import json
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.data import FOLDER, feed_and_roster
from jishiyu.cli import main as jishiyu

PIECE = 1_000_000
KEYS = {"decisions": ["stay_id", "policy"], "lines": ["file", "line"]}


def main(count: str, engine: str) -> dict[str, Any]:
    """This function will decide `count` lines on an engine (`local`, `spark`); seconds, lines, fen, peak of the driver."""
    feeds, roster = _feeds(int(count))
    out = FOLDER / f"out-{engine}-{count}"
    shutil.rmtree(out, ignore_errors=True)
    words = ["decide", *map(str, feeds), "--roster", str(roster), "--as-of", "2026-06-30", "--out", str(out)]
    if engine == "local":
        seconds = _timed(words)
    else:
        from tests.engine.spread.cluster import Cluster

        with tempfile.TemporaryDirectory(prefix="jishiyu-cluster-") as folder:
            cluster = Cluster(Path(folder), memory="4g")
            try:
                seconds = _timed([*words, "--engine", "spark", "--spark-master", cluster.url])
            finally:
                cluster.stop()
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "lines": summary["lines"], "fen": summary["payable_fen"], "peak_mb": peak}


def same(count: int) -> dict[str, bool]:
    """This function will tell whether both engines wrote the same rows."""
    found = {}
    for name, keys in KEYS.items():
        local, spark = (
            pl.read_parquet(FOLDER / f"out-{engine}-{count}" / f"{name}.parquet").sort(keys)
            for engine in ("local", "spark")
        )
        found[name] = local.equals(spark.select(local.columns))
    return found


def _timed(words: list[str]) -> float:
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        status = jishiyu(words)
    assert status == 0
    return time.perf_counter() - start


def _feeds(count: int) -> tuple[list[Path], Path]:
    """Return the feed cut into files of a million lines, as a bureau would send them, and the roster."""
    feed, roster = feed_and_roster(count)
    folder = FOLDER / f"{count}" / "files"
    if not folder.exists():
        part = folder.with_name("files.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for number, start in enumerate(range(0, count, PIECE)):
            pl.scan_parquet(feed).slice(start, PIECE).sink_parquet(part / f"feed-{number:04d}.parquet")
        part.rename(folder)
    return sorted(folder.glob("*.parquet")), roster
