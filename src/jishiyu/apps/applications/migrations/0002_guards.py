"""The moves of an application, four eyes, and what must never be changed or deleted: the database refuses the rest."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION applications_guard_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'an application begins as a draft, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.number, NEW.kind, NEW.person_id, NEW.filed_by, NEW.filed_as, NEW.drafted_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.kind, OLD.person_id, OLD.filed_by, OLD.filed_as, OLD.drafted_at) THEN
        RAISE EXCEPTION 'application %: who applied for what is not changed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state NOT IN ('draft', 'returned') AND NEW.form_hash IS DISTINCT FROM OLD.form_hash THEN
        RAISE EXCEPTION 'application %: what was handed in is not changed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) <> ALL (ARRAY[
        'draft>submitted', 'draft>withdrawn',
        'submitted>under_review', 'submitted>withdrawn',
        'under_review>submitted', 'under_review>returned', 'under_review>approved', 'under_review>refused',
        'under_review>withdrawn',
        'returned>submitted', 'returned>withdrawn', 'returned>closed',
        'approved>closed',
        'refused>appealed', 'refused>closed',
        'appealed>second_review', 'appealed>withdrawn',
        'second_review>appealed', 'second_review>approved', 'second_review>upheld', 'second_review>withdrawn',
        'upheld>closed'
    ]) THEN
        RAISE EXCEPTION 'application % is %; it cannot become %', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_life BEFORE INSERT OR UPDATE ON applications_application
    FOR EACH ROW EXECUTE FUNCTION applications_guard_life();

CREATE FUNCTION applications_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER applications_application_stays BEFORE DELETE ON applications_application
    FOR EACH STATEMENT EXECUTE FUNCTION applications_refuse_change();
CREATE TRIGGER applications_move_append_only BEFORE UPDATE OR DELETE ON applications_move
    FOR EACH STATEMENT EXECUTE FUNCTION applications_refuse_change();
CREATE TRIGGER applications_verdict_append_only BEFORE UPDATE OR DELETE ON applications_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION applications_refuse_change();
CREATE TRIGGER applications_complaint_stays BEFORE DELETE ON applications_complaint
    FOR EACH STATEMENT EXECUTE FUNCTION applications_refuse_change();
CREATE TRIGGER applications_proposal_stays BEFORE DELETE ON applications_caseproposal
    FOR EACH STATEMENT EXECUTE FUNCTION applications_refuse_change();

CREATE FUNCTION applications_guard_paper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed applications_paper;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.handed_in_at IS NOT NULL THEN
            RAISE EXCEPTION 'paper % was handed in and stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    allowed := NEW;
    allowed.file := OLD.file;
    IF OLD.handed_in_at IS NULL THEN
        allowed.handed_in_at := NULL;
    END IF;
    IF allowed IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'paper % is not changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_paper_guard BEFORE UPDATE OR DELETE ON applications_paper
    FOR EACH ROW EXECUTE FUNCTION applications_guard_paper();

CREATE FUNCTION applications_guard_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about applications_application;
    me bigint;
BEGIN
    SELECT * INTO about FROM applications_application WHERE id = NEW.application_id;
    IF about.state NOT IN ('under_review', 'second_review') OR about.turn <> NEW.turn THEN
        RAISE EXCEPTION 'application % is not under review', about.number USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(merged_into_id, id) INTO me FROM people_person WHERE id = NEW.by_person_id;
    IF NEW."by" = about.filed_by OR EXISTS (
        SELECT FROM people_person
        WHERE id IN (about.person_id, about.filed_by_person_id) AND coalesce(merged_into_id, id) = me
    ) THEN
        RAISE EXCEPTION 'application %: nobody decides what they filed or apply for', about.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_verdict_of_another';
    END IF;
    IF about.state = 'second_review' AND EXISTS (
        SELECT FROM applications_verdict earlier
        WHERE earlier.application_id = NEW.application_id AND earlier.turn < NEW.turn
        AND (earlier.by = NEW."by" OR earlier.by_person_id = NEW.by_person_id)
    ) THEN
        RAISE EXCEPTION 'application %: an appeal is judged by others', about.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applications_verdict_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_verdict_eyes BEFORE INSERT ON applications_verdict
    FOR EACH ROW EXECUTE FUNCTION applications_guard_eyes();

CREATE FUNCTION applications_guard_complaint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'answered' OR (NEW.person_id, NEW.words, NEW.filed_by, NEW.filed_at)
        IS DISTINCT FROM (OLD.person_id, OLD.words, OLD.filed_by, OLD.filed_at) THEN
        RAISE EXCEPTION 'complaint % is not changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER applications_complaint_guard BEFORE UPDATE ON applications_complaint
    FOR EACH ROW EXECUTE FUNCTION applications_guard_complaint();
"""
UNGUARD = """
DROP TRIGGER applications_complaint_guard ON applications_complaint;
DROP FUNCTION applications_guard_complaint();
DROP TRIGGER applications_verdict_eyes ON applications_verdict;
DROP FUNCTION applications_guard_eyes();
DROP TRIGGER applications_paper_guard ON applications_paper;
DROP FUNCTION applications_guard_paper();
DROP TRIGGER applications_proposal_stays ON applications_caseproposal;
DROP TRIGGER applications_complaint_stays ON applications_complaint;
DROP TRIGGER applications_verdict_append_only ON applications_verdict;
DROP TRIGGER applications_move_append_only ON applications_move;
DROP TRIGGER applications_application_stays ON applications_application;
DROP FUNCTION applications_refuse_change();
DROP TRIGGER applications_life ON applications_application;
DROP FUNCTION applications_guard_life();
"""


class Migration(migrations.Migration):
    """Put the guards on the tables."""

    dependencies: ClassVar = [("applications", "0001_initial"), ("people", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
