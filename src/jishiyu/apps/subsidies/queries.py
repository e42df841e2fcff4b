"""Reading decisions, cases and what is owed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.subsidies.judging import columns_to_gather, judge_together
from jishiyu.apps.subsidies.models import Case, CaseMove, Decision
from jishiyu.apps.subsidies.together import gather
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.policy.shelf import Shelf

LINE_SEALED = "intake_line.sealed"
CALL_LIST = """
WITH RECURSIVE below AS (
    SELECT id FROM orgs_union WHERE code = %(union)s
    UNION
    SELECT child.id FROM orgs_union child JOIN below ON below.id IN (child.territorial_parent_id, child.industry_parent_id)
)
SELECT kase.id AS case_id, kase.reason, kase.state, kase.stay_id, kase.policy, kase.amount_fen, kase.due_on,
       kase.opened_at, kase.officer, kase.person_id, kase.feed_id, kase.line_no, kase.employer_no,
       unions.code AS union_code, coalesce(unions.name, nullif(kase.employer_name, ''), '') AS employer,
       decision.anchor_date, decision.base_fen, decision.member_no, decision.bracket, decision.rate_ppm,
       coalesce(decision.reasons, '{}') AS reasons, coalesce(last.sentence, '') AS last_sentence, last.at AS last_at
FROM subsidies_case kase
LEFT JOIN orgs_union unions ON unions.id = kase.union_id
LEFT JOIN subsidies_decision decision ON decision.id = kase.decision_id
LEFT JOIN LATERAL (
    SELECT move.sentence, move.at FROM subsidies_casemove move WHERE move.case_id = kase.id ORDER BY move.id DESC LIMIT 1
) last ON true
WHERE (%(ended)s OR kase.state NOT IN ('approved', 'closed'))
AND (%(union)s::text IS NULL OR kase.union_id IN (SELECT id FROM below))
AND (%(employer)s::text IS NULL OR (kase.union_id IS NULL AND kase.employer_name = %(employer)s))
AND (%(reason)s::text IS NULL OR kase.reason = %(reason)s)
AND (%(overdue_on)s::date IS NULL OR kase.due_on < %(overdue_on)s)
AND (%(case)s::bigint IS NULL OR kase.id = %(case)s)
ORDER BY kase.due_on, employer, kase.id
LIMIT %(limit)s
"""
PER_EMPLOYER = """
SELECT unions.code, coalesce(unions.name, nullif(kase.employer_name, ''), '') AS employer, kase.reason,
       count(*), sum(kase.amount_fen)::bigint, min(kase.due_on)
FROM subsidies_case kase LEFT JOIN orgs_union unions ON unions.id = kase.union_id
WHERE kase.state NOT IN ('approved', 'closed')
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3
"""
POSTED = """
SELECT coalesce((SELECT sum(amount_fen) FROM subsidies_entitlement WHERE stay_id = %(stay)s AND policy = %(policy)s), 0)
     - coalesce((SELECT sum(amount_fen) FROM subsidies_recovery WHERE stay_id = %(stay)s AND policy = %(policy)s), 0)
"""
MONEY_OF_FEED = """
SELECT entitlement.state, count(*),
       sum(CASE WHEN entitlement.state = 'set_off' THEN entitlement.amount_fen
           ELSE entitlement.amount_fen - entitlement.set_off_fen END)::bigint
FROM intake_feed feed
JOIN subsidies_entitlement entitlement ON entitlement.created_at >= feed.posted_at
    AND entitlement.stay_id IN (SELECT stay_id FROM intake_fate WHERE feed_id = %(feed)s)
WHERE feed.id = %(feed)s AND feed.posted_at IS NOT NULL
GROUP BY 1 ORDER BY 1
"""
# The invariant of the whole app, for every (stay, policy): posted = owed by the newest decision; an assist decision
# owes between nothing and its amount until it is approved. Anything listed here is a bug.
BREAKS = """
WITH posted AS (
    SELECT stay_id, policy, sum(amount_fen) AS fen FROM (
        SELECT stay_id, policy, amount_fen FROM subsidies_entitlement
        UNION ALL SELECT stay_id, policy, -amount_fen FROM subsidies_recovery
    ) moved GROUP BY 1, 2
)
SELECT coalesce(decision.stay_id, posted.stay_id), coalesce(decision.policy, posted.policy), decision.bucket,
       decision.payable_fen, coalesce(posted.fen, 0)::bigint
