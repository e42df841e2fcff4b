"""Decide every stay of one or more settlement feeds, from files to files; no database is needed.

example:
  jishiyu decide 2025-03.csv --roster roster.csv --out results/2025-03
  jishiyu decide 2025-04.zip --roster roster.csv --history results/2025-03 --out results/2025-04

Without --policy the three shipped policies of Changchun judge. Exit status: 0 done, 1 the input was refused
(nothing written), 2 wrong usage.
"""

import argparse
import hashlib
import json
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jishiyu.commands.clock import today
from jishiyu.commands.progress import Progress
from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem

if TYPE_CHECKING:
    import polars as pl

    from jishiyu.engine.policy.shelf import Shelf
    from jishiyu.engine.run import Outcome
    from jishiyu.engine.settlement.totals import Totals


class OutIsHistory(Problem):
    """The result folder would replace its own history."""

    en = "--out {folder} is also named as --history. Choose another --out folder; history is never overwritten."
    zh = "--out {folder} 同时被指定为 --history。请另选 --out 文件夹,历史结果不会被覆盖。"


class TotalsDoNotPair(Problem):
    """There are not as many files of control totals as feeds."""

    en = "There are {totals} files of --totals for {feeds} feeds. Give one for each feed, in the same order; nothing was decided."
    zh = "--totals 有 {totals} 个,来件有 {feeds} 个。请按相同顺序为每个来件指定一个;未作任何决定。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the fixed command line of subsidies.md §7."""
    parser.add_argument("feeds", nargs="+", type=Path, metavar="FEED", help="settlement files, told by content")
    parser.add_argument("--roster", required=True, type=Path, help="members with their memberships")
    parser.add_argument("--applications", type=Path, help="accidents, deaths, fires and other claims on paper")
    parser.add_argument(
        "--policy", action="append", default=[], type=Path, metavar="FILE", help="policy file, repeatable"
    )
    parser.add_argument(
        "--history",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="--out folder of an earlier run, repeatable",
    )
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="nothing may lie after this day (default: today)"
    )
    parser.add_argument(
        "--engine", choices=["local", "spark"], default="local", help="where the work runs (spark: see docs/howto)"
    )
    parser.add_argument("--spark-master", metavar="URL", help="address of the cluster (default: this machine)")
    parser.add_argument(
        "--breaks", choices=["warn", "held"], default="warn", help="what a line whose amounts do not add up becomes"
    )
    parser.add_argument(
        "--totals", action="append", default=[], type=Path, metavar="FILE",
        help="control totals of the bureau, repeatable: one for each FEED in their order",
    )  # fmt: skip
    parser.add_argument("--out", required=True, type=Path, help="folder for the result")
    parser.set_defaults(usage=parser.error)


def run(options: argparse.Namespace) -> int:
    """Run the job and write the result folder; return 0."""
    from jishiyu.engine import results
    from jishiyu.engine.policy.shelf import load_shelf
    from jishiyu.engine.problem_sheet import SHOWN, problem_sheet
    from jishiyu.engine.run import run as run_job
    from jishiyu.engine.settlement.reading import FlawedTexts

    if options.spark_master and options.engine != "spark":
        options.usage("--spark-master goes with --engine spark")
    started = time.perf_counter()
    clock = Progress(quiet=not sys.stderr.isatty())
    history = results.history_folders(options.history)
    if any(folder.resolve() == options.out.resolve() for folder in history):
        raise OutIsHistory(folder=options.out.name)
    as_of = options.as_of or today()
    shelf = load_shelf(options.policy)
    results.refuse_fewer_policies(history, shelf)
    flawed = FlawedTexts(SHOWN)
    about = _about(options, as_of, results.ancestry(history), shelf)
    spread = options.engine == "spark"  # then the folder has the name of the run, to go on with it
    with results.ResultFolder(options.out, run=about["run"] if spread else None) as folder:
        given = {
            "roster": options.roster, "policies": shelf, "as_of": as_of, "applications": options.applications,
            "earlier": results.earlier_facts(history), "breaks": options.breaks, "progress": clock,
            "keep": folder.keep, "stated": stated_in(options.totals, options.feeds),
        }  # fmt: skip
        if spread:
            outcome = _on_spark(options, folder.scratch, given)
        else:
            outcome = run_job(options.feeds, scratch=folder.scratch, flawed=flawed, **given)
        others = _other_problems(outcome)
        folder.write_bytes("problems.xlsx", lambda: problem_sheet(options.feeds, outcome.doubtful, others, flawed))
        if outcome.owed is not None:
            folder.keep("adjustments", results.adjustments(outcome.owed, history))
        whole = {**about, "control_totals": outcome.totals}
        whole["stated_totals"] = {
            file: [{name: value for name, value in asdict(totals).items() if value is not None} for totals in given]
            for file, given in outcome.stated.items()
        }
        whole |= results.summary(outcome)
        whole["seconds"] = {**clock.seconds(), "until_written": time.perf_counter() - started}
        folder.finish(whole)
    _report(whole, options.out, others)
    return 0


