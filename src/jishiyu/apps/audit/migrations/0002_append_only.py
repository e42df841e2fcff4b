"""The trail is append-only: the database refuses to change, delete or empty it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION audit_trail_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'trail_append_only';
END $$;

CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_append_only();
"""


class Migration(migrations.Migration):
    """Add the trigger."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTION, "DROP TRIGGER audit_trail_append_only ON audit_trail; DROP FUNCTION audit_trail_append_only();"
        )
    ]
