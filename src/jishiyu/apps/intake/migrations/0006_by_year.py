"""Lines and their fates are kept by year of arrival: the number of a feed begins with it."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.years import FEED_STEP, KEPT_BY_FEED, kept_by_year

MAKE_YEAR = """
-- Makes the partition of a year like the one before all years, with its indexes, checks, settings and the triggers of
-- whole statements. Attached and not made in place: readers and writers of the table need not wait.
CREATE FUNCTION make_year(parent text, year integer, step bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    model text := parent || '_before';
    made text := parent || '_' || year;
    statement text;
BEGIN
    IF to_regclass(made) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(7462013);  -- one at a time; who waited finds it made
    IF to_regclass(made) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING IDENTITY)', made, model);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', made);
    FOR statement IN
        SELECT format('ALTER TABLE %I SET (%s)', made, array_to_string(reloptions, ', '))
        FROM pg_class WHERE oid = model::regclass AND reloptions IS NOT NULL
        UNION ALL
        SELECT replace(pg_get_triggerdef(oid, true), format(' ON %I ', model), format(' ON %I ', made))
        FROM pg_trigger WHERE tgrelid = model::regclass AND NOT tgisinternal AND tgtype & 1 = 0
    LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, made, year * step, (year + 1) * step
    );
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    """Keep them by year; what is there stays in one partition of its own."""

    dependencies: ClassVar = [
        ("intake", "0005_breaks"),
        ("accounts", "0006_rows_person_by_person"),  # the row policies are taken along as they are by then
    ]
    operations: ClassVar = [
        migrations.RunSQL(MAKE_YEAR),
        *(migrations.RunSQL(kept_by_year(table=table, key="feed_id", step=FEED_STEP)) for table in KEPT_BY_FEED),
        migrations.RunSQL(f"ALTER SEQUENCE intake_feed_id_seq MAXVALUE {FEED_STEP - 1}"),
    ]
