"""What was noted is never changed, a released report stays, visits move as their table says, and closed files are closed."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER visits_visit_state BEFORE UPDATE ON visits_visit FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move('planned>done', 'planned>cancelled');

CREATE FUNCTION visits_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER visits_visit_stays BEFORE DELETE ON visits_visit
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER visits_entry_append_only BEFORE UPDATE OR DELETE ON visits_entry
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER visits_replaces_append_only BEFORE UPDATE ON visits_entry_replaces
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER visits_replaces_stays BEFORE DELETE ON visits_entry_replaces
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER visits_satisfaction_append_only BEFORE UPDATE OR DELETE ON visits_satisfaction
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse_change();
CREATE TRIGGER visits_action_stays BEFORE DELETE ON visits_action
    FOR EACH STATEMENT EXECUTE FUNCTION visits_refuse_change();

CREATE FUNCTION visits_guard_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL THEN
        RAISE EXCEPTION 'report % of visit % was released and stays', OLD.number, OLD.visit_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER visits_report_guard BEFORE UPDATE OR DELETE ON visits_report
    FOR EACH ROW EXECUTE FUNCTION visits_guard_report();

-- Whoever writes into a file holds its row: closing waits for them, and they see that it was closed.
CREATE FUNCTION visits_refuse_closed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    it jsonb;
    whose bigint;
    closed timestamptz;
BEGIN
    IF TG_OP = 'DELETE' THEN it := to_jsonb(OLD); ELSE it := to_jsonb(NEW); END IF;
    IF TG_ARGV[0] = 'participation' THEN
        whose := (it->>'participation_id')::bigint;
    ELSIF TG_ARGV[0] = 'need' THEN
        SELECT participation_id INTO whose FROM enterprises_need WHERE id = (it->>'need_id')::bigint;
    ELSE
        SELECT need.participation_id INTO whose FROM visits_visit visit
        JOIN enterprises_need need ON need.id = visit.need_id WHERE visit.id = (it->>'visit_id')::bigint;
    END IF;
    SELECT frozen_at INTO closed FROM enterprises_participation WHERE id = whose FOR SHARE;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'the file of participation % is closed: % of % refused', whose, TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'visits_file_closed';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON enterprises_need
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('participation');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON enterprises_needlist
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('participation');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON enterprises_needmove
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON enterprises_wanted
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON enterprises_attachment
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_visit
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_action
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_satisfaction
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('need');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_entry
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('visit');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_teammember
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('visit');
CREATE TRIGGER visits_closed BEFORE INSERT OR UPDATE OR DELETE ON visits_report
    FOR EACH ROW EXECUTE FUNCTION visits_refuse_closed('visit');

CREATE FUNCTION visits_guard_participation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'the file of participation % is closed', OLD.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'visits_file_closed';
    END IF;
    IF NEW.frozen_at IS NOT NULL AND NEW.archive_sha256 !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'participation %: a file is closed together with the hash of its archive', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visits_closed BEFORE UPDATE ON enterprises_participation
    FOR EACH ROW EXECUTE FUNCTION visits_guard_participation();
"""
CLOSED = (
    "enterprises_participation", "visits_report", "visits_teammember", "visits_entry", "visits_satisfaction", "visits_action",
    "visits_visit", "enterprises_attachment", "enterprises_wanted", "enterprises_needmove", "enterprises_needlist",
    "enterprises_need",
)  # fmt: skip
UNGUARD = (
    "".join(f"DROP TRIGGER visits_closed ON {table};\n" for table in CLOSED)
    + """
DROP FUNCTION visits_guard_participation();
DROP FUNCTION visits_refuse_closed();
DROP TRIGGER visits_report_guard ON visits_report;
DROP FUNCTION visits_guard_report();
DROP TRIGGER visits_action_stays ON visits_action;
DROP TRIGGER visits_satisfaction_append_only ON visits_satisfaction;
DROP TRIGGER visits_replaces_stays ON visits_entry_replaces;
DROP TRIGGER visits_replaces_append_only ON visits_entry_replaces;
DROP TRIGGER visits_entry_append_only ON visits_entry;
DROP TRIGGER visits_visit_stays ON visits_visit;
DROP FUNCTION visits_refuse_change();
DROP TRIGGER visits_visit_state ON visits_visit;
"""
)


class Migration(migrations.Migration):
    """Put the guards on the tables."""

    dependencies: ClassVar = [
        ("visits", "0001_initial"), ("enterprises", "0001_initial"), ("intake", "0004_state_moves"),
    ]  # fmt: skip
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
