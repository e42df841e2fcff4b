"""One decision: who and whose union, the lines it judged, what was posted, paid and asked about it, its versions."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from jishiyu.apps.intake.queries import LineRow, lines_of_stay
from jishiyu.apps.people.queries import identities
from jishiyu.apps.policies.problems import TextOfDecisionUnknown
from jishiyu.apps.policies.queries import text_that_decided
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.subsidies.queries import decisions_of_stay
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.policy.model import Policy

ABOUT = """
SELECT decision.id, coalesce(person.merged_into_id, person.id), coalesce(unions.id, 0), coalesce(unions.code, ''),
       coalesce(unions.name, ''), coalesce(feed.id, 0), coalesce(feed.name, '')
FROM subsidies_decision decision
LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
LEFT JOIN people_person person ON person.id = certificate.person_id
LEFT JOIN orgs_union unions ON unions.code = decision.org_code
LEFT JOIN intake_feed feed ON feed.id = decision.feed_id
WHERE decision.id = %s
"""
# Owed, to be recovered, asked about: everything that followed from the stay under this policy.
FOLLOWED = """
SELECT 'payment' AS kind, entitlement.id, entitlement.decision_id, entitlement.state,
       entitlement.amount_fen - CASE WHEN entitlement.state = 'set_off' THEN 0 ELSE entitlement.set_off_fen END AS fen,
       entitlement.created_at AS at, attempt.batch_id, batch.pay_on AS day, '' AS words
FROM subsidies_entitlement entitlement
LEFT JOIN LATERAL (
    SELECT * FROM payments_attempt attempt WHERE attempt.entitlement_id = entitlement.id
    ORDER BY attempt.attempt_no DESC LIMIT 1
) attempt ON true
LEFT JOIN payments_batch batch ON batch.id = attempt.batch_id
WHERE entitlement.stay_id = %(stay)s AND entitlement.policy = %(policy)s
UNION ALL
SELECT 'recovery', recovery.id, recovery.decision_id, recovery.state, recovery.amount_fen, recovery.created_at, NULL, NULL, ''
FROM subsidies_recovery recovery WHERE recovery.stay_id = %(stay)s AND recovery.policy = %(policy)s
UNION ALL
SELECT 'case', kase.id, kase.decision_id, kase.state, kase.amount_fen, kase.opened_at, NULL, kase.due_on, kase.reason
FROM subsidies_case kase WHERE kase.stay_id = %(stay)s
ORDER BY at, kind, id
"""


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed from a decision: a payment, a recovery or a case; amount in fen, `words` the reason of a case."""

    kind: str
    key: int
    decision_id: int | None
    state: str
    amount_fen: int
    at: datetime
    batch_id: int | None
    day: date | None
    words: str


@dataclass(frozen=True, kw_only=True)
class DecisionPage:
    """One decision with everything around it; names and numbers masked. `rule` is the very text that decided."""

    decision: Decision
    rule: Policy | None
    person_id: int | None
    name: str
    number: str
    union_id: int
    union_code: str
    union: str
    feed_id: int
    feed: str
    lines: list[LineRow] = field(default_factory=list)
    versions: list[Decision] = field(default_factory=list)
    others: list[Decision] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)


def decision_page(*, decision_id: int) -> DecisionPage | None:
    """This function will return one decision with its versions, lines and what followed; None where there is none."""
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        return None
    _, person_id, union_id, code, union, feed_id, feed = _rows(ABOUT, [decision_id])[0]
    every = decisions_of_stay(decision.stay_id)
    who = identities(person_ids=[person_id]).row(0, named=True) if person_id else {"name": "", "cert_no": ""}
    lines = lines_of_stay(stay_id=decision.stay_id)
    stranger = next((line for line in lines if line.name), None) if not person_id else None
    asked = {"stay": decision.stay_id, "policy": decision.policy}
    return DecisionPage(
        decision=decision, rule=_rule(decision), person_id=person_id,
        name=stranger.name if stranger else mask_name(who["name"] or ""),
        number=stranger.number if stranger else mask_number(who["cert_no"] or ""),
        union_id=union_id, union_code=code, union=union, feed_id=feed_id, feed=feed, lines=lines,
        versions=[one for one in every if one.policy == decision.policy],
        others=[one for one in every if one.policy != decision.policy and one.newest],
        followed=[Followed(*row) for row in _rows(FOLLOWED, asked)],
    )  # fmt: skip


def _rule(decision: Decision) -> Policy | None:
    """Return the text that decided; None where no policy judged, or its file is no longer at hand."""
    if not decision.policy_hash:
        return None
    try:
        return text_that_decided(name=decision.policy, version=decision.version, digest=decision.policy_hash)
    except TextOfDecisionUnknown:
        return None


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
