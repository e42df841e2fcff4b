"""Files → lines: every line of every file, in the order of the files, checked."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.settlement.checks import CHECKED, check_lines
from jishiyu.engine.settlement.flaws import Breaks

BATCH_ROWS = 500_000
NEEDED = ["settlement_id", "visit_id", "cert_no", "medical_type", "begins_on", "ends_on", "settled_at", "cash_fen"]


def read_lines(
    paths: Sequence[Path],
    *,
    as_of: date,
    breaks: Breaks = "warn",
    columns: Collection[str] | None = None,
    batch_rows: int = BATCH_ROWS,
) -> Iterator[pl.DataFrame]:
    """Yield frames of LINE_SCHEMA with every line of every file, also the broken ones, in file order.

    With `columns` only `file`, `line`, `flaws` and these columns are made. Nothing may lie after `as_of`;
    `breaks="held"` holds lines whose amounts do not add up instead of warning. Raises a `Problem` for a file
    that cannot be read or has not the needed columns, and when stated control totals disagree.
    """
    wanted = None if columns is None else [*columns]
    for path in paths:
        for name, texts in read_texts(path, columns=columns, batch_rows=batch_rows):
            yield check_lines(texts, file=name, as_of=as_of, breaks=breaks, columns=wanted)


def read_texts(
    path: Path, *, columns: Collection[str] | None = None, batch_rows: int = BATCH_ROWS
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the name and the unchecked texts of the tables in a file: `line`, `flaw`, our fields as String."""
    words = vocabulary("settlements")
    for table in tables(path):
        picked = words.pick(table, NEEDED)
        if columns is not None:
            keep = {*CHECKED, *columns}
            picked = picked.only(keep)
        for texts in table.read(picked, batch_rows):
            yield table.name, texts
