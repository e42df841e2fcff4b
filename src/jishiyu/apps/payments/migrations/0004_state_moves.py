"""Batches and attempts move by the same guard as everything else."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER payments_batch_state BEFORE UPDATE ON payments_batch FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('prepared>approved', 'prepared>cancelled', 'approved>sending',
        'approved>cancelled', 'sending>sent', 'sent>answered', 'answered>closed');
CREATE TRIGGER payments_attempt_state BEFORE UPDATE ON payments_attempt FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('in_batch>sent', 'in_batch>cancelled', 'sent>unknown', 'sent>paid',
        'sent>failed', 'sent>returned', 'unknown>paid', 'unknown>failed', 'unknown>returned', 'paid>returned');
"""
UNGUARD = """
DROP TRIGGER payments_attempt_state ON payments_attempt;
DROP TRIGGER payments_batch_state ON payments_batch;
"""


class Migration(migrations.Migration):
    """Put the guard on the states."""

    dependencies: ClassVar = [("payments", "0003_doubt"), ("intake", "0004_state_moves")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
