"""What entitlements point to is looked up by indexes, whatever the server believes of a table."""

from typing import ClassVar

from django.db import migrations

KNOWN = """
-- As text and row by row, so that it holds for however many rows: docs/decisions/0134-sets-in-triggers.md
CREATE OR REPLACE FUNCTION subsidies_entitled_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT fresh.id FROM fresh LEFT JOIN LATERAL (
        SELECT true AS there FROM people_person person WHERE person.id = fresh.person_id OFFSET 0
    ) person ON true LEFT JOIN LATERAL (
        SELECT true AS there FROM subsidies_decision decision WHERE decision.id = fresh.decision_id OFFSET 0
    ) decision ON true WHERE person.there IS NULL OR decision.there IS NULL LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION 'entitlement % names a person or a decision that is not there', lost
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Replace what the guard of entitlements does."""

    dependencies: ClassVar = [("subsidies", "0015_looked_up")]
    operations: ClassVar = [migrations.RunSQL(KNOWN, migrations.RunSQL.noop)]
