"""What a roster of a whole city changes is noted in seconds, whatever the session did before."""

import pytest
from django.db import connection

from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union, UnionKind

MANY = 40_000
PEOPLE = """
INSERT INTO people_person (person_hash, name_hash, sealed, content_hash, birth_date, sex, created_at)
SELECT sha256(n::text::bytea), sha256('name'), '\\x00', '\\x00', '1980-01-01', '1', now() FROM generate_series(1, %s) n
"""
DECISIONS = """
INSERT INTO subsidies_decision (stay_id, policy, seq, newest, kind, version, policy_hash, facts_hash, content_hash,
                                person_hash, uncapped_fen, used_before_fen, payable_fen, bucket, reasons, decided_at)
SELECT 'H/' || id, 'p', 1, true, 'stay', '', '', '', '\\x00', person_hash, 0, 0, 0, 'ineligible', '{}', now()
FROM people_person WHERE person_hash NOT IN (SELECT person_hash FROM subsidies_decision)
"""
MEMBERSHIPS = """
INSERT INTO members_membership (person_id, union_id, member_no, in_service)
SELECT id, %s, 'M' || id, true FROM people_person WHERE id NOT IN (SELECT person_id FROM members_membership)
"""
ENTITLEMENTS = """
INSERT INTO subsidies_entitlement (decision_id, person_id, union_id, stay_id, policy, year, amount_fen, set_off_fen, state, created_at)
SELECT decision.id, person.id, %s, decision.stay_id, decision.policy, 2025, 1, 0, 'owed', now()
FROM subsidies_decision decision
CROSS JOIN LATERAL (SELECT id FROM people_person WHERE person_hash = decision.person_hash OFFSET 0) person
WHERE decision.id NOT IN (SELECT decision_id FROM subsidies_entitlement)
"""

# What the server believes of the tables: nothing yet, or that they are long and hold nothing, as it does when it last looked
# at them when they had been emptied.
AS_NEW = """
SELECT pg_clear_relation_stats('public', relname::text) FROM pg_class WHERE {these}
"""
AS_EMPTIED = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, 'relpages', 4000, 'reltuples', 0::real)
FROM pg_class WHERE {these}
"""
THESE = "relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname ~ '^(people|members|subsidies|intake)_'"


@pytest.fixture(autouse=True, params=[AS_NEW, AS_EMPTIED], ids=["new", "emptied"])
def _believed(db: None, request: pytest.FixtureRequest) -> None:
    with connection.cursor() as cursor:
        cursor.execute(request.param.format(these=THESE))


@pytest.mark.django_db
def test_a_change_of_everybody_after_one_of_nobody_comes_to_an_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [MANY])
        cursor.execute(
            "INSERT INTO people_certificate (person_id, person_hash) SELECT id, person_hash FROM people_person"
        )
        cursor.execute(DECISIONS)
        cursor.execute("UPDATE people_person SET sealed = '\\x01' WHERE id < 0")  # plans of the session are made here
        # Compared each with each it would take a quarter of an hour.
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        cursor.execute("UPDATE people_person SET sealed = '\\x01'")
        cursor.execute("SELECT count(*) FROM subsidies_stale")
        assert cursor.fetchone() == (0,)  # nothing that a decision looks at
        cursor.execute("UPDATE people_person SET birth_date = '1981-01-01' WHERE id % 2 = 0")
        cursor.execute("SELECT person_hash FROM subsidies_stale")
        told = set(cursor.fetchall())
        cursor.execute("SELECT person_hash FROM people_person WHERE id % 2 = 0")
        assert told == set(cursor.fetchall())
        assert len(told) == MANY // 2
        cursor.execute("SET LOCAL statement_timeout = 0")


@pytest.mark.django_db
def test_a_roster_of_many_after_one_of_few_comes_to_an_end() -> None:
    union = Union.objects.create(code="U1", name="一分会", kind=UnionKind.values[-1]).pk
    with connection.cursor() as cursor:
        for first, last in ((1, 3), (4, MANY)):
            cursor.execute(PEOPLE.replace("generate_series(1, %s)", "generate_series(%s::int, %s::int)"), [first, last])
            # Three are told of by plans of this session that were made for nobody else. Compared each with each, people who are
            # asked for take longer than this, and those whose data changed much longer.
            cursor.execute("SET LOCAL statement_timeout = '10s'")
            cursor.execute(
                "INSERT INTO people_certificate (person_id, person_hash) SELECT id, person_hash FROM people_person "
                "ON CONFLICT DO NOTHING"
            )
            cursor.execute(DECISIONS)
            cursor.execute(MEMBERSHIPS, [union])
            cursor.execute(ENTITLEMENTS, [union])
            cursor.execute("SET LOCAL statement_timeout = '20s'")
            cursor.execute("UPDATE members_membership SET in_service = NOT in_service")
            cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("DELETE FROM subsidies_stale")
        cursor.execute("UPDATE members_membership SET in_service = NOT in_service WHERE id % 2 = 0")
        cursor.execute("SELECT count(*) FROM subsidies_stale")
        assert cursor.fetchone() == (Membership.objects.extra(where=["id %% 2 = 0"]).count(),)
