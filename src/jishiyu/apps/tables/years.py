"""Tables that are kept by year: one partition for each, made when it is needed, so that what grows stays small.

The key begins with the year: `year * step + number`. All keys stay what they were, one column and ever growing, and
the key alone says where a row is. What was there before stands in the partition `…_before`, which is also the model of
every further one. docs/decisions/0133-partitions-by-year.md
"""

from datetime import date

from django.db import connection

FEED_STEP = 10**8  # feeds of a city in all its life; the sequence ends there and refuses
KEPT_BY_FEED = ("intake_line", "intake_fate")


def make_year(*, table: str, year: int, step: int) -> bool:
    """This function will make the partition of a year unless it is there, and return whether it did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT make_year(%s, %s, %s)", [table, year, step])
        return bool(cursor.fetchone()[0])


def year_of_arrival(*, on: date, today: date) -> int:
    """This function will tell under which year what arrives is kept: that of the day it speaks of, none to come."""
    return min(on.year, today.year)


def kept_by_year(*, table: str, key: str, step: int) -> str:
    """Return the SQL that makes a table one that is kept by year, for a migration; its rows stay where they are.

    The table becomes the partition of all keys below `step`. Primary key, indexes, checks, triggers, row policies and
    foreign keys that point to it are made again above it; other unique constraints hold within each partition. Numbers
    go on where they were. Run it where `make_year` is known.
    """
    return _CONVERT.format(table=table, key=key, step=step, policies=_POLICIES.format(table=table))


_POLICIES = """(polrelid = '{table}'::regclass OR EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_policy'::regclass AND objid = pg_policy.oid
    AND refclassid = 'pg_class'::regclass AND refobjid = '{table}'::regclass
))"""
_CONVERT = """
DO $$
DECLARE
    statement text;
    above text[] := '{{}}';   -- what is made above the partitions, as it was
    number bigint;
BEGIN
    SELECT above || array_agg(format('ALTER TABLE {table} ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)))
    INTO above FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'p';
    SELECT above || coalesce(array_agg(pg_get_indexdef(indexrelid)), '{{}}') INTO above
    FROM pg_index WHERE indrelid = '{table}'::regclass AND NOT indisunique;
    SELECT above || coalesce(array_agg(pg_get_triggerdef(oid)), '{{}}') INTO above
    FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal;
    -- Policies of other tables that look into this one would go on looking into the partition.
    SELECT above || coalesce(array_agg(format(
        'CREATE POLICY %I ON %s TO %s USING (%s)', polname, polrelid::regclass,
        (SELECT string_agg(quote_ident(rolname), ', ') FROM pg_roles WHERE oid = ANY (polroles)),
        pg_get_expr(polqual, polrelid)
    )), '{{}}') INTO above FROM pg_policy WHERE {policies};
    SELECT above || coalesce(array_agg(format(
        'ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)
    )), '{{}}') INTO above FROM pg_constraint WHERE confrelid = '{table}'::regclass AND contype = 'f';

    FOR statement IN
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
        FROM pg_constraint WHERE confrelid = '{table}'::regclass AND contype = 'f'
        UNION ALL
        -- Of the triggers, those of whole statements stay below too: nobody gets past them by naming a partition.
        SELECT format('DROP TRIGGER %I ON {table}', tgname)
        FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal AND tgtype & 1 = 1
        UNION ALL
        -- The partition stays under row security without a policy: only through the table above are its rows seen.
        SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy WHERE {policies}
        UNION ALL
        SELECT format('ALTER INDEX %s RENAME TO %I', indexrelid::regclass, relname || '_before')
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = '{table}'::regclass
    LOOP
        EXECUTE statement;
    END LOOP;
    IF EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{key}' AND attidentity <> ''
    ) THEN
        EXECUTE 'SELECT last_value + is_called::integer FROM {table}_{key}_seq' INTO number;
        ALTER TABLE {table} ALTER {key} DROP IDENTITY;
    END IF;
    ALTER TABLE {table} RENAME TO {table}_before;
    CREATE TABLE {table} (
        LIKE {table}_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE
    ) PARTITION BY RANGE ({key});
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} ATTACH PARTITION {table}_before FOR VALUES FROM (MINVALUE) TO ({step});
    IF number IS NOT NULL THEN
        EXECUTE format(
            'ALTER TABLE {table} ALTER {key} ADD GENERATED BY DEFAULT AS IDENTITY'
            ' (SEQUENCE NAME {table}_{key}_seq START WITH %s MAXVALUE %s)', number, {step} - 1
        );
    END IF;
    FOREACH statement IN ARRAY above LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM make_year('{table}', extract(year FROM now())::integer, {step});
END $$;
ANALYZE {table};
"""
