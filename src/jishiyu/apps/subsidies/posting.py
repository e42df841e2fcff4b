"""Decisions into tables: only what changed is written, and only the difference is posted."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection
from django.utils.timezone import localtime

from jishiyu.apps.ledger.operations import Selected, post_owed, post_recovery_claim, post_set_off
from jishiyu.apps.subsidies.judging import KEPT
from jishiyu.apps.subsidies.models import CLOSED, DECISION_STEP
from jishiyu.apps.subsidies.statements import execute, first_row, value
from jishiyu.apps.tables.copying import copy_in, copy_out
from jishiyu.apps.tables.planner import grew_much, look_at, look_at_grown
from jishiyu.apps.tables.years import FEED_STEP, make_year, year_of_arrival

STORED: dict[str, pl.DataType] = {
    "id": pl.Int64(), "seq": pl.Int64(), "stay_id": pl.String(), "policy": pl.String(), "content_hash": pl.String(),
}  # fmt: skip
# Answered by the index alone: a person's history is spread over the whole table.
NEWEST = """
SELECT decision.id, decision.seq, decision.stay_id, decision.policy, encode(decision.content_hash, 'hex')
FROM together_person person
JOIN subsidies_decision decision ON decision.person_hash = person.person_hash AND decision.newest
"""
GONE: dict[str, pl.DataType] = {
    "stay_id": pl.String(), "policy": pl.String(), "kind": pl.String(), "version": pl.String(),
    "policy_hash": pl.String(), "person_hash": pl.String(), "member_no": pl.String(), "org_code": pl.String(),
    "anchor_date": pl.Date(), "year": pl.Int32(), "settled_at": pl.Datetime("us"),
}  # fmt: skip
GONE_ROWS = """
SELECT stay_id, policy, kind, version, policy_hash, encode(person_hash, 'hex'), member_no, org_code, anchor_date,
       year, settled_at
FROM subsidies_decision WHERE id = ANY(%s)
"""
RESERVE = """
SELECT string_agg((%s + nextval('subsidies_decision_id_seq'))::text, ',') FROM generate_series(1, %s)
"""
# Numbers only grow, whatever day the books say.
NEWEST_YEAR = "SELECT greatest(%s, max(id) / %s) FROM subsidies_decision"
FRESH = """
DROP TABLE IF EXISTS fresh_decision, difference;
CREATE TEMPORARY TABLE fresh_decision (
    id bigint, stay_id text, policy text, person_hash bytea, org_code text, year integer, bucket text,
    payable_fen bigint
) ON COMMIT DROP
"""
SINGLE = """
INSERT INTO fresh_decision
SELECT id, stay_id, policy, person_hash, org_code, year, bucket, payable_fen
FROM subsidies_decision WHERE newest AND id = %s
"""
TO_POST = ["id", "stay_id", "policy", "person_hash", "org_code", "year", "bucket", "payable_fen"]
# Tables that grow by a posting, and when what the planner knows of them is out of date.
GROWING = ("subsidies_entitlement", "ledger_entry", "ledger_posting")
# What statements look for, join and group by.
JOINED_BY = (
    "(id, stay_id, policy, newest, kind, person_hash, org_code, anchor_date, year, payable_fen, bucket, feed_id)"
)
LEAST = 1000  # decisions after which anything is looked at
NEWEST_NUMBERS = "SELECT (SELECT max(id) FROM subsidies_decision), (SELECT max(feed_id) FROM intake_fate)"
# Per (stay, policy, person): what the new decision owes minus what was posted. Somebody else who was posted money
# for the same stay owes it back. An `assist` decision may lower what was posted, but raises it only when approved.
DIFFERENCES = """
CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
WITH fresh AS (
    SELECT decision.*, coalesce(known.merged_into_id, known.id) AS person_id
    FROM fresh_decision decision
    LEFT JOIN people_person known ON known.person_hash = decision.person_hash
), movement AS (
    SELECT fresh.id, moved.person_id, moved.union_id, moved.year, moved.amount_fen
    FROM fresh JOIN subsidies_entitlement moved ON moved.stay_id = fresh.stay_id AND moved.policy = fresh.policy
    UNION ALL
    SELECT fresh.id, moved.person_id, moved.union_id, moved.year, -moved.amount_fen
    FROM fresh JOIN subsidies_recovery moved ON moved.stay_id = fresh.stay_id AND moved.policy = fresh.policy
), posted AS (
    SELECT movement.id, coalesce(person.merged_into_id, person.id) AS person_id, min(movement.union_id) AS union_id,
           min(movement.year) AS year, sum(movement.amount_fen)::bigint AS posted_fen
    FROM movement JOIN people_person person ON person.id = movement.person_id
    GROUP BY 1, 2
), owed AS (
    SELECT fresh.id, fresh.person_id, unions.id AS union_id, fresh.year,
           CASE WHEN fresh.bucket = 'assist' AND NOT fresh.id = ANY(%(approved)s)
                THEN least(fresh.payable_fen, coalesce(posted.posted_fen, 0)) ELSE fresh.payable_fen END AS owed_fen
    FROM fresh
    LEFT JOIN posted ON posted.id = fresh.id AND posted.person_id = fresh.person_id
    LEFT JOIN orgs_union unions ON unions.code = fresh.org_code
    WHERE fresh.payable_fen > 0
)
SELECT decision.id AS decision_id, decision.stay_id, decision.policy,
       coalesce(owed.person_id, posted.person_id) AS person_id,
       coalesce(owed.union_id, posted.union_id) AS union_id, coalesce(owed.year, posted.year) AS year,
       coalesce(owed.owed_fen, 0) - coalesce(posted.posted_fen, 0) AS difference_fen
