"""Text columns: their bytes, for checks that look at every character of a million values at once, and folding."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

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


def only_common_characters(texts: pl.Series) -> bool:
    """Return whether all texts are of ideographs between U+4000 and U+9FFF, which no folding changes."""
    characters, _ = bytes_of(texts)
    if characters.size and (characters.min() < _ASCII_END or characters.max() > _IDEOGRAPHS_END):
        return False
    return not ((characters >= _LEAD_BYTES) & (characters < _IDEOGRAPHS)).any()


def trimmed(texts: pl.Series) -> pl.Series:
    """Return texts without spaces and byte-order marks around them; empty and `null` are null."""
    if texts.null_count() == len(texts):
        return texts
    characters, offsets = bytes_of(texts)
    plain = characters.size == 0 or (characters.min() > ord(" ") and characters.max() < _ASCII_END)
    if plain and np.diff(offsets).min() > _LONGEST_NULL:  # a null is empty here: one of them takes the long way
        return texts
    if not (plain or only_common_characters(texts)):
        texts = texts.str.strip_chars("\ufeff\u200b\u3000\u00a0 \t\r\n")
    nothing = texts.is_in(NULLS)
    return texts.set(nothing, None) if nothing.any() else texts


def folded_code(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return codes without spaces, full-width forms and the `.0` that sheets put behind numbers, and their kinds."""
    kinds = codes.unique()
    folded = kinds.str.normalize("NFKC").str.replace_all(r"[\s\x{feff}']", "").str.replace(r"^([0-9]+)\.0$", "${1}")
    folded = folded.set(folded.is_in(NULLS), None)
    if folded.eq_missing(kinds).all():
        return codes, kinds
    return codes.replace_strict(kinds, folded, return_dtype=pl.String), folded.unique()


def has_points(texts: pl.Series) -> bool:
    """Return whether a point or a plus sign may stand somewhere, as in 4.40300E+19; plain codes have neither."""
    characters, _ = bytes_of(texts)
    return bool(characters.size) and bool(characters.min() <= ord("."))
