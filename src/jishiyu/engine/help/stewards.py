"""Stewards side by side: shares with intervals that are wide for small numbers, and an order that does not reward luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5  # assumed: with fewer cases nobody is compared
Z = 1.96  # of a normal distribution: 95 of 100 intervals hold the true share


@dataclass(frozen=True)
class Share:
    """A share in thousandths (None of nothing), the interval in which the true one lies, and of how many cases."""

    cases: int
    thousandths: int | None
    low: int
    high: int


def wilson(hits: int, of: int) -> Share:
    """This function will return a share with its 95 % interval (Wilson 1927): honest also for three of three."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    return weighted([(1, at < hits) for at in range(of)])


def weighted(cases: Sequence[tuple[int, bool]]) -> Share:
    """This function will return the share of cases (weight above 0, hit or not), a heavy case counting for more.

    The interval is Wilson's for the number of equal cases that would say as much (Kish: the squared sum of the weights by the
    sum of their squares), so that one heavy case does not pass for many. Its ends are moved outwards to whole thousandths.
    """
    total, hit = sum(weight for weight, _ in cases), sum(weight for weight, good in cases if good)
    if total == 0:
        return Share(0, None, 0, 1000)
    of = total * total / sum(weight * weight for weight, _ in cases)
    share, square = hit / total, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = math.floor((middle - half) * 1000), math.ceil((middle + half) * 1000)
    return Share(
        len(cases), (2000 * hit + total) // (2 * total), 0 if hit == 0 else max(0, low),
        1000 if hit == total else min(1000, high),
    )  # fmt: skip


def difficulty(*, halfdays: int, levels: Sequence[int]) -> int:
    """This function will return the points of a case: two for each half-day, one for each further skill, one where a skill
    of level 4 or more is needed (assumed)."""
    return 2 * halfdays + max(0, len(levels) - 1) + (1 if any(level >= 4 for level in levels) else 0)


def median(values: Sequence[int]) -> int | None:
    """This function will return the middle value (of two middle ones the lower), None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None
