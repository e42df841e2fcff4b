"""Who the people are that `together` gathers: found on record once, and followed to all numbers they have or had.

`together_known` has a row for each certificate on record, `one_id` and `one_hash` being the person who counts after
merges; `together_number` has the member numbers under which two certificates are one person.
"""

from typing import Any

from jishiyu.apps.subsidies.statements import execute, value

TABLES = """
DROP TABLE IF EXISTS together_known, together_number;
CREATE TEMPORARY TABLE together_known (
    person_hash bytea NOT NULL, person_id bigint NOT NULL, merged_into_id bigint, one_id bigint NOT NULL,
    one_hash bytea NOT NULL, name_hash bytea, birth_date date, round smallint NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE together_number (member_no text NOT NULL PRIMARY KEY) ON COMMIT DROP;
"""
# Many rows by a long list of hashes: first all places from the index, then the pages in their order, several on their
# way at once. Row by row each page would be waited for. The planner cannot know how long the list is.
IN_ORDER_OF_PLACE = "SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off"
AS_PLANNED = "SET LOCAL enable_indexscan = on; SET LOCAL enable_seqscan = on"
# Looked up once for all that follows: in a city of millions each of these reads is a page from somewhere else. Nearly
# everybody is found by the certificate they came with; the others by a further one.
KNOWN = """
INSERT INTO together_known
SELECT filed.person_hash, filed.id, filed.merged_into_id, filed.id, filed.person_hash, filed.name_hash,
       filed.birth_date, %(round)s
FROM people_person filed
WHERE filed.person_hash = ANY(ARRAY(SELECT person_hash FROM together_person WHERE round = %(round)s))
"""
KNOWN_OTHERWISE = """
INSERT INTO together_known
SELECT known.person_hash, filed.id, filed.merged_into_id, filed.id, filed.person_hash, filed.name_hash,
       filed.birth_date, known.round
FROM together_person known
JOIN people_certificate certificate ON certificate.person_hash = known.person_hash
JOIN people_person filed ON filed.id = certificate.person_id
WHERE known.round = %(round)s
  AND NOT EXISTS (SELECT FROM together_known found WHERE found.person_hash = known.person_hash)
"""
MERGED = """
UPDATE together_known known
SET one_id = counts.id, one_hash = counts.person_hash, birth_date = coalesce(counts.birth_date, known.birth_date)
FROM people_person counts
WHERE counts.id = known.merged_into_id AND known.merged_into_id IS NOT NULL AND known.round = %(round)s
"""
# Everybody who is or ever was taken for the same person: after a merge is undone, decisions still stand under the other.
OTHER_NUMBERS = """
INSERT INTO together_person
SELECT certificate.person_hash, %(round)s::smallint + 1
FROM people_certificate certificate
WHERE certificate.person_id = ANY(ARRAY(
    SELECT person_id FROM together_known WHERE round = %(round)s
    UNION ALL
    SELECT merged_into_id FROM together_known WHERE round = %(round)s AND merged_into_id IS NOT NULL
    UNION ALL
    SELECT person.id FROM people_person person
    WHERE person.merged_into_id IN (SELECT person_id FROM together_known WHERE round = %(round)s)
    UNION ALL
    SELECT unnest(ARRAY[kept_id, merged_id]) FROM people_merge
    WHERE kept_id IN (SELECT person_id FROM together_known WHERE round = %(round)s)
       OR merged_id IN (SELECT person_id FROM together_known WHERE round = %(round)s)
))
ON CONFLICT DO NOTHING
"""
# Two certificates under one member number and one name are one person (engine/same_member.py), with one limit. Where
# the names differ the number itself is wrong, and nobody is tied by it.
ANY_SHARED = "SELECT EXISTS (SELECT FROM members_sharednumber)"
SHARED_NUMBERS = """
INSERT INTO together_number
SELECT membership.member_no
FROM members_membership membership
JOIN people_person person ON person.id = membership.person_id
WHERE membership.member_no IN (
    SELECT shared.member_no
    FROM together_known known
    JOIN members_membership mine ON mine.person_id = known.person_id
    JOIN members_sharednumber shared ON shared.member_no = mine.member_no
    WHERE known.round = %(round)s
)
GROUP BY membership.member_no
HAVING count(DISTINCT coalesce(person.merged_into_id, person.id)) > 1
   AND count(DISTINCT coalesce(person.name_hash, '')) = 1
ON CONFLICT DO NOTHING
"""
SAME_NUMBER = """
INSERT INTO together_person
SELECT DISTINCT certificate.person_hash, %(round)s::smallint + 1
FROM together_number number
JOIN members_membership other ON other.member_no = number.member_no
JOIN people_certificate certificate ON certificate.person_id = other.person_id
ON CONFLICT DO NOTHING
"""


def make_tables() -> None:
    """This function will make both tables, empty, until the end of the transaction."""
    execute(TABLES)


def find_people(here: dict[str, Any]) -> None:
    """This function will look up everybody whom `round` has brought into `together_person`."""
    execute(IN_ORDER_OF_PLACE)
    execute(KNOWN, here)
    execute(AS_PLANNED)
    execute("ANALYZE together_known (person_hash, person_id, merged_into_id, round)")
    execute(KNOWN_OTHERWISE, here)
    execute(MERGED, here)


def add_same_people(here: dict[str, Any]) -> int:
    """This function will add all other numbers of the people of `round` to the next one and return how many."""
    more = execute(OTHER_NUMBERS, here)
    if value(ANY_SHARED) and execute(SHARED_NUMBERS, here):
        more += execute(SAME_NUMBER, here)
    return more
