"""Many variants at once: cost, person-times and people of each, exact to the fen, without a look at every event.

The events of one set of requirements are sorted by their base once. What a piece of a formula pays is then the sum over a
range of that order; sums of whole blocks of 1,024 events are kept for each rate. Only windows whose base could reach the
limit at the highest rate are paid event by event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jishiyu.engine.laboratory.bench import Bench, Slice, arrays, paid
from jishiyu.engine.laboratory.loops import BLOCK, Integers, different, pay, range_sum
from jishiyu.engine.laboratory.pieces import MOST_FEN, PER_PAYMENT, WITHIN, Piece, Plain
from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Policy

_KEPT = 6  # orders that stay in memory, as many as a bench keeps slices


@dataclass(frozen=True)
class Totals:
    """What a policy pays in all: fen, person-times (payments above zero) and different people."""

    fen: int
    person_times: int
    people: int


class Variants:
    """Totals of many policies on one bench."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._orders: dict[int, _Order] = {}

    def totals(self, policies: Iterable[Policy]) -> list[Totals]:
        """Return the totals of each policy; the same numbers as adding up `Bench.judged`."""
        return [self._one(policy) for policy in policies]

    def _one(self, policy: Policy) -> Totals:
        found = self._bench.plain(policy)
        if found is None:
            return added(self._bench.judged(policy).payable, self._bench.base.rows["person_key"].to_numpy())
        mine = self._bench.slice(policy)
        ranges = _ranges(found)
        if ranges is None:
            return added(paid(mine, found)[1], mine.people)
        order = self._orders.get(id(mine))
        if order is None or order.slice is not mine:
            order = self._orders[id(mine)] = _Order(mine)
            for key in list(self._orders)[:-_KEPT]:
                del self._orders[key]
        return order.totals(found, ranges)


