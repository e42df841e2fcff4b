"""Named streams of random whole numbers, the same on every machine and with every version of numpy.

Only the raw 64-bit output of PCG64 is used, which numpy promises never to change; bounded numbers, orders and
choices are made from it here in integer arithmetic. Each part of the city has a stream of its own, told apart by
its name, so that a change of one part does not shift the others.
"""

import zlib
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

UNIT = 1 << 32


class Stream:
    """A source of random whole numbers, given by the seed of the city and the name of the part."""

    def __init__(self, seed: int, name: str) -> None:
        entropy = np.random.SeedSequence(entropy=seed, spawn_key=(zlib.crc32(name.encode()),))
        self._source = np.random.PCG64(entropy)

    def units(self, count: int) -> Ints:
        """This function will return `count` numbers in [0, 2**32), the high half of the raw output."""
        raw = np.asarray(self._source.random_raw(count), dtype=np.uint64)
        return (raw >> np.uint64(32)).astype(np.int64)

    def below(self, count: int, bound: int) -> Ints:
        """This function will return `count` numbers in [0, bound), for a bound of at most 2**31."""
        return (self.units(count) * bound) >> 32

    def between(self, count: int, low: int, high: int) -> Ints:
        """This function will return `count` numbers in [low, high), the end left out."""
        return low + self.below(count, high - low)

    def within(self, bounds: Ints) -> Ints:
        """This function will return one number in [0, bound) for each of the bounds (each at most 2**31)."""
        return (self.units(len(bounds)) * bounds) >> 32

    def chance(self, count: int, per_million: int) -> Flags:
        """This function will return `count` flags, each true with the given chance in a million."""
        return self.below(count, 1_000_000) < per_million

    def choose(self, count: int, weights: Sequence[int] | Ints) -> Ints:
        """This function will return `count` positions, each drawn with its whole-number weight."""
        ends = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(ends, self.below(count, int(ends[-1])), side="right").astype(np.int64)

    def order(self, count: int) -> Ints:
        """This function will return the numbers 0 … count-1 in random order."""
        raw = np.asarray(self._source.random_raw(count), dtype=np.uint64)
        return np.argsort(raw, kind="stable").astype(np.int64)

    def strata(self, count: int) -> Ints:
        """This function will return `count` numbers in [0, 2**32), one from each of `count` equal strata, shuffled.

        The sum of a quantile function over them has far less noise than over independent draws.
        """
        if count == 0:
            return np.zeros(0, dtype=np.int64)
        evenly = (np.arange(count, dtype=np.int64) * UNIT + self.units(count)) // count
        return evenly[self.order(count)]


def share(total: int, weights: Sequence[int] | Ints) -> Ints:
    """This function will divide `total` things by weight into whole numbers that add up (largest remainders)."""
    parts = [int(weight) for weight in weights]
    whole = sum(parts)
    counts = [total * part // whole for part in parts]
    remainders = sorted(range(len(parts)), key=lambda at: (-(total * parts[at] % whole), at))
    for at in remainders[: total - sum(counts)]:
        counts[at] += 1
    return np.asarray(counts, dtype=np.int64)


def scaled(number: int, scale: Fraction) -> int:
    """This function will scale a count and take the nearest whole number, halves up."""
    return int((number * scale * 2 + 1) // 2)
