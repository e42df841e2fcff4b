"""Lines are never changed or deleted."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION intake_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER intake_line_append_only BEFORE UPDATE OR DELETE ON intake_line
    FOR EACH STATEMENT EXECUTE FUNCTION intake_refuse_change();
-- Lines, fates and decisions name a feed without a foreign key: its check, row by row, would take more than a
-- tenth of the time of a feed. A feed is never deleted and its number never changes, so what they name is always there.
CREATE TRIGGER intake_feed_stays BEFORE DELETE OR UPDATE OF id, sha256 ON intake_feed
    FOR EACH STATEMENT EXECUTE FUNCTION intake_refuse_change();
-- An insert-only table of millions: let statistics follow after 2 %, not after 10 %.
ALTER TABLE intake_line SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
"""
UNGUARD = """
DROP TRIGGER intake_line_append_only ON intake_line;
DROP TRIGGER intake_feed_stays ON intake_feed;
DROP FUNCTION intake_refuse_change();
"""


class Migration(migrations.Migration):
    """Put the guard on the table of lines."""

    dependencies: ClassVar = [("intake", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