def blocks(amounts: Integers) -> Integers:
    """This function will return a place for the sum of each whole block of sorted amounts; −1 is not known yet."""
    return np.full(len(amounts) // BLOCK + 1, -1, np.int64)


def added(payable: Integers, people: Integers) -> Totals:
    """This function will add up payments; the events of a person stand together."""
    return Totals(int(payable.sum()), int(np.count_nonzero(payable)), int(different(people, payable)))


def _ranges(found: Plain) -> list[Piece] | None:
    """Return the pieces of what is paid, cut where the smallest payment begins and where a limit per payment holds; None
    where that is not a matter of ranges: falling amounts, several windows, numbers of payments."""
    most = MOST_FEN
    for place, (window, ceiling, count) in enumerate(found.limits):
        if window == PER_PAYMENT and place == sum(limit[0] == PER_PAYMENT for limit in found.limits[:place]):
            most = min(most, ceiling)
        elif window != WITHIN or place != len(found.limits) - 1 or count < MOST_FEN:
            return None
    if most < found.least or not all(limit[1] for limit in found.limits):
        return None
    pieces: list[Piece] = []
    for piece in found.pieces:
        if piece.rate_ppm < 0 or (piece.rate_ppm == 0 and piece.constant):
            return None
        first = _first_paying(piece, found, found.least)
        if first is None:
            continue
        capped = _first_paying(piece, found, most + 1) if most < MOST_FEN else None
        end = piece.high if capped is None else max(first - 1, capped - 1)
        if first <= end:
            pieces.append(Piece(first - 1, end, piece.constant, piece.rate_ppm, piece.bracket))
        if capped is not None:
            pieces.append(Piece(max(capped, first) - 1, piece.high, most * PPM, 0, piece.bracket))
    return pieces


def _first_paying(piece: Piece, found: Plain, fen: int) -> int | None:
    """Return the smallest base of a piece that pays at least so much, or None."""
    if piece.rate_ppm == 0:
        return None
    scale = PPM * found.unit
    needed = scale * -(-fen // found.unit) - piece.constant - found.lift
    first = max(piece.low + 1, -(-needed // piece.rate_ppm))
    return first if first <= piece.high else None


class _Order:
    """A slice in the order of its bases, with the sums that variants share."""

    def __init__(self, mine: Slice) -> None:
        self.slice = mine
        self.amounts = np.sort(mine.amounts)
        self._blocks: dict[tuple[int, int, int, int], Integers] = {}
        sums = np.add.reduceat(mine.amounts, mine.starts[:-1]) if len(mine.at) else np.zeros(0, np.int64)
        self.heaviest = np.argsort(-sums, kind="stable")
        self.negative_sums = -sums[self.heaviest]
        self.longest = int(np.diff(mine.starts).max()) if len(mine.at) else 0
        whose = np.argsort(mine.people, kind="stable")
        first = np.flatnonzero(np.diff(mine.people[whose], prepend=-1))
        self.largest = np.sort(np.maximum.reduceat(mine.amounts[whose], first)) if len(first) else np.zeros(0, np.int64)

    def totals(self, found: Plain, pieces: list[Piece]) -> Totals:
        fen = times = 0
        for piece in pieces:
            first, last = (int(np.searchsorted(self.amounts, edge, side="right")) for edge in (piece.low, piece.high))
            times += last - first
            fen += self._sum(found, piece, first, last) * (1 if piece.rate_ppm == 0 else found.unit)
        less_fen, less_times = self._over_the_limit(found, pieces)
        return Totals(fen - less_fen, times - less_times, self._people(found, pieces))

    def _sum(self, found: Plain, piece: Piece, first: int, last: int) -> int:
        if piece.rate_ppm == 0:  # a limit per payment: the same for each
            return piece.constant // PPM * (last - first)
        whole, rest = divmod(piece.constant, PPM * found.unit)
        key = (rest, piece.rate_ppm, found.unit, found.lift)
        sums = self._blocks.setdefault(key, blocks(self.amounts))
        return whole * (last - first) + int(range_sum(self.amounts, first, last, *key, sums))

    def _over_the_limit(self, found: Plain, pieces: list[Piece]) -> tuple[int, int]:
        """Return fen and person-times that the limit of a window takes away: only the heaviest windows are looked at."""
        if not pieces or not found.limits or found.limits[-1][0] != WITHIN or found.limits[-1][1] >= MOST_FEN:
            return 0, 0
        ceiling, rate = found.limits[-1][1], max(piece.rate_ppm for piece in pieces)
        # No event pays more than its base at the highest rate, rounded up; a window without so much cannot reach the limit.
        least = (ceiling * PPM - self.longest * found.unit * PPM) // max(rate, 1)
        count = int(np.searchsorted(self.negative_sums, -least, side="right"))
        groups = self.heaviest[:count]
        if not count:
            return 0, 0
        starts, places = self._places(groups)
        amounts = self.slice.amounts[places]
        uncapped, payable, brackets = np.zeros_like(amounts), np.zeros_like(amounts), np.zeros(len(amounts), np.int32)
        rules = arrays(found)
        pay(amounts, starts, np.arange(count), rules[0], rules[1], rules[2][:-1], uncapped, payable, brackets)
        before_fen, before_times = int(payable.sum()), int((payable > 0).sum())
        pay(amounts, starts, np.arange(count), *rules, uncapped, payable, brackets)
        return before_fen - int(payable.sum()), before_times - int((payable > 0).sum())

    def _places(self, groups: Integers) -> tuple[Integers, Integers]:
        """Return where the windows of some groups begin when they stand one after the other, and their events."""
        begins, sizes = self.slice.starts[groups], self.slice.starts[groups + 1] - self.slice.starts[groups]
        starts = np.append(0, np.cumsum(sizes)).astype(np.int64)
        places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], sizes)
        return starts, places

    def _people(self, found: Plain, pieces: list[Piece]) -> int:
        """Count people by their largest base where all above one amount are paid, else by looking at each event."""
        if not pieces:
            return 0
        joined = all(one.high == other.low for one, other in pairwise(pieces))
        if joined and pieces[-1].high >= MOST_FEN:
            return len(self.largest) - int(np.searchsorted(self.largest, pieces[0].low, side="right"))
        return added(paid(self.slice, found)[1], self.slice.people).people
