"""One box for everything: a number, a name, a card, a case, a payment, a union. Exact look-ups by index only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.people.queries import fold_account, fold_mobile, identities
from jishiyu.apps.people.sealing import lookup_hashes
from jishiyu.engine.identity import fold_certificates, mask_name, mask_number, name_keys

CERTIFICATES = ("01", "02", "04", "05", "06", "07", "08", "16", "17", "90", "99")
PAYMENT_MARK = "JS"  # before the number of a payment in bank files
SHORTEST_NAME = 2
MOBILE = re.compile(r"\+?[0-9]{5,16}")


class Kind(StrEnum):
    """What was found."""

    MEMBER = "member"
    UNION = "union"
    CASE = "case"
    STAY = "stay"
    APPLICATION = "application"
    PAYMENT = "payment"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing: what it is, the key of its page, who or what in masked words, where it belongs, and its state.

    `by` says which look-up found it: `number`, `name`, `mobile`, `card`, `member_no`, `code`, `id`, or `bank` for the number
    that a payment has in the bank's files.
    """

    kind: Kind
    key: str
    title: str
    detail: str = ""
    union: str = ""
    state: str = ""
    by: str = ""
    person_id: int | None = None
    amount_fen: int | None = None


# Each branch uses one index; a person who was merged is shown as the one who counts.
PEOPLE = """
WITH hit AS (
    (SELECT certificate.person_id, 'number' AS by FROM people_certificate certificate
     WHERE certificate.person_hash = ANY(%(numbers)s) LIMIT %(limit)s)
    UNION ALL
    (SELECT person.id, 'name' FROM people_person person
     WHERE person.name_hash = %(name)s AND %(name)s::bytea IS NOT NULL LIMIT %(wide)s)
    UNION ALL
    (SELECT membership.person_id, 'member_no' FROM members_membership membership
     WHERE membership.member_no = ANY(%(texts)s) LIMIT %(limit)s)
    UNION ALL
    (SELECT person.id, 'mobile' FROM people_person person
     WHERE person.mobile_hash = %(mobile)s AND %(mobile)s::bytea IS NOT NULL LIMIT %(limit)s)
    UNION ALL
    (SELECT person.id, 'card' FROM people_person person
     WHERE person.account_hash = %(card)s AND %(card)s::bytea IS NOT NULL LIMIT %(limit)s)
    UNION ALL
    (SELECT entitlement.person_id, 'card' FROM payments_attempt attempt
     JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
     WHERE attempt.account_hash = %(card)s AND %(card)s::bytea IS NOT NULL LIMIT %(limit)s)
), who AS (
    SELECT coalesce(person.merged_into_id, person.id) AS id, min(hit.by) AS by
    FROM hit JOIN people_person person ON person.id = hit.person_id
    GROUP BY 1
)
SELECT who.id, who.by, coalesce(place.member_no, ''), coalesce(place.name, ''),
       CASE WHEN place.id IS NULL THEN 'none' WHEN place.left_on IS NOT NULL THEN 'left'
            WHEN place.in_service THEN 'in_service' ELSE 'retired' END
FROM who
LEFT JOIN LATERAL (
    SELECT membership.id, membership.member_no, membership.left_on, membership.in_service, unions.name
    FROM members_membership membership
    JOIN people_person row ON row.id = membership.person_id
    JOIN orgs_union unions ON unions.id = membership.union_id
    WHERE (row.id = who.id OR row.merged_into_id = who.id)
    AND (%(unions)s::bigint[] IS NULL OR membership.union_id = ANY(%(unions)s))
    ORDER BY membership.left_on DESC NULLS FIRST, membership.id DESC LIMIT 1
) place ON true
WHERE %(unions)s::bigint[] IS NULL OR place.id IS NOT NULL
ORDER BY who.by DESC, who.id LIMIT %(limit)s
"""
THINGS = """
WITH stay AS (
    SELECT DISTINCT decision.stay_id FROM subsidies_decision decision WHERE decision.stay_id = ANY(%(texts)s)
    UNION
    SELECT line.hospital_code || '/' || line.visit_id FROM intake_line line
    WHERE line.visit_id = ANY(%(texts)s) AND line.hospital_code IS NOT NULL
    UNION
    SELECT line.hospital_code || '/' || line.visit_id FROM intake_line line
    WHERE line.settlement_id = ANY(%(texts)s) AND line.hospital_code IS NOT NULL AND line.visit_id IS NOT NULL
), decided AS (
    SELECT decision.stay_id, decision.policy, decision.bucket, decision.payable_fen, decision.kind,
           certificate.person_id
    FROM stay JOIN subsidies_decision decision ON decision.stay_id = stay.stay_id AND decision.newest
    LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
)
(SELECT 'stay' AS kind, stay_id AS key, policy AS detail, bucket AS state, person_id, payable_fen AS amount_fen,
        ''::text AS code, 'id' AS by
 FROM decided WHERE kind = 'stay' ORDER BY stay_id, policy LIMIT %(limit)s)
UNION ALL
(SELECT 'case', kase.id::text, kase.reason || ' ' || kase.stay_id, kase.state, kase.person_id, kase.amount_fen,
        coalesce(unions.code, ''), 'id'
 FROM subsidies_case kase LEFT JOIN orgs_union unions ON unions.id = kase.union_id
 WHERE kase.id = %(id)s)
UNION ALL
(SELECT 'application', filed.number, filed.kind, filed.state, filed.person_id, NULL, coalesce(unions.code, ''), 'id'
 FROM applications_application filed LEFT JOIN orgs_union unions ON unions.id = filed.union_id
 WHERE filed.number = ANY(%(texts)s))
UNION ALL -- taken in from files, never filed here
(SELECT 'application', application.number, application.kind, application.state, certificate.person_id, NULL, '', 'id'
 FROM intake_application application
 LEFT JOIN people_certificate certificate ON certificate.person_hash = application.person_hash
 WHERE application.number = ANY(%(texts)s) AND application.newest
 AND NOT EXISTS (SELECT FROM applications_application filed WHERE filed.number = application.number))
UNION ALL -- by the number on the screen
(SELECT 'payment', entitlement.id::text, entitlement.stay_id || ' ' || entitlement.policy, entitlement.state,
        entitlement.person_id, entitlement.amount_fen, unions.code, 'id'
 FROM subsidies_entitlement entitlement JOIN orgs_union unions ON unions.id = entitlement.union_id
 WHERE entitlement.id = %(id)s)
UNION ALL -- by the number in the bank's files
(SELECT 'payment', entitlement.id::text, entitlement.stay_id || ' ' || entitlement.policy, attempt.state,
        entitlement.person_id, attempt.amount_fen, unions.code, 'bank'
 FROM payments_attempt attempt
 JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
 JOIN orgs_union unions ON unions.id = entitlement.union_id
 WHERE attempt.id = %(payment)s AND entitlement.id IS DISTINCT FROM %(id)s)
UNION ALL
(SELECT 'batch', batch.id::text, batch.pay_on::text, batch.state, NULL, batch.sum_fen, '', 'id'
 FROM payments_batch batch WHERE batch.id = %(id)s AND %(whole)s)
"""
# Of whom things are told that no union stands on: only those whose people belong to the branch.
OF_THE_BRANCH = """
SELECT DISTINCT coalesce(person.merged_into_id, person.id)
FROM members_membership membership JOIN people_person person ON person.id = membership.person_id
WHERE membership.union_id = ANY(%s) AND (person.id = ANY(%s) OR person.merged_into_id = ANY(%s))
"""
UNIONS = """
SELECT code, name, kind, closed_on FROM orgs_union
WHERE (code LIKE %(prefix)s OR name LIKE %(inside)s OR uscc = %(upper)s)
AND (%(unions)s::bigint[] IS NULL OR id = ANY(%(unions)s))
ORDER BY code <> %(text)s, closed_on IS NOT NULL, length(name), code LIMIT %(limit)s
"""


