"""What documents and the console say about one decision and one batch. Identity stays sealed here."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from jishiyu.apps.statistics.problems import BatchUnknown, DecisionUnknown


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """The newest decision of a stay or application, with what it judged. Amounts in fen.

    `decision` has the columns that the engine explains. The totals are those of the live lines, None without lines.
    `sealed_line` opens as `intake_line.sealed`, `sealed_application` (of what was applied for) as `intake_application.sealed`.
    """

    decision: dict[str, Any]
    decision_id: int
    policy_hash: str
    decided_on: date
    person_id: int | None
    birth_date: date | None
    sex: str
    union_name: str
    begins_on: date | None
    ends_on: date | None
    hospital_code: str
    medical_type: str
    settlements: int
    total_fen: int | None
    fund_fen: int | None
    personal_fen: int | None
    account_fen: int | None
    cash_fen: int | None
    sealed_line: bytes | None
    sealed_application: bytes | None
    feed_name: str
    state: str
    case_state: str


@dataclass(frozen=True, slots=True)
class BatchPaper:
    """One payment batch; amounts in fen."""

    batch_id: int
    profile: str
    state: str
    pay_on: date
    count: int
    sum_fen: int
    made_by: str
    made_at: datetime
    checked_by: str
    sent_at: datetime | None
    files: list[str]
    hashes: list[str]
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a batch. Amount in fen."""

    line_no: int
    member_no: str
    union_name: str
    policy: str
    amount_fen: int
    state: str
    person_id: int


def decision_paper(*, stay_id: str, policy: str | None = None) -> DecisionPaper:
    """This function will return the newest decision of a stay; of several policies the one that pays most.

    Raises `DecisionUnknown`.
    """
    found = _all(_DECISION, {"stay_id": stay_id, "policy": policy, "zone": settings.TIME_ZONE})
    if not found:
        raise DecisionUnknown(stay_id=stay_id)
    row = dict(found[0])
    decision = {name: row.pop(name) for name in _EXPLAINED}
    return DecisionPaper(decision=decision, **row)


def batch_papers(*, limit: int | None = None) -> list[BatchPaper]:
    """This function will return the batches, the newest first."""
    return _batches(None, limit)


def batch_paper(*, batch_id: int) -> BatchPaper:
    """This function will return one batch. Raises `BatchUnknown`."""
    found = _batches(batch_id, 1)
    if not found:
        raise BatchUnknown(batch_id=batch_id)
    return found[0]


def payments(*, batch_id: int) -> list[Payment]:
    """This function will return the lines of a batch in their order."""
    return [Payment(**row) for row in _all(_PAYMENTS, {"batch_id": batch_id})]


def _batches(batch_id: int | None, limit: int | None) -> list[BatchPaper]:
    rows = _all(_BATCHES, {"batch_id": batch_id, "limit": limit})
    return [BatchPaper(**{**row, "outcomes": json.loads(row["outcomes"])}) for row in rows]


