"""Figures about feeds: what became of their lines, and how long it took from a feed to the money."""

import json
from dataclasses import dataclass
from datetime import date

from psycopg import sql

from jishiyu.apps.statistics.problems import NotPerUnion
from jishiyu.apps.statistics.scope import Basis, Scope, counted, rows


@dataclass(frozen=True, slots=True)
class LinesInBucket:
    """How many lines of all feeds of the period ended in a bucket, for which leading reason, and their cash in fen."""

    bucket: str
    reason: str
    lines: int
    cash_fen: int


@dataclass(frozen=True, slots=True)
class FeedAccount:
    """One feed and the account of its lines: `buckets` by name; they add up to `lines`. Amounts in fen."""

    feed_id: int
    name: str
    as_of: date
    state: str
    lines: int
    people: int
    total_fen: int
    cash_fen: int
    buckets: dict[str, int]

    @property
    def adds_up(self) -> bool:
        """Tell whether every line of the feed stands in a bucket."""
        return sum(self.buckets.values()) == self.lines


@dataclass(frozen=True, slots=True)
class Waiting:
    """Days from the feed to the confirmed payment, over all payments that a feed led to; None without any.

    `bands` counts payments by days: up to 7, 14, 30, 60, and longer.
    """

    payments: int
    shortest: int | None
    median: int | None
    nine_in_ten: int | None
    longest: int | None
    bands: tuple[int, int, int, int, int]


def buckets(scope: Scope) -> list[LinesInBucket]:
    """This function will count the lines of feeds by bucket and leading reason; the period is that of the feeds' days.

    Withdrawn feeds do not count. Raises `NotPerUnion` and the problems of `Scope.check`.
    """
    if scope.union is not None or scope.policy is not None:
        raise NotPerUnion()
    return [LinesInBucket(*row) for row in rows(sql.Composed([_BUCKETS]), scope, of_lines=True)]


def feed_accounts(scope: Scope, *, limit: int | None = None) -> list[FeedAccount]:
    """This function will return every feed of the period with the account of its lines, the newest first.

    Raises `NotPerUnion` and the problems of `Scope.check`.
    """
    if scope.union is not None or scope.policy is not None:
        raise NotPerUnion()
    found = rows(sql.Composed([_FEEDS]), scope, of_lines=True, limit=limit)
    return [FeedAccount(*(*row[:-1], json.loads(row[-1]))) for row in found]


def days_to_paid(scope: Scope) -> Waiting:
    """This function will return how many days passed from the day of the feed to the day the bank confirmed.

    Whatever the scope's basis, payments are counted. Raises the problems of `Scope.check`.
    """
    money = Scope(
        basis=Basis.PAID, since=scope.since, until=scope.until, union=scope.union, kind=scope.kind, policy=scope.policy
    )
    row = rows(_WAITING.format(counted=counted(money)), money)[0]
    return Waiting(*(*row[:5], row[5:]))


_BUCKETS = sql.SQL("""
SELECT fate.bucket, coalesce(fate.reasons[1], ''), count(*), coalesce(sum(line.cash_fen), 0)::bigint
FROM intake_fate fate
JOIN intake_feed feed ON feed.id = fate.feed_id
JOIN intake_line line ON line.feed_id = fate.feed_id AND line.line_no = fate.line_no
WHERE feed.state <> 'withdrawn' AND feed.as_of >= %(since)s AND feed.as_of < %(until)s
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2
""")

_FEEDS = sql.SQL("""
WITH chosen AS (
    SELECT * FROM intake_feed
    WHERE state <> 'withdrawn' AND as_of >= %(since)s AND as_of < %(until)s
    ORDER BY as_of DESC, id DESC
    LIMIT %(limit)s
),
account AS (
    SELECT fate.feed_id, fate.bucket, count(*) AS lines
    FROM intake_fate fate JOIN chosen ON chosen.id = fate.feed_id
    GROUP BY 1, 2
)
SELECT chosen.id, chosen.name, chosen.as_of, chosen.state, chosen.line_count, chosen.person_count, chosen.total_fen,
       chosen.cash_fen, coalesce(jsonb_object_agg(account.bucket, account.lines) FILTER (WHERE account.bucket <> '')::text, '{}')
FROM chosen
LEFT JOIN account ON account.feed_id = chosen.id
GROUP BY chosen.id, chosen.name, chosen.as_of, chosen.state, chosen.line_count, chosen.person_count, chosen.total_fen,
         chosen.cash_fen
ORDER BY chosen.as_of DESC, chosen.id DESC
""")

_WAITING = sql.SQL("""
WITH RECURSIVE {counted},
waited AS (
    SELECT counted.day - feed.as_of AS days FROM counted JOIN intake_feed feed ON feed.id = counted.feed_id
    WHERE counted.begins
)
SELECT count(*), min(days), percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY days), max(days),
       count(*) FILTER (WHERE days <= 7), count(*) FILTER (WHERE days BETWEEN 8 AND 14),
       count(*) FILTER (WHERE days BETWEEN 15 AND 30), count(*) FILTER (WHERE days BETWEEN 31 AND 60),
       count(*) FILTER (WHERE days > 60)
FROM waited
""")
