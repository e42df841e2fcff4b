"""Reading for other systems: who asks with which token, and what they are told. Names and numbers come masked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.queries import Held, Reach, allowed, held, reach
from jishiyu.apps.api.models import ACTIONS, Push, Token, TokenState
from jishiyu.apps.api.problems import PushUnknown
from jishiyu.apps.api.tokens import digest_of
from jishiyu.apps.intake.queries import LineRow, line_row, lines_of_feed
from jishiyu.apps.orgs.queries import branch_of
from jishiyu.apps.people.queries import identities
from jishiyu.engine.identity import mask_name, mask_number

# The key of a list is its id, so that each page begins where the last one ended, whatever was added meanwhile.
DECISIONS = """
SELECT decision.id, decision.stay_id, decision.policy, decision.version, decision.seq, decision.newest, decision.kind,
       decision.bucket, decision.reasons, decision.member_no, decision.org_code, decision.anchor_date, decision.base_fen,
       decision.bracket, decision.rate_ppm, decision.uncapped_fen, decision.used_before_fen, decision.payable_fen,
       decision.feed_id, decision.decided_at, coalesce(person.merged_into_id, person.id)
FROM subsidies_decision decision
LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
LEFT JOIN people_person person ON person.id = certificate.person_id
WHERE decision.id > %(after)s
AND (%(one)s::bigint IS NULL OR decision.id = %(one)s)
AND (%(stay)s::text IS NULL OR decision.stay_id = %(stay)s)
AND (%(bucket)s::text IS NULL OR decision.bucket = %(bucket)s)
AND (%(policy)s::text IS NULL OR decision.policy = %(policy)s)
AND (%(every)s OR decision.newest)
ORDER BY decision.id LIMIT %(limit)s
"""
PAYMENTS = """
SELECT entitlement.id, entitlement.stay_id, entitlement.policy, entitlement.state, entitlement.amount_fen,
       entitlement.set_off_fen, unions.code, entitlement.decision_id, entitlement.created_at, attempt.id,
       attempt.attempt_no, attempt.state, attempt.batch_id, batch.pay_on
FROM subsidies_entitlement entitlement
JOIN orgs_union unions ON unions.id = entitlement.union_id
LEFT JOIN LATERAL (
    SELECT * FROM payments_attempt attempt WHERE attempt.entitlement_id = entitlement.id
    ORDER BY attempt.attempt_no DESC LIMIT 1
) attempt ON true
LEFT JOIN payments_batch batch ON batch.id = attempt.batch_id
WHERE entitlement.id > %(after)s
AND (%(state)s::text IS NULL OR entitlement.state = %(state)s)
AND (%(stay)s::text IS NULL OR entitlement.stay_id = %(stay)s)
ORDER BY entitlement.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks with a token: the token, and what the account that answers for it may do today."""

    token: Token
    held: tuple[Held, ...]

    @property
    def by(self) -> str:
        """Return what stands in every `by`."""
        return self.token.by

    def may(self, scope: str) -> bool:
        """Say whether the token has a scope that its account still may do."""
        return scope in self.token.scopes and allowed(held=self.held, action=ACTIONS[scope])

    def reach(self, scope: str) -> Reach:
        """Return whose rows a scope shows: those of the account, narrowed to the token's branch."""
        account: Account = self.token.account
        covered = reach(held=self.held, action=ACTIONS[scope], person_id=account.person_id, for_member=False)
        branch = self.token.union_id
        if branch is None:
            return covered
        if covered.city or (covered.unions and branch in branch_of(union_ids=covered.unions)):
            return Reach(unions=(branch,))
        return Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One decision as another system sees it; amounts in fen, name and number masked."""

    id: int
    stay_id: str
    policy: str
    version: str
    seq: int
    newest: bool
    kind: str
    bucket: str
    reasons: list[str]
    member_no: str | None
    org_code: str | None
    anchor_date: date | None
    base_fen: int | None
    bracket: int | None
    rate_ppm: int | None
    uncapped_fen: int
    used_before_fen: int
    payable_fen: int
    feed_id: int | None
    decided_at: datetime
    person_id: int | None
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One entitlement with its last attempt; amounts in fen."""

    id: int
    stay_id: str
    policy: str
    state: str
    amount_fen: int
    set_off_fen: int
    union_code: str
    decision_id: int
    created_at: datetime
    attempt_id: int | None
    attempt_no: int | None
    attempt_state: str | None
    batch_id: int | None
    pay_on: date | None


def caller(*, secret: str, on: date) -> Caller | None:
    """This function will return who asks with this secret; None unless token and account are good on that day."""
    found = Token.objects.select_related("account").filter(digest=digest_of(secret)).first() if secret else None
    if found is None or found.state != TokenState.COLLECTED or on >= found.until:
        return None
    if not found.account.is_active or found.account.for_member:
        return None
    return Caller(found, held(account_id=found.account_id, on=on))


def tokens() -> QuerySet[Token]:
    """This function will return all tokens, the newest first, with account and union."""
    return Token.objects.select_related("account", "union").order_by("-id")


def tokens_of(*, account_id: int) -> QuerySet[Token]:
    """This function will return the tokens that an account answers for, the newest first."""
    return tokens().filter(account_id=account_id)


def push_of(*, push_id: int, token_id: int) -> tuple[Push, list[tuple[int, int]]]:
    """This function will return a push of a token and (number, lines) of its parts; raises PushUnknown."""
    found = Push.objects.filter(pk=push_id, token_id=token_id).first()
    if found is None:
        raise PushUnknown(push=push_id)
    return found, list(found.parts.order_by("number").values_list("number", "lines"))


def lines_for(*, feed_id: int, buckets: list[str] | None, after: int, limit: int) -> list[LineRow]:
    """This function will return lines of a feed behind line `after`, masked."""
    sql, parameters = lines_of_feed(feed_id=feed_id)
    asked = {**parameters, "buckets": buckets, "after": after, "limit": limit}
    wanted = "AND line.line_no > %(after)s ORDER BY line.line_no LIMIT %(limit)s"
    return [line_row(*row) for row in _rows(f"{sql} {wanted}", asked)]


def decisions(
    *, after: int = 0, limit: int = 100, one: int | None = None, stay: str | None = None, bucket: str | None = None,
    policy: str | None = None, every: bool = False,
) -> list[DecisionRow]:  # fmt: skip
    """This function will return decisions behind number `after`: the newest ones, or every version; masked."""
    asked = {
        "after": after, "limit": limit, "one": one, "stay": stay, "bucket": bucket, "policy": policy, "every": every
    }  # fmt: skip
    found = _rows(DECISIONS, asked)
    people = identities(person_ids=sorted({row[-1] for row in found if row[-1] is not None}))
    who = {
        row["person_id"]: (mask_name(row["name"] or ""), mask_number(row["cert_no"] or "")) for row in people.to_dicts()
    }
    names = list(DecisionRow.__dataclass_fields__)[:-2]
    return [
        DecisionRow(**dict(zip(names, row, strict=True)), name=known[0], number=known[1])
        for row in found
        for known in [who.get(row[-1], ("", ""))]
    ]


def payments(*, after: int, limit: int, state: str | None, stay: str | None) -> list[PaymentRow]:
    """This function will return entitlements behind number `after` with their last attempt."""
    names = list(PaymentRow.__dataclass_fields__)
    asked = {"after": after, "limit": limit, "state": state, "stay": stay}
    return [PaymentRow(**dict(zip(names, row, strict=True))) for row in _rows(PAYMENTS, asked)]


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
