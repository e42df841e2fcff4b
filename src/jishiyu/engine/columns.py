"""Text columns: their bytes, for checks that look at every character of a million values at once, and folding."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import numpy as np
import polars as pl
from numpy.typing import NDArray

BLOCK = 1 << 15  # so many rows at a time, what is looked at several times stays in the processor's cache
NULLS = ["", "null", "NULL"]  # what stands for nothing in bulk files
_LONGEST_NULL = max(len(word) for word in NULLS)
_ASCII_END, _IDEOGRAPHS_END, _LEAD_BYTES, _IDEOGRAPHS = 0x80, 0xE9, 0xC0, 0xE4


def bytes_of(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the UTF-8 bytes of all values one after the other, and the n + 1 positions where values begin."""
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offset_buffer, value_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    if value_buffer is None or len(offsets) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(len(texts) + 1, dtype=np.int64)
    values = np.frombuffer(value_buffer, dtype=np.uint8)
    return values[offsets[0] : offsets[-1]], offsets - offsets[0]


@dataclass(frozen=True)
class Looks:
    """What one look at the bytes of a text column tells; most columns need no second one.

    `plain`: ASCII without spaces; `common`: only ideographs between U+4000 and U+9FFF, which no folding changes;
    `shortest`: bytes of the shortest text, 0 when one is empty or null; `lowest`: the smallest byte.
    """

    plain: bool
    common: bool
    shortest: int
    lowest: int


Read = Callable[[pl.Series], tuple[pl.Series, pl.Series]]


def alike(texts: pl.Series) -> bool:
    """Return whether a column says the same in every row, as many a column does."""
    return len(texts) > 1 and bool(texts.eq_missing(texts.head(1)).all())


def once_if_alike(read: Read) -> Read:
    """Let a function read the first text only when all others are the same."""

    @wraps(read)
    def reading(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
        if not alike(texts):
            return read(texts)
        values, wrong = read(texts.head(1))
        return values.new_from_index(0, len(texts)), wrong.new_from_index(0, len(texts))

    return reading


def look(texts: pl.Series) -> Looks:
    """Return what a column looks like."""
    if alike(texts):
        return _look(texts.head(1))
    blocks = [_look(texts.slice(start, BLOCK)) for start in range(0, max(len(texts), 1), BLOCK)]
    return Looks(
        plain=all(block.plain for block in blocks),
        common=all(block.common for block in blocks),
        shortest=min(block.shortest for block in blocks),
        lowest=min(block.lowest for block in blocks),
    )


def _look(texts: pl.Series) -> Looks:
    characters, offsets = bytes_of(texts)
    if not characters.size:
        return Looks(plain=True, common=True, shortest=0, lowest=_ASCII_END)
    lowest, highest = int(characters.min()), int(characters.max())
    common = lowest >= _ASCII_END and highest <= _IDEOGRAPHS_END
    common = common and not ((characters >= _LEAD_BYTES) & (characters < _IDEOGRAPHS)).any()
    return Looks(lowest > ord(" ") and highest < _ASCII_END, common, int(np.diff(offsets).min()), lowest)


def trimmed(texts: pl.Series, looks: Looks | None = None) -> pl.Series:
    """Return texts without spaces and byte-order marks around them; empty and `null` are null."""
    if texts.null_count() == len(texts):
        return texts
    looks = looks or look(texts)
    # An empty text or a null takes the long way.
    if (looks.plain and looks.shortest > _LONGEST_NULL) or (looks.common and looks.shortest):
        return texts
    if not (looks.plain or looks.common):
        texts = texts.str.strip_chars("\ufeff\u200b\u3000\u00a0 \t\r\n")
    nothing = texts.is_in(NULLS)
    return texts.set(nothing, None) if nothing.any() else texts


def folded_code(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return codes without spaces, full-width forms and the `.0` that sheets put behind numbers, and their kinds."""
    kinds = codes.head(1) if alike(codes) else codes.unique()
    folded = kinds.str.normalize("NFKC").str.replace_all(r"[\s\x{feff}']", "").str.replace(r"^([0-9]+)\.0$", "${1}")
    folded = folded.set(folded.is_in(NULLS), None)
    if folded.eq_missing(kinds).all():
        return codes, kinds
    return codes.replace_strict(kinds, folded, return_dtype=pl.String), folded.unique()


def may_have_points(looks: Looks) -> bool:
    """Return whether a point or a plus sign may stand somewhere, as in 4.40300E+19; plain codes have neither."""
    return looks.lowest <= ord(".")
