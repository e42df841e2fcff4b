"""The changes that figures are made of: worked out by one function, for the stays that triggers noticed to be old."""

from django.db import migrations, models
from django.db.models import Q

# A statement says what it touched in one row, visible when its transaction commits: no counter that writers would wait
# for, and a range of numbers instead of the stays, which are looked up when somebody asks. What each word means:
# apps/statistics/models.py (Touch). The new rows of the two large tables are looked at by other triggers anyway.
NOTICE = """
CREATE FUNCTION statistics_touched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO statistics_touch (what) VALUES (TG_ARGV[0]);
    RETURN NULL;
END $$;

CREATE FUNCTION statistics_touched_range() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO statistics_touch (what, first, last)
    SELECT TG_ARGV[0], min(id), max(id) FROM added HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION statistics_touched_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO statistics_touch (what, first, last) VALUES (TG_ARGV[0], NEW.id, NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION statistics_touched_certificate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO statistics_touch (what, first, last) VALUES ('persons', OLD.person_id, OLD.person_id);
    RETURN NULL;
END $$;
"""


def when_changed(*columns: str) -> str:
    """Return the clause of a trigger for rows of which one of these columns has another value."""
    return f"FOR EACH ROW WHEN ({' OR '.join(f'OLD.{name} IS DISTINCT FROM NEW.{name}' for name in columns)})"


MONEY = "decision_id", "stay_id", "policy", "person_id", "union_id", "amount_fen"
# Table, event and what follows it. Entitlements, recoveries and set-offs count from their entry in the ledger on.
TRIGGERS = [
    ("ledger_entry", "INSERT", "REFERENCING NEW TABLE AS added FOR EACH STATEMENT", "range('entries')"),
    ("subsidies_decision", "INSERT", "REFERENCING NEW TABLE AS added FOR EACH STATEMENT", "range('decisions')"),
    ("subsidies_decision", "UPDATE", "FOR EACH ROW WHEN (OLD.payable_fen > 0)", "row('decisions')"),
    ("subsidies_entitlement", "UPDATE", when_changed(*MONEY), "('everything')"),
    ("subsidies_recovery", "UPDATE", when_changed(*MONEY), "('everything')"),
    ("people_person", "UPDATE", when_changed("birth_date", "sex", "merged_into_id"), "row('persons')"),
    ("people_certificate", "INSERT", "FOR EACH STATEMENT", "('nobody')"),
    ("people_certificate", "UPDATE OR DELETE", "FOR EACH ROW", "certificate()"),
    ("orgs_union", "INSERT", "FOR EACH STATEMENT", "('nobody')"),
    ("orgs_union", "UPDATE", when_changed("code"), "('everything')"),
    ("orgs_union", "UPDATE", "FOR EACH STATEMENT", "('answers')"),
    ("intake_feed", "INSERT OR UPDATE", "FOR EACH ROW", "row('feeds')"),
    ("intake_fate", "INSERT OR UPDATE OR DELETE", "FOR EACH STATEMENT", "('lines')"),
    *((table, "DELETE", "FOR EACH ROW", "('everything')") for table in ("people_person", "orgs_union", "intake_feed")),
    *((table, "TRUNCATE", "FOR EACH STATEMENT", "('everything')") for table in (
        "ledger_entry", "subsidies_decision", "subsidies_entitlement", "subsidies_recovery", "subsidies_setoff",
        "people_person", "people_certificate", "orgs_union", "intake_feed",
        "intake_fate")),
]  # fmt: skip

