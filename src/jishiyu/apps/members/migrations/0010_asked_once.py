"""The person of a membership is asked for once per statement, not row by row (docs/decisions/0136-entitlements-asked-once.md)."""

from typing import ClassVar

from django.db import migrations

# Where the table was made with a foreign key.
RELEASE = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'members_membership'::regclass AND contype = 'f' AND confrelid = 'people_person'::regclass
    LOOP
        EXECUTE format('ALTER TABLE members_membership DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
"""
GUARD = """
-- As text, so that it is planned for as many rows as there are: docs/decisions/0134-sets-in-triggers.md
CREATE FUNCTION members_membership_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT id FROM fresh
        WHERE NOT EXISTS (SELECT FROM people_person person WHERE person.id = fresh.person_id) LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'membership % names a person who is not there', lost USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER members_membership_known AFTER INSERT ON members_membership
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION members_membership_known();
CREATE TRIGGER members_membership_whose BEFORE UPDATE ON members_membership FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION subsidies_refuse_change();
"""
UNGUARD = """
DROP TRIGGER members_membership_whose ON members_membership;
DROP TRIGGER members_membership_known ON members_membership;
DROP FUNCTION members_membership_known();
"""


class Migration(migrations.Migration):
    """Put a guard in the place of a foreign key. People are never removed: migration 0013 of subsidies."""

    dependencies: ClassVar = [("members", "0009_shared_planned_for_the_many"), ("subsidies", "0013_entitled_once_asked")]
    operations: ClassVar = [migrations.RunSQL(RELEASE, migrations.RunSQL.noop), migrations.RunSQL(GUARD, UNGUARD)]
