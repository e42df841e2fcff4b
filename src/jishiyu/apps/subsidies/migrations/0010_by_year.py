"""Decisions are kept by year: their number begins with it."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.years import kept_by_year
from jishiyu.apps.subsidies.models import DECISION_STEP

# A unique constraint holds within a year. What is inserted is looked for in the other years here; the planner cannot
# know how little that is, and "OFFSET 0" keeps it to look-ups by index.
ONCE = """
CREATE FUNCTION subsidies_decision_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first bigint;
    beyond bigint;
    twice text;
BEGIN
    SELECT min(id) / {step} * {step}, (max(id) / {step} + 1) * {step} INTO first, beyond FROM fresh;
    IF beyond - first > {step} THEN  -- of several years at once, by hand: look everywhere
        first := beyond;
    END IF;
    SELECT format('%s %s #%s', fresh.stay_id, fresh.policy, fresh.seq) INTO twice
    FROM fresh CROSS JOIN LATERAL (
        SELECT FROM subsidies_decision other
        WHERE (other.id < first OR other.id >= beyond) AND other.id <> fresh.id
          AND other.stay_id = fresh.stay_id AND other.policy = fresh.policy
          AND (other.seq = fresh.seq OR (other.newest AND fresh.newest))
        OFFSET 0
    ) known LIMIT 1;
    IF twice IS NOT NULL THEN
        RAISE EXCEPTION 'decision % stands in another year already', twice USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subsidies_decision_once AFTER INSERT ON subsidies_decision
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION subsidies_decision_once();
"""


class Migration(migrations.Migration):
    """Keep them by year; what is there stays in one partition of its own."""

    dependencies: ClassVar = [
        ("subsidies", "0009_heir"),
        ("intake", "0006_by_year"),
        ("statistics", "0003_row_security"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(
            ONCE.format(step=DECISION_STEP) + kept_by_year(table="subsidies_decision", key="id", step=DECISION_STEP),
            state_operations=[
                migrations.RemoveConstraint("decision", "subsidies_decision_seq_once"),
                migrations.RemoveConstraint("decision", "subsidies_decision_one_newest"),
            ],
        ),
    ]