def find(*, text: str, on: date, limit: int = 20, union_ids: Sequence[int] | None = None) -> list[Found]:
    """This function will find what a text may mean, in at most five statements; names and numbers come masked.

    Certificate numbers of any kind, names, mobiles, and accounts on the roster or ever paid to are found when they are typed whole,
    by keyed hash; member, settlement, visit, application, case, payment and batch numbers when typed whole; unions by
    the beginning of their code or any part of their name. With `union_ids` only what belongs to these unions.
    """
    words = " ".join(text.replace("\x00", " ").split())
    if not words:
        return []
    asked = _asked(words, on, limit, union_ids)
    people = _rows(PEOPLE, asked)
    things = _rows(THINGS, asked)
    unions = _rows(UNIONS, asked) if len(words) >= SHORTEST_NAME else []
    ids = sorted({row[0] for row in people} | {row[4] for row in things if row[4] is not None})
    if union_ids is not None:
        allowed = {row[0] for row in _rows(OF_THE_BRANCH, [list(union_ids), ids, ids])} if ids else set()
        things = [row for row in things if row[4] in allowed]
    who = {row["person_id"]: row for row in identities(person_ids=ids).to_dicts()} if ids else {}

    def name(person: int | None) -> str:
        return mask_name(who[person]["name"] or "") if person in who else ""

    found = [
        Found(kind=Kind.MEMBER, key=str(person), title=name(person), union=union, state=state, by=by, person_id=person,
              detail=f"{mask_number(who[person]['cert_no'] or '')} {member_no}".strip())
        for person, by, member_no, union, state in people
    ]  # fmt: skip
    found += [
        Found(kind=Kind(kind), key=key, title=name(person) or key, detail=detail, union=code, state=state, by=by,
              person_id=person, amount_fen=amount)
        for kind, key, detail, state, person, amount, code, by in things
    ]  # fmt: skip
    found += [
        Found(kind=Kind.UNION, key=code, title=called, detail=kind, union=code, by="code",
              state="closed" if closed else "open")
        for code, called, kind, closed in unions
    ]  # fmt: skip
    return found


