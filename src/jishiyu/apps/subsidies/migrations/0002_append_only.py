"""Decisions, set-offs and case moves are never rewritten."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION subsidies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION subsidies_only_age() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unchanged subsidies_decision;
BEGIN
    unchanged := NEW;
    unchanged.newest := OLD.newest;
    IF NEW.newest OR unchanged IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'decision % is append-only: only "newest" may become false', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subsidies_decision_only_age BEFORE UPDATE ON subsidies_decision
    FOR EACH ROW EXECUTE FUNCTION subsidies_only_age();
CREATE TRIGGER subsidies_decision_no_delete BEFORE DELETE ON subsidies_decision
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER subsidies_setoff_append_only BEFORE UPDATE OR DELETE ON subsidies_setoff
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER subsidies_casemove_append_only BEFORE UPDATE OR DELETE ON subsidies_casemove
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER subsidies_entitlement_no_delete BEFORE DELETE ON subsidies_entitlement
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
CREATE TRIGGER subsidies_recovery_no_delete BEFORE DELETE ON subsidies_recovery
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
"""
UNGUARD = """
DROP TRIGGER subsidies_recovery_no_delete ON subsidies_recovery;
DROP TRIGGER subsidies_entitlement_no_delete ON subsidies_entitlement;
DROP TRIGGER subsidies_casemove_append_only ON subsidies_casemove;
DROP TRIGGER subsidies_setoff_append_only ON subsidies_setoff;
DROP TRIGGER subsidies_decision_no_delete ON subsidies_decision;
DROP TRIGGER subsidies_decision_only_age ON subsidies_decision;
DROP FUNCTION subsidies_only_age();
DROP FUNCTION subsidies_refuse_change();
"""


class Migration(migrations.Migration):
    """Put the guards on the tables of judgement."""

    dependencies: ClassVar = [("subsidies", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
