"""Three administrators are three people, and none of them does other work: refused by the database.

Two grants of one account that are in force on a common day may not be an administrator's and any other role's. The
account's row is locked, so that two transactions that would each add half of it wait for one another.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION accounts_separated_duties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts_account WHERE id = NEW.account_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_grant other
         WHERE other.account_id = NEW.account_id AND other.id <> NEW.id AND other.role <> NEW.role
           AND (other.role IN ('system_admin', 'security_admin', 'audit_admin')
                OR NEW.role IN ('system_admin', 'security_admin', 'audit_admin'))
           AND other.since < coalesce(NEW.until, 'infinity') AND NEW.since < coalesce(other.until, 'infinity')
    ) THEN
        RAISE EXCEPTION 'an administrator has no other role'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_separated_duties';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_separated_duties AFTER INSERT OR UPDATE ON accounts_grant
    FOR EACH ROW EXECUTE FUNCTION accounts_separated_duties();
"""


class Migration(migrations.Migration):
    """Add the trigger."""

    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(
            TRIGGER,
            "DROP TRIGGER accounts_separated_duties ON accounts_grant; DROP FUNCTION accounts_separated_duties();",
        )
    ]
