"""Member numbers under which more than one person stands or stood, noted by the database itself."""

from typing import ClassVar

from django.db import migrations, models

NOTE = """
-- Changing the roster holds this lock alone (subsidies 0003): of two changes at the same moment, the later one sees
-- the number that the earlier one gave away.
CREATE FUNCTION members_note_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7462011);
    INSERT INTO members_sharednumber (member_no)
    SELECT DISTINCT changed.member_no
    FROM changed
    JOIN members_membership other ON other.member_no = changed.member_no AND other.person_id <> changed.person_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER members_shared_added AFTER INSERT ON members_membership
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_note_shared();
CREATE TRIGGER members_shared_changed AFTER UPDATE ON members_membership
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_note_shared();
INSERT INTO members_sharednumber (member_no)
SELECT member_no FROM members_membership GROUP BY member_no HAVING count(DISTINCT person_id) > 1;
"""
FORGET = """
DROP TRIGGER members_shared_changed ON members_membership;
DROP TRIGGER members_shared_added ON members_membership;
DROP FUNCTION members_note_shared();
"""


class Migration(migrations.Migration):
    """Add the table and the triggers that write it."""

    dependencies: ClassVar = [("members", "0004_duplicates")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SharedNumber", fields=[("member_no", models.TextField(primary_key=True, serialize=False))]
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
