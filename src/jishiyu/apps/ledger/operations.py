"""Write the books: one call posts any number of entries, set-based, once per key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from jishiyu.apps.ledger.chart import COMMON_ROLES, RULES, Kind
from jishiyu.apps.ledger.models import Account
from jishiyu.apps.ledger.problems import AmountNotPositive, EntryDiffers, KeyTwice, ReferenceMissing

Row = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Selected:
    """Rows that the database already holds: a SELECT of (id, policy, amount in fen) with named parameters."""

    query: str
    params: Mapping[str, Any] = field(default_factory=dict)


Source = Iterable[Row] | Selected


def post_owed(*, rows: Source, on: date) -> int:
    """Post that entitlements are owed; rows are (entitlement id, policy, fen). Return how many were new."""
    return post_entries(kind=Kind.OWED, rows=rows, on=on)


def post_recovery_claim(*, rows: Source, on: date) -> int:
    """Post that money is asked back; rows are (recovery id, policy, fen). Return how many were new."""
    return post_entries(kind=Kind.RECOVERY_CLAIM, rows=rows, on=on)


def post_set_off(*, rows: Source, on: date) -> int:
    """Post that a recovery was taken off an entitlement; rows are (set-off id, policy, fen). Return how many."""
    return post_entries(kind=Kind.SET_OFF, rows=rows, on=on)


def post_entries(*, kind: Kind, rows: Source, on: date) -> int:
    """Post one entry per row of (id, policy, fen) and return how many were not in the books yet.

    The key `subject:ID:verb` makes each entry unique: the same row again is ignored, another amount under the same
    key raises `EntryDiffers`. Raises `AmountNotPositive` and `KeyTwice`. Two statements for any number of rows.
    """
    rule = RULES[kind]
    source, params = _source(rows)
    params |= {"kind": kind.value, "on": on, "debit": rule.debit.value, "credit": rule.credit.value}
    params |= {"stem": f"{rule.subject}:", "tail": f":{rule.verb}", "common": sorted(COMMON_ROLES)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_incoming")
        cursor.execute(sql.SQL(_STAGE).format(source=source), params)
        cursor.execute(_LOOK, params)
        total, distinct, smallest = cursor.fetchone()
        cursor.execute("ANALYZE pg_temp.ledger_incoming")
        if total != distinct or (total and smallest <= 0):
            _refuse(cursor)
        cursor.execute(_OPEN_ACCOUNTS, params)
        cursor.execute(_POST, params)
        new = int(cursor.rowcount) // 2
        if new < total:
            _compare(cursor, params)
        return new


def appropriate(*, amount_fen: int, reference: str, on: date) -> bool:
    """Post money received into the fund (negative: taken back) under its document number; False if known.

    Raises `ReferenceMissing`, `AmountNotPositive` (for nothing), and `EntryDiffers` for another amount under the
    same number. Whether the fund can spare what is taken back is checked by `payments.operations.appropriate`.
    """
    reference = reference.strip()
    if not reference:
        raise ReferenceMissing()
    kind = Kind.WITHDRAWAL if amount_fen < 0 else Kind.APPROPRIATION
    rule = RULES[kind]
    key = f"{rule.subject}:{reference}:{rule.verb}"
    if not amount_fen:
        raise AmountNotPositive(key=key, amount_fen=0)
    params: dict[str, Any] = {"kind": kind.value, "on": on, "debit": rule.debit.value, "credit": rule.credit.value}
    params |= {"key": key, "fen": abs(amount_fen), "note": reference, "common": sorted(COMMON_ROLES)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_incoming")
        cursor.execute(_STAGE_ONE, params)
        cursor.execute(_OPEN_ACCOUNTS, params)
        cursor.execute(_POST, params)
        new = bool(cursor.rowcount)
        if not new:
            _compare(cursor, params)
        return new


def open_accounts(*, policies: Iterable[str]) -> int:
    """Open every account of the chart for these policies and return how many there are now."""
    from jishiyu.apps.ledger.chart import Role

    wanted = [Account(role=role, policy="") for role in sorted(COMMON_ROLES)]
    wanted += [Account(role=r, policy=p) for p in policies for r in Role if r not in COMMON_ROLES]
    Account.objects.bulk_create(wanted, ignore_conflicts=True)
    return Account.objects.count()


def _source(rows: Source) -> tuple[sql.Composable, dict[str, Any]]:
    if isinstance(rows, Selected):
        return sql.SQL("(") + sql.SQL(rows.query) + sql.SQL(")"), dict(rows.params)
    taken = list(rows)
    columns: tuple[list[Any], ...] = tuple(map(list, zip(*taken, strict=True))) if taken else ([], [], [])
    given = "(SELECT * FROM unnest(%(ids)s::bigint[], %(policies)s::text[], %(amounts)s::bigint[]))"
    return sql.SQL(given), dict(zip(("ids", "policies", "amounts"), columns, strict=True))


def _refuse(cursor: Any) -> None:
    """Name the row that cannot be posted."""
    cursor.execute("SELECT key, amount_fen FROM ledger_incoming WHERE amount_fen <= 0 ORDER BY key LIMIT 1")
    if row := cursor.fetchone():
        raise AmountNotPositive(key=row[0], amount_fen=row[1])
    cursor.execute("SELECT key FROM ledger_incoming GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1")
    raise KeyTwice(key=cursor.fetchone()[0])


def _compare(cursor: Any, params: Mapping[str, Any]) -> None:
    """Raise unless all that was in the books already is the same as what was given."""
    cursor.execute(_DIFFERS, params)
    if row := cursor.fetchone():
        raise EntryDiffers(key=row[0], known=row[1], given=row[2])


_STAGE = """
CREATE TEMPORARY TABLE ledger_incoming ON COMMIT DROP AS
SELECT %(stem)s || id || %(tail)s AS key, policy, amount_fen, ''::text AS note
  FROM {source} AS source(id, policy, amount_fen)
