"""What has to be decided together: all lines and people that a feed or a person touches, and their locks.

A line can name another person's settlement, two people can stand in one stay, one person can have several numbers,
two certificates can stand under one member number, a household applies once for a fire. So we follow these ties until
nothing new turns up. The result stands in temporary tables until the transaction ends: `together_line` (whole lines,
fetched once), `together_person` (their look-up hashes), `together_known` (who of them is on record, and who counts
after merges) and `together_number` (member numbers under which two certificates are one person).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jishiyu.apps.intake.models import FeedState
from jishiyu.apps.subsidies.known import AS_PLANNED, IN_ORDER_OF_PLACE, add_same_people, find_people, make_tables
from jishiyu.apps.subsidies.statements import execute, first_row, value

NEEDED = ("settlement_id", "undoes", "visit_id", "hospital_code")  # what ties lines to each other
TABLES = """
DROP TABLE IF EXISTS together_line, together_person, together_tie;
CREATE TEMPORARY TABLE together_line ON COMMIT DROP AS
SELECT feed_id, line_no, person_hash, {columns} FROM intake_line WHERE false;
ALTER TABLE together_line ADD PRIMARY KEY (feed_id, line_no);
CREATE TEMPORARY TABLE together_person (
    person_hash bytea NOT NULL PRIMARY KEY, round smallint NOT NULL
) ON COMMIT DROP;
"""
# Many narrow look-ups by index, most of them in memory: tell the planner that they are cheap.
PLANNING = "SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"
LINES_OF_FEED = """
INSERT INTO together_line SELECT feed_id, line_no, person_hash, {columns} FROM intake_line line WHERE feed_id = %s
"""
PEOPLE_OF_FEED = """
INSERT INTO together_person SELECT DISTINCT person_hash, 0 FROM together_line WHERE person_hash IS NOT NULL
"""
PEOPLE_GIVEN = "INSERT INTO together_person SELECT DISTINCT unnest(%s::bytea[]), 0"
# Lines of this feed beside lines of anybody else, also of feeds that are only stored: of two feeds that are posted
# at the same moment, the one that looks later finds the other. "OFFSET 0" makes each a look-up by index: the planner
# cannot know how few lines undo another one, and would rather read all of them.
TIES = """
CREATE TEMPORARY TABLE together_tie ON COMMIT DROP AS
WITH pair AS (
    SELECT mine.person_hash, mine.feed_id, mine.line_no, other.*
    FROM together_line mine CROSS JOIN LATERAL (
        SELECT person_hash AS other_hash, feed_id AS other_feed, line_no AS other_no
        FROM intake_line other WHERE other.settlement_id = mine.settlement_id OFFSET 0
    ) other
    UNION ALL
    SELECT mine.person_hash, mine.feed_id, mine.line_no, other.*
    FROM together_line mine CROSS JOIN LATERAL (
        SELECT person_hash, feed_id, line_no FROM intake_line other WHERE other.settlement_id = mine.undoes OFFSET 0
    ) other
    WHERE mine.undoes IS NOT NULL
    UNION ALL
    SELECT mine.person_hash, mine.feed_id, mine.line_no, other.*
    FROM together_line mine CROSS JOIN LATERAL (
        SELECT person_hash, feed_id, line_no FROM intake_line other WHERE other.undoes = mine.settlement_id OFFSET 0
    ) other
    UNION ALL
    SELECT mine.person_hash, mine.feed_id, mine.line_no, other.*
    FROM together_line mine CROSS JOIN LATERAL (
        SELECT person_hash, feed_id, line_no FROM intake_line other
        WHERE other.visit_id = mine.visit_id AND other.hospital_code = mine.hospital_code OFFSET 0
    ) other
)
SELECT DISTINCT pair.* FROM pair JOIN intake_feed feed ON feed.id = pair.other_feed AND feed.state <> 'withdrawn'
WHERE pair.other_hash IS DISTINCT FROM pair.person_hash
"""
LINK = """
INSERT INTO intake_link (person_hash, feed_id, line_no)
SELECT person_hash, other_feed, other_no FROM together_tie WHERE person_hash IS NOT NULL
UNION
SELECT other_hash, feed_id, line_no FROM together_tie WHERE other_hash IS NOT NULL
ON CONFLICT DO NOTHING
"""
PEOPLE_TIED = """
INSERT INTO together_person SELECT DISTINCT other_hash, 0 FROM together_tie WHERE other_hash IS NOT NULL
ON CONFLICT DO NOTHING
"""
# A fire is paid once per household: whoever of it has applied is decided together. The database says which households
# somebody may be counted under: too many change no amount, with one too few a fire would be paid twice.
ANY_APPLICATION = "SELECT EXISTS (SELECT FROM intake_application WHERE newest)"
APPLIED = "WITH applied AS MATERIALIZED (SELECT person_hash, household FROM subsidies_applied())"
HOUSEHOLDS = """
{applied}
INSERT INTO together_person
SELECT DISTINCT other.person_hash, %(round)s::smallint + 1
FROM together_person known
JOIN applied mine ON mine.person_hash = known.person_hash
JOIN applied other ON other.household = mine.household
WHERE known.round = %(round)s
ON CONFLICT DO NOTHING
"""
# Two of one household who apply at the same moment do not see each other: both wait for the lock of the household,
# and whoever comes second finds the other one then.
LOCK_HOUSEHOLDS = """
{applied}
SELECT count(*) FROM (
    SELECT pg_advisory_xact_lock(7462, number) FROM (
        SELECT DISTINCT ('x' || encode(substring(applied.household FROM 1 FOR 4), 'hex'))::bit(32)::integer AS number
        FROM applied JOIN together_person known ON known.person_hash = applied.person_hash ORDER BY number
    ) numbers
) locked
"""
HOUSEHOLD_GREW = """
{applied}
SELECT EXISTS (
    SELECT FROM together_person known
    JOIN applied mine ON mine.person_hash = known.person_hash
    JOIN applied other ON other.household = mine.household
    WHERE NOT EXISTS (SELECT FROM together_person seen WHERE seen.person_hash = other.person_hash)
)
"""
LINES_OF_PEOPLE = """
INSERT INTO together_line
SELECT line.feed_id, line.line_no, line.person_hash, {columns}
FROM intake_line line
WHERE line.person_hash = ANY(ARRAY(SELECT person_hash FROM together_person WHERE round = %(round)s))
  AND line.feed_id = ANY(%(feeds)s) AND line.feed_id <> %(whole)s