FROM (SELECT * FROM subsidies_decision WHERE newest) decision
FULL JOIN posted ON posted.stay_id = decision.stay_id AND posted.policy = decision.policy
WHERE CASE WHEN decision.id IS NULL THEN true
           WHEN decision.bucket = 'assist' THEN coalesce(posted.fen, 0) NOT BETWEEN 0 AND decision.payable_fen
           ELSE coalesce(posted.fen, 0) <> decision.payable_fen END
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallListRow:
    """One case as a person sees it: name and number masked, amounts in fen; `employer` also where no union is known."""

    case_id: int
    reason: str
    state: str
    union_code: str | None
    employer: str
    name: str
    number: str
    member_no: str | None
    stay_id: str
    policy: str
    on: date | None
    cash_fen: int | None
    amount_fen: int
    due_on: date
    opened_on: date
    officer: str
    reasons: tuple[str, ...]
    last_sentence: str


@dataclass(frozen=True, slots=True)
class FeedMoney:
    """How many entitlements that followed from a feed stand in a state, and their amount less set-offs (fen)."""

    state: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class EmployerCases:
    """How many cases wait at one union (or employer without a union) for one reason; amounts in fen."""

    union_code: str | None
    employer: str
    reason: str
    cases: int
    amount_fen: int
    first_due_on: date