def _asked(text: str, on: date, limit: int, union_ids: Sequence[int] | None) -> dict[str, Any]:
    """Return every way to read a text as parameters of the statements."""
    plain = text.replace(" ", "")
    numbers = _numbers(plain, on)
    key = name_keys(pl.Series([text], dtype=pl.String))[0]
    card, mobile = fold_account(text), fold_mobile(text)
    payment = plain.upper().removeprefix(PAYMENT_MARK)
    return {
        "numbers": numbers, "texts": sorted({text, plain, plain.upper()}), "text": plain, "upper": plain.upper(), "limit": limit,
        "wide": 5 * limit, "whole": union_ids is None, "unions": None if union_ids is None else list(union_ids),
        "name": lookup_hashes([key], purpose="name")[0] if key and len(key) >= SHORTEST_NAME else None,
        "card": lookup_hashes([card], purpose="account")[0] if card.isascii() and card.isdigit() and len(card) >= 8 else None,
        "mobile": lookup_hashes([mobile], purpose="mobile")[0] if MOBILE.fullmatch(mobile) else None,
        "id": _whole_number(plain), "payment": _whole_number(payment),
        "prefix": _like(plain) + "%", "inside": "%" + _like(text) + "%",
    }  # fmt: skip


def _numbers(text: str, on: date) -> list[bytes]:
    """Return the look-up hashes of a text read as each kind of certificate."""
    if not 5 <= len(text) <= 40:
        return []
    folded = fold_certificates(
        pl.Series(CERTIFICATES, dtype=pl.String), pl.Series([text] * len(CERTIFICATES), dtype=pl.String), as_of=on
    )
    keys = folded.key.drop_nulls().unique().sort().to_list()
    return [found for found in lookup_hashes(keys) if found is not None]


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
