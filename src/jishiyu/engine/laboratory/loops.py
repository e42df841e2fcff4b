"""The inner loops of the laboratory, compiled: integers only, one pass over the events."""

import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.compiling import compiled

Integers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
PPM = 1_000_000
BLOCK = 1024


@compiled
def _let_through(paid: int, limits: Integers, entered: Integers, times: Integers) -> int:
    """Run a payment through the limits; `entered` and `times` are what came to each of them before in this window."""
    for number in range(len(limits)):
        ceiling = limits[number, 1]
        if limits[number, 0] == 0:
            paid = min(paid, ceiling)
            continue
        before, this = entered[number], paid
        entered[number] = before + this
        paid = min(ceiling, before + this) - min(ceiling, before)
        if times[number] >= limits[number, 2]:
            paid = 0
        if this > 0:
            times[number] += 1
    return paid


@compiled
def pay(
    amounts: Integers, starts: Integers, groups: Integers, pieces: Integers, rules: Integers, limits: Integers,
    uncapped: Integers, payable: Integers, brackets: Small,
) -> None:  # fmt: skip
    """Pay the events of some groups (`starts[g]` to `starts[g + 1]`, in order of settlement) by pieces and limits.

    `pieces`: rows of low, high, constant, rate, bracket; `rules`: unit, lift, least; `limits`: rows of window, ceiling, count.
    Writes what each event gets before and after the limits (fen), and its bracket.
    """
    unit, lift, least = rules[0], rules[1], rules[2]
    scale = PPM * unit
    count = len(limits)
    entered, times = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for group in groups:
        for number in range(count):
            entered[number] = 0
            times[number] = 0
        for at in range(starts[group], starts[group + 1]):
            base, paid, bracket = amounts[at], 0, 0
            for number in range(len(pieces) - 1, -1, -1):
                if pieces[number, 0] < base:
                    if base <= pieces[number, 1]:
                        paid = (pieces[number, 2] + base * pieces[number, 3] + lift) // scale * unit
                        bracket = pieces[number, 4]
                    break
            if paid < least:
                paid = 0
            uncapped[at] = paid
            brackets[at] = bracket
            payable[at] = _let_through(paid, limits, entered, times) if paid > 0 else 0


@compiled
def block_sums(
    amounts: Integers, first: int, last: int, constant: int, rate: int, unit: int, lift: int, sums: Integers
) -> None:
    """Fill the sums of whole blocks `first` to `last` (excluded) that are not known yet (−1) with rounded shares."""
    scale = PPM * unit
    for block in range(first, last):
        if sums[block] < 0:
            total = 0
            for at in range(block * BLOCK, (block + 1) * BLOCK):
                total += (constant + amounts[at] * rate + lift) // scale
            sums[block] = total


@compiled
def range_sum(
    amounts: Integers, first: int, last: int, constant: int, rate: int, unit: int, lift: int, sums: Integers
) -> int:
    """Add up the rounded shares (in units) of sorted amounts `first` to `last` (excluded), by blocks where they are whole."""
    scale = PPM * unit
    lower, upper = -(-first // BLOCK), last // BLOCK
    total = 0
    if lower >= upper:
        for at in range(first, last):
            total += (constant + amounts[at] * rate + lift) // scale
        return total
    block_sums(amounts, lower, upper, constant, rate, unit, lift, sums)
    for at in range(first, lower * BLOCK):
        total += (constant + amounts[at] * rate + lift) // scale
    for block in range(lower, upper):
        total += sums[block]
    for at in range(upper * BLOCK, last):
        total += (constant + amounts[at] * rate + lift) // scale
    return total


@compiled
def add_up(codes: Small, values: Integers, sums: Integers) -> None:
    """Add each value to the sum of its code; a code below zero counts nowhere."""
    for at in range(len(codes)):
        if codes[at] >= 0:
            sums[codes[at]] += values[at]


@compiled
def group_sums(people: Integers, codes: Small, paid: Integers, sums: Integers) -> None:
    """Add up the payments above zero of each code: rows of fen, payments, different people, and the last person seen (+ 1).

    The events are sorted by person; a code below zero counts nowhere.
    """
    for at in range(len(codes)):
        code = codes[at]
        if code >= 0 and paid[at] > 0:
            sums[0, code] += paid[at]
            sums[1, code] += 1
            if sums[3, code] != people[at] + 1:
                sums[3, code] = people[at] + 1
                sums[2, code] += 1


@compiled
def different(people: Integers, paid: Integers) -> int:
    """Count the different people with a payment above zero; the events of a person stand together."""
    count, last = 0, -1
    for at in range(len(people)):
        if paid[at] > 0 and people[at] != last:
            last = people[at]
            count += 1
    return count
