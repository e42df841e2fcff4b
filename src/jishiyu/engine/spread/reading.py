"""On an executor: a file → its checked lines, and what ties the people of lines together."""

import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa

from jishiyu.engine.file_sums import FileSums
from jishiyu.engine.keys import hashed
from jishiyu.engine.problems import Problem
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.totals import Totals
from jishiyu.engine.spool import links
from jishiyu.engine.spread.job import PLACE, Job, Unit, put_pickled
from jishiyu.engine.spread.rows import bucket_of, line_schema, signed, to_spark

EARLIER = "earlier.arrow"


def read_units(job: Job, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """This function will read the files named in the batches; what a file holds or is wrong with it is told beside (`told`)."""
    schema = line_schema(job.columns)
    for batch in batches:
        for row in batch.to_pylist():
            unit = Unit(**row)
            for lines in _lines(job, unit):
                people = hashed(lines["person_key"])
                ties = {f"{name}_link": signed(keys) for name, keys in links(lines).items()}
                cut = lines.with_columns(person=signed(people), bucket=bucket_of(people), **ties)
                yield from to_spark(cut, schema)


def _lines(job: Job, unit: Unit) -> Iterator[pl.DataFrame]:
    """Yield the lines of one file with their place in the order of arrival."""
    if unit.number < 0:
        facts = pl.read_ipc(job.work / EARLIER)
        yield facts.with_columns(arrival=pl.int_range(facts.height, dtype=pl.Int64))
        return
    noted: dict[str, list[Totals]] = {}
    sums = FileSums()
    problem: Problem | None = None
    place = (unit.number + 1) * PLACE
    try:
        for lines in read_lines(
            [Path(unit.path)], names=[unit.name], as_of=job.as_of, breaks=job.breaks, columns=job.columns,
            stated=job.stated, noted=noted,
        ):  # fmt: skip
            yield lines.with_columns(arrival=pl.int_range(place, place + lines.height, dtype=pl.Int64))
            sums.add(lines)
            place += lines.height
    except Problem as found:  # the same again at every attempt: told to whoever started the run, not tried again
        problem = found
    put_pickled(job.place("work/told") / f"{unit.number}.pickle", (problem, noted, sums.all()))


def told(job: Job, units: list[Unit]) -> tuple[dict[str, list[Totals]], dict[str, dict[str, int]]]:
    """This function will return the totals that files state, and what they hold; raises the first problem of the first file."""
    noted: dict[str, list[Totals]] = {}
    held: dict[str, dict[str, int]] = {}
    for unit in units:
        path = job.work / "told" / f"{unit.number}.pickle"
        problem, stated, sums = pickle.loads(path.read_bytes())  # noqa: S301  # our own executors wrote it, into our folder
        if problem is not None:
            raise problem
        noted |= stated
        held |= sums
    return noted, held
