"""Roster imports move only as their table of moves says."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER members_rosterimport_state BEFORE UPDATE ON members_rosterimport FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('checked>confirmed', 'checked>dropped');
"""
UNGUARD = """
DROP TRIGGER members_rosterimport_state ON members_rosterimport;
"""


class Migration(migrations.Migration):
    """Put the guard on the states."""

    dependencies: ClassVar = [("members", "0005_shared_number"), ("intake", "0004_state_moves")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