# Which stays the touches mean. `$1`: the touches that were seen.
NAMED = """
CREATE TEMPORARY TABLE statistics_named ON COMMIT DROP AS
WITH touch AS MATERIALIZED (SELECT DISTINCT what, first, last FROM statistics_touch WHERE id = ANY ($1)),
entry AS (
    SELECT entry.kind, split_part(entry.key, ':', 2)::bigint AS subject
    FROM touch JOIN ledger_entry entry ON entry.id BETWEEN touch.first AND touch.last
    WHERE touch.what = 'entries'
      AND entry.kind IN ('owed', 'recovery_claim', 'paid', 'returned_late', 'repaid', 'set_off')
),
person AS (
    SELECT person.id, coalesce(person.merged_into_id, person.id) AS who
    FROM touch JOIN people_person person ON person.id = touch.first WHERE touch.what = 'persons'
)
SELECT decision.stay_id
FROM touch JOIN subsidies_decision decision ON decision.id BETWEEN touch.first AND touch.last
WHERE touch.what = 'decisions' AND decision.payable_fen > 0
UNION SELECT given.stay_id FROM entry JOIN subsidies_entitlement given ON given.id = entry.subject WHERE kind = 'owed'
UNION SELECT taken.stay_id FROM entry JOIN subsidies_recovery taken ON taken.id = entry.subject
      WHERE kind = 'recovery_claim'
UNION SELECT given.stay_id
      FROM entry
      JOIN payments_attempt attempt ON attempt.id = entry.subject
      JOIN subsidies_entitlement given ON given.id = attempt.entitlement_id
      WHERE kind IN ('paid', 'returned_late')
UNION SELECT taken.stay_id
      FROM entry
      JOIN payments_repayment repayment ON repayment.id = entry.subject
      JOIN subsidies_recovery taken ON taken.id = repayment.recovery_id
      WHERE kind = 'repaid'
UNION SELECT side.stay_id
      FROM entry
      JOIN subsidies_setoff part ON part.id = entry.subject
      JOIN subsidies_recovery taken ON taken.id = part.recovery_id
      JOIN subsidies_entitlement given ON given.id = part.entitlement_id
      CROSS JOIN LATERAL (VALUES (taken.stay_id), (given.stay_id)) AS side(stay_id)
      WHERE kind = 'set_off'
UNION SELECT change.stay_id  -- another level of the hospital
      FROM touch
      JOIN intake_line line ON line.feed_id = touch.first
      JOIN statistics_change change ON change.stay_id = line.hospital_code || '/' || line.visit_id
      WHERE touch.what = 'feeds' AND line.hospital_level IS DISTINCT FROM change.hospital_level
        AND line.hospital_level IS NOT NULL
UNION SELECT given.stay_id FROM person JOIN subsidies_entitlement given ON given.person_id = person.id
UNION SELECT taken.stay_id FROM person JOIN subsidies_recovery taken ON taken.person_id = person.id
UNION SELECT decision.stay_id
      FROM person
      JOIN people_certificate certificate ON certificate.person_id = person.id
      JOIN subsidies_decision decision ON decision.person_hash = certificate.person_hash AND decision.newest
      WHERE decision.payable_fen > 0
UNION SELECT change.stay_id FROM statistics_change change
      WHERE change.person IN (SELECT id FROM person UNION ALL SELECT who FROM person)
UNION SELECT change.stay_id FROM statistics_change change  -- whom, or whose union, nobody knew until now
      WHERE (change.person IS NULL OR change.union_id IS NULL) AND EXISTS (SELECT FROM touch WHERE what = 'nobody')
"""
ALL = """
CREATE TEMPORARY TABLE statistics_named ON COMMIT DROP AS
SELECT DISTINCT stay_id FROM subsidies_decision WHERE payable_fen > 0
"""
# The stay's name is hospital/visit; the newest line that says a level is believed.
STALE = """
CREATE TEMPORARY TABLE statistics_stale ON COMMIT DROP AS
SELECT DISTINCT ON (named.stay_id) named.stay_id, line.hospital_level
FROM statistics_named named
LEFT JOIN intake_line line
       ON line.hospital_code = split_part(named.stay_id, '/', 1)
      AND line.visit_id = substr(named.stay_id, strpos(named.stay_id, '/') + 1)
      AND line.hospital_level IS NOT NULL
ORDER BY named.stay_id, line.feed_id DESC NULLS LAST, line.line_no DESC
"""
CHANGES = """
INSERT INTO statistics_change (
    basis, day, sign, fen, begins, union_id, decision_id, policy, bracket, rate_ppm, anchor_date, kind, bucket,
    stay_id, member_no, feed_id, birth_date, sex, person, hospital_level)
WITH
posted AS (  -- every difference that was posted, with what then stood for person, stay and policy
    SELECT move.*, entry.happened_on AS posted_on, coalesce(known.merged_into_id, known.id) AS who,
           (sum(move.fen) OVER so_far)::bigint AS now_fen
    FROM (
        SELECT 'entitlement:' || given.id || ':owed' AS key, decision_id, given.stay_id, policy, person_id, union_id,
               amount_fen AS fen, created_at
        FROM statistics_stale stale JOIN subsidies_entitlement given ON given.stay_id = stale.stay_id
        UNION ALL
        SELECT 'recovery:' || taken.id || ':claimed', decision_id, taken.stay_id, policy, person_id, union_id,
               -amount_fen, created_at
        FROM statistics_stale stale JOIN subsidies_recovery taken ON taken.stay_id = stale.stay_id
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
flowed AS (  -- what reached a person for a stay and what came back; set off against another stay, it does both
    SELECT entry.id, entry.happened_on, given.decision_id, given.stay_id, given.policy, given.person_id,
           given.union_id, verb.sign * posting.amount_fen AS fen
    FROM statistics_stale stale
    JOIN subsidies_entitlement given ON given.stay_id = stale.stay_id
    JOIN payments_attempt attempt ON attempt.entitlement_id = given.id
    CROSS JOIN (VALUES ('paid', ':paid', 1), ('returned_late', ':returned', -1)) AS verb(kind, tail, sign)
    JOIN ledger_entry entry ON entry.key = 'attempt:' || attempt.id || verb.tail AND entry.kind = verb.kind
    JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
    UNION ALL
    SELECT entry.id, entry.happened_on, taken.decision_id, taken.stay_id, taken.policy, taken.person_id,
           taken.union_id, -posting.amount_fen
    FROM statistics_stale stale
    JOIN subsidies_recovery taken ON taken.stay_id = stale.stay_id
    JOIN payments_repayment repayment ON repayment.recovery_id = taken.id
    JOIN ledger_entry entry ON entry.key = 'repayment:' || repayment.id || ':received'
    JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
    UNION ALL
    SELECT entry.id, entry.happened_on, side.*
    FROM subsidies_setoff part
    JOIN subsidies_recovery taken ON taken.id = part.recovery_id
    JOIN subsidies_entitlement given ON given.id = part.entitlement_id AND given.stay_id <> taken.stay_id
    JOIN ledger_entry entry ON entry.key = 'set_off:' || part.id || ':applied'
    JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
    CROSS JOIN LATERAL (VALUES
        (taken.decision_id, taken.stay_id, taken.policy, taken.person_id, taken.union_id, -posting.amount_fen),
        (given.decision_id, given.stay_id, given.policy, given.person_id, given.union_id, posting.amount_fen)
    ) AS side(decision_id, stay_id, policy, person_id, union_id, fen)
    JOIN statistics_stale stale ON stale.stay_id = side.stay_id
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
    FROM statistics_stale stale
    JOIN subsidies_decision decision ON decision.stay_id = stale.stay_id
    LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
    LEFT JOIN orgs_union body ON body.code = decision.org_code
    WHERE decision.newest AND decision.payable_fen > 0
    UNION ALL
    SELECT 'owed', day, sign, fen, begins, decision_id, person_id, union_id FROM stood_side
    UNION ALL
    SELECT 'paid', day, sign, fen, begins, decision_id, person_id, union_id FROM kept_side
)
SELECT change.basis, change.day, change.sign, change.fen, change.begins, change.union_id, change.decision_id,
       decision.policy, decision.bracket, decision.rate_ppm, decision.anchor_date, decision.kind, decision.bucket,
       decision.stay_id, decision.member_no, decision.feed_id, person.birth_date, person.sex,
       coalesce(person.merged_into_id, person.id) AS person,
       CASE WHEN decision.kind = 'stay' THEN stale.hospital_level END
FROM change
JOIN subsidies_decision decision ON decision.id = change.decision_id
JOIN statistics_stale stale ON stale.stay_id = decision.stay_id
LEFT JOIN people_person person ON person.id = change.person_id
"""

