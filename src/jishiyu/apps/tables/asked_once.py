"""Whether the persons that rows name are there is asked once per statement, not row by row as a foreign key does.

People are never removed, and whom a row names never changes: subsidies/migrations/0013, which these guards rest on.
docs/decisions/0136-entitlements-asked-once.md
"""


def release(table: str) -> str:
    """Return the SQL that takes the foreign key to people away, where the table was made with one."""
    return _RELEASE.format(table=table)


def guard(table: str, *, thing: str) -> str:
    """Return the SQL of the guard in its place; `thing` is what it calls a row."""
    return _GUARD.format(table=table, thing=thing)


def unguard(table: str) -> str:
    """Return the SQL that removes the guard."""
    return _UNGUARD.format(table=table)


_RELEASE = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'f' AND confrelid = 'people_person'::regclass
    LOOP
        EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', name);
    END LOOP;
END $$;
"""
_GUARD = """
-- As text, so that it is planned for as many rows as there are: docs/decisions/0134-sets-in-triggers.md
CREATE FUNCTION {table}_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT id FROM fresh
        WHERE NOT EXISTS (SELECT FROM people_person person WHERE person.id = fresh.person_id) LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION '{thing} % names a person who is not there', lost USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_known AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_known();
CREATE TRIGGER {table}_whose BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION subsidies_refuse_change();
"""
_UNGUARD = """
DROP TRIGGER {table}_whose ON {table};
DROP TRIGGER {table}_known ON {table};
DROP FUNCTION {table}_known();
"""
