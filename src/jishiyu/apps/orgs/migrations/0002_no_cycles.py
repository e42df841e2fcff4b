"""No union stands above itself, neither by territory nor by industry.

The trigger walks up from each changed row at commit time, so a file may be loaded in any order. The advisory lock
makes two transactions that would each add half of a cycle wait for one another.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION orgs_union_no_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('orgs_union_no_cycle'));
    IF EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT NEW.territorial_parent_id
            UNION
            SELECT parent.territorial_parent_id FROM orgs_union parent JOIN up ON parent.id = up.id
        )
        SELECT FROM up WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'union % would stand above itself by territory', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'union_no_territorial_cycle';
    END IF;
    IF EXISTS (
        WITH RECURSIVE up(id) AS (
            SELECT NEW.industry_parent_id
            UNION
            SELECT parent.industry_parent_id FROM orgs_union parent JOIN up ON parent.id = up.id
        )
        SELECT FROM up WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'union % would stand above itself by industry', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'union_no_industry_cycle';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER orgs_union_no_cycle
    AFTER INSERT OR UPDATE OF territorial_parent_id, industry_parent_id ON orgs_union
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orgs_union_no_cycle();
"""


class Migration(migrations.Migration):
    """Add the trigger."""

    dependencies = [("orgs", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTION, "DROP TRIGGER orgs_union_no_cycle ON orgs_union; DROP FUNCTION orgs_union_no_cycle();"
        )
    ]
