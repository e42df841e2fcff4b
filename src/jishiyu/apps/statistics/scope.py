"""What is counted: the money meant (decided, owed, paid), the period, the union branch, the policy.

Every figure is made from rows of `change`: one row with sign +1 when an amount begins to stand for a stay under a
policy, one with sign -1 when it ceases to (a correction, a reversal, a late return). Sums over these rows add up
exactly across any grouping. The days are those of the books, so a period's figures are the ledger's, and a closed
period never changes afterwards.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection
from psycopg import sql

from jishiyu.apps.statistics.problems import PeriodEmpty, PolicyUnknown, UnionUnknown

OVER_FEN = 1_000_000


class Basis(StrEnum):
    """Which money is meant."""

    DECIDED = "decided"  # what the newest decisions grant, cases that still wait for papers included
    OWED = "owed"  # what was posted as owed, less what later corrections took back
    PAID = "paid"  # what the bank has confirmed, less what came back from the bank or from the member


class Dated(StrEnum):
    """Which day puts an amount into a period."""

    MONEY = "money"  # the day it was posted (owed) or paid (paid)
    EVENT = "event"  # the anchor date of the policy: discharge, accident, fire


class Kind(StrEnum):
    """Which of the two kinds of parent makes a branch."""

    TERRITORY = "territory"
    INDUSTRY = "industry"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A question: half-open period `[since, until)`, a union with all below it, a policy; None means all.

    Decisions have no day of money, so `decided` always counts by the event.
    """

    basis: Basis = Basis.PAID
    dated: Dated = Dated.MONEY
    since: date | None = None
    until: date | None = None
    union: str | None = None
    kind: Kind = Kind.TERRITORY
    policy: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the named parameters that the statements of this module take."""
        return {
            "since": self.since or date.min,
            "until": self.until or date.max,
            "union": self.union,
            "policy": self.policy,
            "by_event": self.dated is Dated.EVENT,
            "over": OVER_FEN,
        }

    def parent(self) -> sql.Identifier:
        """Return the column that leads to the parent."""
        return sql.Identifier("territorial_parent_id" if self.kind is Kind.TERRITORY else "industry_parent_id")

    def check(self) -> None:
        """Raise `PeriodEmpty`, `UnionUnknown` or `PolicyUnknown` before a wrong question gets a row of zeros."""
        if self.since and self.until and self.since >= self.until:
            raise PeriodEmpty(since=self.since, until=self.until)
        if self.union is None and self.policy is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, self.parameters())
            union, policies = cursor.fetchone()
        if self.union is not None and not union:
            raise UnionUnknown(code=self.union)
        if self.policy is not None and self.policy not in policies:
            raise PolicyUnknown(policy=self.policy, known=", ".join(policies) or "—")


def changes(scope: Scope, *bases: Basis) -> sql.Composed:
    """Return the CTEs `below`, `change` and `counted` for a WITH RECURSIVE clause.

    `counted` has one row per change inside the scope: `basis, day, sign, fen, begins` (nothing stood before), `policy,
    union_id, person` (the one that counts after merges; null for nobody) and the decision's `decision_id, bracket,
    rate_ppm, anchor_date, kind, bucket, stay_id, birth_date, sex`. Without `bases` it is the scope's own.
    """
    wanted = bases or (scope.basis,)
    parts = sql.SQL(" UNION ALL ").join(_SOURCES[basis] for basis in wanted)
    return _CHANGES.format(parent=scope.parent(), change=parts)


def rows(statement: sql.Composed, scope: Scope, **more: Any) -> list[tuple[Any, ...]]:
    """Run one statement with the scope's parameters and return its rows.

    Figures read whole tables. A planner that has not seen the newest rows yet takes them for few and joins them row
    by row, which takes minutes; without that choice the plan is the same on the first day and in the tenth year.
    """
    with connection.cursor() as cursor:
        connection.connection.execute("SET enable_nestloop = off")
        cursor.execute(statement, scope.parameters() | more)
        found = list(cursor.fetchall())
        connection.connection.execute("RESET enable_nestloop")
        return found


_KNOWN = """
SELECT EXISTS (SELECT FROM orgs_union WHERE code = %(union)s),
       (SELECT coalesce(array_agg(DISTINCT policy ORDER BY policy), '{}') FROM subsidies_decision WHERE policy <> '')
"""

_CHANGES = sql.SQL("""
below(id) AS (
    SELECT id FROM orgs_union WHERE code = %(union)s
    UNION
    SELECT child.id FROM orgs_union child JOIN below ON child.{parent} = below.id
),
posted AS (  -- every difference that was posted, with what then stood for person, stay and policy
    SELECT move.*, entry.happened_on AS posted_on, coalesce(known.merged_into_id, known.id) AS who,
           (sum(move.fen) OVER so_far)::bigint AS now_fen
    FROM (
        SELECT 'entitlement:' || id || ':owed' AS key, decision_id, stay_id, policy, person_id, union_id,
               amount_fen AS fen, created_at
        FROM subsidies_entitlement
        UNION ALL
        SELECT 'recovery:' || id || ':claimed', decision_id, stay_id, policy, person_id, union_id,
               -amount_fen, created_at
        FROM subsidies_recovery
    ) AS move
    JOIN ledger_entry entry ON entry.key = move.key
    JOIN people_person known ON known.id = move.person_id
    WINDOW so_far AS (
        PARTITION BY move.stay_id, move.policy, coalesce(known.merged_into_id, known.id)
        ORDER BY move.created_at, move.decision_id, move.fen DESC
        ROWS UNBOUNDED PRECEDING
    )
),
stood AS (
    SELECT posted.*,
           lag(now_fen, 1, 0::bigint) OVER earlier AS before_fen,
           lag(decision_id) OVER earlier AS before_decision_id,
           lag(person_id) OVER earlier AS before_person_id,
           lag(union_id) OVER earlier AS before_union_id
    FROM posted
    WINDOW earlier AS (PARTITION BY stay_id, policy, who ORDER BY created_at, decision_id, fen DESC)
),
confirmed AS (
    SELECT entry.id, entry.kind, entry.happened_on, split_part(entry.key, ':', 2)::bigint AS subject,
           posting.amount_fen AS fen
    FROM ledger_entry entry
    JOIN ledger_posting posting ON posting.entry_id = entry.id AND posting.amount_fen > 0
    WHERE entry.kind IN ('paid', 'returned_late', 'repaid', 'set_off')
),
flowed AS (  -- what reached a person for a stay and what came back; set off against another stay, it does both
    SELECT confirmed.id, confirmed.happened_on, given.decision_id, given.stay_id, given.policy, given.person_id,
           given.union_id, CASE confirmed.kind WHEN 'paid' THEN confirmed.fen ELSE -confirmed.fen END AS fen
    FROM confirmed
    JOIN payments_attempt attempt ON attempt.id = confirmed.subject
    JOIN subsidies_entitlement given ON given.id = attempt.entitlement_id
    WHERE confirmed.kind IN ('paid', 'returned_late')
    UNION ALL
    SELECT confirmed.id, confirmed.happened_on, taken.decision_id, taken.stay_id, taken.policy, taken.person_id,
           taken.union_id, -confirmed.fen
    FROM confirmed
    JOIN payments_repayment repayment ON repayment.id = confirmed.subject
    JOIN subsidies_recovery taken ON taken.id = repayment.recovery_id
    WHERE confirmed.kind = 'repaid'
    UNION ALL
    SELECT confirmed.id, confirmed.happened_on, side.*
    FROM confirmed
    JOIN subsidies_setoff part ON part.id = confirmed.subject
    JOIN subsidies_recovery taken ON taken.id = part.recovery_id
    JOIN subsidies_entitlement given ON given.id = part.entitlement_id AND given.stay_id <> taken.stay_id
    CROSS JOIN LATERAL (VALUES
        (taken.decision_id, taken.stay_id, taken.policy, taken.person_id, taken.union_id, -confirmed.fen),
        (given.decision_id, given.stay_id, given.policy, given.person_id, given.union_id, confirmed.fen)
    ) AS side
    WHERE confirmed.kind = 'set_off'
),
reached AS (  -- with what the person then had for the stay; taken back before it was confirmed, it is nothing yet
    SELECT flowed.*, coalesce(known.merged_into_id, known.id) AS who,
           greatest(sum(flowed.fen) OVER so_far, 0)::bigint AS now_fen
    FROM flowed
    JOIN people_person known ON known.id = flowed.person_id
    WINDOW so_far AS (
        PARTITION BY flowed.stay_id, flowed.policy, coalesce(known.merged_into_id, known.id)
        ORDER BY flowed.id
        ROWS UNBOUNDED PRECEDING
    )
),
kept AS (
    SELECT reached.*,
           lag(now_fen, 1, 0::bigint) OVER earlier AS before_fen,
           lag(decision_id) OVER earlier AS before_decision_id,
           lag(person_id) OVER earlier AS before_person_id,
           lag(union_id) OVER earlier AS before_union_id
    FROM reached
    WINDOW earlier AS (PARTITION BY stay_id, policy, who ORDER BY id)
),
-- What came and what went, side by side. Materialized, or the planner joins decisions row by row beside VALUES.
stood_side AS MATERIALIZED (
    SELECT stood.posted_on AS day, side.*, side.sign > 0 AND stood.before_fen = 0 AS begins
    FROM stood
    CROSS JOIN LATERAL (VALUES
        (1, stood.now_fen, stood.decision_id, stood.person_id, stood.union_id),
        (-1, stood.before_fen, stood.before_decision_id, stood.before_person_id, stood.before_union_id)
    ) AS side(sign, fen, decision_id, person_id, union_id)
    WHERE side.fen > 0
),
kept_side AS MATERIALIZED (
    SELECT kept.happened_on AS day, side.*, side.sign > 0 AND kept.before_fen = 0 AS begins
    FROM kept
    CROSS JOIN LATERAL (VALUES
        (1, kept.now_fen, kept.decision_id, kept.person_id, kept.union_id),
        (-1, kept.before_fen, kept.before_decision_id, kept.before_person_id, kept.before_union_id)
    ) AS side(sign, fen, decision_id, person_id, union_id)
    WHERE side.fen > 0
),
change AS ({change}),
counted AS (
    SELECT change.basis, change.day, change.sign, change.fen, change.begins, change.union_id, change.decision_id, decision.policy,
           decision.bracket, decision.rate_ppm, decision.anchor_date, decision.kind, decision.bucket,
           decision.stay_id, decision.member_no, decision.feed_id, person.birth_date, person.sex,
           coalesce(person.merged_into_id, person.id) AS person
    FROM change
    JOIN subsidies_decision decision ON decision.id = change.decision_id
    LEFT JOIN people_person person ON person.id = change.person_id
    WHERE change.day >= %(since)s AND change.day < %(until)s
      AND (%(policy)s::text IS NULL OR decision.policy = %(policy)s)
      AND (%(union)s::text IS NULL OR change.union_id IN (SELECT id FROM below))
)
""")

_DECIDED = sql.SQL("""
SELECT 'decided'::text AS basis, decision.anchor_date AS day, 1 AS sign, decision.payable_fen AS fen,
       true AS begins, decision.id AS decision_id, certificate.person_id, body.id AS union_id
FROM subsidies_decision decision
LEFT JOIN people_certificate certificate ON certificate.person_hash = decision.person_hash
LEFT JOIN orgs_union body ON body.code = decision.org_code
WHERE decision.newest AND decision.payable_fen > 0
""")

_SIDES = """
SELECT '{basis}'::text AS basis, CASE WHEN %(by_event)s THEN judged.anchor_date ELSE side.day END AS day,
       side.sign, side.fen, side.begins, side.decision_id, side.person_id, side.union_id
FROM {side} side
JOIN subsidies_decision judged ON judged.id = side.decision_id
"""
_OWED = sql.SQL(_SIDES.replace("{basis}", "owed").replace("{side}", "stood_side"))
_PAID = sql.SQL(_SIDES.replace("{basis}", "paid").replace("{side}", "kept_side"))

_SOURCES = {Basis.DECIDED: _DECIDED, Basis.OWED: _OWED, Basis.PAID: _PAID}
