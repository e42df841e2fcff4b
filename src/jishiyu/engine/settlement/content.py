"""Is it the same line again? What a line says beyond the columns that netting looks at, as one number."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jishiyu.engine.columns import alike, trimmed
from jishiyu.engine.settlement.lines import LINE_SCHEMA

CONTENT = "content"
# What every job loads and compares as it stands; all other columns of a line go into its number. Certificate and name are
# compared by their keys.
COMPARED = [
    "settlement_id", "undoes", "visit_id", "hospital_code", "person_key", "name_key", "medical_type", "begins_on",
    "ends_on", "settled_at", "updated_at", "total_fen", "cash_fen", "refund_flag", "valid_flag", "employer_no",
    "employer_name",
]  # fmt: skip
_BY_THEIR_KEYS = ("cert_type", "cert_no", "name")
HASHED = [name for name in LINE_SCHEMA if name not in (*COMPARED, *_BY_THEIR_KEYS, "file", "line", "flaws")]


def content_numbers(columns: dict[str, pl.Series], texts: pl.DataFrame) -> pl.Series:
    """This function will return one number (UInt64) per line for all `HASHED` columns.

    Equal lines have equal numbers, whatever columns their files have: what is not given counts nothing. `columns` are the
    columns that were read already, the others are hashed as they stand in `texts`. The numbers are those of the installed
    Polars: facts of an older one compare as different, and a line sent again is then `superseded` by its equal.
    """
    numbers = np.zeros(texts.height, dtype=np.uint64)
    for seed, name in enumerate(HASHED, start=1):
        if name in columns:
            numbers += _codes(columns[name], seed)
        elif name in texts.columns:
            column = texts[name]
            numbers += _codes(trimmed(column.head(1) if alike(column) else column), seed)
    return pl.Series(CONTENT, numbers)


def _codes(column: pl.Series, seed: int) -> NDArray[np.uint64]:
    """Return what the values of one column add to the numbers, or of its first one when they are alike; null adds nothing."""
    column = column.head(1) if alike(column) else column
    codes = column.hash(seed=seed).to_numpy()
    return np.where(column.is_null().to_numpy(), np.uint64(0), codes) if column.null_count() else codes
