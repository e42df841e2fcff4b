"""Rows are tied into the chain when their transaction commits: whoever writes the trail early makes nobody wait.

The lock of the chain used to be held from the first row of a transaction to its end. An operation inside another one
wrote its row before the outer one took its locks, and two of them could wait for each other.
"""

from django.db import migrations, models

CHAIN = """
DROP TRIGGER audit_trail_append_only ON audit_trail;

CREATE OR REPLACE FUNCTION audit_trail_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one change there is: a fresh row gets its place in the chain.
    IF TG_OP = 'UPDATE' THEN
        IF OLD.seq IS NULL AND NEW.seq IS NOT NULL
            AND (NEW.id, NEW.at, NEW."by", NEW.action, NEW.record, NEW.details)
              = (OLD.id, OLD.at, OLD."by", OLD.action, OLD.record, OLD.details)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'trail_append_only';
END $$;

CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE ON audit_trail
    FOR EACH ROW EXECUTE FUNCTION audit_trail_append_only();
CREATE TRIGGER audit_trail_never_empty BEFORE TRUNCATE ON audit_trail
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_append_only();

-- Each part with its length before it, as chain_hash() has it.
CREATE FUNCTION audit_trail_part(word text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT int8send(octet_length(convert_to(word, 'UTF8'))) || convert_to(word, 'UTF8')
$$;

CREATE FUNCTION audit_trail_tie() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    last_seq bigint;
    last_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7462002);  -- one at a time: the chain has one end
    SELECT seq, hash INTO last_seq, last_hash FROM audit_trail WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
    last_seq := coalesce(last_seq, 0) + 1;
    last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    UPDATE audit_trail SET seq = last_seq, previous = last_hash, hash = sha256(
        last_hash
        || audit_trail_part(last_seq::text)
        || audit_trail_part(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00')
        || audit_trail_part("by") || audit_trail_part(action) || audit_trail_part(record) || audit_trail_part(details)
    ) WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_trail_tie AFTER INSERT ON audit_trail DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_trail_tie();
"""
BACK = """
DROP TRIGGER audit_trail_tie ON audit_trail;
DROP FUNCTION audit_trail_tie();
DROP FUNCTION audit_trail_part(text);
DROP TRIGGER audit_trail_never_empty ON audit_trail;
DROP TRIGGER audit_trail_append_only ON audit_trail;
CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail
    FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_append_only();
"""


class Migration(migrations.Migration):
    """Let a row wait for its place, and give it one at the commit."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.AlterField("trail", "seq", models.BigIntegerField(null=True, unique=True)),
        migrations.AlterField("trail", "previous", models.BinaryField(null=True)),
        migrations.AlterField("trail", "hash", models.BinaryField(null=True)),
        migrations.RunSQL(CHAIN, BACK),
    ]
