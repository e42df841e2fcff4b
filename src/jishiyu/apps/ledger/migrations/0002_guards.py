"""The books balance at every commit and nothing in them is ever changed: the database itself sees to it."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % on % is refused. Post a correcting entry.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_note_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_run (first_entry, last_entry, transaction)
    SELECT min(id), max(id), pg_current_xact_id()::text::bigint FROM added HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_note_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
BEGIN
    SELECT used.account_id INTO missing
      FROM (SELECT DISTINCT account_id FROM added) used
      LEFT JOIN ledger_account a ON a.id = used.account_id
     WHERE a.id IS NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'There is no ledger account %.', missing USING ERRCODE = 'foreign_key_violation';
    END IF;
    INSERT INTO ledger_run (first_entry, last_entry, transaction)
    SELECT min(entry_id), max(entry_id), pg_current_xact_id()::text::bigint FROM added HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    -- A later run of this very transaction that covers the same entries is checked after this one.
    IF EXISTS (SELECT 1 FROM ledger_run later
                WHERE later.id > NEW.id AND later.transaction = NEW.transaction
                  AND later.first_entry <= NEW.first_entry AND later.last_entry >= NEW.last_entry) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(e.id, p.entry_id) INTO wrong
      FROM (SELECT id FROM ledger_entry WHERE id BETWEEN NEW.first_entry AND NEW.last_entry) e
      FULL JOIN (SELECT entry_id, count(*) AS sides, sum(amount_fen) AS total
                   FROM ledger_posting
                  WHERE entry_id BETWEEN NEW.first_entry AND NEW.last_entry
                  GROUP BY entry_id) p ON p.entry_id = e.id
     WHERE e.id IS NULL OR p.entry_id IS NULL OR p.sides < 2 OR p.total <> 0;
    IF FOUND THEN
        RAISE EXCEPTION 'Ledger entry % does not balance.', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_noted AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_note_entries();
CREATE TRIGGER ledger_posting_noted AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_note_postings();
CREATE CONSTRAINT TRIGGER ledger_run_balances AFTER INSERT ON ledger_run
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();

CREATE TRIGGER ledger_account_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_posting_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_run_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_run
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

REMOVE = """
DROP TRIGGER ledger_run_fixed ON ledger_run;
DROP TRIGGER ledger_posting_fixed ON ledger_posting;
DROP TRIGGER ledger_entry_fixed ON ledger_entry;
DROP TRIGGER ledger_account_fixed ON ledger_account;
DROP TRIGGER ledger_run_balances ON ledger_run;
DROP TRIGGER ledger_posting_noted ON ledger_posting;
DROP TRIGGER ledger_entry_noted ON ledger_entry;
DROP FUNCTION ledger_check_balance();
DROP FUNCTION ledger_note_postings();
DROP FUNCTION ledger_note_entries();
DROP FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    """Add the triggers."""

    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, REMOVE)]
