"""The whole job on one machine and on a Spark cluster of two workers on loopback, from files to equal files.

On files of a million plain lines each, and on the three years of the invented city: three vocabularies, seven forms of files, and
every kind of dirt there is.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook

from benchmarks.data import FOLDER, files_and_roster
from benchmarks.watch import Watch
from jishiyu.cli import main as jishiyu

KEYS = {"decisions": ["stay_id", "policy"], "lines": ["file", "line"]}
CITY = "city"
WHOLE = 20_000_000  # lines that are compared row by row


def main(what: str, engine: str) -> dict[str, Any]:
    """This function will decide so many lines, or the city's, on an engine (`local`, `spark`).

    Returns seconds, lines, fen; processor seconds and memory in MB at its peak of all processes together; load.
    """
    feeds, roster, more = _city() if what == CITY else (*files_and_roster(int(what)), [])
    out = FOLDER / f"out-{engine}-{what}"
    shutil.rmtree(out, ignore_errors=True)
    words = ["decide", *map(str, feeds), "--roster", str(roster), *more, "--as-of", "2026-06-30", "--out", str(out)]
    with Watch() as watch:
        if engine == "local":
            seconds = _timed(words)
        else:
            from tests.engine.spread.cluster import Cluster

            with tempfile.TemporaryDirectory(prefix="jishiyu-cluster-") as folder:
                cluster = Cluster(Path(folder), memory="4g", java="")
                try:
                    seconds = _timed([*words, "--engine", "spark", "--spark-master", cluster.url])
                finally:
                    cluster.stop()
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return {
        "seconds": seconds, "lines": summary["lines"], "fen": summary["payable_fen"], "peak_mb": watch.peak_mb,
        "processor": watch.processor, "load": os.getloadavg()[0],
    }  # fmt: skip


def same(what: str) -> dict[str, bool]:
    """This function will tell whether both engines wrote the same: the rows, and in order the bytes of a file of them.

    Of more lines than fit into memory twice it compares how many rows there are and two sums of the rows' hashes.
    """
    found = {}
    for name, keys in KEYS.items():
        local, spark = (
            pl.scan_parquet(FOLDER / f"out-{engine}-{what}" / f"{name}.parquet") for engine in ("local", "spark")
        )
        columns = local.collect_schema().names()
        if what != CITY and int(what) > WHOLE:
            found[name] = _sums(local, columns) == _sums(spark, columns)
            continue
        ours, theirs = (rows.select(columns).collect().sort(keys) for rows in (local, spark))
        found[name] = ours.equals(theirs) and _bytes(ours) == _bytes(theirs)
    found["problems"] = _table(what, "local") == _table(what, "spark")
    return found


def _sums(rows: pl.LazyFrame, columns: list[str]) -> list[tuple[int, ...]]:
    hashes = [pl.struct(columns).hash(seed=seed).sum().alias(f"seed {seed}") for seed in (1, 2)]
    return rows.select(pl.len(), *hashes).collect(engine="streaming").rows()


def _bytes(table: pl.DataFrame) -> str:
    """Return the hash of a table as one file."""
    path = FOLDER / "sorted.parquet"
    table.write_parquet(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.unlink()
    return digest


def _table(what: str, engine: str) -> list[tuple[Any, ...]]:
    """Return the rows of `problems.xlsx` in order."""
    sheet = CalamineWorkbook.from_path(FOLDER / f"out-{engine}-{what}" / "problems.xlsx").get_sheet_by_index(0)
    return sorted(tuple(map(str, row)) for row in sheet.to_python())


def _timed(words: list[str]) -> float:
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        status = jishiyu(words)
    assert status == 0
    return time.perf_counter() - start


def _city() -> tuple[list[Path], Path, list[str]]:
    """Return the files of the whole invented city: 36 feeds of all forms, the roster, and what was applied for."""
    folder = FOLDER / CITY
    if not folder.exists():
        part = folder.with_name("city.part")
        shutil.rmtree(part, ignore_errors=True)
        _timed(["demo-data", "--scale", "1", "--out", str(part)])
        heading, *_ = months = sorted((part / "applications").glob("*.csv"))
        first = heading.read_text(encoding="utf-8-sig").splitlines()[0]
        rows = [row for month in months for row in month.read_text(encoding="utf-8-sig").splitlines()[1:]]
        (part / "applications.csv").write_text("\n".join([first, *rows]) + "\n", encoding="utf-8")
        part.rename(folder)
    feeds = sorted(path for path in (folder / "feeds").iterdir() if not path.name.endswith(".totals.json"))
    return feeds, folder / "roster.csv", ["--applications", str(folder / "applications.csv")]
