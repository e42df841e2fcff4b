"""From what is owed to a batch: recoveries first, then who can be paid, then what the fund can bear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries, post_set_off
from jishiyu.apps.ledger.problems import FundTooSmall
from jishiyu.apps.payments.bank import Bank
from jishiyu.apps.payments.batches import move_entitlements
from jishiyu.apps.payments.doubts import note_doubts
from jishiyu.apps.payments.models import Batch
from jishiyu.apps.payments.payees import Payee, account_hashes, obstacle_of, payees_of_entitlements, seal_payees
from jishiyu.apps.payments.problems import AnotherIsPreparing, NothingToPay, PayDayWrong
from jishiyu.apps.payments.queries import free_fen
from jishiyu.apps.payments.signatories import require_signatory
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.engine.money import yuan_text

PREPARE_LOCK = 7_462_003
LONGEST_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Unpayable:
    """An owed entitlement that stays out of the batch, and why; its union is called."""

    entitlement_id: int
    union_id: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing did; `batch_id` is None when nothing could be paid. Amounts in fen.

    `gone` are entitlements that were asked for and are not owed any more: somebody else was faster.
    """

    batch_id: int | None
    count: int
    sum_fen: int
    set_off_count: int
    set_off_fen: int
    unpayable: tuple[Unpayable, ...]
    left_for_later: int
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """One owed entitlement after set-offs; `person_id` is who counts after merges."""

    entitlement_id: int
    person_id: int
    union_id: int
    left_fen: int
    attempt_no: int


@transaction.atomic
def prepare_batch(
    *, by: str, on: date, at: datetime, bank: Bank, limit: int | None = None, policy: str | None = None,
    entitlement_ids: Sequence[int] | None = None, pay_on: date | None = None,
) -> Prepared:  # fmt: skip
    """Put what is owed into a batch, oldest first: all, of one policy, or of those ids; at most `limit` payments.

    `pay_on` is the day that stands in the bank file (default: `on`). Open recoveries are set off first, against
    entitlements of the same person and policy. Who has no usable account or name stays owed and is listed. Raises
    SignatoryUnknown, PayDayWrong, AnotherIsPreparing, NothingToPay and FundTooSmall.
    """
    require_signatory(name=by, on=on)
    pay_on = on if pay_on is None else pay_on
    if not on <= pay_on <= on + LONGEST_AHEAD:
        raise PayDayWrong(given=pay_on, first=on, last=on + LONGEST_AHEAD)
    ids = None if entitlement_ids is None else sorted(set(entitlement_ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PREPARE_LOCK])
        if not cursor.fetchone()[0]:
            raise AnotherIsPreparing()
        _run(cursor, _TAKE, {"policy": policy, "ids": ids})
        cursor.execute("SELECT count(*) FROM payments_payable")
        taken = int(cursor.fetchone()[0])
        set_offs = _run(cursor, _LOCK_RECOVERIES) and _set_off(cursor, on=on, at=at)
        cursor.execute(_LEFT)
        owed = [Owed(*row) for row in cursor.fetchall()]
        payable, unpayable = _sort_out(owed, bank)
        chosen = payable if limit is None else payable[:limit]
        if not chosen and not unpayable and not set_offs:
            raise NothingToPay(policy=f" ({policy})" if policy else "")
        _note_obstacles(cursor, unpayable, chosen, on)
        batch = _write_batch(cursor, chosen, by=by, on=pay_on, at=at, bank=bank) if chosen else None
        if batch is not None:
            note_doubts(batch=batch, bank=bank, payees=[payee for _, payee in chosen])
    prepared = Prepared(
        batch_id=batch.id if batch else None,
        count=batch.count if batch else 0,
        sum_fen=batch.sum_fen if batch else 0,
        set_off_count=len(set_offs or ()),
        set_off_fen=sum(amount for _, _, amount in set_offs or ()),
        unpayable=tuple(unpayable),
        left_for_later=len(payable) - len(chosen),
        gone=0 if ids is None else len(ids) - taken,
    )
    details = {
        "profile": bank.name, "count": prepared.count, "sum_fen": prepared.sum_fen,
        "set_off_fen": prepared.set_off_fen, "unpayable": len(unpayable), "policy": policy,
    }  # fmt: skip
    record(by=by, action="payments.prepare", record=f"batch {prepared.batch_id or '-'}", details=details, at=at)
    return prepared


