"""Tokens: issued by one person, collected by another, ended with a reason; used within a rate."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.queries import account_by_name, allowed, held, reach
from jishiyu.apps.api.models import ACTIONS, OF_THE_CITY, TOKEN_MOVES, Scope, Token, TokenState
from jishiyu.apps.api.problems import (
    NoScope,
    RateUnfit,
    ReasonNeeded,
    ScopeBeyondAccount,
    ScopeOfTheCity,
    TermUnfit,
    TokenEnded,
    TokenNameTaken,
    TokenNameUnfit,
    TokenNotWaiting,
    TokenUnknown,
)
from jishiyu.apps.audit.operations import record
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import branch_of, union_by_code

NAME = re.compile(r"[\w.\-·]{2,40}", re.UNICODE)
MARK = "jishiyu_"
LONGEST = timedelta(days=366)
RATES = (1, 6000)
PER_REQUEST = 60_000
# One statement: fill up by the time that has passed, take one request, or tell how many milliseconds to wait.
TAKE = """
WITH now AS (SELECT clock_timestamp() AS at),
filled AS (
    SELECT token.id, now.at, token.per_minute,
           least(token.per_minute::bigint * %(one)s,
                 CASE WHEN token.level_at IS NULL THEN token.per_minute::bigint * %(one)s
                      ELSE token.level + greatest(0, (extract(epoch FROM now.at - token.level_at) * 1000)::bigint)
                           * token.per_minute END) AS level
    FROM now, api_token token WHERE token.id = %(token)s FOR UPDATE OF token
),
taken AS (
    UPDATE api_token SET level = filled.level - %(one)s, level_at = filled.at, last_used_at = filled.at,
                         last_address = %(address)s
    FROM filled WHERE api_token.id = filled.id AND filled.level >= %(one)s RETURNING api_token.id
)
SELECT CASE WHEN EXISTS (SELECT FROM taken) THEN 0
            ELSE ceil((%(one)s - level)::numeric / per_minute)::bigint END
FROM filled
"""


@dataclass(frozen=True, slots=True)
class Collected:
    """A token with its secret, which is shown once and kept nowhere."""

    token: Token
    secret: str


@transaction.atomic
def issue(
    *, name: str, account_name: str, scopes: Sequence[str], union_code: str, per_minute: int, until: date, on: date,
    by: str, at: datetime,
) -> Token:  # fmt: skip
    """This function will issue a token that `account_name` answers for and may collect; good in `[on, until)`.

    Raises TokenNameUnfit, TokenNameTaken, NoScope, RateUnfit, TermUnfit, AccountUnknown, UnionUnknown,
    ScopeBeyondAccount, ScopeOfTheCity.
    """
    if not NAME.fullmatch(name):
        raise TokenNameUnfit(name=name)
    if Token.objects.filter(name=name).exists():
        raise TokenNameTaken(name=name)
    if not RATES[0] <= per_minute <= RATES[1]:
        raise RateUnfit(rate=per_minute)
    if not on + timedelta(days=1) < until <= on + LONGEST:
        raise TermUnfit(last=until - timedelta(days=1))
    account = account_by_name(name=account_name)
    union = union_by_code(code=union_code) if union_code else None
    wanted = _checked(account, [Scope(scope) for scope in scopes], union, on)
    made = Token.objects.create(
        name=name, account=account, union=union, scopes=wanted, per_minute=per_minute, until=until, issued_by=by,
        issued_at=at,
    )  # fmt: skip
    details = {"account": account_name, "scopes": wanted, "union": union_code, "per_minute": per_minute, "until": until}
    record(by=by, action="tokens.issue", record=f"token {name}", details=details, at=at)
    return made


@transaction.atomic
def collect(*, token_id: int, by: str, at: datetime) -> Collected:
    """This function will draw the secret of an issued token for the account that answers for it, once.

    Raises TokenUnknown (also for somebody else's) and TokenNotWaiting.
    """
    found = Token.objects.select_for_update(of=("self",)).select_related("account").filter(pk=token_id).first()
    if found is None or found.account.name != by:
        raise TokenUnknown(token=token_id)
    if TokenState.COLLECTED not in TOKEN_MOVES[found.state]:
        raise TokenNotWaiting(name=found.name, state=TokenState(found.state).label)
    secret = MARK + secrets.token_urlsafe(32)
    before = found.state
    found.state, found.digest, found.collected_at = TokenState.COLLECTED, digest_of(secret), at
    Token.objects.filter(pk=token_id).update(
        state=TokenState.COLLECTED, digest=digest_of(secret), collected_at=at, level_at=None
    )
    record(by=by, action="tokens.collect", record=f"token {found.name}", details={}, at=at,
           changes={"state": (before, TokenState.COLLECTED.value)})  # fmt: skip
    return Collected(found, secret)


@transaction.atomic
def end(*, token_id: int, because: str, by: str, at: datetime) -> None:
    """This function will end a token at once; raises ReasonNeeded, TokenUnknown, TokenEnded."""
    if len(because.strip()) < 2:
        raise ReasonNeeded
    found = Token.objects.select_for_update().filter(pk=token_id).first()
    if found is None:
        raise TokenUnknown(token=token_id)
    if TokenState.ENDED not in TOKEN_MOVES[found.state]:
        raise TokenEnded(name=found.name)
    Token.objects.filter(pk=token_id).update(
        state=TokenState.ENDED, ended_by=by, ended_at=at, ended_because=because.strip()
    )
    details = {"because": because.strip()}
    record(by=by, action="tokens.end", record=f"token {found.name}", details=details, at=at,
           changes={"state": (found.state, TokenState.ENDED.value)})  # fmt: skip


def take_request(*, token_id: int, address: str) -> int:
    """This function will take one request from a token's rate and return 0, or the milliseconds to wait for one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"token": token_id, "one": PER_REQUEST, "address": address})
        return int(cursor.fetchone()[0])


def digest_of(secret: str) -> str:
    """This function will return what is kept of a secret: 256 random bits need neither salt nor a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checked(account: Account, wanted: Sequence[Scope], union: Union | None, on: date) -> list[str]:
    """Return the scopes, sorted, unless the account may not do one of them where the token is for."""
    if not wanted:
        raise NoScope
    roles = held(account_id=account.pk, on=on)
    for scope in wanted:
        if union is not None and scope in OF_THE_CITY:
            raise ScopeOfTheCity(scope=scope.label)
        action = ACTIONS[scope]
        covered = reach(held=roles, action=action, person_id=account.person_id, for_member=account.for_member)
        ours = covered.city or (union is not None and union.pk in branch_of(union_ids=covered.unions))
        alone = union is None and scope not in OF_THE_CITY and bool(covered.unions)
        if account.for_member or not account.is_active or not allowed(held=roles, action=action) or not (ours or alone):
            raise ScopeBeyondAccount(account=account.name, scope=scope.label)
    return sorted({scope.value for scope in wanted})
