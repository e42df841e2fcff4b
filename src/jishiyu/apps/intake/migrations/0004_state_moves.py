"""Feeds and applications move only as their tables of moves say."""

from typing import ClassVar

from django.db import migrations

GUARD = """
-- The arguments are the moves that exist, as "from>to"; models.py has the same table, and a test compares them.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state || '>' || NEW.state = ANY (TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% %: there is no move from "%" to "%"', TG_TABLE_NAME, OLD.id, OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER intake_feed_state BEFORE UPDATE ON intake_feed FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('stored>posted', 'stored>withdrawn', 'posted>withdrawn');
CREATE TRIGGER intake_application_state BEFORE UPDATE ON intake_application FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('received>decided', 'received>withdrawn', 'decided>withdrawn');
"""
UNGUARD = """
DROP TRIGGER intake_application_state ON intake_application;
DROP TRIGGER intake_feed_state ON intake_feed;
DROP FUNCTION refuse_move();
"""


class Migration(migrations.Migration):
    """Put the guard on the states."""

    dependencies: ClassVar = [("intake", "0003_link")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
