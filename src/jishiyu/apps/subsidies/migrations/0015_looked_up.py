"""Whose decisions a change of the roster may touch is looked up person by person; while nobody has any, nobody is.

The first roster of a city spent a sixth of its time on looking for decisions where there were none; and of tables that the
server last looked at when they were empty, it read all for each of many people. What is looked up in a LATERAL with
OFFSET 0 is found by an index, whatever the server believes of a table.
"""

from typing import ClassVar

from django.db import migrations

LOOK_UP = """
CREATE OR REPLACE FUNCTION subsidies_note_stale(people bigint[], numbers text[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7462011);
    IF NOT EXISTS (SELECT FROM subsidies_decision) AND NOT EXISTS (SELECT FROM intake_line) THEN
        RETURN;
    END IF;
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
    CROSS JOIN LATERAL (
        SELECT coalesce(person.merged_into_id, person.id) AS id FROM people_person person
        WHERE person.id = changed.id OFFSET 0
    ) one
    CROSS JOIN LATERAL (
        SELECT person.person_hash FROM people_person person WHERE person.id = one.id
        UNION ALL
        SELECT certificate.person_hash FROM people_certificate certificate WHERE certificate.person_id = changed.id
        OFFSET 0
    ) known
    WHERE EXISTS (
        SELECT FROM subsidies_decision decision WHERE decision.newest AND decision.person_hash = known.person_hash
    ) OR EXISTS (
        -- After a merge is undone the decisions stand under the other person, but the lines are here.
        SELECT FROM intake_line line WHERE line.person_hash = known.person_hash
    )
    ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION subsidies_applied() RETURNS TABLE (person_hash bytea, household bytea) LANGUAGE sql STABLE AS $$
    WITH filed AS (
        SELECT DISTINCT application.person_hash, application.facts->>'household' AS named,
               coalesce(person.merged_into_id, person.id) AS one_id
        FROM intake_application application
        LEFT JOIN people_certificate certificate ON certificate.person_hash = application.person_hash
        LEFT JOIN people_person person ON person.id = certificate.person_id
        WHERE application.person_hash IS NOT NULL
    ), row_of AS (
        SELECT filed.person_hash, filed.one_id AS person_id FROM filed
        UNION
        SELECT filed.person_hash, merged.id FROM filed JOIN people_person merged ON merged.merged_into_id = filed.one_id
        UNION
        SELECT filed.person_hash, merge.merged_id FROM filed JOIN people_merge merge ON merge.kept_id = filed.one_id
        UNION
        SELECT filed.person_hash, merge.kept_id FROM filed JOIN people_merge merge ON merge.merged_id = filed.one_id
    )
    SELECT filed.person_hash, decode(filed.named, 'hex') FROM filed WHERE filed.named IS NOT NULL
    UNION
    SELECT row_of.person_hash, membership.household_hash
    FROM row_of CROSS JOIN LATERAL (
        SELECT household_hash FROM members_membership
        WHERE person_id = row_of.person_id AND household_hash IS NOT NULL OFFSET 0
    ) membership
$$;
"""


class Migration(migrations.Migration):
    """Look up by person; the functions of before say the same, so there is no way back to take."""

    dependencies: ClassVar = [("subsidies", "0014_households")]
    operations: ClassVar = [migrations.RunSQL(LOOK_UP, migrations.RunSQL.noop)]
