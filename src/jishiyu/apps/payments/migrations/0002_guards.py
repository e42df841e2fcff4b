"""What the database itself refuses: a wrong amount, a move that does not exist, a changed or deleted record."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION payments_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: records of payments are never changed or deleted, and move one way.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION payments_attempt_amount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT added.entitlement_id INTO wrong
      FROM added
      LEFT JOIN subsidies_entitlement e ON e.id = added.entitlement_id
     WHERE e.id IS NULL OR added.amount_fen <> e.amount_fen - e.set_off_fen OR added.state <> 'in_batch';
    IF FOUND THEN
        RAISE EXCEPTION 'An attempt must begin in a batch with exactly what is left of its entitlement %.', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payments_attempt_exact AFTER INSERT ON payments_attempt
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_attempt_amount();

CREATE TRIGGER payments_attempt_moves BEFORE UPDATE ON payments_attempt FOR EACH ROW
    WHEN ((NEW.id, NEW.entitlement_id, NEW.batch_id, NEW.attempt_no, NEW.line_no, NEW.amount_fen, NEW.account_hash)
          IS DISTINCT FROM
          (OLD.id, OLD.entitlement_id, OLD.batch_id, OLD.attempt_no, OLD.line_no, OLD.amount_fen, OLD.account_hash)
          OR NOT ((OLD.state = NEW.state)
               OR (OLD.state = 'in_batch' AND NEW.state IN ('sent', 'cancelled'))
               OR (OLD.state = 'sent' AND NEW.state IN ('unknown', 'paid', 'failed', 'returned'))
               OR (OLD.state = 'unknown' AND NEW.state IN ('paid', 'failed', 'returned'))
               OR (OLD.state = 'paid' AND NEW.state = 'returned')))
    EXECUTE FUNCTION payments_refuse();

CREATE TRIGGER payments_batch_moves BEFORE UPDATE ON payments_batch FOR EACH ROW
    WHEN ((NEW.id, NEW.profile, NEW.pay_on, NEW.count, NEW.sum_fen, NEW.made_by, NEW.made_at)
          IS DISTINCT FROM
          (OLD.id, OLD.profile, OLD.pay_on, OLD.count, OLD.sum_fen, OLD.made_by, OLD.made_at)
          OR (OLD.checked_by <> '' AND NEW.checked_by <> OLD.checked_by)
          OR NOT ((OLD.state = NEW.state)
               OR (OLD.state = 'prepared' AND NEW.state IN ('approved', 'cancelled'))
               OR (OLD.state = 'approved' AND NEW.state IN ('sending', 'cancelled'))
               OR (OLD.state = 'sending' AND NEW.state = 'sent')
               OR (OLD.state = 'sent' AND NEW.state = 'answered')
               OR (OLD.state = 'answered' AND NEW.state = 'closed')))
    EXECUTE FUNCTION payments_refuse();

CREATE TRIGGER payments_attempt_kept BEFORE DELETE OR TRUNCATE ON payments_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_batch_kept BEFORE DELETE OR TRUNCATE ON payments_batch
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_batchfile_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_batchfile
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_resultfile_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_resultfile
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_bankanswer_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_bankanswer
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_release_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_release
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
CREATE TRIGGER payments_repayment_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_repayment
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
"""

REMOVE = """
DROP TRIGGER payments_repayment_fixed ON payments_repayment;
DROP TRIGGER payments_release_fixed ON payments_release;
DROP TRIGGER payments_bankanswer_fixed ON payments_bankanswer;
DROP TRIGGER payments_resultfile_fixed ON payments_resultfile;
DROP TRIGGER payments_batchfile_fixed ON payments_batchfile;
DROP TRIGGER payments_batch_kept ON payments_batch;
DROP TRIGGER payments_attempt_kept ON payments_attempt;
DROP TRIGGER payments_batch_moves ON payments_batch;
DROP TRIGGER payments_attempt_moves ON payments_attempt;
DROP TRIGGER payments_attempt_exact ON payments_attempt;
DROP FUNCTION payments_attempt_amount();
DROP FUNCTION payments_refuse();
"""


class Migration(migrations.Migration):
    """Add the triggers."""

    dependencies = [("payments", "0001_initial"), ("subsidies", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, REMOVE)]
