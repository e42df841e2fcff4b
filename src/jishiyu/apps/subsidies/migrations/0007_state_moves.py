"""Entitlements, recoveries and cases move only as their tables of moves say."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER subsidies_entitlement_state BEFORE UPDATE ON subsidies_entitlement FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('owed>in_batch', 'owed>set_off', 'in_batch>sent', 'in_batch>owed', 'sent>paid',
        'sent>returned', 'sent>failed', 'sent>unknown', 'unknown>paid', 'unknown>returned', 'unknown>failed',
        'paid>returned', 'returned>owed', 'returned>set_off', 'failed>owed', 'failed>set_off');
CREATE TRIGGER subsidies_recovery_state BEFORE UPDATE ON subsidies_recovery FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('open>set_off', 'open>asked_back', 'open>repaid', 'open>written_off',
        'asked_back>set_off', 'asked_back>repaid', 'asked_back>written_off');
CREATE TRIGGER subsidies_case_state BEFORE UPDATE ON subsidies_case FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('open>called', 'open>promised', 'open>papers_in', 'open>closed',
        'called>promised', 'called>papers_in', 'called>closed', 'promised>called', 'promised>papers_in',
        'promised>closed', 'papers_in>called', 'papers_in>promised', 'papers_in>approved', 'papers_in>closed');
"""
UNGUARD = """
DROP TRIGGER subsidies_case_state ON subsidies_case;
DROP TRIGGER subsidies_recovery_state ON subsidies_recovery;
DROP TRIGGER subsidies_entitlement_state ON subsidies_entitlement;
"""


class Migration(migrations.Migration):
    """Put the guard on the states."""

    dependencies: ClassVar = [("subsidies", "0006_stale_by_number"), ("intake", "0004_state_moves")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
