"""Southeast University a second time: each settlement by itself, added up over its calendar year.

Written from the scheme alone: what exceeds 3,000 yuan in a calendar year pays (assumed) 50 %; a stay across 31 December is
settled in stages, and each stage belongs to its own year; what is applied for has to be handed in by 10 January of the next year.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle.hospital import LONG_AGO, NEVER, ZERO, Line, Membership, sort_lines_into_buckets

FREE = Decimal("3000.00")


def owed_for(total: Decimal) -> Decimal:
    """Return what a year's own payments earn."""
    return (max(total - FREE, ZERO) / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)


def in_time(ends_on: date, filed_on: date) -> bool:
    """Say whether papers came in by 10 January of the year after."""
    return ends_on <= filed_on <= date(ends_on.year + 1, 1, 10)


def decide(lines: list[Line], roster: list[Membership]) -> dict[str, dict[str, Any]]:
    """Return what each live settlement of a person on the roster is paid, and the sum of its year with it."""
    buckets = sort_lines_into_buckets(lines)
    paid: dict[str, dict[str, Any]] = {}
    so_far: dict[tuple[str, int], Decimal] = {}
    live = [line for line, bucket in zip(lines, buckets, strict=True) if bucket is None]
    for line in sorted(live, key=lambda line: (line["settled_at"], line["settlement"])):
        mine = [entry for entry in roster if entry["person"] == line["person"]]
        if not mine:
            continue
        names = {entry["name"] for entry in mine}
        if line["name"] is not None and names != {line["name"]}:
            continue  # another name than on the roster: a person has to look
        name = f"{line['hospital']}/{line['visit']}/{line['settlement']}"
        day = line["ends_on"]
        member = any((entry["joined_on"] or LONG_AGO) <= day < (entry["left_on"] or NEVER) for entry in mine)
        year = (line["person"], day.year)
        before = so_far.get(year, ZERO)
        after = before + (line["cash"] if member else ZERO)
        so_far[year] = after
        paid[name] = {"pays": owed_for(after) - owed_for(before), "total": after, "year": day.year, "member": member}
    return paid
