"""What a roster of a whole city changes is noted in seconds, whatever the session did before."""

import pytest
from django.db import connection

MANY = 40_000
PEOPLE = """
INSERT INTO people_person (person_hash, name_hash, sealed, content_hash, birth_date, sex, created_at)
SELECT sha256(n::text::bytea), sha256('name'), '\\x00', '\\x00', '1980-01-01', '1', now() FROM generate_series(1, %s) n
"""
DECISIONS = """
INSERT INTO subsidies_decision (stay_id, policy, seq, newest, kind, version, policy_hash, facts_hash, content_hash,
                                person_hash, uncapped_fen, used_before_fen, payable_fen, bucket, reasons, decided_at)
SELECT 'H/' || id, 'p', 1, true, 'stay', '', '', '', '\\x00', person_hash, 0, 0, 0, 'ineligible', '{}', now()
FROM people_person
"""


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
        cursor.execute(
            "SELECT count(*), bool_and(person.id % 2 = 0) FROM subsidies_stale JOIN people_person person USING (person_hash)"
        )
        assert cursor.fetchone() == (MANY // 2, True)
        cursor.execute("SET LOCAL statement_timeout = 0")