FROM owed FULL JOIN posted ON posted.id = owed.id AND posted.person_id = owed.person_id
JOIN fresh_decision decision ON decision.id = coalesce(owed.id, posted.id)
WHERE coalesce(owed.owed_fen, 0) <> coalesce(posted.posted_fen, 0)
"""
ENTITLE = """
INSERT INTO subsidies_entitlement
    (decision_id, person_id, union_id, stay_id, policy, year, amount_fen, set_off_fen, state, created_at)
SELECT decision_id, person_id, union_id, stay_id, policy, year, difference_fen, 0, 'owed', %(at)s
FROM difference WHERE difference_fen > 0 ORDER BY decision_id
"""
RECOVER = """
INSERT INTO subsidies_recovery
    (decision_id, person_id, union_id, stay_id, policy, year, amount_fen, set_off_fen, repaid_fen, state, created_at)
SELECT decision_id, person_id, union_id, stay_id, policy, year, -difference_fen, 0, 0, 'open', %(at)s
FROM difference WHERE difference_fen < 0 ORDER BY decision_id
"""
# Waits for whoever is putting one of them into a batch, then looks at the state again. Only what is locked here is
# set off: one that a cancelled batch gives back after this look may already be on its way into the next batch.
LOCK_UNPAID = """
DROP TABLE IF EXISTS still_unpaid;
CREATE TEMPORARY TABLE still_unpaid ON COMMIT DROP AS
WITH locked AS (
    SELECT entitlement.id FROM subsidies_entitlement entitlement
    JOIN difference ON difference.difference_fen < 0
        AND difference.stay_id = entitlement.stay_id AND difference.policy = entitlement.policy
    WHERE entitlement.state IN ('owed', 'returned', 'failed')
    ORDER BY entitlement.id FOR UPDATE OF entitlement
)
SELECT id FROM locked
"""
SET_OFF = """
WITH unpaid AS (
    SELECT recovery.id AS recovery_id, recovery.amount_fen AS wanted_fen, entitlement.id AS entitlement_id,
           entitlement.amount_fen - entitlement.set_off_fen AS left_fen,
           sum(entitlement.amount_fen - entitlement.set_off_fen)
               OVER (PARTITION BY recovery.id ORDER BY entitlement.id DESC) AS until_fen
    FROM difference
    JOIN subsidies_recovery recovery ON recovery.decision_id = difference.decision_id
    JOIN people_person theirs ON theirs.id = recovery.person_id
    JOIN subsidies_entitlement entitlement
        ON entitlement.stay_id = recovery.stay_id AND entitlement.policy = recovery.policy
        AND entitlement.id IN (SELECT id FROM still_unpaid)
    JOIN people_person person ON person.id = entitlement.person_id
        AND coalesce(person.merged_into_id, person.id) = coalesce(theirs.merged_into_id, theirs.id)
    WHERE difference.difference_fen < 0
), part AS (
    INSERT INTO subsidies_setoff (recovery_id, entitlement_id, amount_fen, at)
    SELECT recovery_id, entitlement_id, least(left_fen, wanted_fen - (until_fen - left_fen)), %(at)s
    FROM unpaid WHERE until_fen - left_fen < wanted_fen
    RETURNING id, recovery_id, entitlement_id, amount_fen
), lowered AS (
    UPDATE subsidies_entitlement entitlement
    SET set_off_fen = entitlement.set_off_fen + part.amount_fen,
        state = CASE WHEN entitlement.set_off_fen + part.amount_fen = entitlement.amount_fen
                     THEN 'set_off' ELSE entitlement.state END
    FROM part WHERE entitlement.id = part.entitlement_id
), covered AS (
    SELECT recovery_id, sum(amount_fen) AS amount_fen FROM part GROUP BY recovery_id
)
UPDATE subsidies_recovery recovery
SET set_off_fen = covered.amount_fen,
    state = CASE WHEN covered.amount_fen = recovery.amount_fen THEN 'set_off' ELSE recovery.state END
