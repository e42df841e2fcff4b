"""The whole job without a database: feeds + roster + applications + policies → decisions and an account of lines."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from jishiyu.engine.applications import Applications, read_applications
from jishiyu.engine.decide import decide
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.roster import read_roster
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.stays import stays

# What netting needs of every line, whatever the policies ask for.
ALWAYS = [
    "file", "line", "settlement_id", "undoes", "visit_id", "hospital_code", "person_key", "name_key", "medical_type",
    "begins_on", "ends_on", "settled_at", "updated_at", "total_fen", "cash_fen", "refund_flag", "valid_flag",
    "employer_no", "employer_name", "flaws",
]  # fmt: skip

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Facts:
    """What decisions rest on: settlement lines that count, and applications as events."""

    lines: pl.DataFrame
    claims: pl.DataFrame


@dataclass(frozen=True)
class Outcome:
    """What a run found: `lines` (account of the new lines), `decisions`, control totals per file, problems."""

    lines: pl.DataFrame
    decisions: pl.DataFrame
    totals: dict[str, dict[str, int]]
    applications: Applications | None
    roster_problems: pl.DataFrame
    policies: Shelf


def run(
    feeds: Sequence[Path],
    *,
    roster: Path,
    policies: Shelf,
    as_of: date,
    applications: Path | None = None,
    earlier: Facts | None = None,
    breaks: Breaks = "warn",
    progress: Progress = lambda step, count: None,
    facts_known: Callable[[Facts], None] = lambda facts: None,
) -> Outcome:
    """This function will take feeds from files to decisions.

    `earlier` are the facts of earlier runs: they count as taken before the new lines.
    `progress` hears the name of each finished step and a count; `facts_known` gets the facts as soon as the lines are
    netted, so that they can be written beside the deciding. Raises the problems of reading (file refused, control
    totals) and of policies; nothing is written here.
    """
    wanted = [name for name in columns_needed(policies) if name not in ALWAYS]
    totals = _Totals()
    with ThreadPoolExecutor(1) as beside:  # the roster is read while the feeds are
        reading = beside.submit(read_roster, roster, as_of=as_of, origin=False)
        lines = _lines(feeds, totals, progress, as_of=as_of, breaks=breaks, columns=[*ALWAYS, *wanted])
        before = 0
        if earlier is not None and earlier.lines.height:
            lines = pl.concat([_like(earlier.lines, lines), lines])
            before = earlier.lines.height
        settled = settle(lines)
        claims = read_applications(applications, as_of=as_of) if applications else None
        papers = _claims(claims, earlier)
        facts_known(Facts(_that_count(settled).select(lines.columns), papers))
        del lines  # what the account needs is little; a million wide rows make room
        events = stays(settled)
        settled = settled.select("file", "line", "settlement_id", "stay_id", "bucket", "why", "flaws")
        progress("stays", events.height)
        members, roster_problems = reading.result()
    progress("roster", members.height)
    if papers.height:
        events = pl.concat([events, papers], how="diagonal")
    decisions = decide(events, members, None, policies)
    del events, members  # a million rows each: the account needs the room
    progress("decisions", decisions.height)
    lines_account = account(settled, decisions).slice(before)
    progress("account", lines_account.height)
    return Outcome(
        lines=lines_account,
        totals=totals.all(),
        decisions=decisions,
        applications=claims,
        roster_problems=roster_problems,
        policies=policies,
    )


def _that_count(settled: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a later run does not need to know of."""
    counts = pl.col("bucket").is_null() | ~pl.col("bucket").is_in(["invalid", "duplicate"])
    # An unusable line that claims to undo something keeps holding what it names, in later runs too.
    doubt = (pl.col("bucket") == "invalid") & pl.col("undoes").is_not_null()
    keep = settled.select(counts | doubt).to_series()
    return settled if keep.all() else settled.filter(keep)


def _lines(
    feeds: Sequence[Path], totals: "_Totals", progress: Progress, *, as_of: date, breaks: Breaks, columns: list[str]
) -> pl.DataFrame:
    """Read and check all lines, count their totals, and tell the progress."""
    batches = []
    count = 0
    for batch in read_lines(feeds, as_of=as_of, breaks=breaks, columns=columns):
        batches.append(batch)
        count += batch.height
        if batch.height:
            totals.add(batch)
        progress("lines", count)
    return pl.concat(batches) if len(batches) != 1 else batches[0]


class _Totals:
    """Adds up rows, sums (fen, as far as they can be read) and persons of each file, piece by piece."""

    def __init__(self) -> None:
        self.sums: dict[str, dict[str, int]] = {}
        self.people: dict[str, list[pl.Series]] = {}

    def add(self, lines: pl.DataFrame) -> None:
        """Count a piece; all its lines are of one file."""
        file = str(lines["file"][0])
        sums = self.sums.setdefault(file, {"rows": 0, "total_fen": 0, "cash_fen": 0})
        sums["rows"] += lines.height
        for name in ("total_fen", "cash_fen"):
            sums[name] += int(lines[name].sum())
        self.people.setdefault(file, []).append(lines["person_key"].drop_nulls().hash())

    def all(self) -> dict[str, dict[str, int]]:
        """Return the totals of every file."""
        return {file: {**sums, "persons": pl.concat(self.people[file]).n_unique()} for file, sums in self.sums.items()}


def _like(earlier: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Give earlier facts the columns of the new lines; what an earlier run did not keep is null."""
    columns: list[Any] = [
        pl.col(name).cast(kind) if name in earlier.columns else pl.lit(None, kind).alias(name)
        for name, kind in lines.schema.items()
    ]
    return earlier.select(columns)


def _claims(claims: Applications | None, earlier: Facts | None) -> pl.DataFrame:
    """Join applications, old and new; one that is handed in again replaces its earlier version."""
    parts = [earlier.claims] if earlier is not None else []
    parts += [claims.events] if claims is not None else []
    if not parts:
        return pl.DataFrame(schema={"event_id": pl.String()})
    return pl.concat(parts, how="diagonal").unique("event_id", keep="last", maintain_order=True)