"""

_STAGE_ONE = """
CREATE TEMPORARY TABLE ledger_incoming ON COMMIT DROP AS
SELECT %(key)s::text AS key, ''::text AS policy, %(fen)s::bigint AS amount_fen, %(note)s::text AS note
"""

_LOOK = "SELECT count(*), count(DISTINCT key), min(amount_fen) FROM ledger_incoming"

_OPEN_ACCOUNTS = """
INSERT INTO ledger_account (role, policy)
SELECT DISTINCT role, CASE WHEN role = ANY(%(common)s) THEN '' ELSE policy END
  FROM ledger_incoming, unnest(ARRAY[%(debit)s, %(credit)s]) AS role
 ORDER BY 1, 2
    ON CONFLICT (role, policy) DO NOTHING
"""

_POST = """
WITH entry AS (
    INSERT INTO ledger_entry (key, kind, happened_on, note)
    SELECT key, %(kind)s, %(on)s, note FROM ledger_incoming
        ON CONFLICT (key) DO NOTHING
 RETURNING id, key
)
INSERT INTO ledger_posting (entry_id, account_id, amount_fen)
SELECT entry.id, account.id, side.sign * incoming.amount_fen
  FROM entry
  JOIN ledger_incoming incoming USING (key)
 CROSS JOIN (VALUES (%(debit)s, 1), (%(credit)s, -1)) AS side(role, sign)
  JOIN ledger_account account
    ON account.role = side.role
   AND account.policy = CASE WHEN side.role = ANY(%(common)s) THEN '' ELSE incoming.policy END
"""

_DIFFERS = """
SELECT incoming.key,
       entry.kind || ' ' || account.policy || ' ' || posting.amount_fen,
       %(kind)s || ' ' || incoming.policy || ' ' || incoming.amount_fen
  FROM ledger_incoming incoming
  JOIN ledger_entry entry USING (key)
  JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
  JOIN ledger_account account ON account.id = posting.account_id
 WHERE entry.kind <> %(kind)s
    OR posting.amount_fen <> incoming.amount_fen
    OR account.role <> %(debit)s
    OR (account.policy <> incoming.policy AND NOT account.role = ANY(%(common)s))
"""
