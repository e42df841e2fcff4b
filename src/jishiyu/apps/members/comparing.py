"""A staged roster file compared with the books: what each line would do, in one table for one transaction.

`roster_match` (temporary) has one row per line of the import: the line's columns, who and where it is, which stored
membership it speaks of, `action` (new, changed, left, unchanged, refused), `code` when the books refuse it.
A line speaks of the stored membership of the same person, union and day of joining; where that leaves exactly one
line and one overlapping stored membership of a person and union, the line corrects that one's day of joining.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from jishiyu.apps.members.findings import FINDINGS

# In steps with statistics between them: one large query is planned blindly and may take hours at a million lines.
SEEN = """
CREATE TEMP TABLE roster_seen ON COMMIT DROP AS
SELECT line.row, line.file, line.line, line.person_hash, line.name_hash, line.content_hash, line.birth_date, line.sex,
       line.member_no, line.in_service, line.joined_on, line.left_on, line.household_hash, line.refused,
       unions.id AS union_id, certificate.person_id, stored.id AS membership_id
FROM members_rosterline line
LEFT JOIN orgs_union unions ON unions.code = line.org_code
LEFT JOIN people_certificate certificate ON certificate.person_hash = line.person_hash
LEFT JOIN members_membership stored
    ON stored.person_id = certificate.person_id AND stored.union_id = unions.id AND NOT line.refused
    AND coalesce(stored.joined_on, '-infinity') = coalesce(line.joined_on, '-infinity')
WHERE line.roster_import_id = %(import_id)s
"""
CORRECTED = """
WITH one_line AS (
    SELECT person_id, union_id, min(row) AS row, min(joined_on) AS joined_on, min(left_on) AS left_on
    FROM roster_seen WHERE membership_id IS NULL AND person_id IS NOT NULL AND NOT refused
    GROUP BY person_id, union_id HAVING count(*) = 1
), one_membership AS (
    SELECT stored.person_id, stored.union_id, min(stored.id) AS membership_id,
           min(stored.joined_on) AS joined_on, min(stored.left_on) AS left_on
    FROM members_membership stored
    WHERE NOT EXISTS (SELECT FROM roster_seen taken WHERE taken.membership_id = stored.id)
    GROUP BY stored.person_id, stored.union_id HAVING count(*) = 1
)
UPDATE roster_seen seen SET membership_id = one_membership.membership_id
FROM one_line JOIN one_membership USING (person_id, union_id)
WHERE seen.row = one_line.row
    AND coalesce(one_membership.joined_on, '-infinity') < coalesce(one_line.left_on, 'infinity')
    AND coalesce(one_line.joined_on, '-infinity') < coalesce(one_membership.left_on, 'infinity')
"""
MATCH = """
CREATE TEMP TABLE roster_match ON COMMIT DROP AS
SELECT seen.*, NULL::text AS code,
       CASE
           WHEN seen.refused THEN 'refused'
           WHEN seen.membership_id IS NULL THEN 'new'
           WHEN stored.left_on IS NULL AND seen.left_on IS NOT NULL THEN 'left'
           WHEN (stored.joined_on, stored.left_on, stored.in_service, stored.member_no, stored.household_hash)
               IS DISTINCT FROM (seen.joined_on, seen.left_on, seen.in_service, seen.member_no,
                                 coalesce(seen.household_hash, stored.household_hash)) THEN 'changed'
           ELSE 'unchanged'
       END AS action
