"""A confirmed roster file goes into the books: one statement per table, from the tables of `comparing`."""

from datetime import date, datetime

from django.db import connection

from jishiyu.apps.tables.planner import grew_much, look_at

NEW_PEOPLE = """
WITH made AS (
    INSERT INTO people_person (person_hash, name_hash, sealed, content_hash, mobile_hash, account_hash,
                               birth_date, sex, created_at)
    SELECT DISTINCT ON (line.person_hash) line.person_hash, line.name_hash, line.sealed, line.content_hash,
           line.mobile_hash, line.account_hash, line.birth_date, coalesce(line.sex, '0'), %(at)s
    FROM roster_match match
    JOIN members_rosterline line ON line.roster_import_id = %(import_id)s AND line.row = match.row
    WHERE match.person_id IS NULL AND match.action <> 'refused'
    ORDER BY line.person_hash, line.row
    RETURNING id, person_hash
)
INSERT INTO people_certificate (person_id, person_hash) SELECT id, person_hash FROM made ORDER BY id
"""
CHANGED_PEOPLE = """
UPDATE people_person person
SET sealed = line.sealed, content_hash = line.content_hash, mobile_hash = line.mobile_hash,
    account_hash = line.account_hash, name_hash = coalesce(person.name_hash, line.name_hash),
    birth_date = coalesce(line.birth_date, person.birth_date), sex = coalesce(line.sex, person.sex)
FROM roster_person changed
JOIN members_rosterline line ON line.roster_import_id = %(import_id)s AND line.row = changed.row
WHERE person.id = changed.person_id
"""
CHANGED = """
UPDATE members_membership membership
SET joined_on = match.joined_on, left_on = match.left_on, in_service = match.in_service,
    member_no = match.member_no, household_hash = coalesce(match.household_hash, membership.household_hash)
FROM roster_match match
WHERE membership.id = match.membership_id AND match.action IN ('changed', 'left')
"""
NEW = """
INSERT INTO members_membership (person_id, union_id, member_no, in_service, joined_on, left_on, household_hash)
SELECT certificate.person_id, match.union_id, match.member_no, match.in_service, match.joined_on, match.left_on,
       match.household_hash
FROM roster_match match
JOIN people_certificate certificate ON certificate.person_hash = match.person_hash
WHERE match.action = 'new'
ORDER BY certificate.person_id, match.union_id, match.joined_on
"""
ABSENT = """
UPDATE members_membership membership SET left_on = %(absent_left_on)s
FROM roster_absent absent WHERE membership.id = absent.id
"""


def apply(*, import_id: int, at: datetime, absent_left_on: date | None) -> None:
    """Write what `compare` found, in the same transaction."""
    with connection.cursor() as cursor:
        # Neighbouring memberships may change their bounds in any order; what counts is how they stand at the end.
        cursor.execute("SET CONSTRAINTS membership_no_overlap DEFERRED")
        cursor.execute(NEW_PEOPLE, {"import_id": import_id, "at": at})
        many = grew_much(table="people_certificate", rows=cursor.rowcount)
        cursor.execute(CHANGED_PEOPLE, {"import_id": import_id})
        cursor.execute(CHANGED)
        if absent_left_on is not None:
            cursor.execute(ABSENT, {"absent_left_on": absent_left_on})
        if many:
            look_at("people_certificate")
        cursor.execute(NEW)
        cursor.execute("SET CONSTRAINTS membership_no_overlap IMMEDIATE")
        if many:  # the feed that comes next is planned for as many people as there are, not for the few of before
            look_at("people_person", "members_membership")
