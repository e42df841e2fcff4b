"""The changes that figures are made of: worked out by one function, and noticed to be old by statement triggers."""

from django.db import migrations

# Statements of these tables can change what a figure says. A statement leaves one row behind, visible when its
# transaction commits: no counter that writers would wait for.
TOUCHING = [
    "ledger_entry", "subsidies_entitlement", "subsidies_recovery", "subsidies_setoff", "subsidies_decision",
    "people_person", "people_certificate", "orgs_union", "intake_feed",
]  # fmt: skip

NOTICE = """
CREATE FUNCTION statistics_touched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO statistics_touch DEFAULT VALUES;
    RETURN NULL;
END $$;
"""

# Tables are read whole, so nothing is joined row by row: a planner that has not seen the newest rows takes them
# for few, and what takes a second takes minutes.
FRESHEN = """
CREATE FUNCTION statistics_freshen() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_nestloop = off AS $$
DECLARE seen bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM statistics_touch) THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(7462009);  -- one at a time; who waited finds it done
    SELECT array_agg(id) INTO seen FROM statistics_touch;
    IF seen IS NULL THEN RETURN false; END IF;
    DELETE FROM statistics_answer;
    DELETE FROM statistics_change;
    INSERT INTO statistics_change (
        basis, day, sign, fen, begins, union_id, decision_id, policy, bracket, rate_ppm, anchor_date, kind, bucket,
        stay_id, member_no, feed_id, birth_date, sex, person, hospital_level)
    WITH
posted AS (  -- every difference that was posted, with what then stood for person, stay and policy
    SELECT move.*, entry.happened_on AS posted_on, coalesce(known.merged_into_id, known.id) AS who,
           (sum(move.fen) OVER so_far)::bigint AS now_fen
    FROM (
        SELECT 'entitlement:' || id || ':owed' AS key, decision_id, stay_id, policy, person_id, union_id,
               amount_fen AS fen, created_at
        FROM subsidies_entitlement
        UNION ALL
        SELECT 'recovery:' || id || ':claimed', decision_id, stay_id, policy, person_id, union_id,
               -amount_fen, created_at
        FROM subsidies_recovery
    ) AS move
    JOIN ledger_entry entry ON entry.key = move.key
    JOIN people_person known ON known.id = move.person_id
    WINDOW so_far AS (
        PARTITION BY move.stay_id, move.policy, coalesce(known.merged_into_id, known.id)
        ORDER BY move.created_at, move.decision_id, move.fen DESC
        ROWS UNBOUNDED PRECEDING
    )
),
stood AS (
    SELECT posted.*,
           lag(now_fen, 1, 0::bigint) OVER earlier AS before_fen,
           lag(decision_id) OVER earlier AS before_decision_id,
           lag(person_id) OVER earlier AS before_person_id,
           lag(union_id) OVER earlier AS before_union_id
    FROM posted
    WINDOW earlier AS (PARTITION BY stay_id, policy, who ORDER BY created_at, decision_id, fen DESC)
),
confirmed AS (
    SELECT entry.id, entry.kind, entry.happened_on, split_part(entry.key, ':', 2)::bigint AS subject,
           posting.amount_fen AS fen
    FROM ledger_entry entry
    JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
    WHERE entry.kind IN ('paid', 'returned_late', 'repaid', 'set_off')
),
flowed AS (  -- what reached a person for a stay and what came back; set off against another stay, it does both
    SELECT confirmed.id, confirmed.happened_on, given.decision_id, given.stay_id, given.policy, given.person_id,
           given.union_id, CASE confirmed.kind WHEN 'paid' THEN confirmed.fen ELSE -confirmed.fen END AS fen
    FROM confirmed
    JOIN payments_attempt attempt ON attempt.id = confirmed.subject
    JOIN subsidies_entitlement given ON given.id = attempt.entitlement_id
    WHERE confirmed.kind IN ('paid', 'returned_late')
    UNION ALL
    SELECT confirmed.id, confirmed.happened_on, taken.decision_id, taken.stay_id, taken.policy, taken.person_id,
           taken.union_id, -confirmed.fen
    FROM confirmed
    JOIN payments_repayment repayment ON repayment.id = confirmed.subject
    JOIN subsidies_recovery taken ON taken.id = repayment.recovery_id
    WHERE confirmed.kind = 'repaid'
    UNION ALL
    SELECT confirmed.id, confirmed.happened_on, side.*
    FROM confirmed
    JOIN subsidies_setoff part ON part.id = confirmed.subject
    JOIN subsidies_recovery taken ON taken.id = part.recovery_id
    JOIN subsidies_entitlement given ON given.id = part.entitlement_id AND given.stay_id <> taken.stay_id
    CROSS JOIN LATERAL (VALUES
        (taken.decision_id, taken.stay_id, taken.policy, taken.person_id, taken.union_id, -confirmed.fen),
        (given.decision_id, given.stay_id, given.policy, given.person_id, given.union_id, confirmed.fen)
    ) AS side
    WHERE confirmed.kind = 'set_off'
),
reached AS (  -- with what the person then had for the stay; taken back before it was confirmed, it is nothing yet
    SELECT flowed.*, coalesce(known.merged_into_id, known.id) AS who,
           greatest(sum(flowed.fen) OVER so_far, 0)::bigint AS now_fen
    FROM flowed
    JOIN people_person known ON known.id = flowed.person_id
    WINDOW so_far AS (
        PARTITION BY flowed.stay_id, flowed.policy, coalesce(known.merged_into_id, known.id)
        ORDER BY flowed.id
        ROWS UNBOUNDED PRECEDING
    )
),
kept AS (
    SELECT reached.*,
           lag(now_fen, 1, 0::bigint) OVER earlier AS before_fen,
           lag(decision_id) OVER earlier AS before_decision_id,
           lag(person_id) OVER earlier AS before_person_id,
           lag(union_id) OVER earlier AS before_union_id
    FROM reached
    WINDOW earlier AS (PARTITION BY stay_id, policy, who ORDER BY id)
),
-- What came and what went, side by side. Materialized, or the planner joins decisions row by row beside VALUES.
stood_side AS MATERIALIZED (
    SELECT stood.posted_on AS day, side.*, side.sign > 0 AND stood.before_fen = 0 AS begins
    FROM stood
    CROSS JOIN LATERAL (VALUES
        (1, stood.now_fen, stood.decision_id, stood.person_id, stood.union_id),
        (-1, stood.before_fen, stood.before_decision_id, stood.before_person_id, stood.before_union_id)
    ) AS side(sign, fen, decision_id, person_id, union_id)
    WHERE side.fen > 0
),
kept_side AS MATERIALIZED (
    SELECT kept.happened_on AS day, side.*, side.sign > 0 AND kept.before_fen = 0 AS begins
    FROM kept
    CROSS JOIN LATERAL (VALUES
        (1, kept.now_fen, kept.decision_id, kept.person_id, kept.union_id),
        (-1, kept.before_fen, kept.before_decision_id, kept.before_person_id, kept.before_union_id)
    ) AS side(sign, fen, decision_id, person_id, union_id)
    WHERE side.fen > 0
),
change AS (
    SELECT 'decided' AS basis, decision.anchor_date AS day, 1 AS sign, decision.payable_fen AS fen, true AS begins,
           decision.id AS decision_id, certificate.person_id, body.id AS union_id
    FROM subsidies_decision decision
    LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
    LEFT JOIN orgs_union body ON body.code = decision.org_code
    WHERE decision.newest AND decision.payable_fen > 0
    UNION ALL
    SELECT 'owed', day, sign, fen, begins, decision_id, person_id, union_id FROM stood_side
    UNION ALL
    SELECT 'paid', day, sign, fen, begins, decision_id, person_id, union_id FROM kept_side
),
counted AS (
    SELECT change.basis, change.day, change.sign, change.fen, change.begins, change.union_id, change.decision_id,
           decision.policy, decision.bracket, decision.rate_ppm, decision.anchor_date, decision.kind, decision.bucket,
           decision.stay_id, decision.member_no, decision.feed_id, person.birth_date, person.sex,
           coalesce(person.merged_into_id, person.id) AS person
    FROM change
    JOIN subsidies_decision decision ON decision.id = change.decision_id
    LEFT JOIN people_person person ON person.id = change.person_id
),
-- The stay's name is hospital/visit; the newest line that says a level is believed.
wanted AS MATERIALIZED (
    SELECT DISTINCT stay_id, split_part(stay_id, '/', 1) AS hospital_code,
           substr(stay_id, strpos(stay_id, '/') + 1) AS visit_id
    FROM counted WHERE kind = 'stay'
),
level AS (
    SELECT DISTINCT ON (wanted.stay_id) wanted.stay_id, line.hospital_level
    FROM wanted
    JOIN intake_line line ON line.hospital_code = wanted.hospital_code AND line.visit_id = wanted.visit_id
    WHERE line.hospital_level IS NOT NULL
    ORDER BY wanted.stay_id, line.feed_id DESC, line.line_no DESC
)
    SELECT counted.*, level.hospital_level
    FROM counted LEFT JOIN level ON counted.kind = 'stay' AND level.stay_id = counted.stay_id;
    DELETE FROM statistics_touch WHERE id = ANY (seen);
    ANALYZE statistics_change;
    RETURN true;
END $$;
-- Figures of what stood before this was installed, too.
INSERT INTO statistics_touch DEFAULT VALUES;
"""


def triggers() -> str:
    """Return the triggers of all tables that figures rest on."""
    return "".join(
        f"CREATE TRIGGER {table}_touches_statistics AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION statistics_touched();\n"
        for table in TOUCHING
    )


def no_triggers() -> str:
    """Return what removes them."""
    return "".join(f"DROP TRIGGER {table}_touches_statistics ON {table};\n" for table in TOUCHING)


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0001_initial"), ("orgs", "0001_initial"), ("people", "0001_initial"), ("intake", "0001_initial"),
        ("subsidies", "0001_initial"), ("ledger", "0001_initial"), ("payments", "0001_initial"),
    ]  # fmt: skip

    operations = [
        migrations.RunSQL(NOTICE, "DROP FUNCTION statistics_touched();"),
        migrations.RunSQL(FRESHEN, "DROP FUNCTION statistics_freshen();"),
        migrations.RunSQL(triggers(), no_triggers()),
    ]
