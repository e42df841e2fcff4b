"""What is on its way to the bank is not made smaller any more, and what was owed never changes."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION subsidies_refuse_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entitlement % is "%": what it owes does not change, and is set off only while it is unpaid',
        OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER subsidies_entitlement_amount BEFORE UPDATE ON subsidies_entitlement FOR EACH ROW
    WHEN (NEW.amount_fen <> OLD.amount_fen OR NEW.set_off_fen < OLD.set_off_fen
          OR (NEW.set_off_fen <> OLD.set_off_fen AND OLD.state NOT IN ('owed', 'returned', 'failed')))
    EXECUTE FUNCTION subsidies_refuse_amount();
"""
UNGUARD = """
DROP TRIGGER subsidies_entitlement_amount ON subsidies_entitlement;
DROP FUNCTION subsidies_refuse_amount();
"""


class Migration(migrations.Migration):
    """Put the guard on the amounts."""

    dependencies: ClassVar = [("subsidies", "0003_stale")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
