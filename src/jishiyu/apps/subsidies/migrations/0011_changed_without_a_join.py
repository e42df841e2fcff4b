"""Whose data has changed is told without joining the rows of before with those of now.

The database plans the statements of a trigger once in a session, for as many rows as the first statement had. Planned for
none, it compared each row with each: a roster that changed a hundred thousand members did not come to an end.
"""

from typing import ClassVar

from django.db import migrations

TELL = """
CREATE OR REPLACE FUNCTION subsidies_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rows that are not among those of now have changed; two that are empty count as equal here.
    PERFORM subsidies_note_stale(ARRAY(
        SELECT id FROM (
            SELECT id, birth_date, name_hash, merged_into_id FROM before
            EXCEPT SELECT id, birth_date, name_hash, merged_into_id FROM changed
        ) other
        UNION
        SELECT merged_into_id FROM (
            SELECT id, merged_into_id FROM before EXCEPT SELECT id, merged_into_id FROM changed
        ) parted WHERE merged_into_id IS NOT NULL
    ), '{}');
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Tell it by a difference of sets."""

    dependencies: ClassVar = [("subsidies", "0010_by_year")]
    operations: ClassVar = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
