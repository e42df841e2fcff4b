"""The whole job on a cluster: read file by file, find whom lines tie together, decide people by people, add up."""

import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from jishiyu.engine.applications import read_applications
from jishiyu.engine.cut_roster import HELD_ROWS, CutRoster, read_cut_roster
from jishiyu.engine.keys import hashed
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.run import Facts, Keep, Outcome, claims_of, columns_read, like, shared_in
from jishiyu.engine.same_member import same_members
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.reading import file_names
from jishiyu.engine.settlement.totals import Totals
from jishiyu.engine.spread.job import BUCKETS, TIED, Job, Unit
from jishiyu.engine.spread.piece import Found, decide_people
from jishiyu.engine.spread.reading import EARLIER, read_units, told
from jishiyu.engine.spread.rows import FOUND, LINKS, bucket_of, line_schema, read_schema, signed, spoken
from jishiyu.engine.tally import OWED_KEY, Tally

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROWS_PER_PIECE = 500_000
MEMBERS = {**ROSTER_SCHEMA, "piece": pl.Int32()}
NOBODY = -(1 << 63)  # stands for the person of a line without one
Progress = Callable[[str, int], None]


def spread(
    session: "SparkSession",
    feeds: Sequence[Path],
    *,
    roster: Path,
    policies: Shelf,
    as_of: date,
    keep: Keep,
    folder: Path,
    applications: Path | None = None,
    earlier: Facts | None = None,
    breaks: Breaks = "warn",
    progress: Progress = lambda step, count: None,
    stated: Mapping[str, Sequence[Totals]] | None = None,
    rows_per_piece: int = ROWS_PER_PIECE,
    held_rows: int = HELD_ROWS,
) -> Outcome:
    """This function will do what `run` does, on a Spark cluster, with the same result.

    `folder` must be one that driver and executors share; `decisions.parquet`, `lines.parquet` and `facts.parquet` come
    to lie in it as folders of pieces. What an earlier attempt of the same run finished there is not done again. A roster
    of more than `held_rows` lines is held there in files too.
    Raises what `run` raises.
    """
    given = {name: list(totals) for name, totals in (stated or {}).items()}
    job = Job(folder, as_of, breaks, tuple(columns_read(policies)), policies, given, earlier is not None)
    units = [Unit(number, str(path.resolve()), name)
             for number, (path, name) in enumerate(zip(feeds, file_names(feeds), strict=True))]  # fmt: skip
    members = read_cut_roster(roster, as_of=as_of, scratch=_emptied(job, "roster"), held_rows=held_rows)
    same = same_members(members.repeated, members.problems)
    found = read_applications(applications, as_of=as_of) if applications else None
    claims = claims_of(found, earlier)
    keep("claims", claims)
    lines = _read(session, job, units, earlier)
    noted, totals = told(job, units)
    rows = sum(sums["rows"] for sums in totals.values()) + (earlier.lines.height if earlier is not None else 0)
    progress("lines", rows)
    people = [claims["person_key"]] if claims.height else []
    people += [same["person_key"]] if same is not None else []
    tied = _tied(session, job, lines, people)
    progress("tied", len(tied))
    shared = shared_in(members.repeated, members.problems)
    job = job.deciding(claims=claims, same=same, shared=shared, pieces=max(1, min(BUCKETS, -(-rows // rows_per_piece))))
    pieces = _decide(session, job, lines, members, tied)
    progress("decisions", len(pieces))
    return _add_up(pieces, totals, noted, found, members.problems, policies)


def _read(session: "SparkSession", job: Job, units: list[Unit], earlier: Facts | None) -> "DataFrame":
    """Read every file on some executor and keep the lines, unless an earlier attempt did."""
    path = job.work / "read"
    if not (path / "_SUCCESS").exists():
        asked = list(units)
        if earlier is not None:
            facts = like(earlier.lines, read_schema(job.columns))
            facts.write_ipc(job.work / EARLIER)
            asked.insert(0, Unit(-1, "", ""))
        rows = session.sparkContext.parallelize([(u.number, u.path, u.name) for u in asked], len(asked))
        named = session.createDataFrame(rows, "number int, path string, name string")
        lines = named.mapInArrow(partial(read_units, job), spoken(line_schema(job.columns)))
        lines.write.mode("overwrite").parquet(str(path))
    return session.read.parquet(str(path))


def _tied(session: "SparkSession", job: Job, lines: "DataFrame", people: list[pl.Series]) -> pl.Series:
    """Return the people (signed hashes) who share a settlement number, an undoing or a stay with somebody."""
    from pyspark.sql import functions as f

    kept = job.work / "tied.arrow"
    if not kept.exists():
        named = "stack(3, 0, settlement_link, 0, undoes_link, 1, stay_link) as (kind, key)"
        some = lines.select(f.coalesce("person", f.lit(NOBODY)).alias("person"), f.expr(named)).where("key is not null")
        shared = some.groupBy("kind", "key").agg(f.min("person").alias("a"), f.max("person").alias("b"))
        shared = shared.where("a <> b").select("kind", "key")
        table = some.join(shared, ["kind", "key"], "left_semi").select("person").distinct().toArrow()
        pl.DataFrame(table).select(pl.col("person").cast(pl.Int64)).write_ipc(kept)
    found = pl.read_ipc(kept)["person"]
    others = [signed(hashed(one)).cast(pl.Int64) for one in people]
    return pl.concat([found.filter(found != NOBODY), *others]).drop_nulls().unique().sort()


def _decide(session: "SparkSession", job: Job, lines: "DataFrame", members: CutRoster, tied: pl.Series) -> list[Found]:
    """Let the executors decide piece by piece; return what each adds to the sums, tied people last."""
    from pyspark.sql import functions as f

    together = session.createDataFrame(pl.DataFrame({"person": tied}).to_arrow(compat_level=pl.CompatLevel.oldest()))
    together = f.broadcast(together.withColumn("tied", f.lit(True)))
    cut = (
        lines.join(together, "person", "left")
        .withColumn("piece", f.when(f.col("person").isNull() | f.col("tied"), TIED)
                    .otherwise(f.col("bucket") % job.pieces).cast("int"))
        .drop("tied", *LINKS)
    )  # fmt: skip
    on_roster = session.read.schema(spoken(MEMBERS)).parquet(str(_members(job, members, tied)))
    decided = (
        cut.groupBy("piece")
        .cogroup(on_roster.groupBy("piece"))
        .applyInArrow(partial(decide_people, job), spoken(FOUND))
    )
    with _tasks_of_pieces(session, job):
        rows = decided.collect()
    found = {row["piece"]: pickle.loads(row["found"]) for row in rows}  # noqa: S301  # our own executors made it
    if TIED not in found:  # nobody is tied; applications and empty feeds have their place there all the same
        nothing = pa.table({})
        row = decide_people(job, (pa.scalar(TIED),), nothing, nothing)
        found[TIED] = pickle.loads(row["found"][0].as_py())  # noqa: S301
    return [found[number] for number in sorted(found, key=lambda number: (number == TIED, number))]


@contextmanager
def _tasks_of_pieces(session: "SparkSession", job: Job) -> Iterator[None]:
    """Let every piece be a task: Spark joins small ones otherwise, and a few people would wait for many.

    Spark puts pieces into tasks by a hash; with four times as many tasks few pieces meet.
    """
    words = {"adaptive.coalescePartitions.enabled": "false", "shuffle.partitions": str(4 * (job.pieces + 1))}
    for name, value in words.items():
        session.conf.set(f"spark.sql.{name}", value)
    try:
        yield
    finally:
        for name in words:
            session.conf.unset(f"spark.sql.{name}")


def _members(job: Job, members: CutRoster, tied: pl.Series) -> Path:
    """Write the roster cut as the lines are: who is tied stands in the piece of the tied."""
    folder, together = _emptied(job, "members"), tied.implode()
    for number, rows in enumerate(members.parts()):
        people = hashed(rows["person_key"])
        is_tied = signed(people).is_in(together).fill_null(value=False)
        pieces = (bucket_of(people) % job.pieces).set(is_tied, TIED)
        rows.with_columns(piece=pieces).write_parquet(folder / f"{number:03d}.parquet", row_group_size=100_000)
    _emptied(job, "roster")  # of a large one as much again: disk is short when the lines are sorted
    return folder


def _emptied(job: Job, name: str) -> Path:
    """Return a folder of the work without what an earlier attempt left there."""
    shutil.rmtree(job.work / name, ignore_errors=True)
    return job.place(f"work/{name}")


def _add_up(
    pieces: list[Found], totals: dict[str, dict[str, int]], noted: dict[str, list[Totals]], found: Any,
    roster_problems: pl.DataFrame, policies: Shelf,
) -> Outcome:  # fmt: skip
    tally = Tally()
    for piece in pieces:
        tally.join(piece.tally)
    sums = [piece.owed for piece in pieces if piece.owed is not None]
    return Outcome(
        tally=tally,
        doubtful=pl.concat([piece.doubtful for piece in pieces]),
        owed=pl.concat(sums).group_by(OWED_KEY).agg(pl.col("owed_fen").sum()) if sums else None,
        totals=totals,
        stated=noted,
        applications=found,
        roster_problems=roster_problems,
        policies=policies,
    )
