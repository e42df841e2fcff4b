"""What must hold in every database at every moment, and what was achieved, so that two runs can be compared.

What was achieved leaves out what a kill may shift: numbers drawn from sequences, moments, the salt of sealed columns.
"""

from typing import Any

from django.db import connection

from jishiyu.apps.audit.queries import verify
from jishiyu.apps.ledger.queries import trial_balance_fen, unbalanced_entries
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.subsidies.queries import broken_promises

# Each lists what is wrong; none of them may have a row.
NEVER = {
    "a feed that is there in parts": """
        SELECT feed.id, feed.line_count, count(line.*) FROM intake_feed feed
        LEFT JOIN intake_line line ON line.feed_id = feed.id GROUP BY feed.id
        HAVING feed.line_count <> count(line.*) OR count(line.*) = 0
           OR feed.cash_fen <> coalesce(sum(line.cash_fen), 0)""",
    "a line of a posted feed without a bucket": """
        SELECT line.feed_id, line.line_no FROM intake_line line
        JOIN intake_feed feed ON feed.id = line.feed_id AND feed.state = 'posted'
        LEFT JOIN intake_fate fate ON fate.feed_id = line.feed_id AND fate.line_no = line.line_no
        WHERE fate.bucket IS NULL""",
    "a bucket without a line, or of a feed that was taken back": """
        SELECT fate.feed_id, fate.line_no FROM intake_fate fate
        LEFT JOIN intake_line line ON line.feed_id = fate.feed_id AND line.line_no = fate.line_no
        LEFT JOIN intake_feed feed ON feed.id = fate.feed_id AND feed.state <> 'withdrawn'
        WHERE line.line_no IS NULL OR feed.id IS NULL""",
    "the same file twice": """
        SELECT sha256 FROM intake_feed WHERE state <> 'withdrawn' GROUP BY sha256 HAVING count(*) > 1""",
    "two newest decisions, or none": """
        SELECT stay_id, policy FROM subsidies_decision GROUP BY stay_id, policy
        HAVING count(*) FILTER (WHERE newest) <> 1 OR max(seq) <> count(*)
            OR max(seq) FILTER (WHERE newest) <> max(seq)""",
    "more than the limit in a member's year": """
        SELECT person_hash, year, sum(payable_fen) FROM subsidies_decision
        WHERE newest AND policy IN ('changchun.hospital', 'check.limit-500') GROUP BY person_hash, policy, year
        HAVING sum(payable_fen) > CASE policy WHEN 'check.limit-500' THEN 50000 ELSE 5000000 END""",
    "two live attempts, or more paid than owed": """
        SELECT entitlement.id FROM subsidies_entitlement entitlement
        JOIN payments_attempt attempt ON attempt.entitlement_id = entitlement.id
        WHERE attempt.state IN ('in_batch', 'sent', 'unknown', 'paid') GROUP BY entitlement.id
        HAVING count(*) > 1 OR sum(attempt.amount_fen) <> entitlement.amount_fen - entitlement.set_off_fen""",
    "an entitlement and its attempts that disagree": """
        SELECT entitlement.id, entitlement.state, attempt.state FROM subsidies_entitlement entitlement
        LEFT JOIN payments_attempt attempt ON attempt.entitlement_id = entitlement.id
            AND attempt.state IN ('in_batch', 'sent', 'unknown', 'paid')
        WHERE CASE WHEN attempt.id IS NULL THEN entitlement.state NOT IN ('owed', 'returned', 'failed', 'set_off')
                   ELSE entitlement.state <> attempt.state END""",
    "a batch that is not the sum of its attempts": """
        SELECT batch.id FROM payments_batch batch JOIN payments_attempt attempt ON attempt.batch_id = batch.id
        GROUP BY batch.id HAVING count(*) <> batch.count OR sum(attempt.amount_fen) <> batch.sum_fen
            OR bool_or(attempt.state = 'cancelled') <> (batch.state = 'cancelled')
            OR bool_or(attempt.state = 'in_batch') <> (batch.state IN ('prepared', 'approved', 'sending'))""",
    "a batch without attempts": """
        SELECT id FROM payments_batch WHERE id NOT IN (SELECT batch_id FROM payments_attempt)""",
    "a batch sent without its file on record": """
        SELECT batch.id FROM payments_batch batch LEFT JOIN payments_batchfile file ON file.batch_id = batch.id
        GROUP BY batch.id HAVING (count(file.id) > 0) <> (batch.state NOT IN ('prepared', 'approved', 'cancelled'))
            OR (count(file.id) > 0 AND sum(file.sum_fen) <> batch.sum_fen)""",
    "set off more or less than was taken off": """
        SELECT 'entitlement', entitlement.id FROM subsidies_entitlement entitlement
        LEFT JOIN subsidies_setoff part ON part.entitlement_id = entitlement.id GROUP BY entitlement.id
        HAVING coalesce(sum(part.amount_fen), 0) <> entitlement.set_off_fen
        UNION ALL
        SELECT 'recovery', recovery.id FROM subsidies_recovery recovery
        LEFT JOIN subsidies_setoff part ON part.recovery_id = recovery.id GROUP BY recovery.id
        HAVING coalesce(sum(part.amount_fen), 0) <> recovery.set_off_fen""",
    "a result file without its answers": """
        SELECT file.id FROM payments_resultfile file LEFT JOIN payments_bankanswer answer
            ON answer.result_file_id = file.id GROUP BY file.id HAVING count(answer.id) <> file.count""",
    "a case without its first step": """
        SELECT id FROM subsidies_case WHERE id NOT IN (SELECT case_id FROM subsidies_casemove)""",
}
ACHIEVED = {
    "feeds": "SELECT name, state, line_count, total_fen, cash_fen, person_count FROM intake_feed",
    "fates": """SELECT feed.name, fate.line_no, fate.stay_id, fate.bucket, fate.reasons FROM intake_fate fate
        JOIN intake_feed feed ON feed.id = fate.feed_id""",
    "decisions": """SELECT stay_id, policy, seq, newest, bucket, payable_fen, uncapped_fen, used_before_fen, rate_ppm,
        member_no, org_code, reasons, facts_hash FROM subsidies_decision""",
    "entitlements": """SELECT stay_id, policy, encode(person.person_hash, 'hex'), amount_fen, set_off_fen, state
        FROM subsidies_entitlement JOIN people_person person ON person.id = person_id""",
    "recoveries": "SELECT stay_id, policy, amount_fen, set_off_fen, repaid_fen, state FROM subsidies_recovery",
    "attempts": """SELECT entitlement.stay_id, attempt.attempt_no, attempt.state, attempt.amount_fen
        FROM payments_attempt attempt JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id""",
    "batches": "SELECT state, count, sum_fen, made_by, checked_by FROM payments_batch",
    "answers": "SELECT line, outcome, code, moved FROM payments_bankanswer",
    "cases": "SELECT reason, state, stay_id, policy, union_id, amount_fen FROM subsidies_case",
    "steps of cases": """SELECT kase.stay_id, kase.reason, move.to_state, move.by FROM subsidies_casemove move
        JOIN subsidies_case kase ON kase.id = move.case_id""",
    "books": """SELECT entry.kind, account.role, account.policy, posting.amount_fen FROM ledger_posting posting
        JOIN ledger_entry entry ON entry.id = posting.entry_id JOIN ledger_account account
        ON account.id = posting.account_id""",
    "obstacles": "SELECT reason, cleared_on IS NULL FROM payments_obstacle",
    "releases": "SELECT kind, reason FROM payments_release",
    "memberships": "SELECT member_no, in_service, joined_on, left_on FROM members_membership",
    "to be decided again": "SELECT count(*) FROM subsidies_stale",
    # What is done again after a kill may be on record again; what was done once must be there.
    "trail": "SELECT DISTINCT action FROM audit_trail",
}


def picture() -> dict[str, Any]:
    """Return `wrong`: every broken promise by name; `files`: the bank files that are on record, with their hashes."""
    wrong: dict[str, Any] = {name: rows for name, query in NEVER.items() if (rows := _rows(query))}
    checks = {
        "posted is not what is owed": broken_promises(),
        "unbalanced entries": unbalanced_entries(),
        "the books do not balance": trial_balance_fen(),
        "the books disagree with the states": [str(found) for found in disagreements()],
        "the trail is broken": [str(found) for found in verify().breaks],
    }
    wrong |= {name: found for name, found in checks.items() if found}
    files = _rows("SELECT name, sha256 FROM payments_batchfile ORDER BY id")
    return {"wrong": wrong, "files": dict(files)}


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
