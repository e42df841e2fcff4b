"""What entitlements point to is asked once for all of a statement, not row by row.

A foreign key asks for each row at the end of the transaction, and marks each person it found: of a feed of a hundred
thousand lines a tenth of the time. A decision is never removed; nor is a person from here on, who is merged instead.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

RELEASE = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'subsidies_entitlement'::regclass AND contype = 'f' AND conparentid = 0
          AND confrelid IN ('subsidies_decision'::regclass, 'people_person'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE subsidies_entitlement DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
"""
GUARD = """
-- As text, so that it is planned for as many rows as there are: docs/decisions/0134-sets-in-triggers.md
CREATE FUNCTION subsidies_entitled_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT id FROM (
        SELECT id FROM fresh WHERE NOT EXISTS (SELECT FROM people_person person WHERE person.id = fresh.person_id)
        UNION ALL
        SELECT id FROM fresh
        WHERE NOT EXISTS (SELECT FROM subsidies_decision decision WHERE decision.id = fresh.decision_id)
    ) pointing LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'entitlement % names a person or a decision that is not there', lost
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subsidies_entitlement_known AFTER INSERT ON subsidies_entitlement
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION subsidies_entitled_known();
CREATE TRIGGER subsidies_entitlement_whose BEFORE UPDATE ON subsidies_entitlement FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.decision_id IS DISTINCT FROM NEW.decision_id)
    EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER people_person_no_delete BEFORE DELETE ON people_person
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
"""
UNGUARD = """
DROP TRIGGER people_person_no_delete ON people_person;
DROP TRIGGER subsidies_entitlement_whose ON subsidies_entitlement;
DROP TRIGGER subsidies_entitlement_known ON subsidies_entitlement;
DROP FUNCTION subsidies_entitled_known();
"""


class Migration(migrations.Migration):
    """Put a guard in the place of two foreign keys."""

    dependencies: ClassVar = [("subsidies", "0012_planned_for_the_many")]
    operations: ClassVar = [
        # By hand: above a table that is kept by year a foreign key stands once for each year.
        migrations.RunSQL(RELEASE, migrations.RunSQL.noop, state_operations=[
            migrations.AlterField("entitlement", "decision", models.OneToOneField(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="entitlement",
                to="subsidies.decision",
            )),
            migrations.AlterField("entitlement", "person", models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="entitlements",
                to="people.person",
            )),
        ]),
        migrations.RunSQL(GUARD, UNGUARD),
    ]  # fmt: skip