FROM covered WHERE recovery.id = covered.recovery_id
"""
OWED = """
SELECT entitlement.id, entitlement.policy, entitlement.amount_fen
FROM difference JOIN subsidies_entitlement entitlement ON entitlement.decision_id = difference.decision_id
WHERE difference.difference_fen > 0
"""
CLAIMED = """
SELECT recovery.id, recovery.policy, recovery.amount_fen
FROM difference JOIN subsidies_recovery recovery ON recovery.decision_id = difference.decision_id
WHERE difference.difference_fen < 0
"""
TAKEN_OFF = """
SELECT part.id, recovery.policy, part.amount_fen
FROM difference
JOIN subsidies_recovery recovery ON recovery.decision_id = difference.decision_id
JOIN subsidies_setoff part ON part.recovery_id = recovery.id
WHERE difference.difference_fen < 0
"""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """How much a posting wrote; amounts in fen."""

    decisions: int = 0
    entitlements: int = 0
    recoveries: int = 0
    owed_fen: int = 0
    recovered_fen: int = 0


def newest_decisions() -> pl.DataFrame:
    """This function will tell the newest stored decision of everybody that `gather` collected (columns of STORED)."""
    return copy_out(NEWEST, schema=STORED)


def write_decisions(
    *, judged: pl.DataFrame, stored: pl.DataFrame, feed_id: int | None, at: datetime, on: date
) -> pl.DataFrame:
    """This function will append what differs from the stored decisions and return those rows with their `id`.

    They are kept under the year of the day `on`. A stay that has gone (reversed, superseded), or is judged under another policy now, gets a closing decision
    (bucket `reversed`) that pays nothing.
    """
    key = ["stay_id", "policy"]
    changed = judged.join(stored, on=[*key, "content_hash"], how="anti")
    gone = stored.filter(pl.col("content_hash") != CLOSED.hex()).join(judged, on=key, how="anti")
    fresh = pl.concat([changed, _closing(gone, judged).select(changed.columns)]).join(
        stored.select(*key, "seq", old_id="id"), on=key, how="left", maintain_order="left"
    )
    old = fresh["old_id"].drop_nulls().to_list()
    if old:
        execute("UPDATE subsidies_decision SET newest = false WHERE id = ANY(%s)", [old])
    year = value(NEWEST_YEAR, [year_of_arrival(on=on, today=localtime(at).date()), DECISION_STEP])
    make_year(table="subsidies_decision", year=year, step=DECISION_STEP)
    fresh = fresh.with_columns(_reserved(fresh.height, year), seq=pl.col("seq").fill_null(0) + 1)
    rows = fresh.select("id", "seq", *KEPT, "content_hash").with_columns(
        newest=pl.lit("t"), feed_id=pl.lit(feed_id, pl.Int64), decided_at=pl.lit(at.isoformat())
    )
    # In the order of an index, so that neighbours go into one page of it. Straight into the year: above it, a table
    # with a trigger that looks at what was inserted takes rows one by one.
    copy_in(rows.sort("stay_id"), table=f"subsidies_decision_{year}", hashes=["person_hash", "content_hash"])
    # The first decision of a stay under a policy that pays nothing has nothing to post: nothing was posted before it.
    execute(FRESH)
    to_post = fresh.filter((pl.col("payable_fen") > 0) | (pl.col("seq") > 1)).select(TO_POST)
    copy_in(to_post, table="fresh_decision", hashes=["person_hash"])
    return fresh


def _closing(gone: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Return the decisions that close what is not judged any more, with the facts of the decision before."""
    rows = (
        copy_out(GONE_ROWS, schema=GONE, parameters=[gone["id"].to_list()])
        if gone.height
        else pl.DataFrame(schema=GONE)
    )
    elsewhere = pl.col("stay_id").is_in(judged["stay_id"].unique().implode())
    words = {name: pl.lit([name], pl.List(pl.String)) for name in ("decided_otherwise", "stay_gone")}
    return rows.with_columns(
        bucket=pl.lit("reversed"),
        reasons=pl.when(elsewhere).then(words["decided_otherwise"]).otherwise(words["stay_gone"]),
        facts_hash=pl.lit(""), content_hash=pl.lit(CLOSED.hex()), employer_no=pl.lit(""), employer_name=pl.lit(""),
        bracket=pl.lit(None, pl.Int32), rate_ppm=pl.lit(None, pl.Int64),
        **{name: pl.lit(0, pl.Int64) for name in ("base_fen", "uncapped_fen", "used_before_fen", "payable_fen")},
    )  # fmt: skip


