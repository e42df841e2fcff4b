"""The whole job without a database: feeds + roster + applications + policies → decisions and an account of lines."""

from collections.abc import Callable, Sequence
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
class Outcome:
    """What a run found: `lines` (account of the new lines), `decisions`, `facts` (all lines that count, old and new)."""

    lines: pl.DataFrame
    decisions: pl.DataFrame
    facts: pl.DataFrame
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
    earlier: pl.DataFrame | None = None,
    progress: Progress = lambda step, count: None,
) -> Outcome:
    """This function will take feeds from files to decisions.

    `earlier` are the facts of earlier runs (`Outcome.facts`): their settlements count as taken before the new lines.
    `progress` hears the name of each finished step and a count. Raises the problems of reading (file refused,
    control totals) and of policies; nothing is written.
    """
    wanted = [name for name in columns_needed(policies) if name not in ALWAYS]
    batches = []
    for batch in read_lines(feeds, as_of=as_of, columns=[*ALWAYS, *wanted]):
        batches.append(batch)
        progress("lines", sum(part.height for part in batches))
    lines = pl.concat(batches) if len(batches) != 1 else batches[0]
    del batches
    members, roster_problems = read_roster(roster, as_of=as_of)
    members = members.select("person_key", "name_key", "member_no", "org_code", "in_service", "joined_on", "left_on",
                             "birth_date", "household")  # fmt: skip
    progress("roster", members.height)
    claims = read_applications(applications, as_of=as_of) if applications else None
    before = 0
    if earlier is not None and earlier.height:
        lines = pl.concat([_like(earlier, lines), lines])
        before = earlier.height
    settled = settle(lines)
    events = stays(settled)
    progress("stays", events.height)
    decisions = decide(_with_claims(events, claims), members, None, policies)
    progress("decisions", decisions.height)
    lines_account = account(settled, decisions)
    facts = settled.filter((pl.col("bucket") != "invalid") & (pl.col("bucket") != "duplicate") | pl.col("bucket").is_null())
    return Outcome(
        lines=lines_account.slice(before),
        decisions=decisions,
        facts=facts.select(lines.columns),
        applications=claims,
        roster_problems=roster_problems,
        policies=policies,
    )


def _like(earlier: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Give earlier facts the columns of the new lines; what an earlier run did not keep is null."""
    columns: list[Any] = [
        pl.col(name).cast(kind) if name in earlier.columns else pl.lit(None, kind).alias(name)
        for name, kind in lines.schema.items()
    ]
    return earlier.select(columns)


def _with_claims(events: pl.DataFrame, claims: Applications | None) -> pl.DataFrame:
    return events if claims is None or not claims.events.height else pl.concat([events, claims.events], how="diagonal")
