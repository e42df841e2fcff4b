"""A frozen history: events and memberships of a folder, as `jishiyu decide` would judge them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine import results
from jishiyu.engine.applications import read_applications
from jishiyu.engine.laboratory.problems import HistoryWithoutRoster, NoHistory
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.roster import ROSTER_SCHEMA, read_roster
from jishiyu.engine.run import ALWAYS, GROUPED_BY
from jishiyu.engine.same_member import as_one, shared_numbers, tied
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.stays import stays

_BESIDE = (".json", ".txt", ".md", ".toml")  # control totals, notes and policies that lie beside feeds


@dataclass(frozen=True)
class History:
    """`events`: one row per stay or application, as `decide` takes them; `roster`: ROSTER_SCHEMA; `districts`: what the
    unions of `org_code` belong to (`org_code`, `district`), or None where nobody says so."""

    events: pl.DataFrame
    roster: pl.DataFrame
    districts: pl.DataFrame | None = None


def read_history(folder: Path, *, policies: Sequence[Policy], as_of: date) -> History:
    """This function will read what a folder holds: a run of `jishiyu decide`, several of them, or feeds with a roster.

    Nothing of feeds may lie after `as_of`. Raises `NoHistory`, `HistoryWithoutRoster`, and the problems of reading.
    """
    if (folder / "summary.json").exists() or any(folder.glob("*/summary.json")):
        history = _of_runs(results.history_folders([folder]))
    else:
        history = _of_files(folder, policies, as_of)
    return History(history.events, history.roster, _districts(folder))


def frozen(lines: pl.DataFrame, claims: pl.DataFrame, roster: pl.DataFrame) -> History:
    """This function will net lines (in order of arrival) into stays and put claims beside them."""
    events = stays(settle(lines.with_columns(arrival=pl.int_range(lines.height, dtype=pl.Int64))))
    if claims.height:
        events = pl.concat([events, claims], how="diagonal_relaxed")
    same = tied(roster)
    return History(as_one(events, same), as_one(roster, same))


def _of_runs(runs: Sequence[Path]) -> History:
    """Read the facts of runs; of the memberships of a person those of the newest run count."""
    facts = results.earlier_facts(runs)
    assert facts is not None  # there is at least one run
    kept: pl.DataFrame | None = None
    for run in reversed(runs):
        if not (run / "roster.parquet").exists():
            raise HistoryWithoutRoster(folder=run.name)
        older = pl.read_parquet(run / "roster.parquet").select(list(ROSTER_SCHEMA)).unique()
        kept = older if kept is None else pl.concat([kept, older.join(kept, on="person_key", how="anti")])
    assert kept is not None
    return frozen(facts.lines, facts.claims, kept)


def _of_files(folder: Path, policies: Sequence[Policy], as_of: date) -> History:
    """Read feeds (beside the roster or in `feeds/`), the roster (`roster.*`), and applications (`applications.*`, or in
    `applications/`) where there are any."""
    files = _files_in(folder)
    feeds = [path for path in files if path.stem not in ("roster", "applications", "unions")]
    feeds += _files_in(folder / "feeds")
    applied = [path for path in files if path.stem == "applications"] + _files_in(folder / "applications")
    rosters = [path for path in files if path.stem == "roster"]
    if not feeds or not rosters:
        raise NoHistory(folder=folder.name)
    wanted = columns_needed(Shelf({policy.digest: (policy,) for policy in policies}))
    columns = list(dict.fromkeys([*ALWAYS, *wanted, *GROUPED_BY]))
    lines = pl.concat(list(read_lines(feeds, as_of=as_of, columns=columns)))
    roster, _ = read_roster(rosters[0], as_of=as_of, origin=False)
    handed_in = [read_applications(path, as_of=as_of).events for path in applied]
    claims = pl.concat(handed_in, how="diagonal") if handed_in else pl.DataFrame()
    return frozen(lines, claims, about(roster, lines, claims).select(list(ROSTER_SCHEMA)))


def about(roster: pl.DataFrame, *tables: pl.DataFrame) -> pl.DataFrame:
    """This function will return the memberships of the people in some tables, and all lines of shared member numbers."""
    people = pl.concat([table.select("person_key") for table in tables if table.width]).unique()
    return roster.filter(
        pl.col("person_key").is_in(people["person_key"].implode())
        | pl.col("member_no").is_in(shared_numbers(roster).implode())
    )


def _files_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*")) if path.is_file() and path.suffix not in _BESIDE]


def _districts(folder: Path) -> pl.DataFrame | None:
    """Read `unions.parquet` or `unions.csv` of the folder: `code` and `district`."""
    for path in (folder / "unions.parquet", folder / "unions.csv"):
        if path.exists():
            table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
            if {"code", "district"} <= set(table.columns):
                return table.select(
                    org_code=pl.col("code").cast(pl.String), district=pl.col("district").cast(pl.String)
                ).unique("org_code")
    return None
