"""A roster that comes in several files is compared in seconds, also where each file names other people of other unions."""

from datetime import date

import pytest
from django.db import connection

from jishiyu.apps.members.comparing import compare

MANY, UNIONS_OF_EACH, SHARED = 40_000, 2_000, 1_000
UNIONS = """
INSERT INTO orgs_union (code, name, kind, trade, district, uscc)
SELECT 'U' || n, '分会' || n, 'grassroots', '', '', '' FROM generate_series(0, %s) n
"""
PEOPLE = """
INSERT INTO people_person (person_hash, name_hash, sealed, content_hash, birth_date, sex, created_at)
SELECT sha256(n::text::bytea), sha256('name'), '\\x00', '\\x00', '1980-01-01', '1', now() FROM generate_series(1, %s) n
"""
MEMBERSHIPS = """
INSERT INTO members_membership (person_id, union_id, member_no, in_service)
SELECT person.id, unions.id, 'M' || n, true
FROM generate_series(1, %(lines)s) n JOIN orgs_union unions ON unions.code = 'U' || n %% %(unions)s
JOIN people_person person ON person.person_hash = sha256(n::text::bytea)
"""
LINES = """
INSERT INTO members_rosterline (roster_import_id, row, file, line, person_hash, name_hash, sealed, content_hash, org_code,
                                member_no, in_service, refused)
SELECT 1, n, 'second.csv', n, sha256((n + 1000000)::text::bytea), sha256('name'), '\\x00', '\\x00',
       'U' || n %% %(unions)s + %(first)s, 'N' || n, true, false
FROM generate_series(1, %(lines)s) n
"""


@pytest.mark.django_db
def test_a_file_of_other_people_finds_who_is_absent() -> None:
    with connection.cursor() as cursor:
        cursor.execute(UNIONS, [2 * UNIONS_OF_EACH])
        cursor.execute(PEOPLE, [MANY])
        cursor.execute(MEMBERSHIPS, {"lines": MANY, "unions": UNIONS_OF_EACH})
        cursor.execute(LINES, {"lines": MANY, "unions": UNIONS_OF_EACH, "first": UNIONS_OF_EACH - SHARED})
        cursor.execute("ANALYZE members_membership, members_rosterline, people_person, orgs_union")
        cursor.execute("SET LOCAL statement_timeout = '20s'")  # each membership beside each line would take minutes
        found = compare(import_id=1, absent_left_on=None, union_ids=None, day=date(2026, 1, 1))
        cursor.execute("SET LOCAL statement_timeout = 0")
    assert (found.lines, found.new, found.new_people) == (MANY, MANY, MANY)
    assert found.absent == MANY * SHARED // UNIONS_OF_EACH  # those whose unions the file speaks of
