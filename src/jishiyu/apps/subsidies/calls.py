"""Call lists made by the machine: a case opens for what a person has to clear, and closes when its cause is gone."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.subsidies.models import CaseReason
from jishiyu.apps.subsidies.statements import execute
from jishiyu.apps.tables.copying import copy_in, copy_out
from jishiyu.engine.policy.reach import within_reach
from jishiyu.engine.policy.shelf import Shelf

SYSTEM = "system"
CALL_WITHIN = timedelta(days=7)
# Why the machine closes a case, by the bucket that took the place of the cause; zh and en.
CAUSE_GONE: dict[str, tuple[str, str]] = {
    "reversed": ("结算已冲销,无需再办", "The settlement was reversed; nothing is left to do."),
    "unmatched": (
        "该人不再在会员名册中,另立未匹配事项",
        "The person is no longer on the roster; another case follows.",
    ),
    "held": ("数据转为待核,另立待核事项", "The data now needs checking; another case follows."),
    "ineligible": ("重新核定后不符合条件", "Decided again: not entitled."),
    "auto": ("重新核定后可自动发放", "Decided again: paid automatically."),
    "assist": ("已在名册中找到,转为超限额事项", "Found on the roster; a case over the automatic limit follows."),
    "capped": ("重新核定后已达年度上限", "Decided again: the limit is used up."),
    "posted": ("金额已入账,无需再批", "The amount is posted already; no approval is needed."),
    "gone": ("数据已撤回", "The data was taken back."),
    "below": (
        "金额未达任何办法的起付线,无需联系",
        "The amount reaches no policy's threshold; nobody has to be called.",
    ),
}
OPENED = ("系统建立", "Opened by the system.")
CHANGED = ("数据变化,事项已更新", "The data changed; the case was brought up to date.")

# All that are open are fewer than the stays of a feed: which of them concern us is sorted out here, not in the database.
OPEN_STAYS = """
SELECT id, stay_id FROM subsidies_case WHERE state NOT IN ('approved', 'closed') AND reason <> 'no_data'
"""
# Locked in the order in which officers lock them, so that nobody takes a step with a case while we change it.
OPEN_CASES = """
SELECT kase.id, kase.stay_id, kase.policy, kase.reason, kase.state, kase.decision_id, kase.amount_fen
FROM subsidies_case kase
WHERE kase.id = ANY(%s) AND kase.state NOT IN ('approved', 'closed')
ORDER BY kase.id FOR UPDATE OF kase
"""
OPEN_CASE: dict[str, pl.DataType] = {
    "case_id": pl.Int64(), "stay_id": pl.String(), "policy": pl.String(), "reason": pl.String(),
    "state": pl.String(), "old_decision_id": pl.Int64(), "old_amount_fen": pl.Int64(),
}  # fmt: skip
# What an assist decision would pay beyond what is posted already: that is what the union is called about.
WAITING = """
SELECT decision.stay_id, decision.policy, decision.payable_fen - coalesce((
    SELECT sum(entitlement.amount_fen) FROM subsidies_entitlement entitlement
    WHERE entitlement.stay_id = decision.stay_id AND entitlement.policy = decision.policy
), 0) + coalesce((
    SELECT sum(recovery.amount_fen) FROM subsidies_recovery recovery
    WHERE recovery.stay_id = decision.stay_id AND recovery.policy = decision.policy
), 0)
FROM unnest(%s::bigint[]) AS assist(id) JOIN subsidies_decision decision ON decision.id = assist.id
"""
UNIONS_NAMED = """
WITH wanted AS (SELECT unnest(%s::text[]) AS employer), found AS (
    SELECT wanted.employer, unions.id FROM wanted JOIN orgs_union unions ON unions.code = wanted.employer
    UNION
    SELECT wanted.employer, unions.id FROM wanted JOIN orgs_union unions ON unions.uscc = wanted.employer
    UNION
    SELECT wanted.employer, unions.id FROM wanted JOIN orgs_union unions ON unions.name = wanted.employer
)
SELECT employer, min(id) FROM found GROUP BY employer HAVING count(*) = 1
"""
INSERT_CASES = """
INSERT INTO subsidies_case (reason, state, stay_id, policy, person_hash, person_id, union_id, employer_no,
    employer_name, decision_id, amount_fen, feed_id, line_no, officer, opened_at, due_on, closed_because)
SELECT fresh.reason, 'open', fresh.stay_id, fresh.policy, fresh.person_hash,
       coalesce(person.merged_into_id, person.id), coalesce(member_of.id, fresh.union_id), fresh.employer_no,
       fresh.employer_name, fresh.decision_id, fresh.amount_fen, fresh.feed_id, fresh.line_no, '', %(at)s,
       %(due_on)s, ''
