"""Reviewers beside each other: how many, how long, how often returned or refused; with intervals, for numbers are small.

Shares have the Wilson score interval, the median the interval of order statistics (both 95 %). A median of fewer
than six has no such interval: it is left out, not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import comb

from django.db import connection
from django.utils.timezone import make_naive

from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.evidence import review_on

Z = Decimal("1.959963985")  # of the normal distribution, for 95 %
HOUR = 3600
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
# A decision and when its reviewer had taken it last; a return is the end of a look too.
ENDED = """
SELECT ended."by", ended.what, taken.at, ended.at
FROM applications_move ended
LEFT JOIN LATERAL (
    SELECT earlier.at FROM applications_move earlier
    WHERE earlier.application_id = ended.application_id AND earlier.id < ended.id AND earlier.what = 'taken'
    AND earlier."by" = ended."by"
    ORDER BY earlier.id DESC LIMIT 1
) taken ON true
WHERE ended.what IN ('approved', 'signed', 'refused', 'upheld', 'returned')
AND ended.at >= %s AND ended.at < %s
ORDER BY ended."by", ended.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share in per cent with its 95 % interval, each to one decimal."""

    count: int
    of: int
    per_cent: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerFigures:
    """One reviewer in a period. `median_hours` are working hours from taking to deciding, None without any.

    `low_hours` and `high_hours` bound the median; None for fewer than six decisions.
    """

    reviewer: str
    looks: int
    decisions: int
    median_hours: Decimal | None
    low_hours: Decimal | None
    high_hours: Decimal | None
    returned: Share
    refused: Share


def reviewers_compared(
    *, since: datetime, until: datetime, on: date, calendar: Calendar | None = None
) -> list[ReviewerFigures]:
    """This function will compare the reviewers of a period [`since`, `until`), by name.

    `on` names the rules whose working hours count. Returned of all looks; refused of all decisions.
    """
    spans, days = review_on(on).working_hours, calendar or known_calendar()
    with connection.cursor() as cursor:
        cursor.execute(ENDED, [since, until])
        rows = cursor.fetchall()
    figures = []
    for name in dict.fromkeys(row[0] for row in rows):
        mine = [row for row in rows if row[0] == name]
        decided = [row for row in mine if row[1] != "returned"]
        seconds = sorted(
            days.seconds_between(make_naive(taken), make_naive(ended), spans)
            for _, _, taken, ended in decided
            if taken is not None
        )
        low, high = _bounds(seconds)
        figures.append(
            ReviewerFigures(
                reviewer=name, looks=len(mine), decisions=len(decided), median_hours=_hours(_median(seconds)),
                low_hours=_hours(low), high_hours=_hours(high),
                returned=share(sum(row[1] == "returned" for row in mine), len(mine)),
                refused=share(sum(row[1] in ("refused", "upheld") for row in decided), len(decided)),
            )
        )  # fmt: skip
    return figures


def share(count: int, of: int) -> Share:
    """This function will return a share with its Wilson score interval; of nothing it may be anything."""
    if of == 0:
        return Share(count=0, of=0, per_cent=Decimal(0), low=Decimal(0), high=Decimal(100))
    part, number = Decimal(count) / of, Decimal(of)
    middle = part + Z * Z / (2 * number)
    spread = Z * (part * (1 - part) / number + Z * Z / (4 * number * number)).sqrt()
    scale = 1 + Z * Z / number
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return Share(count=count, of=of, per_cent=_per_cent(part), low=_per_cent(low), high=_per_cent(high))


def _per_cent(part: Decimal) -> Decimal:
    return (min(max(part, Decimal(0)), Decimal(1)) * 100).quantize(TENTH)


def _median(values: Sequence[int]) -> Decimal | None:
    if not values:
        return None
    middle = len(values) // 2
    return Decimal(values[middle]) if len(values) % 2 else Decimal(values[middle - 1] + values[middle]) / 2


def _bounds(values: Sequence[int]) -> tuple[Decimal | None, Decimal | None]:
    """Return the order statistics that hold the median with at least 95 %, whatever the distribution."""
    count, below = len(values), 0
    rank = -1
    while 2 * (below + comb(count, rank + 1)) * 20 <= 2**count:  # what is left out on both sides is at most 5 %
        rank += 1
        below += comb(count, rank)
    if rank < 0:
        return None, None
    return Decimal(values[rank]), Decimal(values[count - 1 - rank])


def _hours(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else (seconds / HOUR).quantize(HUNDREDTH)
