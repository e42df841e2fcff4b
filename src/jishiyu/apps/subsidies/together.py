"""What has to be decided together: all lines and people that a feed, a person or a stay touches, and their locks.

A line can name another person's settlement, two people can stand in one stay, one person can have two numbers.
So we follow these four links until nothing new turns up. The result stands in two temporary tables,
`together_line` and `together_person`, that live until the end of the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.intake.models import FeedState

TABLES = """
DROP TABLE IF EXISTS together_line, together_person;
CREATE TEMPORARY TABLE together_line (
    feed_id bigint NOT NULL, line_no integer NOT NULL, settlement_id text, undoes text, person_hash bytea,
    visit_id text, hospital_code text, round smallint NOT NULL, PRIMARY KEY (feed_id, line_no)
) ON COMMIT DROP;
CREATE TEMPORARY TABLE together_person (
    person_hash bytea NOT NULL PRIMARY KEY, round smallint NOT NULL
) ON COMMIT DROP;
"""
# Millions of narrow look-ups by index, most of them in memory: tell the planner that they are cheap.
PLANNING = "SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"
LINES_OF_FEED = """
INSERT INTO together_line
SELECT feed_id, line_no, settlement_id, undoes, person_hash, visit_id, hospital_code, 0
FROM intake_line WHERE feed_id = %s
"""
PEOPLE_GIVEN = "INSERT INTO together_person SELECT DISTINCT unnest(%s::bytea[]), 0"
PEOPLE_OF_LINES = """
INSERT INTO together_person
SELECT DISTINCT person_hash, %(round)s::smallint FROM together_line
WHERE round = %(round)s AND person_hash IS NOT NULL
ON CONFLICT DO NOTHING
"""
OTHER_NUMBERS = """
WITH merged AS MATERIALIZED (
    SELECT id, merged_into_id FROM people_person WHERE merged_into_id IS NOT NULL
), one AS (
    SELECT DISTINCT coalesce(merged.merged_into_id, certificate.person_id) AS id
    FROM together_person known
    JOIN people_certificate certificate ON certificate.person_hash = known.person_hash
    LEFT JOIN merged ON merged.id = certificate.person_id
    WHERE known.round = %(round)s
), same AS (
    SELECT id FROM one
    UNION ALL
    SELECT merged.id FROM one JOIN merged ON merged.merged_into_id = one.id
)
INSERT INTO together_person
SELECT DISTINCT certificate.person_hash, %(round)s::smallint
FROM same JOIN people_certificate certificate ON certificate.person_id = same.id
WHERE NOT EXISTS (SELECT FROM together_person seen WHERE seen.person_hash = certificate.person_hash)
"""
# A fire is paid once per household: whoever of it has applied is decided together. Seldom anything to do.
HOUSEHOLDS = """
WITH applied AS MATERIALIZED (
    SELECT application.person_hash, coalesce(membership.household_hash, decode(application.facts->>'household', 'hex'))
           AS household
    FROM intake_application application
    LEFT JOIN people_certificate certificate ON certificate.person_hash = application.person_hash
    LEFT JOIN people_person person ON person.id = certificate.person_id
    LEFT JOIN members_membership membership
        ON membership.person_id = coalesce(person.merged_into_id, person.id) AND membership.household_hash IS NOT NULL
    WHERE application.newest AND application.state <> 'withdrawn' AND application.person_hash IS NOT NULL
)
INSERT INTO together_person
SELECT DISTINCT other.person_hash, %(round)s::smallint
FROM together_person known
JOIN applied mine ON mine.person_hash = known.person_hash
JOIN applied other ON other.household = mine.household
WHERE known.round = %(round)s
ON CONFLICT DO NOTHING
"""
LINKED_LINES = """
WITH fresh AS (
    SELECT settlement_id, undoes, visit_id, hospital_code FROM together_line WHERE round = %(round)s
), found AS (
    SELECT line.feed_id, line.line_no FROM together_person person
    JOIN intake_line line ON line.person_hash = person.person_hash WHERE person.round = %(round)s
    UNION ALL
    SELECT line.feed_id, line.line_no
    FROM (SELECT settlement_id AS named FROM fresh UNION SELECT undoes FROM fresh) wanted
    JOIN intake_line line ON line.settlement_id = wanted.named
    UNION ALL
    SELECT line.feed_id, line.line_no FROM (SELECT DISTINCT settlement_id FROM fresh) wanted
    JOIN intake_line line ON line.undoes = wanted.settlement_id
    UNION ALL
    SELECT line.feed_id, line.line_no FROM (SELECT DISTINCT visit_id, hospital_code FROM fresh) wanted
    JOIN intake_line line ON line.visit_id = wanted.visit_id AND line.hospital_code = wanted.hospital_code
), missing AS (
    SELECT DISTINCT found.feed_id, found.line_no FROM found
    WHERE found.feed_id = ANY(%(feeds)s) AND found.feed_id <> %(whole)s
    AND NOT EXISTS (
        SELECT FROM together_line seen WHERE seen.feed_id = found.feed_id AND seen.line_no = found.line_no
    )
)
INSERT INTO together_line
SELECT line.feed_id, line.line_no, line.settlement_id, line.undoes, line.person_hash, line.visit_id,
       line.hospital_code, %(round)s + 1