# Where most stays are worked out, tables are read whole and joined by hashing: a planner that has not seen the newest
# rows takes them for few, and what takes a second takes minutes. The setting ends with the function.
FRESHEN = f"""
CREATE FUNCTION statistics_freshen() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_nestloop = on AS $$
DECLARE
    seen bigint[];
    standing bigint;  -- changes, as far as the planner knows
    whole boolean;
    lines_too boolean;  -- answers about lines of feeds; they rest on nothing else
BEGIN
    IF NOT EXISTS (SELECT FROM statistics_touch) THEN RETURN false; END IF;
    PERFORM pg_advisory_xact_lock(7462009);  -- one at a time; who waited finds it done
    SELECT greatest(reltuples, 0) INTO standing FROM pg_class WHERE oid = 'statistics_change'::regclass;
    SELECT array_agg(id),
           bool_or(what = 'everything')
           OR coalesce(sum(last - first + 1) FILTER (WHERE what IN ('decisions', 'entries')), 0) > standing,
           bool_or(what IN ('everything', 'feeds', 'lines'))
    INTO seen, whole, lines_too FROM statistics_touch;
    IF seen IS NULL THEN RETURN false; END IF;
    INSERT INTO statistics_edition AS edition (id, changes, lines) VALUES (1, 1, 1)
    ON CONFLICT (id) DO UPDATE SET changes = edition.changes + 1, lines = edition.lines + lines_too::integer;
    DELETE FROM statistics_answer WHERE lines_too OR NOT of_lines;
    IF NOT whole THEN
        EXECUTE $named${NAMED}$named$ USING seen;
        IF (SELECT count(*) FROM statistics_named) > standing / 8 THEN
            DROP TABLE pg_temp.statistics_named;
            whole := true;
        END IF;
    END IF;
    DELETE FROM statistics_touch WHERE id = ANY (seen);
    IF whole THEN
        PERFORM set_config('enable_nestloop', 'off', true);
        EXECUTE $named${ALL}$named$;
    END IF;
    ANALYZE statistics_named;
    EXECUTE $stale${STALE}$stale$;
    CREATE UNIQUE INDEX ON statistics_stale (stay_id);
    ANALYZE statistics_stale;
    IF whole THEN
        DELETE FROM statistics_change;
    ELSE
        EXECUTE 'DELETE FROM statistics_change change USING statistics_stale stale WHERE change.stay_id = stale.stay_id';
    END IF;
    EXECUTE $changes${CHANGES}$changes$;
    IF whole THEN
        ANALYZE statistics_change;
    END IF;
    DROP TABLE pg_temp.statistics_named, pg_temp.statistics_stale;
    RETURN true;
END $$;
-- Figures of what stood before this was installed, too.
INSERT INTO statistics_touch DEFAULT VALUES;
"""