FROM roster_seen seen
LEFT JOIN members_membership stored ON stored.id = seen.membership_id
"""
REFUSE_OTHER_NAME = """
UPDATE roster_match match SET action = 'refused', code = 'name_differs'
FROM people_person person
WHERE person.id = match.person_id AND NOT match.refused AND person.name_hash <> match.name_hash
"""
# All lines of the person and union are refused together: they were checked against one another, not alone.
REFUSE_OVERLAP = """
UPDATE roster_match match SET action = 'refused', code = 'overlaps_stored'
FROM (
    SELECT DISTINCT line.person_id, line.union_id
    FROM roster_match line
    JOIN members_membership stored ON stored.person_id = line.person_id AND stored.union_id = line.union_id
    WHERE line.action <> 'refused'
        AND NOT EXISTS (SELECT FROM roster_match other WHERE other.membership_id = stored.id)
        AND coalesce(stored.joined_on, '-infinity') < coalesce(line.left_on, 'infinity')
        AND coalesce(line.joined_on, '-infinity') < coalesce(stored.left_on, 'infinity')
) pair
WHERE match.person_id = pair.person_id AND match.union_id = pair.union_id AND match.action <> 'refused'
"""
# Who is a member today, but of no union of those who bring the file: others answer for them, merged persons included.
OTHERS = """
CREATE TEMP TABLE roster_others ON COMMIT DROP AS
WITH named AS (
    SELECT DISTINCT match.person_id, coalesce(person.merged_into_id, person.id) AS counts_id
    FROM roster_match match JOIN people_person person ON person.id = match.person_id
), one_human_being AS (
    SELECT person_id, counts_id AS id FROM named
    UNION ALL
    SELECT named.person_id, merged.id FROM named JOIN people_person merged ON merged.merged_into_id = named.counts_id
)
SELECT human.person_id
FROM one_human_being human JOIN members_membership stored ON stored.person_id = human.id
WHERE stored.left_on IS NULL OR stored.left_on > %(day)s
GROUP BY human.person_id
HAVING NOT bool_or(stored.union_id = ANY(%(union_ids)s))
"""
# What ended in our own union may be written down better; nobody comes to us, or comes back, by such a file.
REFUSE_OF_OTHERS = """
UPDATE roster_match match SET action = 'refused', code = 'member_of_others'
FROM roster_others others
WHERE match.person_id = others.person_id AND match.action <> 'refused'
    AND (match.action = 'new' OR match.left_on IS NULL OR match.left_on > %(day)s)
"""
ABSENT = """
CREATE TEMP TABLE roster_absent ON COMMIT DROP AS
SELECT membership.id
FROM members_membership membership
WHERE membership.left_on IS NULL
    AND membership.union_id IN (SELECT union_id FROM roster_match)
    AND NOT EXISTS (SELECT FROM roster_match line WHERE line.person_id = membership.person_id)
    AND NOT EXISTS (SELECT FROM roster_match line WHERE line.member_no = membership.member_no)
    AND (membership.joined_on < %(absent_left_on)s OR membership.joined_on IS NULL OR %(absent_left_on)s IS NULL)
