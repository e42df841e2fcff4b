"""On an executor: all lines of some people and their memberships → decisions, account of lines, facts, as files."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa

from jishiyu.engine.results import write_table
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.run import decide_piece
from jishiyu.engine.spread.job import PLACE, TIED, Job, put, put_pickled
from jishiyu.engine.spread.rows import FOUND, from_spark, line_schema, to_spark
from jishiyu.engine.tally import Tally, owed


@dataclass(frozen=True)
class Found:
    """What a piece adds to the sums of a run."""

    tally: Tally
    owed: pl.DataFrame | None
    doubtful: pl.DataFrame


def decide_people(job: Job, key: tuple[Any, ...], lines: pa.Table, members: pa.Table) -> pa.Table:
    """This function will decide one piece, unless an earlier attempt of the run did, and return its sums as one row."""
    number = key[0].as_py()
    done = job.place("work/done") / f"{number}.pickle"
    if not done.exists():
        put_pickled(done, _decide(job, number, lines, members))
    row = pl.DataFrame({"piece": [number], "found": [done.read_bytes()]}, schema=FOUND)
    return pa.Table.from_batches(to_spark(row, FOUND))


def _decide(job: Job, number: int, lines: pa.Table, members: pa.Table) -> Found:
    taken = from_spark(lines) if lines.num_columns else pl.DataFrame(schema=line_schema(job.columns))
    taken = taken.sort("arrival")
    roster = (
        from_spark(members).select(list(ROSTER_SCHEMA)) if members.num_columns else pl.DataFrame(schema=ROSTER_SCHEMA)
    )
    kept: dict[str, pl.DataFrame] = {}
    account, decisions = decide_piece(
        lambda: taken, lambda: roster, claims=job.claims if number == TIED else job.claims.clear(),
        same=lambda: job.same, shared=lambda: job.shared, policies=job.policies, old=PLACE if job.earlier else 0,
        keep=kept.__setitem__,
    )  # fmt: skip
    for name, table in kept.items():
        put(job.place(f"{name}.parquet") / _file(number), partial(write_table, table=table))
    tally = Tally()
    tally.add(account, decisions)
    doubtful = account.filter(pl.col("bucket").is_in(["invalid", "held"]))
    return Found(
        tally,
        owed(decisions) if job.earlier else None,
        doubtful.select("file", "line", "bucket", "reasons"),
    )


def _file(number: int) -> str:
    """Name the file of a piece; the tied people come last, as they do on one machine."""
    return "piece-tied.parquet" if number == TIED else f"piece-{number:04d}.parquet"