def _set_off(cursor: Any, *, on: date, at: datetime) -> list[tuple[int, str, int]]:
    """Take recoveries off what is owed to the same person under the same policy, oldest first; post it."""
    cursor.execute(_SET_OFF, {"at": at})
    rows = cursor.fetchall()
    done: list[tuple[int, str, int]] = [(number, policy, fen) for number, policy, fen, _ in rows]
    given_up = [number for number, *_, was_given_up in rows if was_given_up]
    if claims := [row for row in done if row[0] not in given_up]:
        post_set_off(rows=claims, on=on)
    if losses := [row for row in done if row[0] in given_up]:
        post_entries(kind=Kind.REGAINED, rows=losses, on=on)
    return done


def _sort_out(owed: Sequence[Owed], bank: Bank) -> tuple[list[tuple[Owed, Payee]], list[Unpayable]]:
    payees = payees_of_entitlements(people={entry.entitlement_id: entry.person_id for entry in owed})
    payable, unpayable = [], []
    for entry in owed:
        payee = payees[entry.entitlement_id]
        obstacle = obstacle_of(payee, bank=bank)
        if obstacle is None and payee is not None:
            payable.append((entry, payee))
        elif obstacle is not None:
            unpayable.append(Unpayable(entry.entitlement_id, entry.union_id, obstacle[0].value, obstacle[1]))
    return payable, unpayable


def _note_obstacles(
    cursor: Any, unpayable: Sequence[Unpayable], chosen: Sequence[tuple[Owed, Payee]], on: date
) -> None:
    """Open an obstacle for who cannot be paid, close it for who can."""
    _run(cursor, _CLEAR_OBSTACLES, {"ids": [entry.entitlement_id for entry, _ in chosen], "on": on})
    columns = ("entitlement_id", "reason", "detail")
    lists = {name: [getattr(entry, name) for entry in unpayable] for name in columns}
    _run(cursor, _OPEN_OBSTACLES, {**lists, "on": on})


def _write_batch(
    cursor: Any, chosen: Sequence[tuple[Owed, Payee]], *, by: str, on: date, at: datetime, bank: Bank
) -> Batch:
    total = sum(entry.left_fen for entry, _ in chosen)
    free = free_fen()
    if total > free:
        raise FundTooSmall(free=yuan_text(free), wanted=yuan_text(total))
    batch = Batch.objects.create(profile=bank.name, pay_on=on, count=len(chosen), sum_fen=total, made_by=by, made_at=at)
    payees = [payee for _, payee in chosen]
    sealed = seal_payees(payees)
    hashes = account_hashes([payee.account for payee in payees])
    with cursor.copy(
        "COPY payments_attempt (entitlement_id, batch_id, attempt_no, line_no, amount_fen, state, payee, account_hash)"
        " FROM STDIN"
    ) as copy:
        for line_no, ((entry, _), token, hashed) in enumerate(zip(chosen, sealed, hashes, strict=True), 1):
            copy.write_row(
                (entry.entitlement_id, batch.id, entry.attempt_no, line_no, entry.left_fen, "in_batch", token, hashed)
            )
    move_entitlements(batch, old=EntitlementState.OWED, new=EntitlementState.IN_BATCH)
    return batch


def _run(cursor: Any, statement: str, params: dict[str, Any] | None = None) -> int:
    cursor.execute(statement, params)
    return int(cursor.rowcount)


# Rows that another transaction holds (a correction under way) are left for the next batch.
_TAKE = """
DROP TABLE IF EXISTS pg_temp.payments_payable;
CREATE TEMPORARY TABLE payments_payable ON COMMIT DROP AS
WITH owed AS (
    SELECT id, person_id, union_id, policy
      FROM subsidies_entitlement
     WHERE state = 'owed' AND (%(policy)s::text IS NULL OR policy = %(policy)s)
       AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
     ORDER BY id
       FOR UPDATE SKIP LOCKED
)
SELECT owed.id AS entitlement_id, coalesce(person.merged_into_id, person.id) AS person_id, owed.union_id, owed.policy
  FROM owed
  JOIN people_person person ON person.id = owed.person_id;
ANALYZE payments_payable;
"""

# Open recoveries go against whatever is owed next. One that was asked back, or given up, waits for no payment any
# more; but when its own stay is owed again, the member has that money already and is not paid it once more.
_CLAIMED = """(
    recovery.state = 'open' OR recovery.state IN ('asked_back', 'written_off') AND EXISTS (
        SELECT FROM payments_payable payable
        JOIN subsidies_entitlement again ON again.id = payable.entitlement_id
        WHERE payable.person_id = coalesce(person.merged_into_id, person.id)
          AND again.stay_id = recovery.stay_id AND again.policy = recovery.policy
    )
)"""

# Recoveries are few and people are many: each is looked up, whatever the server believes of either table.
_WHOSE = """CROSS JOIN LATERAL (
    SELECT id, merged_into_id FROM people_person WHERE id = recovery.person_id OFFSET 0
) person"""

