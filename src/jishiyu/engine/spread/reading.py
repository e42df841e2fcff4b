"""On an executor: a file → its checked lines, and what ties the people of lines together."""

import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from jishiyu.engine.keys import hashed
from jishiyu.engine.problems import Problem
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.totals import Totals
from jishiyu.engine.spool import links
from jishiyu.engine.spread.job import PLACE, Job, Unit, put_pickled
from jishiyu.engine.spread.rows import LINKS, bucket_of, from_spark, line_schema, signed, to_spark

EARLIER = "earlier.arrow"


def read_units(job: Job, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """This function will read the files named in the batches; what is wrong with a file is told beside (`told`)."""
    schema = line_schema(job.columns)
    for batch in batches:
        for row in batch.to_pylist():
            unit = Unit(**row)
            for lines in _lines(job, unit):
                people = hashed(lines["person_key"])
                cut = lines.with_columns(person=signed(people), bucket=bucket_of(people))
                yield from to_spark(cut, schema)


def _lines(job: Job, unit: Unit) -> Iterator[pl.DataFrame]:
    """Yield the lines of one file with their place in the order of arrival."""
    if unit.number < 0:
        facts = pl.read_ipc(job.work / EARLIER)
        yield facts.with_columns(arrival=pl.int_range(facts.height, dtype=pl.Int64))
        return
    noted: dict[str, list[Totals]] = {}
    problem: Problem | None = None
    place = (unit.number + 1) * PLACE
    try:
        for lines in read_lines(
            [Path(unit.path)], names=[unit.name], as_of=job.as_of, breaks=job.breaks, columns=job.columns,
            stated=job.stated, noted=noted,
        ):  # fmt: skip
            yield lines.with_columns(arrival=pl.int_range(place, place + lines.height, dtype=pl.Int64))
            place += lines.height
    except Problem as found:  # the same again at every attempt: told to whoever started the run, not tried again
        problem = found
    put_pickled(job.place("work/told") / f"{unit.number}.pickle", (problem, noted))


def told(job: Job, units: list[Unit]) -> dict[str, list[Totals]]:
    """This function will return the control totals the files state, and raise the first problem of the first file."""
    noted: dict[str, list[Totals]] = {}
    for unit in units:
        path = job.work / "told" / f"{unit.number}.pickle"
        problem, of_file = pickle.loads(path.read_bytes())  # noqa: S301  # our own executors wrote it, into our folder
        if problem is not None:
            raise problem
        noted |= of_file
    return noted


def link_lines(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """This function will yield what each line names: a settlement (0) or a stay (1), and the person of the line."""
    for batch in batches:
        lines = from_spark(batch)
        names = links(lines)
        for kind, key in ((0, names["settlement"]), (0, names["undoes"]), (1, names["stay"])):
            named = pl.DataFrame({"key": signed(key), "person": lines["person"]}).filter(pl.col("key").is_not_null())
            yield from to_spark(named.with_columns(kind=pl.lit(kind, pl.Int32)), LINKS)
