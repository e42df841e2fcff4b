"""Which kind of file it is, told by content, and the tables inside."""

from collections.abc import Iterator
from pathlib import Path

from jishiyu.engine.files.columnar import parquet_table
from jishiyu.engine.files.delimited import delimited_table
from jishiyu.engine.files.problems import FileEmpty, FileNotThere
from jishiyu.engine.files.tables import Table


def tables(path: Path) -> Iterator[Table]:
    """Yield the tables of a file; raises a `Problem` when it cannot be read."""
    if not path.is_file():
        raise FileNotThere(file=path.name)
    with path.open("rb") as stream:
        first = stream.read(8)
    if not first:
        raise FileEmpty(file=path.name)
    if first.startswith(b"PAR1"):
        yield parquet_table(path.name, path)
    else:
        yield delimited_table(path.name, lambda: path.open("rb"))