ON CONFLICT DO NOTHING
"""
LINES_TIED = """
INSERT INTO together_line
SELECT line.feed_id, line.line_no, line.person_hash, {columns}
FROM together_person person
JOIN intake_link link ON link.person_hash = person.person_hash
JOIN intake_line line ON line.feed_id = link.feed_id AND line.line_no = link.line_no
WHERE person.round = %(round)s AND line.feed_id = ANY(%(feeds)s)
ON CONFLICT DO NOTHING
"""
# Of the lines tied to these people: whom they belong to.
NEXT_PEOPLE = """
INSERT INTO together_person
SELECT DISTINCT line.person_hash, %(round)s::smallint + 1
FROM together_person person
JOIN intake_link link ON link.person_hash = person.person_hash
JOIN together_line line ON line.feed_id = link.feed_id AND line.line_no = link.line_no
WHERE person.round = %(round)s AND line.person_hash IS NOT NULL
ON CONFLICT DO NOTHING
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
IN_FORCE = """
SELECT coalesce(array_agg(id), '{}'), EXISTS (SELECT FROM intake_application WHERE newest)
FROM intake_feed WHERE state = %s OR id = %s
"""
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


def gather(
    *, columns: Sequence[str], feed_id: int | None = None, people: Sequence[bytes] = (), lock: bool = True
) -> Together:
    """This function will collect and lock everything that the lines of a feed, or the given people, touch.

    Must run inside a transaction; the locks last to its end. `columns` of the lines are loaded; `people` are look-up
    hashes. When another feed was posted between looking and locking, or a household applied once more, it looks again
    with everybody locked, so the second look is final. Without `lock` it only looks: for whoever decides nothing and
    wants nobody to wait.
    """
    if not lock:
        return _look(columns, feed_id, people)
    execute(STRIPES)
    try:
        with transaction.atomic():  # a savepoint: going back to it gives the locks back
            found = _look(columns, feed_id, people)
            execute(LOCK_PEOPLE)
            if value(CHANGED_MEANWHILE, {"feeds": found.feeds}) or _household_grew():
                raise MovedMeanwhile
            return found
    except MovedMeanwhile:
        execute(LOCK_ALL)
        return _look(columns, feed_id, people)


def lock_people(people: Sequence[bytes]) -> None:
    """This function will lock the stripes of a few people, like deciding does, until the end of the transaction."""
    execute(STRIPES)
    stripes = sorted({person[0] * 4 + person[1] // 64 for person in people})
    execute("SELECT id FROM subsidies_stripe WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [stripes])


def _household_grew() -> bool:
    """Lock the households that have applied, and tell whether one of them has meanwhile applied once more."""
    if not value(ANY_APPLICATION):
        return False
    execute(LOCK_HOUSEHOLDS.format(applied=APPLIED))
    return bool(value(HOUSEHOLD_GREW.format(applied=APPLIED)))


def _look(columns: Sequence[str], feed_id: int | None, people: Sequence[bytes]) -> Together:
    """Follow the ties, round by round, until nobody new turns up."""
    feeds, applied = first_row(IN_FORCE, [FeedState.POSTED, feed_id or 0])
    wanted = list(dict.fromkeys((*NEEDED, *columns)))
    plain, named = ", ".join(wanted), ", ".join(f"line.{name}" for name in wanted)
    execute(PLANNING)
    execute(TABLES.format(columns=plain))
    make_tables()
    if feed_id is not None:
        execute(LINES_OF_FEED.format(columns=named), [feed_id])
        execute("ANALYZE together_line (settlement_id, undoes, visit_id, hospital_code, person_hash)")
        execute(PEOPLE_OF_FEED)
        execute(TIES)
        if value("SELECT EXISTS (SELECT FROM together_tie)"):
            execute(LINK)
            execute(PEOPLE_TIED)
    if people:
        execute(PEOPLE_GIVEN, [list(people)])
    here: dict[str, Any] = {"round": 0, "feeds": feeds, "whole": feed_id or 0}  # the feed itself is there as a whole
    more = 1
    while more:
        execute("ANALYZE together_person")
        execute(IN_ORDER_OF_PLACE)
        execute(LINES_OF_PEOPLE.format(columns=named), here)
        execute(AS_PLANNED)
        find_people(here)
        execute(LINES_TIED.format(columns=named), here)
        more = execute(NEXT_PEOPLE, here) + add_same_people(here)
        if applied:
            more += execute(HOUSEHOLDS.format(applied=APPLIED), here)
        here["round"] += 1
    return Together(
        feeds=feeds,
        lines=value("SELECT count(*) FROM together_line"),
        people=value("SELECT count(*) FROM together_person"),
    )
