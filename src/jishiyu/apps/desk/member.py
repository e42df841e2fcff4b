"""One member's page: memberships over time, stays and decisions, payments, recoveries, cases, where the limits stand."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from jishiyu.apps.accounts.rows import WEB
from jishiyu.apps.desk.standing import standings_of
from jishiyu.apps.people.problems import PersonUnknown
from jishiyu.apps.people.queries import identities
from jishiyu.apps.policies.queries import in_force
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.standing import Standing

WHO = """
SELECT one.id, one.birth_date, one.sex, array_agg(DISTINCT every.id), array_agg(DISTINCT certificate.person_hash),
       count(DISTINCT every.id) - 1, current_setting('role', true) = %s
FROM people_person asked
JOIN people_person one ON one.id = coalesce(asked.merged_into_id, asked.id)
JOIN people_person every ON every.id = one.id OR every.merged_into_id = one.id
LEFT JOIN people_certificate certificate ON certificate.person_id = every.id
WHERE asked.id = %s GROUP BY one.id, one.birth_date, one.sex
"""
MEMBERSHIPS = """
SELECT membership.id, membership.person_id, unions.code, unions.name, membership.member_no, membership.in_service,
       membership.joined_on, membership.left_on
FROM members_membership membership JOIN orgs_union unions ON unions.id = membership.union_id
WHERE membership.person_id = ANY(%(ids)s)
ORDER BY membership.joined_on DESC NULLS LAST, membership.id DESC
"""
DECISIONS = """
SELECT decision.id, decision.stay_id, decision.kind, decision.policy, decision.version, decision.anchor_date,
       decision.year, decision.base_fen, decision.bracket, decision.rate_ppm, decision.uncapped_fen,
       decision.used_before_fen, decision.payable_fen, decision.bucket, decision.reasons, decision.seq,
       decision.decided_at, decision.policy_hash
FROM subsidies_decision decision
WHERE decision.newest AND decision.person_hash = ANY(%(hashes)s)
ORDER BY decision.anchor_date DESC NULLS LAST, decision.stay_id, decision.policy LIMIT %(limit)s
"""
PAYMENTS = """
SELECT entitlement.id, entitlement.stay_id, entitlement.policy, entitlement.year, entitlement.amount_fen,
       entitlement.set_off_fen, entitlement.state, entitlement.created_at, attempt.id, attempt.batch_id,
       attempt.attempt_no, batch.pay_on, answer.answered_on, coalesce(answer.reason, '')
FROM subsidies_entitlement entitlement
LEFT JOIN LATERAL (
    SELECT * FROM payments_attempt attempt WHERE attempt.entitlement_id = entitlement.id
    ORDER BY attempt.attempt_no DESC LIMIT 1
) attempt ON true
LEFT JOIN payments_batch batch ON batch.id = attempt.batch_id
LEFT JOIN LATERAL (
    SELECT answer.answered_on, answer.reason FROM payments_bankanswer answer
    WHERE answer.attempt_id = attempt.id AND answer.moved ORDER BY answer.id DESC LIMIT 1
) answer ON true
WHERE entitlement.person_id = ANY(%(ids)s)
ORDER BY entitlement.id DESC LIMIT %(limit)s
"""
RECOVERIES = """
SELECT recovery.id, recovery.stay_id, recovery.policy, recovery.amount_fen, recovery.set_off_fen, recovery.repaid_fen,
       recovery.state, recovery.created_at
FROM subsidies_recovery recovery WHERE recovery.person_id = ANY(%(ids)s) ORDER BY recovery.id DESC LIMIT %(limit)s
"""
CASES = """
SELECT kase.id, kase.reason, kase.state, kase.stay_id, kase.policy, kase.amount_fen, kase.opened_at, kase.due_on,
       kase.closed_because