_LOCK_RECOVERIES = f"""
SELECT recovery.id
  FROM subsidies_recovery recovery
  {_WHOSE}
 WHERE {_CLAIMED}
   AND (coalesce(person.merged_into_id, person.id), recovery.policy)
       IN (SELECT person_id, policy FROM payments_payable)
 ORDER BY recovery.id
   FOR UPDATE OF recovery
"""  # noqa: S608 (our own words only)

# What is owed and what is claimed are laid side by side as stretches of fen; where they overlap they cancel out.
_SET_OFF = f"""
WITH owed AS (
    SELECT payable.*, entitlement.amount_fen - entitlement.set_off_fen AS left_fen,
           sum(entitlement.amount_fen - entitlement.set_off_fen)
               OVER (PARTITION BY payable.person_id, payable.policy ORDER BY payable.entitlement_id) AS until_fen
      FROM payments_payable payable
      JOIN subsidies_entitlement entitlement ON entitlement.id = payable.entitlement_id
), claim AS (
    SELECT recovery.id AS recovery_id, recovery.policy, coalesce(person.merged_into_id, person.id) AS person_id,
           recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen AS left_fen,
           sum(recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen)
               OVER (PARTITION BY coalesce(person.merged_into_id, person.id), recovery.policy
                     ORDER BY recovery.id) AS until_fen
      FROM subsidies_recovery recovery
      {_WHOSE}
     WHERE {_CLAIMED}
), part AS (
    INSERT INTO subsidies_setoff (recovery_id, entitlement_id, amount_fen, at)
    SELECT claim.recovery_id, owed.entitlement_id,
           least(owed.until_fen, claim.until_fen)
               - greatest(owed.until_fen - owed.left_fen, claim.until_fen - claim.left_fen),
           %(at)s
      FROM owed
      JOIN claim USING (person_id, policy)
     WHERE least(owed.until_fen, claim.until_fen)
               > greatest(owed.until_fen - owed.left_fen, claim.until_fen - claim.left_fen)
 RETURNING id, recovery_id, entitlement_id, amount_fen
), lowered AS (
    UPDATE subsidies_entitlement entitlement
       SET set_off_fen = entitlement.set_off_fen + taken.fen,
           state = CASE WHEN entitlement.set_off_fen + taken.fen = entitlement.amount_fen
                        THEN 'set_off' ELSE entitlement.state END
      FROM (SELECT entitlement_id, sum(amount_fen)::bigint AS fen FROM part GROUP BY entitlement_id) taken
     WHERE entitlement.id = taken.entitlement_id
), covered AS (
    UPDATE subsidies_recovery recovery
       SET set_off_fen = recovery.set_off_fen + taken.fen,
           state = CASE WHEN recovery.set_off_fen + taken.fen + recovery.repaid_fen = recovery.amount_fen
                         AND recovery.state <> 'written_off'
                        THEN 'set_off' ELSE recovery.state END
      FROM (SELECT recovery_id, sum(amount_fen)::bigint AS fen FROM part GROUP BY recovery_id) taken
     WHERE recovery.id = taken.recovery_id
)
SELECT part.id, recovery.policy, part.amount_fen, recovery.state = 'written_off'
  FROM part
  JOIN subsidies_recovery recovery ON recovery.id = part.recovery_id
 ORDER BY part.id
"""  # noqa: S608 (our own words only)

_LEFT = """
SELECT payable.entitlement_id, payable.person_id, payable.union_id, entitlement.amount_fen - entitlement.set_off_fen,
       coalesce((SELECT max(attempt_no) FROM payments_attempt WHERE entitlement_id = payable.entitlement_id), 0) + 1
  FROM payments_payable payable
  JOIN subsidies_entitlement entitlement ON entitlement.id = payable.entitlement_id
 WHERE entitlement.state = 'owed'
 ORDER BY payable.entitlement_id
"""

_CLEAR_OBSTACLES = """
UPDATE payments_obstacle SET cleared_on = %(on)s
 WHERE cleared_on IS NULL AND entitlement_id = ANY(%(ids)s::bigint[])
"""

_OPEN_OBSTACLES = """
INSERT INTO payments_obstacle (entitlement_id, reason, detail, seen_on)
SELECT *, %(on)s FROM unnest(%(entitlement_id)s::bigint[], %(reason)s::text[], %(detail)s::text[])
    ON CONFLICT (entitlement_id) WHERE cleared_on IS NULL
    DO UPDATE SET reason = excluded.reason, detail = excluded.detail
"""
