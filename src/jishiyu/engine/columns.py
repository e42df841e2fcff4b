"""The bytes behind a text column, for checks that look at every character of a million values at once."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def bytes_of(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the UTF-8 bytes of all values one after the other, and the n + 1 positions where values begin."""
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offset_buffer, value_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    if value_buffer is None or len(offsets) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(len(texts) + 1, dtype=np.int64)
    values = np.frombuffer(value_buffer, dtype=np.uint8)
    return values[offsets[0] : offsets[-1]], offsets - offsets[0]