FORMER = "DROP FUNCTION IF EXISTS statistics_freshen(); DROP FUNCTION IF EXISTS statistics_touched() CASCADE;"


def triggers() -> str:
    """Return the triggers of all tables that figures rest on; those of whole statements stand on each year, too."""
    return "".join(_trigger(number, *parts) for number, parts in enumerate(TRIGGERS, 1))


def _trigger(number: int, table: str, event: str, how: str, then: str) -> str:
    function = "statistics_touched" + ("" if then.startswith("(") else "_") + then
    made = f"CREATE TRIGGER {{}}_touches_statistics_{number} AFTER {event} ON {{}} {how} EXECUTE FUNCTION {function};\n"
    whole = made.format(table, table)
    if table not in ("subsidies_decision", "intake_fate") or "FOR EACH ROW" in how:
        return whole
    quoted = made.format("%I", "%I").replace("'", "''").strip()
    return whole + (
        "DO $$ DECLARE year text; BEGIN FOR year IN SELECT inhrelid::regclass::text FROM pg_inherits"
        f" WHERE inhparent = '{table}'::regclass LOOP EXECUTE format('{quoted}', year, year); END LOOP; END $$;\n"
    )


def no_triggers() -> str:
    """Return what removes them with their functions."""
    names = "touched", "touched_range", "touched_row", "touched_certificate"
    return "".join(f"DROP FUNCTION statistics_{name}() CASCADE;\n" for name in names)


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0003_row_security"), ("subsidies", "0010_by_year"), ("intake", "0006_by_year"),
    ]  # fmt: skip

    operations = [
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
        migrations.AddField(
            "touch", "what", models.TextField(db_default="everything"),
        ),
        migrations.AddField("touch", "first", models.BigIntegerField(null=True)),
        migrations.AddField("touch", "last", models.BigIntegerField(null=True)),
        migrations.AddField("answer", "of_lines", models.BooleanField(default=False)),
        migrations.AddField("answer", "edition", models.BigIntegerField(default=0)),
        migrations.CreateModel(
            "Edition",
            [
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)), ("changes", models.BigIntegerField()),
                ("lines", models.BigIntegerField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=Q(id=1), name="edition_one")]},
        ),
        migrations.AddIndex("change", models.Index(name="change_stay", fields=["stay_id"])),
        migrations.AddIndex(
            "change",
            models.Index(
                name="change_unknown", fields=["stay_id"], condition=Q(person__isnull=True) | Q(union_id__isnull=True)
            ),
        ),
        migrations.RunSQL(NOTICE + triggers(), no_triggers()),
        migrations.RunSQL(FRESHEN, "DROP FUNCTION statistics_freshen();"),
    ]
