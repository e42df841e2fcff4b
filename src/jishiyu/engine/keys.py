"""Fast equality of long texts: 64-bit hashes find candidates, the texts themselves decide.

Hashes live only inside one call; nothing stored or shown depends on them.
"""

import numpy as np
import polars as pl

PIECES = 32  # more lines or people than memory are cut into so many, by the hashes of people


def hashed(texts: pl.Series) -> pl.Series:
    """This function will return a 64-bit hash of each text; null stays null."""
    return texts.hash(seed=2_147).set(texts.is_null(), None) if texts.null_count() else texts.hash(seed=2_147)


def occur_twice(hashes: pl.Series) -> pl.Series:
    """This function will return each hash that occurs more than once, nulls aside. Sorting finds the few fastest."""
    ordered = np.sort(hashes.drop_nulls().to_numpy())
    return pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]), dtype=pl.UInt64)


def repeated(texts: pl.Series, hashes: pl.Series | None = None) -> pl.Series | None:
    """This function will tell which texts occur more than once, exactly; None when none does. Nulls do not count.

    `hashes` are those of `hashed`; where one is null, the text does not count.
    """
    codes = hashed(texts) if hashes is None else hashes
    twice = occur_twice(codes)
    if twice.is_empty():
        return None
    candidates = codes.is_in(twice.implode()).fill_null(value=False)
    exact = texts.filter(candidates).is_duplicated()
    if exact.all():
        return candidates if candidates.any() else None
    mask = pl.repeat(value=False, n=len(texts), eager=True).scatter(candidates.arg_true().filter(exact), values=True)
    return mask if mask.any() else None


def among(texts: pl.Series, hashes: pl.Series, wanted: pl.Series) -> pl.Series:
    """This function will tell which texts are among a few wanted ones, exactly."""
    candidates = hashes.is_in(hashed(wanted).implode()).fill_null(value=False)
    exact = texts.filter(candidates).is_in(wanted.implode())
    if exact.all():
        return candidates
    return pl.repeat(value=False, n=len(texts), eager=True).scatter(candidates.arg_true().filter(exact), values=True)