def _all(statement: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_EXPLAINED = (
    "stay_id", "member_no", "org_code", "policy", "version", "kind", "anchor_date", "year", "base_fen", "bracket",
    "rate_ppm", "uncapped_fen", "used_before_fen", "payable_fen", "bucket", "reasons",
)  # fmt: skip

_DECISION = """
WITH decision AS (
    SELECT * FROM subsidies_decision
    WHERE stay_id = %(stay_id)s AND newest AND (%(policy)s::text IS NULL OR policy = %(policy)s)
    ORDER BY payable_fen DESC, policy DESC LIMIT 1
),
part AS (  -- the lines that count
    SELECT line.* FROM decision
    JOIN intake_line line ON line.hospital_code = split_part(decision.stay_id, '/', 1)
        AND line.visit_id = substr(decision.stay_id, strpos(decision.stay_id, '/') + 1)
    JOIN intake_fate fate ON fate.feed_id = line.feed_id AND fate.line_no = line.line_no
        AND fate.stay_id = decision.stay_id
    WHERE fate.bucket NOT IN ('invalid', 'duplicate', 'superseded', 'reversed')
),
stay AS (
    SELECT min(begins_on) AS begins_on, max(ends_on) AS ends_on, count(*) AS settlements,
           sum(total_fen)::bigint AS total_fen, sum(fund_fen)::bigint AS fund_fen,
           sum(personal_fen)::bigint AS personal_fen, sum(account_fen)::bigint AS account_fen,
           sum(cash_fen)::bigint AS cash_fen
    FROM part
),
newest_part AS (SELECT * FROM part ORDER BY settled_at DESC NULLS LAST, feed_id DESC, line_no DESC LIMIT 1)
SELECT decision.stay_id, decision.member_no, decision.org_code, decision.policy, decision.version, decision.kind,
       decision.anchor_date, decision.year, decision.base_fen, decision.bracket, decision.rate_ppm,
       decision.uncapped_fen, decision.used_before_fen, decision.payable_fen, decision.bucket, decision.reasons,
       decision.id AS decision_id, decision.policy_hash, (decision.decided_at AT TIME ZONE %(zone)s)::date AS decided_on,
       counts.id AS person_id, counts.birth_date, coalesce(counts.sex, '') AS sex,
       coalesce(body.name, '') AS union_name, stay.begins_on, stay.ends_on,
       coalesce(newest_part.hospital_code, '') AS hospital_code,
       coalesce(newest_part.medical_type, '') AS medical_type, stay.settlements, stay.total_fen, stay.fund_fen,
       stay.personal_fen, stay.account_fen, stay.cash_fen, newest_part.sealed AS sealed_line,
       (
           SELECT application.sealed FROM intake_application application
           WHERE application.number = decision.stay_id AND application.newest
       ) AS sealed_application,
       coalesce(feed.name, '') AS feed_name,
       coalesce((
           SELECT entitlement.state FROM subsidies_entitlement entitlement
           WHERE entitlement.stay_id = decision.stay_id AND entitlement.policy = decision.policy
           ORDER BY entitlement.id DESC LIMIT 1
       ), '') AS state,
       coalesce((
           SELECT matter.state FROM subsidies_case matter
           WHERE matter.stay_id = decision.stay_id AND matter.policy = decision.policy
           ORDER BY matter.id DESC LIMIT 1
       ), '') AS case_state
FROM decision
CROSS JOIN stay
LEFT JOIN newest_part ON true
LEFT JOIN intake_feed feed ON feed.id = newest_part.feed_id
LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
LEFT JOIN people_person filed ON filed.id = certificate.person_id
LEFT JOIN people_person counts ON counts.id = coalesce(filed.merged_into_id, filed.id)
LEFT JOIN orgs_union body ON body.code = decision.org_code
"""

_BATCHES = """
WITH chosen AS (
    SELECT * FROM payments_batch WHERE %(batch_id)s::bigint IS NULL OR id = %(batch_id)s
    ORDER BY id DESC LIMIT %(limit)s
),
file AS (
    SELECT batch_id, array_agg(name ORDER BY part) AS files, array_agg(sha256 ORDER BY part) AS hashes
    FROM payments_batchfile WHERE batch_id IN (SELECT id FROM chosen) GROUP BY batch_id
),
outcome AS (
    SELECT batch_id, jsonb_object_agg(state, times) AS outcomes
    FROM (
        SELECT batch_id, state, count(*) AS times FROM payments_attempt
        WHERE batch_id IN (SELECT id FROM chosen) GROUP BY 1, 2
    ) AS counted
    GROUP BY batch_id
)
SELECT chosen.id AS batch_id, chosen.profile, chosen.state, chosen.pay_on, chosen.count, chosen.sum_fen,
       chosen.made_by, chosen.made_at, chosen.checked_by, chosen.sent_at, coalesce(file.files, '{}') AS files,
       coalesce(file.hashes, '{}') AS hashes, coalesce(outcome.outcomes::text, '{}') AS outcomes
FROM chosen
LEFT JOIN file ON file.batch_id = chosen.id
LEFT JOIN outcome ON outcome.batch_id = chosen.id
ORDER BY chosen.id DESC
"""

_PAYMENTS = """
SELECT attempt.line_no, coalesce(decision.member_no, '') AS member_no, body.name AS union_name, entitlement.policy,
       attempt.amount_fen, attempt.state, counts.id AS person_id
FROM payments_attempt attempt
JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
JOIN subsidies_decision decision ON decision.id = entitlement.decision_id
JOIN orgs_union body ON body.id = entitlement.union_id
JOIN people_person filed ON filed.id = entitlement.person_id
JOIN people_person counts ON counts.id = coalesce(filed.merged_into_id, filed.id)
WHERE attempt.batch_id = %(batch_id)s
ORDER BY attempt.line_no
"""
