"""The books as a Beancount file: plain text that an independent program checks to the fen.

One transaction per entry, or one per day and kind; at the end a balance assertion per account. A file that was
changed by hand does not pass `bean-check`. https://beancount.github.io/docs/beancount_language_syntax.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from jishiyu.apps.ledger.chart import COMMON_ROLES, Kind, Role

STEMS: dict[Role, str] = {
    Role.BANK: "Assets:Bank",
    Role.FUND: "Equity:Appropriation",
    Role.EXPENSE: "Expenses:Subsidy",
    Role.OWED: "Liabilities:OwedToMembers",
    Role.IN_TRANSIT: "Assets:InTransit",
    Role.RECOVERABLE: "Assets:Recoverable",
    Role.WRITTEN_OFF: "Expenses:WrittenOff",
}
NOT_IN_A_NAME = re.compile(r"[^a-z0-9-]|^-")
CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Side:
    """One posting with its entry; with `by_day` the sum of a day, a kind and an account."""

    happened_on: date
    number: int
    kind: str
    key: str
    note: str
    role: str
    policy: str
    amount_fen: int


def export(*, by_day: bool = False) -> Iterator[str]:
    """Yield the lines of a Beancount file of the whole ledger, without the line ends.

    Amounts are CNY with two decimals; the same books give the same lines. The balance assertions stand on the day
    after the last entry, because Beancount looks at the morning of the day.
    """
    yield 'option "title" "及时雨 Jishiyu"'
    yield 'option "operating_currency" "CNY"'
    totals: dict[tuple[str, str], int] = {}
    first, last = _span()
    if first is None or last is None:
        return
    yield ""
    names = account_names(_accounts())
    for name in sorted(names.values()):
        yield f"{first.isoformat()} open {name} CNY"
    entry: int | None = None
    for side in _sides(by_day=by_day):
        if side.number != entry:
            entry = side.number
            yield ""
            label = Kind(side.kind).label
            yield f'{side.happened_on.isoformat()} * "{label}" "{_quoted(f"{side.key} {side.note}".strip())}"'
        account = (side.role, side.policy)
        totals[account] = totals.get(account, 0) + side.amount_fen
        yield f"  {names[account]}  {yuan(side.amount_fen)} CNY"
    yield ""
    for account, total in sorted(totals.items()):
        yield f"{(last + timedelta(days=1)).isoformat()} balance {names[account]}  {yuan(total)} CNY"


def account_names(accounts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return a legal and unique Beancount name per (role, policy): `Expenses:Subsidy:Changchun:Hospital`.

    Policies are written small; anything else is written as `U`, its code point, `U`, so that two policies never
    share an account.
    """
    names = {}
    for role, policy in accounts:
        stem = STEMS[Role(role)]
        names[role, policy] = stem if role in COMMON_ROLES else f"{stem}:{':'.join(map(_part, policy.split('.')))}"
    if len(set(names.values())) != len(names):
        raise AssertionError("two accounts of the ledger have one name in Beancount")
    return names


def yuan(amount_fen: int) -> str:
    """Return signed fen as yuan with two decimals."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def _part(text: str) -> str:
    legal = NOT_IN_A_NAME.sub(lambda found: f"U{ord(found[0]):x}U", text) or "UU"
    return legal[0].upper() + legal[1:]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _span() -> tuple[date | None, date | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(happened_on), max(happened_on) FROM ledger_entry")
        first, last = cursor.fetchone()
    return first, last


def _accounts() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, policy FROM ledger_account ORDER BY role, policy")
        return list(cursor.fetchall())


def _sides(*, by_day: bool) -> Iterator[Side]:
    # A cursor of the server: the books of a city do not fit into a web process.
    with connection.chunked_cursor() as cursor:
        cursor.execute(_DAYS if by_day else _ENTRIES)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield Side(*row)


_ENTRIES = """
SELECT entry.happened_on, entry.id, entry.kind, entry.key, entry.note, account.role, account.policy,
       posting.amount_fen
  FROM ledger_entry entry
  JOIN ledger_posting posting ON posting.entry_id = entry.id
  JOIN ledger_account account ON account.id = posting.account_id
 ORDER BY entry.happened_on, entry.id, posting.amount_fen DESC, account.id
"""

_DAYS = """
SELECT entry.happened_on, dense_rank() OVER (ORDER BY entry.happened_on, entry.kind), entry.kind,
       count(DISTINCT entry.id) || ' ' || entry.kind, '', account.role, account.policy,
       sum(posting.amount_fen)::bigint
  FROM ledger_entry entry
  JOIN ledger_posting posting ON posting.entry_id = entry.id
  JOIN ledger_account account ON account.id = posting.account_id
 GROUP BY entry.happened_on, entry.kind, account.id, account.role, account.policy
 ORDER BY entry.happened_on, entry.kind, 8 DESC, account.role, account.policy
"""