FROM fresh_case fresh
LEFT JOIN people_person person ON person.person_hash = fresh.person_hash
LEFT JOIN orgs_union member_of ON member_of.code = fresh.org_code
ORDER BY fresh.stay_id, fresh.policy, fresh.reason
RETURNING id
"""
RECORD_OPENED = """
INSERT INTO subsidies_casemove (case_id, from_state, to_state, by, second, at, due_on, sentence)
SELECT unnest(%(ids)s::bigint[]), '', 'open', %(by)s, '', %(at)s, %(due_on)s, %(sentence)s
"""
UPDATE_CASES = """
WITH changed AS (
    UPDATE subsidies_case kase SET decision_id = fresh.decision_id, amount_fen = fresh.amount_fen
    FROM unnest(%(ids)s::bigint[], %(decisions)s::bigint[], %(amounts)s::bigint[]) fresh(id, decision_id, amount_fen)
    WHERE kase.id = fresh.id RETURNING kase.id, kase.state
)
INSERT INTO subsidies_casemove (case_id, from_state, to_state, by, second, at, due_on, sentence)
SELECT id, state, state, %(by)s, '', %(at)s, NULL, %(sentence)s FROM changed
"""
CLOSE_CASES = """
WITH closing AS (
    SELECT kase.id, kase.state, gone.sentence
    FROM unnest(%(ids)s::bigint[], %(sentences)s::text[]) gone(id, sentence)
    JOIN subsidies_case kase ON kase.id = gone.id AND kase.state NOT IN ('approved', 'closed')
), closed AS (
    UPDATE subsidies_case kase SET state = 'closed', closed_at = %(at)s, closed_because = closing.sentence
    FROM closing WHERE kase.id = closing.id
)
INSERT INTO subsidies_casemove (case_id, from_state, to_state, by, second, at, due_on, sentence)
SELECT id, state, 'closed', %(by)s, '', %(at)s, NULL, sentence FROM closing
"""
FRESH = """
CREATE TEMPORARY TABLE IF NOT EXISTS fresh_case (
    reason text, stay_id text, policy text, person_hash bytea, org_code text, union_id bigint, employer_no text,
    employer_name text, decision_id bigint, amount_fen bigint, feed_id bigint, line_no integer
) ON COMMIT DROP;
TRUNCATE fresh_case
"""
KEY = ["stay_id", "policy", "reason"]


def follow_decisions(
    *, newest: pl.DataFrame, fresh: pl.DataFrame, lines: pl.DataFrame, at: datetime, on: date, policies: Shelf
) -> tuple[int, int]:
    """This function will open, update and close cases so that they fit the decisions; returns (opened, closed).

    `newest`: all decisions of the stays concerned (with ids); `fresh`: those written just now (with employers);
    `lines`: all lines with `bucket` and `old_bucket`. Only what is fresh opens a case, so one that a person closed
    stays closed until its facts change. Somebody who is not on the roster opens one where a policy could pay the
    amount at all. A held line without a decision (an undoing whose original is unknown) opens a case of its own.
    """
    wanted = pl.concat([_from_decisions(newest, policies), _from_lines(lines, newest)])
    known = _open_cases(pl.concat([lines["stay_id"], newest["stay_id"]]))
    both = wanted.join(known, on=KEY, how="inner")
    changed = both.filter(
        pl.col("decision_id").ne_missing(pl.col("old_decision_id")) | (pl.col("amount_fen") != pl.col("old_amount_fen"))
    )
    if changed.height:
        execute(UPDATE_CASES, {
            "ids": changed["case_id"].to_list(), "decisions": changed["decision_id"].to_list(),
            "amounts": changed["amount_fen"].to_list(), "by": SYSTEM, "at": at, "sentence": _say(CHANGED),
        })  # fmt: skip
    closed = _close(known.join(wanted, on=KEY, how="anti"), newest, at)
    return _open(wanted.join(known, on=KEY, how="anti"), fresh, lines, at, on), closed


def _open_cases(stays: pl.Series) -> pl.DataFrame:
    """Lock and return the open cases of these stays."""
    every = copy_out(OPEN_STAYS, schema={"id": pl.Int64(), "stay_id": pl.String()})
    ours = every.filter(pl.col("stay_id").is_in(stays.drop_nulls().unique().implode()))["id"].to_list()
    return copy_out(OPEN_CASES, schema=OPEN_CASE, parameters=[ours]) if ours else pl.DataFrame(schema=OPEN_CASE)


def _from_decisions(newest: pl.DataFrame, policies: Shelf) -> pl.DataFrame:
    """Name the case that each decision asks for; nobody is called about an amount that no policy would pay."""
    waiting = copy_out(
        WAITING,
        schema={"stay_id": pl.String(), "policy": pl.String(), "waiting_fen": pl.Int64()},
        parameters=[newest.filter(pl.col("bucket") == "assist")["id"].to_list()],
    )
    called = pl.col("bucket").is_in(["assist", "held"]) | ((pl.col("bucket") == "unmatched") & within_reach(policies))
    rows = newest.filter(called).join(waiting, on=["stay_id", "policy"], how="left")
    reason = pl.when(pl.col("bucket") == "assist").then(pl.lit(CaseReason.OVER_LIMIT.value)).otherwise("bucket")
    return rows.filter((pl.col("bucket") != "assist") | (pl.col("waiting_fen") > 0)).select(
        "stay_id", "policy", reason.alias("reason"), decision_id="id",
        amount_fen=pl.col("waiting_fen").fill_null(0),
    )  # fmt: skip


def _from_lines(lines: pl.DataFrame, newest: pl.DataFrame) -> pl.DataFrame:
    """Name the case of held lines that no decision speaks for."""
    held = lines.filter(pl.col("bucket") == Bucket.HELD.value).unique("stay_id", keep="last", maintain_order=True)
    alone = held.join(newest.filter(pl.col("bucket") == "held"), on="stay_id", how="anti")
    return alone.select(
        "stay_id", policy=pl.lit(""), reason=pl.lit(CaseReason.HELD.value), decision_id=pl.lit(None, pl.Int64),
        amount_fen=pl.lit(0, pl.Int64),
    )  # fmt: skip


def _open(wanted: pl.DataFrame, fresh: pl.DataFrame, lines: pl.DataFrame, at: datetime, on: date) -> int:
    """Open what is wanted, not open yet and new."""
    told = fresh.select("id", "person_hash", "org_code", "employer_no", "employer_name")
    decided = wanted.join(told, left_on="decision_id", right_on="id", how="inner")
    place = lines.select(
        "stay_id", "feed_id", "line", "person_key", "bucket", "old_bucket", "employer_no", "employer_name"
    )
    place = place.filter(~pl.col("bucket").is_in(["duplicate", "superseded", "invalid"])).unique(
        "stay_id", keep="last", maintain_order=True
    )
    new_lines = place.filter((pl.col("bucket") == "held") & pl.col("old_bucket").ne_missing(pl.lit("held")))
    held = wanted.filter(pl.col("decision_id").is_null()).join(
        new_lines.select("stay_id", "person_key", "employer_no", "employer_name"), on="stay_id", how="inner"
    )
    held = held.select(
        *wanted.columns, person_hash="person_key", org_code=pl.lit(None, pl.String),
        employer_no=pl.col("employer_no").fill_null(""), employer_name=pl.col("employer_name").fill_null(""),
    )  # fmt: skip
    rows = pl.concat([decided.select(held.columns), held])
    if not rows.height:
        return 0
    rows = rows.join(place.select("stay_id", "feed_id", line_no="line"), on="stay_id", how="left")
    rows = rows.join(_unions(rows), on="employer_no", how="left").join(
        _unions(rows, "employer_name"), on="employer_name", how="left", suffix="_by_name"
    )
    rows = rows.with_columns(union_id=pl.coalesce("union_id", "union_id_by_name")).drop("union_id_by_name")
    execute(FRESH)
    copy_in(rows, table="fresh_case", hashes=["person_hash"])
    due: dict[str, Any] = {"at": at, "due_on": on + CALL_WITHIN, "by": SYSTEM, "sentence": _say(OPENED)}
    with connection.cursor() as cursor:
        cursor.execute(INSERT_CASES, due)
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(RECORD_OPENED, {**due, "ids": ids})
    return len(ids)


def _unions(rows: pl.DataFrame, column: str = "employer_no") -> pl.DataFrame:
    """Find the unions that employers' numbers or names lead to, where it is exactly one."""
    names = rows.filter(pl.col("org_code").is_null())[column].unique().drop_nulls().to_list()
    with connection.cursor() as cursor:
        cursor.execute(UNIONS_NAMED, [[name for name in names if name]])
        found = cursor.fetchall()
    return pl.DataFrame(found, schema={column: pl.String, "union_id": pl.Int64}, orient="row")


def _close(gone: pl.DataFrame, newest: pl.DataFrame, at: datetime) -> int:
    """Close cases whose cause is gone, saying what took its place."""
    if not gone.height:
        return 0
    now = newest.sort(pl.col("bucket") == "reversed", "stay_id", "policy", descending=[True, False, False])
    now = now.group_by("stay_id", maintain_order=True).agg(pl.col("bucket").last())
    told = gone.join(now, on="stay_id", how="left")
    sentences = [_say(CAUSE_GONE[_cause(*row)]) for row in told.select("reason", "bucket").iter_rows()]
    execute(CLOSE_CASES, {"ids": told["case_id"].to_list(), "sentences": sentences, "at": at, "by": SYSTEM})
    return gone.height


def _cause(reason: str, bucket: str | None) -> str:
    """Name what took the place of a case's cause: a row of CAUSE_GONE."""
    if (bucket, reason) == ("assist", CaseReason.OVER_LIMIT):
        return "posted"
    if (bucket, reason) == ("unmatched", CaseReason.UNMATCHED):
        return "below"
    return bucket or "gone"


def _say(sentence: tuple[str, str]) -> str:
    return f"{sentence[0]} / {sentence[1]}"