def _on_spark(options: argparse.Namespace, folder: Path, given: dict[str, Any]) -> "Outcome":
    """Run the job on a cluster, or on Spark on this machine."""
    from jishiyu.engine.spread.cluster import open_session
    from jishiyu.engine.spread.run import spread

    session = open_session(options.spark_master)
    try:
        return spread(session, options.feeds, folder=folder.resolve(), **given)
    finally:
        session.stop()


def stated_in(files: list[Path], feeds: list[Path]) -> "dict[str, list[Totals]]":
    """Return what files of control totals state, by the name of the feed each belongs to."""
    from jishiyu.engine.settlement.reading import file_names
    from jishiyu.engine.settlement.totals import load_totals

    if files and len(files) != len(feeds):
        raise TotalsDoNotPair(totals=len(files), feeds=len(feeds))
    return {name: [load_totals(path)] for name, path in zip(file_names(feeds), files, strict=False)}


def _other_problems(outcome: "Outcome") -> "dict[str, pl.DataFrame]":
    """Return the problems of roster and applications, each for a sheet of its own."""
    found = {"名册": outcome.roster_problems}
    if outcome.applications:
        found["申请"] = outcome.applications.problems
    headings = {
        "file": "文件", "line": "行号", "column": "字段", "value": "原值(遮蔽)", "code": "代码", "severity": "程度",
        "zh": "原因", "en": "reason",
    }  # fmt: skip
    return {name: problems.rename(headings, strict=False) for name, problems in found.items() if problems.height}


def _about(options: argparse.Namespace, as_of: date, history: list[str], shelf: "Shelf") -> dict[str, Any]:
    """Return what identifies the run: inputs and policies by hash, day, history."""
    from jishiyu.engine.settlement.reading import file_names

    paths = [*options.feeds, options.roster, *([options.applications] if options.applications else [])]
    files = {name: _sha256(path) for path, name in zip(paths, file_names(paths), strict=True)}
    texts = [policy.digest for _, versions in shelf for policy in versions]
    what = [files, as_of.isoformat(), history, texts, options.breaks]
    identity = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return {"run": identity, "as_of": as_of.isoformat(), "history": history, "files": files}


def _sha256(path: Path) -> str:
    from jishiyu.engine.files.problems import FileNotThere

    if not path.is_file():
        raise FileNotThere(file=path.name)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _report(whole: dict[str, Any], out: Path, others: "dict[str, pl.DataFrame]") -> None:
    """Print the account of the lines and the money, in Chinese and English, and what else needs a look."""
    names = {
        "invalid": "无效", "duplicate": "重复", "superseded": "已更新", "held": "待核", "reversed": "已冲销",
        "unmatched": "未匹配", "ineligible": "不符合", "auto": "自动发放", "assist": "协助申请", "capped": "已达上限",
    }  # fmt: skip
    parts = [f"{names[bucket]} {count:,}" for bucket, count in whole["lines_per_bucket"].items() if count]
    print(f"共 {whole['lines']:,} 行{':' if parts else ''}{','.join(parts)}")
    print(f"应补贴 {yuan_text(whole['payable_fen'])} 元;结果在 {out}")
    counts = {bucket: count for bucket, count in whole["lines_per_bucket"].items() if count}
    english = ", ".join(f"{bucket} {count:,}" for bucket, count in counts.items())
    print(f"{whole['lines']:,} lines{': ' if english else ''}{english}; {yuan_text(whole['payable_fen'])} yuan payable")
    for name, problems in others.items():
        print(
            f"{name}有 {problems.height:,} 处问题,见 problems.xlsx 的“{name}”页 · {problems.height:,} problems, see sheet {name}"
        )
