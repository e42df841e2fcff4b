"""The person of a certificate is asked for once per statement, not row by row (docs/decisions/0136-entitlements-asked-once.md)."""

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
        WHERE conrelid = 'people_certificate'::regclass AND contype = 'f' AND confrelid = 'people_person'::regclass
    LOOP
        EXECUTE format('ALTER TABLE people_certificate DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
"""
GUARD = """
-- As text, so that it is planned for as many rows as there are: docs/decisions/0134-sets-in-triggers.md
CREATE FUNCTION people_certificate_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT id FROM fresh
        WHERE NOT EXISTS (SELECT FROM people_person person WHERE person.id = fresh.person_id) LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'certificate % names a person who is not there', lost USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER people_certificate_known AFTER INSERT ON people_certificate
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_certificate_known();
CREATE TRIGGER people_certificate_whose BEFORE UPDATE ON people_certificate FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION subsidies_refuse_change();
"""
UNGUARD = """
DROP TRIGGER people_certificate_whose ON people_certificate;
DROP TRIGGER people_certificate_known ON people_certificate;
DROP FUNCTION people_certificate_known();
"""


class Migration(migrations.Migration):
    """Put a guard in the place of a foreign key. People are never removed: migration 0013 of subsidies."""

    dependencies: ClassVar = [("people", "0005_find_by_contact"), ("subsidies", "0013_entitled_once_asked")]
    operations: ClassVar = [migrations.RunSQL(RELEASE, migrations.RunSQL.noop), migrations.RunSQL(GUARD, UNGUARD)]