"""
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE action = 'new'), count(*) FILTER (WHERE action = 'changed'),
       count(*) FILTER (WHERE action = 'left'), count(*) FILTER (WHERE action = 'unchanged'),
       count(*) FILTER (WHERE action = 'refused'), (SELECT count(*) FROM roster_absent),
       count(DISTINCT person_hash) FILTER (WHERE action <> 'refused' AND person_id IS NULL)
FROM roster_match
"""
CHANGED_PEOPLE = """
CREATE TEMP TABLE roster_person ON COMMIT DROP AS
SELECT DISTINCT ON (match.person_hash) match.row, person.id AS person_id, person.content_hash
FROM roster_match match
JOIN people_person person ON person.person_hash = match.person_hash
WHERE match.action <> 'refused'
    AND NOT EXISTS (SELECT FROM roster_others others WHERE others.person_id = person.id)
    AND (person.content_hash <> match.content_hash
        OR person.birth_date IS DISTINCT FROM coalesce(match.birth_date, person.birth_date)
        OR person.sex <> coalesce(match.sex, person.sex))
ORDER BY match.person_hash, match.row
"""
# A sum of hashes: the order of rows does not matter, and a million rows take no memory.
PLAN = """
SELECT concat_ws('-',
    (SELECT count(*) FROM roster_person),
    (SELECT sum(hashtextextended(concat_ws('|', row, action, person_id, union_id, membership_id), 0)::numeric)
     FROM roster_match),
    (SELECT sum(hashtextextended(id::text, 0)::numeric) FROM roster_absent),
    (SELECT sum(hashtextextended(concat_ws('|', person_id, content_hash), 0)::numeric) FROM roster_person))
"""
FINDINGS_OF_THE_BOOKS = """
INSERT INTO members_rosterproblem (roster_import_id, file, line, "column", code, refuses)
SELECT %(import_id)s, file, line, CASE code WHEN 'name_differs' THEN 'name' WHEN 'member_of_others' THEN 'cert_no' ELSE 'joined_on' END, code, true
FROM roster_match WHERE code IS NOT NULL
UNION ALL
SELECT %(import_id)s, match.file, match.line, 'member_no', 'number_of_two_people', false
FROM roster_match match
WHERE match.action <> 'refused' AND EXISTS (
    SELECT FROM members_membership stored WHERE stored.member_no = match.member_no
        AND stored.person_id IS DISTINCT FROM match.person_id)
UNION ALL
SELECT %(import_id)s, match.file, match.line, 'org_code', 'two_unions', false
FROM roster_match match
WHERE match.action IN ('new', 'changed') AND EXISTS (
    SELECT FROM members_membership stored
    WHERE stored.person_id = match.person_id AND stored.union_id <> match.union_id
        AND NOT EXISTS (SELECT FROM roster_match other WHERE other.membership_id = stored.id)
        AND coalesce(stored.joined_on, '-infinity') < coalesce(match.left_on, 'infinity')
        AND coalesce(match.joined_on, '-infinity') < coalesce(stored.left_on, 'infinity'))
"""
TABLES = ("roster_seen", "roster_match", "roster_others", "roster_absent", "roster_person")
NOBODY = "CREATE TEMP TABLE roster_others (person_id bigint) ON COMMIT DROP"
CODES = {"name_differs", "overlaps_stored", "member_of_others", "number_of_two_people", "two_unions"}
assert FINDINGS.keys() >= CODES


@dataclass(frozen=True)
class Comparison:
    """What a staged file would do; `plan` is a fingerprint of every single change."""

    lines: int
    new: int
    changed: int
    left: int
    unchanged: int
    refused: int
    absent: int
    new_people: int
    changed_people: int
    plan: str


def compare(
    *, import_id: int, absent_left_on: date | None, union_ids: Sequence[int] | None, day: date
) -> Comparison:  # fmt: skip
    """Fill the temporary tables for one import and count what they hold; call it inside a transaction.

    Where `union_ids` says for which unions the file speaks, who is a member of others only on that day is left alone.
    """
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(SEEN, {"import_id": import_id})
        cursor.execute("CREATE INDEX ON roster_seen (membership_id)")
        cursor.execute("ANALYZE roster_seen")
        cursor.execute(CORRECTED)
        cursor.execute(MATCH)
        cursor.execute("CREATE INDEX ON roster_match (membership_id)")
        cursor.execute("CREATE INDEX ON roster_match (person_id)")
        cursor.execute("CREATE INDEX ON roster_match (member_no)")
        cursor.execute("CREATE INDEX ON roster_match (union_id)")
        cursor.execute("ANALYZE roster_match")
        cursor.execute(REFUSE_OTHER_NAME)
        cursor.execute(REFUSE_OVERLAP)
        ours = {"union_ids": None if union_ids is None else list(union_ids), "day": day}
        cursor.execute(NOBODY if union_ids is None else OTHERS, ours)
        cursor.execute(REFUSE_OF_OTHERS, ours)
        cursor.execute(ABSENT, {"absent_left_on": absent_left_on})
        cursor.execute(CHANGED_PEOPLE)
        cursor.execute(COUNTS)
        lines, new, changed, left, unchanged, refused, absent, new_people = cursor.fetchone()
        cursor.execute(PLAN)
        plan = cursor.fetchone()[0]
    return Comparison(
        lines=lines,
        new=new,
        changed=changed,
        left=left,
        unchanged=unchanged,
        refused=refused,
        absent=absent,
        new_people=new_people,
        changed_people=int(plan.split("-")[0]),
        plan=plan,
    )


def store_findings(*, import_id: int) -> None:
    """Write what the books say against lines, or about them, into the problems of the import."""
    with connection.cursor() as cursor:
        cursor.execute(FINDINGS_OF_THE_BOOKS, {"import_id": import_id})
