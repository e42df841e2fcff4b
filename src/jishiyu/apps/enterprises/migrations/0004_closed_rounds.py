"""Nothing begins in a closed round, and none is closed while somebody waits for what they were promised."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE FUNCTION enterprises_refuse_closed_round() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    which text;
BEGIN
    IF TG_TABLE_NAME = 'enterprises_need' THEN
        SELECT round.code INTO which FROM enterprises_participation taking
        JOIN enterprises_campaign round ON round.id = taking.campaign_id
        WHERE taking.id = NEW.participation_id AND round.closed_at IS NOT NULL;
    ELSE
        SELECT code INTO which FROM enterprises_campaign WHERE id = NEW.campaign_id AND closed_at IS NOT NULL;
    END IF;
    IF which IS NOT NULL THEN
        RAISE EXCEPTION 'round % is closed: % of % refused', which, TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'enterprises_round_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_round_closed BEFORE INSERT ON enterprises_need
    FOR EACH ROW EXECUTE FUNCTION enterprises_refuse_closed_round();
CREATE TRIGGER enterprises_round_closed_moves BEFORE UPDATE ON enterprises_need FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state
          AND NEW.state NOT IN ('closed', 'withdrawn', 'not_helped', 'passed_on', 'served', 'diagnosed'))
    EXECUTE FUNCTION enterprises_refuse_closed_round();
CREATE TRIGGER enterprises_round_closed BEFORE INSERT ON enterprises_participation
    FOR EACH ROW EXECUTE FUNCTION enterprises_refuse_closed_round();
CREATE TRIGGER enterprises_round_closed BEFORE INSERT ON experts_proposal
    FOR EACH ROW EXECUTE FUNCTION enterprises_refuse_closed_round();
CREATE TRIGGER enterprises_round_closed BEFORE INSERT ON experts_pin
    FOR EACH ROW EXECUTE FUNCTION enterprises_refuse_closed_round();

CREATE FUNCTION enterprises_guard_closing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'round % was closed and stays so', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM enterprises_need need JOIN enterprises_participation taking ON taking.id = need.participation_id
        WHERE taking.campaign_id = OLD.id AND need.state IN ('planned', 'visited', 'diagnosed')
    ) THEN
        RAISE EXCEPTION 'round %: a visit, a report or a service plan is not finished', OLD.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_closing BEFORE UPDATE ON enterprises_campaign FOR EACH ROW
    WHEN (NEW.closed_at IS DISTINCT FROM OLD.closed_at) EXECUTE FUNCTION enterprises_guard_closing();
"""
UNGUARD = """
DROP TRIGGER enterprises_closing ON enterprises_campaign;
DROP FUNCTION enterprises_guard_closing();
DROP TRIGGER enterprises_round_closed ON experts_pin;
DROP TRIGGER enterprises_round_closed ON experts_proposal;
DROP TRIGGER enterprises_round_closed ON enterprises_participation;
DROP TRIGGER enterprises_round_closed_moves ON enterprises_need;
DROP TRIGGER enterprises_round_closed ON enterprises_need;
DROP FUNCTION enterprises_refuse_closed_round();
"""


class Migration(migrations.Migration):
    """Put the guards on the tables."""

    dependencies: ClassVar = [("enterprises", "0003_said_in_both"), ("experts", "0002_guards")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
