"""Needs move only as their table of moves says; words and steps are never changed, nothing is deleted."""

from typing import ClassVar

from django.db import migrations

GUARD = """
CREATE TRIGGER enterprises_need_state BEFORE UPDATE ON enterprises_need FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION refuse_move(
        'handed_in>forwarded', 'handed_in>withdrawn', 'handed_in>not_helped', 'handed_in>passed_on',
        'handed_in>unreachable',
        'forwarded>confirmed', 'forwarded>withdrawn', 'forwarded>not_helped', 'forwarded>passed_on',
        'forwarded>unreachable',
        'confirmed>classified', 'confirmed>withdrawn', 'confirmed>not_helped', 'confirmed>passed_on',
        'confirmed>unreachable',
        'classified>paired', 'classified>withdrawn', 'classified>not_helped', 'classified>passed_on',
        'classified>unreachable',
        'paired>planned', 'paired>classified', 'paired>withdrawn', 'paired>not_helped', 'paired>passed_on',
        'paired>unreachable',
        'planned>visited', 'planned>classified', 'planned>withdrawn', 'planned>not_helped', 'planned>passed_on',
        'planned>unreachable',
        'visited>diagnosed', 'visited>withdrawn', 'visited>not_helped', 'visited>passed_on', 'visited>unreachable',
        'diagnosed>served', 'diagnosed>withdrawn', 'diagnosed>not_helped', 'diagnosed>passed_on',
        'diagnosed>unreachable',
        'served>closed', 'served>diagnosed', 'served>withdrawn',
        'unreachable>forwarded', 'unreachable>withdrawn', 'unreachable>passed_on', 'unreachable>not_helped'
    );

CREATE FUNCTION enterprises_guard_need() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.need_list_id, NEW.participation_id, NEW.line, NEW.words, NEW.wished)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.need_list_id, OLD.participation_id, OLD.line, OLD.words, OLD.wished) THEN
        RAISE EXCEPTION 'need %: what the enterprise handed in is not changed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_need_words BEFORE UPDATE ON enterprises_need
    FOR EACH ROW EXECUTE FUNCTION enterprises_guard_need();

CREATE FUNCTION enterprises_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER enterprises_need_stays BEFORE DELETE ON enterprises_need
    FOR EACH STATEMENT EXECUTE FUNCTION enterprises_refuse_change();
CREATE TRIGGER enterprises_needmove_append_only BEFORE UPDATE OR DELETE ON enterprises_needmove
    FOR EACH STATEMENT EXECUTE FUNCTION enterprises_refuse_change();
CREATE TRIGGER enterprises_needlist_append_only BEFORE UPDATE OR DELETE ON enterprises_needlist
    FOR EACH STATEMENT EXECUTE FUNCTION enterprises_refuse_change();
"""
UNGUARD = """
DROP TRIGGER enterprises_needlist_append_only ON enterprises_needlist;
DROP TRIGGER enterprises_needmove_append_only ON enterprises_needmove;
DROP TRIGGER enterprises_need_stays ON enterprises_need;
DROP FUNCTION enterprises_refuse_change();
DROP TRIGGER enterprises_need_words ON enterprises_need;
DROP FUNCTION enterprises_guard_need();
DROP TRIGGER enterprises_need_state ON enterprises_need;
"""


class Migration(migrations.Migration):
    """Put the guards on the tables."""

    dependencies: ClassVar = [("enterprises", "0001_initial"), ("intake", "0004_state_moves")]
    operations: ClassVar = [migrations.RunSQL(GUARD, UNGUARD)]
