"""Amounts with two places and days, eight characters at a time: twice as fast as a pattern and a cast.

Eight ASCII characters are one 64-bit number, the first character in its lowest byte; a few operations on it check and
read all eight. What has another form is told, never guessed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

_BLOCK = 1 << 13  # so many rows at a time stay in the processor's cache
_ABOVE = np.uint64(10_000_000)  # what the ninth digit from the right is worth, the point left out
_LONGEST = np.uint64(12)  # Arrow keeps texts up to here beside their length, in a row of sixteen bytes
_ZEROS = np.uint64(0x3030303030303030)
_TO_TEN, _TOP_BITS = np.uint64(0x7676767676767676), np.uint64(0x8080808080808080)
_SIXTEEN, _HALF = np.uint64(16), np.uint64(32)
_TWO = np.uint64(0xFFFF)
_PAIRS = np.uint64(0x000000FF000000FF)
# The first day of every month since 1970 and its length; the last entry has no days and stands for all other months.
_FIRST_YEAR, _END_YEAR = 1850, 2200
_MONTHS = (
    np.arange(f"{_FIRST_YEAR}-01", f"{_END_YEAR}-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int32)
)
_LENGTHS = np.append(np.diff(_MONTHS), 0).astype(np.uint32)
_FIRST_PAIRS, _LAST_PAIRS = np.uint64(100 + (1_000_000 << 32)), np.uint64(1 + (10_000 << 32))


def hundredths(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """This function will return texts like 12.34 times a hundred (Int64), and which of them have this form.

    That is at most twelve characters, digits with two places after a point; other texts and nulls are not read.
    """
    numbers, read = _by_blocks(texts, _two_places, np.uint64)
    return pl.Series(texts.name, numbers.view(np.int64)), read


def days(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """This function will return texts like 2024-01-31 as days, and which of them are real days from 1850 to 2199."""
    numbers, read = _by_blocks(texts, _day, np.int32)
    return pl.Series(texts.name, numbers).cast(pl.Date), read


def real_days(words: Words) -> tuple[NDArray[np.int32], Flags]:
    """This function will return words like 20240131 as days since 1970, and which are real days from 1850 to 2199."""
    pairs, good = _four_pairs(words)
    century, year, month, day = ((pairs >> place & 0xFF).astype(np.uint32) for place in (0, 16, 32, 48))
    # What lies before the first year wraps to far behind the last.
    at = np.minimum(century * 1200 + year * 12 + month - (_FIRST_YEAR * 12 + 1), len(_MONTHS) - 1)
    good &= (month - 1 < 12) & (day - 1 < _LENGTHS[at])
    return _MONTHS[at] + (day - 1).view(np.int32), good


def _by_blocks(
    texts: pl.Series, read: Callable[[Words, Words], tuple[NDArray[Any], Flags]], kind: type[np.generic]
) -> tuple[NDArray[Any], pl.Series]:
    """Read texts block by block: the length with the first four characters above it, and the next eight characters."""
    array = texts.to_arrow(compat_level=pl.CompatLevel.newest())
    rows = np.frombuffer(array.buffers()[1], dtype=np.uint64).reshape(-1, 2)[array.offset :][: len(array)]
    values, good = np.empty(len(rows), dtype=kind), np.empty(len(rows), dtype=np.bool_)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        values[block], good[block] = read(rows[block, 0], rows[block, 1])
    there = pl.Series(good)
    return values, there & texts.is_not_null() if texts.null_count() else there


def _day(front: Words, back: Words) -> tuple[NDArray[np.int32], Flags]:
    digits = front >> 32 | (back >> 8 & _TWO) << 32 | (back >> 32 & _TWO) << 48
    found, real = real_days(digits.astype(np.uint64, copy=False))
    return found, real & (front & 0xFFFFFFFF == 10) & (back & 0xFF0000FF == 0x2D00002D)  # length and dashes


def _two_places(front: Words, back: Words) -> tuple[Words, Flags]:
    length = front & np.uint64(0xFFFFFFFF)
    front = front ^ length
    # Move the text to the right: its last eight characters into one word, what stands before them into another.
    gap = (_LONGEST - length) * 8
    last, before = (back << gap) | (front >> (64 - gap)), front << gap
    # The point goes, what was before it moves on, zeros fill up.
    digits = (last & np.uint64(0xFFFF << 48)) | (last & np.uint64(0xFFFFFFFFFF)) << 8
    number, good = _eight_digits(digits | _ZEROS >> np.minimum(length - 1, 7) * 8)
    good &= (length - 4 <= _LONGEST - 4) & (last >> 40 & 0xFF == ord("."))
    if (long := length > 8).any():
        more, also = _eight_digits(before | _ZEROS >> np.where(long, length - 8, np.uint64(0)) * 8)
        number, good = number + more * _ABOVE, good & also
    return number, good


def _eight_digits(words: Words) -> tuple[Words, Flags]:
    """Return the numbers that eight digits each stand for, and which words are eight digits."""
    pairs, good = _four_pairs(words)
    return ((pairs & _PAIRS) * _FIRST_PAIRS + (pairs >> _SIXTEEN & _PAIRS) * _LAST_PAIRS) >> _HALF, good


def _four_pairs(words: Words) -> tuple[Words, Flags]:
    """Return eight digits as four numbers of two digits, in bytes 0, 2, 4 and 6 (the others are of no use)."""
    digits = words ^ _ZEROS
    return digits * 10 + (digits >> 8), ((digits + _TO_TEN) | digits) & _TOP_BITS == 0
