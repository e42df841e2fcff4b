"""Proposals go on only as their table of moves says; what one was made from, and its plan, are never changed."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER experts_proposal_state BEFORE UPDATE ON experts_proposal FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move(
        'queued>solving', 'queued>failed', 'solving>ready', 'solving>failed', 'ready>accepted', 'ready>replaced'
    );

CREATE FUNCTION experts_guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.campaign_id, NEW.previous_id, NEW.monday, NEW.seed, NEW.asked_by, NEW.asked_at, NEW.input)
        IS DISTINCT FROM (OLD.campaign_id, OLD.previous_id, OLD.monday, OLD.seed, OLD.asked_by, OLD.asked_at, OLD.input) THEN
        RAISE EXCEPTION 'proposal %: what it was made from is not changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.plan IS NOT NULL AND (NEW.plan, NEW.reasons, NEW.score) IS DISTINCT FROM (OLD.plan, OLD.reasons, OLD.score) THEN
        RAISE EXCEPTION 'proposal %: what came of it is not changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'ready' AND NEW.changed IS DISTINCT FROM OLD.changed THEN
        RAISE EXCEPTION 'proposal % is %; it is not changed by hand', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER experts_proposal_kept BEFORE UPDATE ON experts_proposal
    FOR EACH ROW EXECUTE FUNCTION experts_guard_proposal();

CREATE FUNCTION experts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER experts_proposal_stays BEFORE DELETE ON experts_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION experts_refuse_change();
CREATE TRIGGER experts_expert_stays BEFORE DELETE ON experts_expert
    FOR EACH STATEMENT EXECUTE FUNCTION experts_refuse_change();
"""
UNGUARD = """
DROP TRIGGER experts_expert_stays ON experts_expert;
DROP TRIGGER experts_proposal_stays ON experts_proposal;
DROP FUNCTION experts_refuse_change();
DROP TRIGGER experts_proposal_kept ON experts_proposal;
DROP FUNCTION experts_guard_proposal();
DROP TRIGGER experts_proposal_state ON experts_proposal;
"""


class Migration(migrations.Migration):
    """Put the guards on the tables."""

    dependencies: ClassVar = [("experts", "0001_initial"), ("intake", "0004_state_moves")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
