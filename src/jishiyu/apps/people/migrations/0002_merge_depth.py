"""A merged person points straight at the one that counts: never at one that is merged itself.

So "who is it?" is always `coalesce(merged_into_id, id)`, one step, in every query. The row lock on the kept person
keeps two merges at the same moment from building a chain.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION people_person_merge_depth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM FROM people_person WHERE id = NEW.merged_into_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM people_person WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
        OR EXISTS (SELECT FROM people_person WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'person % would be merged over two steps', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'person_merged_in_one_step';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER people_person_merge_depth BEFORE INSERT OR UPDATE OF merged_into_id ON people_person
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION people_person_merge_depth();
"""


class Migration(migrations.Migration):
    """Add the trigger."""

    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTION,
            "DROP TRIGGER people_person_merge_depth ON people_person; DROP FUNCTION people_person_merge_depth();",
        )
    ]
