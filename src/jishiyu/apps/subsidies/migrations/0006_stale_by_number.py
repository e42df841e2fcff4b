"""Two certificates under one member number share a limit: whoever changes one of them touches the other's decisions."""

from typing import ClassVar

from django.db import migrations

# The functions of migration 0003, which also follow member numbers: those that the people have, and those given up.
NOTE = """
DROP FUNCTION subsidies_note_stale(bigint[]);
CREATE FUNCTION subsidies_note_stale(people bigint[], numbers text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7462011);
    IF EXISTS (SELECT FROM members_sharednumber) THEN
        -- Others are, or were, one person with somebody who changed only where they have one name themselves.
        people := people || ARRAY(
            SELECT unnest(array_agg(other.person_id))
            FROM members_membership other
            JOIN people_person person ON person.id = other.person_id
            WHERE other.member_no IN (
                SELECT mine.member_no FROM members_sharednumber
                JOIN members_membership mine USING (member_no)
                JOIN unnest(people) AS changed(id) ON changed.id = mine.person_id
                UNION
                SELECT member_no FROM members_sharednumber JOIN unnest(numbers) AS given(member_no) USING (member_no)
            ) AND NOT other.person_id = ANY(people)
            GROUP BY other.member_no HAVING count(DISTINCT coalesce(person.name_hash, '')) = 1
        );
    END IF;
    INSERT INTO subsidies_stale (person_hash)
    SELECT DISTINCT known.person_hash
    FROM unnest(people) AS changed(id)
    JOIN people_person person ON person.id = changed.id
    JOIN people_person one ON one.id = coalesce(person.merged_into_id, person.id)
    CROSS JOIN LATERAL (
        SELECT one.person_hash
        UNION ALL
        SELECT certificate.person_hash FROM people_certificate certificate WHERE certificate.person_id = person.id
    ) known
    WHERE EXISTS (
        SELECT FROM subsidies_decision decision WHERE decision.newest AND decision.person_hash = known.person_hash
    ) OR EXISTS (
        -- After a merge is undone the decisions stand under the other person, but the lines are here.
        SELECT FROM intake_line line WHERE line.person_hash = known.person_hash
    )
    ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION subsidies_roster_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM subsidies_note_stale(ARRAY(SELECT DISTINCT person_id FROM changed), '{}');
    RETURN NULL;
END $$;

CREATE FUNCTION subsidies_number_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM subsidies_note_stale(
        ARRAY(SELECT DISTINCT person_id FROM before), ARRAY(SELECT DISTINCT member_no FROM before)
    );
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION subsidies_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM subsidies_note_stale(ARRAY(
        SELECT was.id FROM before was JOIN changed now ON now.id = was.id
        WHERE (was.birth_date, was.name_hash, was.merged_into_id)
              IS DISTINCT FROM (now.birth_date, now.name_hash, now.merged_into_id)
        UNION
        SELECT was.merged_into_id FROM before was JOIN changed now ON now.id = was.id
        WHERE was.merged_into_id IS DISTINCT FROM now.merged_into_id AND was.merged_into_id IS NOT NULL
    ), '{}');
    RETURN NULL;
END $$;

DROP TRIGGER subsidies_membership_removed ON members_membership;
CREATE TRIGGER subsidies_membership_removed AFTER DELETE ON members_membership
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION subsidies_number_changed();
CREATE TRIGGER subsidies_membership_number_given_up AFTER UPDATE ON members_membership
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION subsidies_number_changed();
"""


class Migration(migrations.Migration):
    """Let the notes follow member numbers."""

    dependencies: ClassVar = [("subsidies", "0005_content_hash"), ("members", "0005_shared_number")]
    operations: ClassVar = [migrations.RunSQL(NOTE)]