def _reserved(count: int, year: int) -> pl.Series:
    """Return numbers for decisions, fetched as one value: a row for each would cost more than to make them."""
    text = value(RESERVE, [year * DECISION_STEP, count]) or ""
    return pl.Series("id", text.split(",") if text else [], dtype=pl.String).cast(pl.Int64)


def single_decision(decision_id: int) -> None:
    """This function will make `post_differences` look at one stored decision only, and only while it is the newest."""
    execute(FRESH)
    execute(SINGLE, [decision_id])


def post_differences(*, at: datetime, on: date, approved: list[int] | None = None) -> Posted:
    """This function will post what the decisions in `fresh_decision` owe beyond, or below, what was posted before.

    A positive difference becomes an entitlement. A negative one becomes a recovery, at once set off against
    what is not paid yet of the same stay. All of it goes into the ledger. `approved` names assist decisions
    whose case is being approved.
    """
    parameters = {"at": at, "approved": approved or []}
    execute("ANALYZE fresh_decision")
    execute(DIFFERENCES, parameters)
    execute("ANALYZE difference")
    entitlements = execute(ENTITLE, parameters)
    recoveries = execute(RECOVER, parameters)
    if entitlements:
        post_owed(rows=Selected(OWED), on=on)
    if recoveries:
        post_recovery_claim(rows=Selected(CLAIMED), on=on)
        execute(LOCK_UNPAID)
        if execute(SET_OFF, parameters):
            post_set_off(rows=Selected(TAKEN_OFF), on=on)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(greatest(difference_fen, 0)), 0), coalesce(sum(greatest(-difference_fen, 0)), 0),"
            " count(*) FROM difference"
        )
        owed_fen, recovered_fen, count = cursor.fetchone()
    if count != entitlements + recoveries:
        raise AssertionError(f"{count} differences, but {entitlements} entitlements and {recoveries} recoveries")
    return Posted(
        entitlements=entitlements, recoveries=recoveries, owed_fen=int(owed_fen), recovered_fen=int(recovered_fen)
    )


def lowered_stays() -> set[str]:
    """This function will name the stays of which the last posting of this transaction took money back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT stay_id FROM difference WHERE difference_fen < 0")
        return {stay for (stay,) in cursor.fetchall()}


def tell_planner(*, decisions: int) -> None:
    """This function will have the tables looked at anew after so many decisions that the planner knows them no more.

    The server does so by itself, but only after a minute; what comes next may be a report that joins them all. Call it
    after the transaction: others would wait for its end.
    """
    if decisions <= LEAST:
        return
    if grew_much(table="subsidies_entitlement", rows=decisions):
        look_at(*GROWING)
    decision, feed = first_row(NEWEST_NUMBERS)
    look_at_grown(table="subsidies_decision", year=decision // DECISION_STEP, rows=decisions, columns=JOINED_BY)
    if feed is not None and feed >= FEED_STEP:
        look_at_grown(table="intake_fate", year=feed // FEED_STEP, rows=decisions)
