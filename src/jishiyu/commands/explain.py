"""Say in words why a stay or a member got an amount, from the result folder of a run.

example:
  jishiyu explain results/2025-03 --stay H22010000001/V001000000013
  jishiyu explain results/2025-03 --member M000165 --lang en
"""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jishiyu.engine.problems import Problem

if TYPE_CHECKING:
    from jishiyu.engine.policy.model import Policy
    from jishiyu.engine.policy.shelf import Shelf


class NothingDecided(Problem):
    """No decision fits the question."""

    en = (
        "{folder} has no decision about {what}. Check the number (a stay is named hospital/visit, as in decisions.parquet); lines "
        "that were not decided stand in lines.parquet."
    )
    zh = "{folder} 中没有关于 {what} 的决定。请核对编号(住院写作 医院/就诊号,见 decisions.parquet);未作决定的行见 lines.parquet。"


class PolicyOfTheRun(Problem):
    """The policy at hand is not the text that decided."""

    en = (
        "{folder} was decided by {name} {version} (file {file}, SHA-256 {digest}…), which is not at hand. "
        "Name that file with --policy; another text would explain another rule."
    )
    zh = "{folder} 由 {name} {version} 版决定(文件 {file},SHA-256 {digest}…),手头没有这份文本。请用 --policy 指定该文件;用别的文本会解释成别的规则。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the fixed command line of subsidies.md §7."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="--out folder of a run")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--stay", metavar="ID", help="hospital/visit, or the number of an application; see stay_id in decisions.parquet"
    )
    which.add_argument("--member", metavar="NUMBER", help="member number")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh")
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="policy files of the run, if not the shipped ones",
    )


def run(options: argparse.Namespace) -> int:
    """Print the explanations; return 0."""
    import polars as pl

    from jishiyu.engine.explain import explain
    from jishiyu.engine.policy.shelf import every_shipped, load_shelf
    from jishiyu.engine.results import history_folders

    history_folders([options.folder])
    shelf = load_shelf(options.policy) if options.policy else every_shipped()
    column, value = ("stay_id", options.stay) if options.stay else ("member_no", options.member)
    rows = (
        pl.scan_parquet(options.folder / "decisions.parquet").filter(pl.col(column) == value).collect()
        .sort("anchor_date", "stay_id")
    )  # fmt: skip
    if not rows.height and options.stay:
        visits = pl.scan_parquet(options.folder / "decisions.parquet").filter(
            pl.col("stay_id").str.ends_with(f"/{value}")
        )
        rows = visits.collect()
    if not rows.height:
        raise NothingDecided(folder=options.folder.name, what=value)
    claims = pl.scan_parquet(options.folder / "claims.parquet")
    applied = "kind" in claims.collect_schema()
    kinds = dict(claims.select("event_id", "kind").collect().iter_rows()) if applied else {}
    for row in rows.iter_rows(named=True):
        policy = _policy(row, shelf, options.folder) if row["version"] else None
        explanation = explain(row | {"kind": kinds.get(row["stay_id"])}, policy)
        print(f"{row['stay_id']}  {row['policy'] or '-'}")
        print(f"  {explanation.text(options.lang)}")
    return 0


def _policy(row: dict[str, Any], shelf: "Shelf", folder: Path) -> "Policy":
    """Return the very text that decided a row, or raise `PolicyOfTheRun`."""
    whole = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    used = next(
        entry for entry in whole["policies"] if (entry["policy"], entry["version"]) == (row["policy"], row["version"])
    )
    for policy in shelf.versions.get(row["policy"], ()):
        if policy.digest == used["sha256"]:
            return policy
    raise PolicyOfTheRun(
        folder=folder.name, name=used["policy"], version=used["version"], file=used["file"], digest=used["sha256"][:12]
    )
