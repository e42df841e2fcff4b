"""What is counted: the money meant (decided, owed, paid), the period, the union branch, the policy.

Every figure is made from rows of `statistics_change`: one row with sign +1 when an amount begins to stand for a stay under a
policy, one with sign -1 when it ceases to (a correction, a reversal, a late return). Sums over these rows add up
exactly across any grouping. The days are those of the books, so a period's figures are the ledger's, and a closed
period never changes afterwards.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from psycopg import sql

from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.statistics.operations import freshen, keep
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
            published = in_force().versions  # one under which nothing was decided yet has figures too: zeros
            if self.policy not in published:
                raise PolicyUnknown(policy=self.policy, known=", ".join(sorted({*policies, *published})))


def counted(scope: Scope, *bases: Basis) -> sql.Composed:
    """Return the CTEs `below` and `counted` for a WITH RECURSIVE clause.

    `counted` has the columns of `statistics_change`, one row per change inside the scope; its `day` is the one that
    the scope asks for. Without `bases` it is the scope's own.
    """
    wanted = sql.SQL(", ").join(sql.Literal(basis.value) for basis in bases or (scope.basis,))
    return _COUNTED.format(parent=scope.parent(), wanted=wanted, day=_DAYS[scope.dated])


def rows(statement: sql.Composed, scope: Scope, *, of_lines: bool = False, **more: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one statement about the scope; what was asked since the last change is not worked out again.

    An answer is kept for those who may see the same rows. Rows hold texts, numbers, days and lists of texts. `of_lines`
    says that the statement reads nothing but lines of feeds. Raises the problems of `Scope.check`.
    """
    return rows_of([statement], scope, of_lines=of_lines, **more)[0]


def rows_of(
    statements: Sequence[sql.Composed], scope: Scope, *, of_lines: bool = False, **more: Any
) -> list[list[tuple[Any, ...]]]:
    """Return the rows of several statements as `rows` does; kept answers are fetched all at once."""
    parameters = scope.parameters() | more
    with connection.cursor() as cursor:
        texts = [one.as_string(cursor.cursor) for one in statements]
        questions = [json.dumps([text, parameters], default=str, sort_keys=True).encode() for text in texts]
        kept = _kept(cursor, questions, of_lines)
        if not all(one.fresh and one.rows is not None for one in kept):
            scope.check()
        if not all(one.fresh for one in kept):
            freshen()
            kept = _kept(cursor, questions, of_lines)
        found = []
        for statement, one in zip(statements, kept, strict=True):
            if one.rows is not None:
                found.append(_from_text(one.rows))
            else:
                cursor.execute(statement, parameters)
                found.append(list(cursor.fetchall()))
                keep(key=bytes(one.key), text=_to_text(found[-1]), edition=one.edition, of_lines=of_lines)
    return found


class _Kept(NamedTuple):
    fresh: bool  # nothing was touched
    key: bytes
    edition: int
    rows: str | None


def _kept(cursor: Any, questions: list[bytes], of_lines: bool) -> list[_Kept]:
    """Return for each question the answer that is kept, if one is."""
    cursor.execute(_ASKED, {"questions": questions, "of_lines": of_lines})
    return [_Kept(*row) for row in cursor.fetchall()]


_KNOWN = """
SELECT EXISTS (SELECT FROM orgs_union WHERE code = %(union)s),
       (SELECT coalesce(array_agg(DISTINCT policy ORDER BY policy), '{}') FROM subsidies_decision WHERE policy <> '')
"""

# Who sees other rows gets another key: the role and its settings say what row security shows.
_ASKED = """
WITH asked AS (
    SELECT place, sha256(question || convert_to(concat_ws('|', current_user, current_setting('jishiyu.unions', true),
                  current_setting('jishiyu.person', true)), 'UTF8')) AS key
    FROM unnest(%(questions)s::bytea[]) WITH ORDINALITY AS given(question, place)
)
SELECT NOT EXISTS (SELECT FROM statistics_touch), asked.key, now.edition, answer.rows
FROM asked
CROSS JOIN (
    SELECT coalesce(max(CASE WHEN %(of_lines)s THEN lines ELSE changes END), 0) AS edition FROM statistics_edition
) AS now
LEFT JOIN statistics_answer answer ON answer.question_hash = asked.key AND answer.edition = now.edition
ORDER BY asked.place
"""

_DAYS = {Dated.MONEY: sql.Identifier("day"), Dated.EVENT: sql.Identifier("anchor_date")}

_COUNTED = sql.SQL("""
below(id) AS (
    SELECT id FROM orgs_union WHERE code = %(union)s
    UNION
    SELECT child.id FROM orgs_union child JOIN below ON child.{parent} = below.id
),
counted AS NOT MATERIALIZED (  -- written down it is half a gigabyte for three million changes
    SELECT basis, {day} AS day, sign, fen, begins, union_id, decision_id, policy, bracket, rate_ppm, anchor_date, kind,
           bucket, stay_id, member_no, feed_id, birth_date, sex, person, hospital_level
    FROM statistics_change
    WHERE basis IN ({wanted})
      AND {day} >= %(since)s AND {day} < %(until)s
      AND (%(policy)s::text IS NULL OR policy = %(policy)s)
      AND (%(union)s::text IS NULL OR union_id IN (SELECT id FROM below))
)
""")


def _to_text(found: list[tuple[Any, ...]]) -> str:
    return json.dumps(found, default=lambda value: {"day": value.isoformat()}, ensure_ascii=False)


def _from_text(text: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in json.loads(text, object_hook=lambda part: date.fromisoformat(part["day"]))]
