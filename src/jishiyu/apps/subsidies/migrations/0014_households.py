"""Which households those who have applied may be counted under, said once; and who is left behind when one changes.

Of a couple one is paid for a fire. Where the roster moves that one to another household, the other one is owed again:
their data has not changed, so the notes of migration 0003 do not name them.
"""

from typing import ClassVar

from django.db import migrations

SAY = """
-- A decision counts one of them: that of the membership it rests on, else the one that the application names. Which it
-- is may change, an application may name another one or be withdrawn: all are told, of every version, and the memberships
-- of every row that is, or ever was taken for, the same person. It reads as whoever asks, so the rows that a reader may
-- not see are not told.
CREATE FUNCTION subsidies_applied() RETURNS TABLE (person_hash bytea, household bytea) LANGUAGE sql STABLE AS $$
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
    FROM row_of JOIN members_membership membership ON membership.person_id = row_of.person_id
    WHERE membership.household_hash IS NOT NULL
$$;

-- As text, so that it is planned for as many rows as there are: docs/decisions/0134-sets-in-triggers.md
CREATE FUNCTION subsidies_household_left() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    homes bytea[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE 'SELECT array_agg(DISTINCT household_hash) FROM before WHERE household_hash IS NOT NULL' INTO homes;
    ELSE
        EXECUTE 'SELECT array_agg(DISTINCT household_hash) FROM (
            SELECT id, household_hash FROM before WHERE household_hash IS NOT NULL
            EXCEPT SELECT id, household_hash FROM changed
        ) was' INTO homes;
    END IF;
    IF homes IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(7462011);
        INSERT INTO subsidies_stale (person_hash)
        SELECT DISTINCT applied.person_hash FROM subsidies_applied() applied
        WHERE applied.household = ANY(homes) AND EXISTS (
            SELECT FROM subsidies_decision decision WHERE decision.newest AND decision.person_hash = applied.person_hash
        )
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subsidies_membership_household_left AFTER UPDATE ON members_membership
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_household_left();
CREATE TRIGGER subsidies_membership_household_gone AFTER DELETE ON members_membership
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION subsidies_household_left();
"""
UNSAY = """
DROP TRIGGER subsidies_membership_household_gone ON members_membership;
DROP TRIGGER subsidies_membership_household_left ON members_membership;
DROP FUNCTION subsidies_household_left();
DROP FUNCTION subsidies_applied();
"""


class Migration(migrations.Migration):
    """Say the households of those who have applied, and note who is left behind in one."""

    dependencies: ClassVar = [
        ("subsidies", "0013_entitled_once_asked"),
        ("intake", "0006_by_year"),
        ("members", "0009_shared_planned_for_the_many"),
        ("people", "0005_find_by_contact"),
    ]
    operations: ClassVar = [migrations.RunSQL(SAY, UNSAY)]
