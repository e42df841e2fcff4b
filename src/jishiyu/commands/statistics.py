"""Show figures: money, person-times and people by period, union branch, bracket, age, sex, hospital level, bucket.

Examples:
  jishiyu statistics --from 2023-01-01 --until 2026-01-01
  jishiyu statistics --by union --kind industry --lang en
  jishiyu statistics --by month --union 220102 --excel figures.xlsx --json figures.json
"""

import argparse
import getpass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import now
from jishiyu.engine.problems import Problem

if TYPE_CHECKING:  # Django's models load only when a command runs
    from jishiyu.apps.statistics.scope import Scope
    from jishiyu.web.figures.figure import Figure, Say

BY = ("month", "quarter", "year", "policy", "union", "district", "trade", "bracket", "age", "sex", "hospital-level",
      "channel", "bucket", "feed", "days", "large")  # fmt: skip


class NotWritten(Problem):
    """A file could not be written."""

    en = "{path} could not be written: {why}. Name another file; the figures themselves are unchanged."
    zh = "无法写入 {path}:{why}。请另选文件名;统计数据未受影响。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    add_scope(parser)
    parser.add_argument("--by", choices=BY, help="one figure in detail; without it: totals and the main figures")
    parser.add_argument("--excel", type=Path, metavar="FILE", help="write every figure to an Excel file with a cover")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure as JSON")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what is counted."""
    parser.add_argument("--since", "--from", type=date.fromisoformat, metavar="DAY", help="first day of the period")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="first day after the period")
    parser.add_argument("--union", metavar="CODE", help="only this union and everything below it")
    parser.add_argument("--kind", choices=("territory", "industry"), default="territory", help="which parents count")
    parser.add_argument("--policy", metavar="NAME", help="only this subsidy, such as changchun.hospital")
    parser.add_argument(
        "--basis", choices=("paid", "owed", "decided"), default="paid", help="which money counts (default: paid)"
    )
    parser.add_argument(
        "--dated", choices=("money", "event"), default="money", help="period by posting or payment, or by the event"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language (default: zh)")


def run(options: argparse.Namespace) -> int:
    """Print the figures that were asked for, and write the files."""
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.web.figures.build import all_figures
    from jishiyu.web.figures.machine import as_json
    from jishiyu.web.figures.terminal import table
    from jishiyu.web.figures.workbook import workbook

    scope = scope_of(options)
    print("\n\n".join(table(figure, options.lang) for figure in _chosen(scope, options.by)))
    if not options.excel and not options.json:
        return 0
    every = all_figures(scope)
    made = now().replace(microsecond=0)
    cover = cover_of(options, made, getpass.getuser())
    if options.excel:
        from jishiyu.web.figures.figure import Say

        title = Say("职工补贴统计", "Subsidy statistics")
        write(options.excel, workbook(every, cover=cover, title=title, language=options.lang))
    if options.json:
        about = {key.en: value for key, value in cover}
        write(options.json, as_json(every, about=about).encode())
    return 0


def scope_of(options: argparse.Namespace) -> "Scope":
    """Return the scope that the arguments describe."""
    from jishiyu.apps.statistics.scope import Basis, Dated, Kind, Scope

    return Scope(
        basis=Basis(options.basis), dated=Dated(options.dated), since=options.since, until=options.until,
        union=options.union, kind=Kind(options.kind), policy=options.policy,
    )  # fmt: skip


def cover_of(options: argparse.Namespace, made: datetime, by: str) -> "list[tuple[Say, str]]":
    """Return the lines of a cover sheet: who made it, when, and what was asked for."""
    from jishiyu.web.figures.build import BASES
    from jishiyu.web.figures.figure import Say

    scope = scope_of(options)
    everything = "全部" if options.lang == "zh" else "all"
    return [
        (Say("制表人", "made by"), by),
        (Say("制表时间", "made at"), made.isoformat(sep=" ")),
        (Say("起始日(含)", "first day"), str(options.since or everything)),
        (Say("截止日(不含)", "until (not included)"), str(options.until or everything)),
        (Say("口径", "counted"), BASES[scope.basis](options.lang)),
        (Say("归期", "dated by"), options.dated),
        (Say("工会", "union"), options.union or everything),
        (Say("上级关系", "parents"), options.kind),
        (Say("补贴办法", "policy"), options.policy or everything),
    ]


def write(path: Path, content: bytes) -> None:
    """Write a file. Raises `NotWritten`."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NotWritten(path=path, why=error.strerror) from error
    print(f"→ {path}")


def _chosen(scope: "Scope", by: str | None) -> "list[Figure]":
    """Return the figures for the terminal."""
    from jishiyu.apps.statistics.lines import buckets, days_to_paid, feed_accounts
    from jishiyu.apps.statistics.queries import By, large, totals
    from jishiyu.web.figures import build

    if by is None:
        found = [build.totals_figure(totals(scope), build.notes(scope))]
        return found + [build.group_figure(scope, each) for each in (By.POLICY, By.YEAR, By.BRACKET, By.CHANNEL)]
    if by == "bucket":
        return [build.buckets_figure(buckets(scope))]
    if by == "feed":
        return [build.feeds_figure(feed_accounts(scope))]
    if by == "days":
        return [build.waiting_figure(days_to_paid(scope))]
    if by == "large":
        return [build.large_figure(large(scope), build.notes(scope))]
    return [build.group_figure(scope, By(by))]