FROM missing JOIN intake_line line ON line.feed_id = missing.feed_id AND line.line_no = missing.line_no
"""
STRIPES = """
INSERT INTO subsidies_stripe SELECT generate_series(0, 1023) WHERE NOT EXISTS (SELECT FROM subsidies_stripe)
ON CONFLICT DO NOTHING
"""
LOCK_PEOPLE = """
SELECT id FROM subsidies_stripe
WHERE id IN (SELECT get_byte(person_hash, 0) * 4 + get_byte(person_hash, 1) / 64 FROM together_person)
ORDER BY id FOR UPDATE
"""
LOCK_ALL = "SELECT id FROM subsidies_stripe ORDER BY id FOR UPDATE"
# A feed counts from its posting on; one that is only stored is not known to anybody yet.
FEEDS_IN_FORCE = "SELECT coalesce(array_agg(id), '{}') FROM intake_feed WHERE state = %s OR id = %s"
CHANGED_MEANWHILE = """
SELECT EXISTS (
    SELECT FROM intake_feed
    WHERE (state = 'posted' AND id <> ALL(%(feeds)s)) OR (state = 'withdrawn' AND id = ANY(%(feeds)s))
)
"""


class MovedMeanwhile(Exception):
    """Another process posted while we were looking; the search has to be done again."""


@dataclass(frozen=True, kw_only=True)
class Together:
    """What was found: the feeds that count, and the sizes of the two temporary tables."""

    feeds: list[int]
    lines: int
    people: int


def gather(*, feed_id: int | None = None, people: Sequence[bytes] = ()) -> Together:
    """This function will collect and lock everything that the lines of a feed, or the given people, touch.

    Must run inside a transaction; the locks last to its end. `people` are look-up hashes. When another feed was
    posted between looking and locking, it looks again with everybody locked, so the second look is final.
    """
    _run(STRIPES)
    try:
        with transaction.atomic():  # a savepoint: going back to it gives the locks back
            found = _look(feed_id, people)
            _run(LOCK_PEOPLE)
            if _one(CHANGED_MEANWHILE, {"feeds": found.feeds}):
                raise MovedMeanwhile
            return found
    except MovedMeanwhile:
        _run(LOCK_ALL)
        return _look(feed_id, people)


def lock_people(people: Sequence[bytes]) -> None:
    """This function will lock the stripes of a few people, like deciding does, until the end of the transaction."""
    _run(STRIPES)
    stripes = sorted({person[0] * 4 + person[1] // 64 for person in people})
    _run("SELECT id FROM subsidies_stripe WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [stripes])


def _look(feed_id: int | None, people: Sequence[bytes]) -> Together:
    """Follow the links, round by round, until nothing new turns up."""
    feeds: list[int] = _one(FEEDS_IN_FORCE, [FeedState.POSTED, feed_id or 0])
    _run(PLANNING)
    _run(TABLES)
    if feed_id is not None:
        _run(LINES_OF_FEED, [feed_id])
    if people:
        _run(PEOPLE_GIVEN, [list(people)])
    step = 0
    while True:
        here = {"round": step, "feeds": feeds, "whole": feed_id or 0}  # the feed itself is there as a whole
        _run(PEOPLE_OF_LINES, here)
        _run(HOUSEHOLDS, here)
        _run(OTHER_NUMBERS, here)
        _run("ANALYZE together_line, together_person")
        if not _run(LINKED_LINES, here):
            break
        step += 1
    return Together(
        feeds=feeds,
        lines=_one("SELECT count(*) FROM together_line"),
        people=_one("SELECT count(*) FROM together_person"),
    )


def _run(statement: str, parameters: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _one(statement: str, parameters: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
        return row[0]
