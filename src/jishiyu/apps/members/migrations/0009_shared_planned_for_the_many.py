"""Numbers of more than one person are looked for by a plan for as many rows as change, not as changed the first time.

A session keeps the plan of a statement in a trigger; one that is executed as text is planned each time.
"""

from typing import ClassVar

from django.db import migrations

NOTE = """
CREATE OR REPLACE FUNCTION members_note_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7462011);
    -- As text, so that it is planned for the rows of this statement.
    EXECUTE '
        INSERT INTO members_sharednumber (member_no)
        SELECT DISTINCT changed.member_no
        FROM changed
        JOIN members_membership other ON other.member_no = changed.member_no AND other.person_id <> changed.person_id
        ON CONFLICT DO NOTHING';
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Plan it each time: it runs once per statement."""

    dependencies: ClassVar = [("members", "0008_import_of_a_branch")]
    operations: ClassVar = [migrations.RunSQL(NOTE, migrations.RunSQL.noop)]