def call_list(
    *, union_code: str | None = None, reason: str | None = None, overdue_on: date | None = None,
    with_ended: bool = False, case_id: int | None = None, limit: int | None = None, employer: str | None = None,
    in_full: bool = False,
) -> list[CallListRow]:  # fmt: skip
    """This function will return cases, the longest due first; with `union_code` those of it and all below it.

    `employer`: those of an employer without a union, by its name (empty: of nobody known). `overdue_on`: only those
    that were due before that day (the reminders of that day). Names and numbers are masked, unless `in_full`: then
    the caller records who asked, and why.
    """
    parameters = {
        "union": union_code, "employer": employer, "reason": reason, "overdue_on": overdue_on, "ended": with_ended, "case": case_id,
        "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CALL_LIST, parameters)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    who = _told(rows) if in_full else _masked(rows)
    return [
        CallListRow(
            case_id=row["case_id"], reason=row["reason"], state=row["state"], union_code=row["union_code"],
            employer=row["employer"], name=who[row["case_id"]][0], number=who[row["case_id"]][1],
            member_no=row["member_no"], stay_id=row["stay_id"], policy=row["policy"], on=row["anchor_date"],
            cash_fen=row["base_fen"], amount_fen=row["amount_fen"], due_on=row["due_on"],
            opened_on=localtime(row["opened_at"]).date(), officer=row["officer"], reasons=tuple(row["reasons"]),
            last_sentence=row["last_sentence"],
        )
        for row in rows
    ]  # fmt: skip


def case_names(*, cases: Sequence[Case]) -> dict[int, tuple[str, str]]:
    """This function will return masked name and number per case, from the roster or from the sealed line; two queries."""
    rows = [
        {"case_id": case.pk, "person_id": case.person_id, "feed_id": case.feed_id, "line_no": case.line_no}
        for case in cases
    ]
    found = _masked(rows)
    return {case.pk: found[case.pk] for case in cases}


def last_words(*, cases: Sequence[Case]) -> dict[int, CaseMove]:
    """This function will return the last step of each case."""
    found = CaseMove.objects.filter(case_id__in=[case.pk for case in cases]).order_by("case_id", "-id")
    return {move.case_id: move for move in found.distinct("case_id")}


def cases_per_employer() -> list[EmployerCases]:
    """This function will count the open cases per union (or employer) and reason, most first."""
    with connection.cursor() as cursor:
        cursor.execute(PER_EMPLOYER)
        return [EmployerCases(*row) for row in cursor.fetchall()]


def history_of_case(case_id: int) -> list[CaseMove]:
    """This function will return every step of a case, oldest first."""
    return list(CaseMove.objects.filter(case_id=case_id).order_by("id"))


def decisions_of_stay(stay_id: str) -> list[Decision]:
    """This function will return every decision ever made about a stay, per policy oldest first."""
    return list(Decision.objects.filter(stay_id=stay_id).order_by("policy", "seq"))


def judged_now(*, people: Sequence[bytes], policies: Shelf | None = None) -> pl.DataFrame:
    """This function will return what deciding these people (look-up hashes) at this moment would say; nobody waits.

    Columns of `judging.KEPT`, one row per event and policy. Nothing is posted and nothing is locked; the temporary
    tables that it needs go with the transaction.
    """
    shelf = policies or in_force()
    with transaction.atomic():
        gather(columns=columns_to_gather(shelf), people=people, lock=False)
        return judge_together(policies=shelf).decisions


def posted_fen(*, stay_id: str, policy: str) -> int:
    """This function will return what was posted for a stay: entitlements less recoveries, in fen."""
    with connection.cursor() as cursor:
        cursor.execute(POSTED, {"stay": stay_id, "policy": policy})
        return int(cursor.fetchone()[0])


def broken_promises() -> list[tuple[str, str, str | None, int | None, int]]:
    """This function will list every (stay, policy) whose posted money is not what its newest decision owes.

    Returns (stay, policy, bucket, payable fen, posted fen); empty when all is well.
    """
    with connection.cursor() as cursor:
        cursor.execute(BREAKS)
        return [tuple(row) for row in cursor.fetchall()]


def money_of_feed(*, feed_id: int) -> list[FeedMoney]:
    """This function will return what is or was owed for the stays of a feed since it was posted, by state, in fen.

    The same entitlements that keep a feed from being taken back once one of them is in a batch.
    """
    with connection.cursor() as cursor:
        cursor.execute(MONEY_OF_FEED, {"feed": feed_id})
        return [FeedMoney(*row) for row in cursor.fetchall()]


def open_case(*, stay_id: str, reason: str) -> Case | None:
    """This function will return the open case of a stay for one reason, if there is one."""
    return Case.objects.filter(stay_id=stay_id, reason=reason).exclude(state__in=["approved", "closed"]).first()


def _masked(rows: Sequence[dict[str, Any]]) -> dict[object, tuple[str, str]]:
    """Return masked name and number per case."""
    return {case_id: (mask_name(name), mask_number(number)) for case_id, (name, number) in _told(rows).items()}


def _told(rows: Sequence[dict[str, Any]]) -> dict[object, tuple[str, str]]:
    """Return name and number per case: from the roster where known, else from the sealed line."""
    people = identities(person_ids=sorted({row["person_id"] for row in rows if row["person_id"]}))
    known = {row["person_id"]: (row["name"], row["cert_no"]) for row in people.to_dicts()}
    strangers = [row for row in rows if row["person_id"] not in known and row["line_no"] is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted.case_id, line.sealed"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS wanted(case_id, feed_id, line_no)"
            " JOIN intake_line line ON line.feed_id = wanted.feed_id AND line.line_no = wanted.line_no",
            [[row[name] for row in strangers] for name in ("case_id", "feed_id", "line_no")],
        )
        sealed = {case_id: bytes(token) for case_id, token in cursor.fetchall()}
    opened = dict(zip(sealed, open_many(list(sealed.values()), purpose=LINE_SEALED), strict=True))
    told = {case_id: json.loads(text) for case_id, text in opened.items()}
    found: dict[object, tuple[str, str]] = {}
    for row in rows:
        line = told.get(row["case_id"], {})
        name, number = known.get(row["person_id"]) or (line.get("name"), line.get("cert_no"))
        found[row["case_id"]] = (name or "", number or "")
    return found
