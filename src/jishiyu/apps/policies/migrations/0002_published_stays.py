"""A published version never changes and never goes."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION policies_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'policy version % is published: a new rule is a new version', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER policies_published_stays BEFORE UPDATE OR DELETE ON policies_version
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION policies_published_stays();
"""
UNGUARD = """
DROP TRIGGER policies_published_stays ON policies_version;
DROP FUNCTION policies_published_stays();
"""


class Migration(migrations.Migration):
    """Put the guard on published versions."""

    dependencies: ClassVar = [("policies", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
