"""Whether the persons that rows name are there is asked once per statement, not row by row as a foreign key does.

People are never removed, and whom a row names never changes: subsidies/migrations/0013, which these guards rest on.
docs/decisions/0136-entitlements-asked-once.md
"""

from collections.abc import Mapping


def release(table: str) -> str:
    """Return the SQL that takes the foreign key to people away, where the table was made with one."""
    return _RELEASE.format(table=table)


def guard(table: str, *, thing: str) -> str:
    """Return the SQL of the guard in its place; `thing` is what it calls a row."""
    return known(table, thing=thing) + _GUARD.format(table=table)


def known(table: str, *, thing: str) -> str:
    """Return the SQL of what the guard does, which replaces what an older one did."""
    return looked_up(f"{table}_known", thing=thing, whom="a person who is", points={"person_id": "people_person"})


def looked_up(function: str, *, thing: str, whom: str, points: Mapping[str, str]) -> str:
    """Return the SQL of a trigger function that refuses rows which name, by a column of `points`, what is not in its table."""
    joins = "".join(_LOOK_UP.format(column=column, target=target) for column, target in points.items())
    lost = " OR ".join(f"{column}.there IS NULL" for column in points)
    return _KNOWN.format(function=function, thing=thing, whom=whom, joins=joins, lost=lost)


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
_LOOK_UP = """ LEFT JOIN LATERAL (
        SELECT true AS there FROM {target} target WHERE target.id = fresh.{column} OFFSET 0
    ) {column} ON true"""
_KNOWN = """
-- As text and row by row, so that it holds for however many rows, whatever the server believes of a table:
-- docs/decisions/0134-sets-in-triggers.md
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    EXECUTE 'SELECT fresh.id FROM fresh{joins} WHERE {lost} LIMIT 1' INTO lost;
    IF lost IS NOT NULL THEN
        RAISE EXCEPTION '{thing} % names {whom} not there', lost USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_GUARD = """
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
