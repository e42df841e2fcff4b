"""Stewards side by side: shares with intervals that are wide for small numbers, and an order that does not reward luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5  # assumed: with fewer cases nobody is compared
Z = 1.96  # of a normal distribution: 95 of 100 intervals hold the true share


@dataclass(frozen=True)
class Share:
    """How many of how many, and the interval in which the true share lies, in thousandths."""

    hits: int
    of: int
    low: int
    high: int

    @property
    def thousandths(self) -> int | None:
        """Return the share in thousandths, half up; None of nothing."""
        return (2000 * self.hits + self.of) // (2 * self.of) if self.of else None


def wilson(hits: int, of: int) -> Share:
    """This function will return a share with its 95 % interval (Wilson 1927): honest also for three of three.

    The ends are moved outwards to whole thousandths.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    if of == 0:
        return Share(0, 0, 0, 1000)
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = math.floor((middle - half) * 1000), math.ceil((middle + half) * 1000)
    return Share(hits, of, 0 if hits == 0 else max(0, low), 1000 if hits == of else min(1000, high))


def difficulty(*, halfdays: int, levels: Sequence[int]) -> int:
    """This function will return the points of a case: two for each half-day, one for each further skill, one where a skill
    of level 4 or more is needed (assumed)."""
    return 2 * halfdays + max(0, len(levels) - 1) + (1 if any(level >= 4 for level in levels) else 0)


def median(values: Sequence[int]) -> int | None:
    """This function will return the middle value (of two middle ones the lower), None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