FROM subsidies_case kase
WHERE kase.person_id = ANY(%(ids)s) OR kase.person_hash = ANY(%(hashes)s)
ORDER BY kase.id DESC LIMIT %(limit)s
"""
MERGES = """
SELECT merge.id, merge.kept_id, merge.merged_id, merge.reason, merge.by, merge.at, merge.undone_by, merge.undone_at
FROM people_merge merge WHERE merge.kept_id = ANY(%(ids)s) OR merge.merged_id = ANY(%(ids)s) ORDER BY merge.id DESC
"""
MOST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch of membership, half-open `[joined_on, left_on)`; `person_id` is the row it stands under."""

    membership_id: int
    person_id: int
    union_code: str
    union: str
    member_no: str
    in_service: bool
    joined_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is decided now about one stay or application under one policy; amounts in fen, rate in millionths."""

    decision_id: int
    stay_id: str
    kind: str
    policy: str
    version: str
    anchor_date: date | None
    year: int | None
    base_fen: int | None
    bracket: int | None
    rate_ppm: int | None
    uncapped_fen: int
    used_before_fen: int
    payable_fen: int
    bucket: str
    reasons: list[str]
    seq: int
    decided_at: datetime
    policy_hash: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One entitlement with its last attempt at the bank; to be paid is `amount_fen - set_off_fen`."""

    entitlement_id: int
    stay_id: str
    policy: str
    year: int
    amount_fen: int
    set_off_fen: int
    state: str
    owed_at: datetime
    attempt_id: int | None
    batch_id: int | None
    attempt_no: int | None
    pay_on: date | None
    answered_on: date | None
    bank_said: str


@dataclass(frozen=True, slots=True)
class Back:
    """One recovery, in fen."""

    recovery_id: int
    stay_id: str
    policy: str
    amount_fen: int
    set_off_fen: int
    repaid_fen: int
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One case of the call lists."""

    case_id: int
    reason: str
    state: str
    stay_id: str
    policy: str
    amount_fen: int
    opened_at: datetime
    due_on: date
    closed_because: str


@dataclass(frozen=True, slots=True)
class MergeNote:
    """Two rows that were, or are, taken for one person."""

    merge_id: int
    kept_id: int
    merged_id: int
    reason: str
    by: str
    at: datetime
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """Everything about one human being, merged rows included; name, number, mobile and account masked.

    `policies` are those in force: they explain the decisions without another look into the database.
    """

    person_id: int
    name: str
    number: str
    mobile: str
    account: str
    birth_date: date | None
    sex: str
    rows: int
    memberships: list[Place]
    decisions: list[Judged]
    payments: list[Payment]
    recoveries: list[Back]
    cases: list[Call]
    standings: list[Standing]
    merges: list[MergeNote]
    policies: Shelf


def member(*, person_id: int, on: date | None = None) -> Member:
    """This function will return one member's page in ten statements; raises `PersonUnknown`.

    A number of a merged row leads to the person who counts. At most 500 of each kind, the newest first. With a day `on` it
    tells where the limits stand on it, in one statement more, two where they count households, and one for a reader who may not see
    everything.
    """
    found = _rows(WHO, [WEB, person_id])
    if not found:
        raise PersonUnknown(person_id=person_id)
    one, birth_date, sex, ids, hashes, further, narrowed = found[0]
    keys = [bytes(value) for value in hashes if value is not None]
    asked = {"ids": list(ids), "hashes": keys, "limit": MOST}
    shelf = in_force()
    who = identities(person_ids=[one]).row(0, named=True)
    return Member(
        person_id=one, name=mask_name(who["name"] or ""), number=mask_number(who["cert_no"] or ""),
        mobile=mask_number(who["mobile"] or ""), account=mask_number(who["bank_account"] or ""),
        birth_date=birth_date, sex=sex, rows=further + 1,
        memberships=[Place(*row) for row in _rows(MEMBERSHIPS, asked)],
        decisions=[Judged(*row) for row in _rows(DECISIONS, asked)],
        payments=[Payment(*row) for row in _rows(PAYMENTS, asked)],
        recoveries=[Back(*row) for row in _rows(RECOVERIES, asked)],
        cases=[Call(*row) for row in _rows(CASES, asked)],
        standings=standings_of(hashes=keys, shelf=shelf, on=on, narrowed=narrowed) if on else [],
        merges=[MergeNote(*row) for row in _rows(MERGES, asked)], policies=shelf,
    )  # fmt: skip


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
