"""Whoever changes memberships, people or certificates leaves a note of the decisions that this may touch."""

from typing import ClassVar

from django.db import migrations, models

NOTE = """
-- Deciding holds this lock shared, changing the roster holds it alone: a decision either saw the change, or is
-- committed and therefore found here.
CREATE FUNCTION subsidies_note_stale(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7462011);
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

CREATE FUNCTION subsidies_roster_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM subsidies_note_stale(ARRAY(SELECT DISTINCT person_id FROM changed));
    RETURN NULL;
END $$;

CREATE FUNCTION subsidies_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM subsidies_note_stale(ARRAY(
        SELECT was.id FROM before was JOIN changed now ON now.id = was.id
        WHERE (was.birth_date, was.name_hash, was.merged_into_id)
              IS DISTINCT FROM (now.birth_date, now.name_hash, now.merged_into_id)
        UNION
        SELECT was.merged_into_id FROM before was JOIN changed now ON now.id = was.id
        WHERE was.merged_into_id IS DISTINCT FROM now.merged_into_id AND was.merged_into_id IS NOT NULL
    ));
    RETURN NULL;
END $$;

CREATE TRIGGER subsidies_membership_added AFTER INSERT ON members_membership
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subsidies_roster_changed();
CREATE TRIGGER subsidies_membership_changed AFTER UPDATE ON members_membership
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subsidies_roster_changed();
CREATE TRIGGER subsidies_membership_removed AFTER DELETE ON members_membership
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subsidies_roster_changed();
CREATE TRIGGER subsidies_certificate_added AFTER INSERT ON people_certificate
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subsidies_roster_changed();
CREATE TRIGGER subsidies_people_changed AFTER UPDATE ON people_person
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_people_changed();
"""
FORGET = """
DROP TRIGGER subsidies_people_changed ON people_person;
DROP TRIGGER subsidies_certificate_added ON people_certificate;
DROP TRIGGER subsidies_membership_removed ON members_membership;
DROP TRIGGER subsidies_membership_changed ON members_membership;
DROP TRIGGER subsidies_membership_added ON members_membership;
DROP FUNCTION subsidies_people_changed();
DROP FUNCTION subsidies_roster_changed();
DROP FUNCTION subsidies_note_stale(bigint[]);
"""


class Migration(migrations.Migration):
    """Add the table of notes and the triggers that write it."""

    dependencies: ClassVar = [
        ("subsidies", "0002_append_only"),
        ("intake", "0001_initial"),
        ("members", "0001_initial"),
        ("people", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Stale", fields=[("person_hash", models.BinaryField(primary_key=True, serialize=False))]
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
