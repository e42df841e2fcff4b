"""Figures about money and people, one statement each. docs/reference/statistics.md says what is counted."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from psycopg import sql

from jishiyu.apps.statistics.scope import Basis, Scope, counted, rows, rows_of


class By(StrEnum):
    """What the rows of a figure stand for."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    POLICY = "policy"
    UNION = "union"
    DISTRICT = "district"
    TRADE = "trade"
    BRACKET = "bracket"
    AGE = "age"
    SEX = "sex"
    HOSPITAL_LEVEL = "hospital-level"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a figure.

    `key` is what the row stands for (codes, one per part); an empty part means "not known". `people` are different
    persons, so they do not add up over rows. `over_…` counts single amounts above 10,000 yuan. Amounts in fen.
    """

    key: tuple[str, ...]
    name: str
    person_times: int
    people: int
    fen: int
    over_times: int
    over_fen: int


@dataclass(frozen=True, slots=True)
class Total:
    """The whole of one basis, in fen. `largest_fen` is the largest single amount, `most_fen` the most to one person."""

    basis: Basis
    person_times: int
    people: int
    fen: int
    over_times: int
    over_fen: int
    largest_fen: int
    most_fen: int


@dataclass(frozen=True, slots=True)
class Large:
    """One amount above 10,000 yuan: of which stay, for which member, at which union, under which bracket."""

    day: date
    policy: str
    stay_id: str
    member_no: str
    union_code: str
    union_name: str
    bracket: int | None
    rate_ppm: int | None
    fen: int


def totals(scope: Scope) -> dict[Basis, Total]:
    """This function will return what was decided, owed and paid inside the scope, whatever its own basis is.

    Raises the problems of `Scope.check`.
    """
    found = {row[0]: row for row in rows(_TOTALS.format(counted=counted(scope, *Basis)), scope)}
    return {basis: Total(basis, *(found[basis][1:] if basis in found else (0,) * 7)) for basis in Basis}


def groups(scope: Scope, by: By) -> list[Group]:
    """This function will return one row per month, bracket, branch … in their natural order.

    By `union` the rows are the children of the scope's union (without one: of the single top, else the tops), each
    with everything below added, empty ones too; what belongs to none of them has an empty key.
    Raises the problems of `Scope.check`.
    """
    return groups_of(scope, [by])[by]


def groups_of(scope: Scope, wanted: Sequence[By]) -> dict[By, list[Group]]:
    """This function will return several figures as `groups` does, those that are kept ready in one go."""
    statements = []
    for by in wanted:
        key, joins, before, extra = _grouping(scope, by)
        statements.append(_GROUPS.format(counted=counted(scope), key=key, joins=joins, before=before, extra=extra))
    found = rows_of(statements, scope, levels=json.dumps(_levels()))
    return {by: [Group(tuple(row[0]), *row[1:]) for row in those] for by, those in zip(wanted, found, strict=True)}


def large(scope: Scope) -> list[Large]:
    """This function will list every single amount above 10,000 yuan that still stands, the largest first.

    Raises the problems of `Scope.check`.
    """
    return [Large(*row) for row in rows(_LARGE.format(counted=counted(scope)), scope)]


@cache
def hospital_levels() -> dict[str, dict[str, Any]]:
    """This function will return the levels of hospitals that figures show: words and the codes folded into each."""
    text = (resources.files("jishiyu.policies") / "codes" / "hospital_levels.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["levels"])


def _levels() -> dict[str, str]:
    """Return the level of every code that feeds use."""
    return {name: level for level, entry in hospital_levels().items() for name in entry["names"]}


_Parts = tuple[sql.Composable, sql.Composable, sql.Composable, sql.Composable]


def _grouping(scope: Scope, by: By) -> _Parts:
    """Return key and name, joins, CTEs before, and rows to add with nothing in them."""
    if by is By.UNION:
        parent = scope.parent()
        return _BRANCH_KEY, _BRANCH_JOIN, _BRANCHES.format(parent=parent), _EMPTY_BRANCHES
    return sql.SQL(_KEYS[by]), sql.SQL(""), sql.SQL(""), sql.SQL("")


_KEYS = {
    By.MONTH: "ARRAY[to_char(counted.day, 'YYYY-MM')], ''",
    By.QUARTER: "ARRAY[to_char(counted.day, 'YYYY-\"Q\"Q')], ''",
    By.YEAR: "ARRAY[to_char(counted.day, 'YYYY')], ''",
    By.POLICY: "ARRAY[counted.policy], ''",
    By.DISTRICT: "ARRAY[coalesce(body.district, '')], ''",
    By.TRADE: "ARRAY[coalesce(body.trade, '')], ''",
    By.BRACKET: """ARRAY[counted.policy, coalesce(lpad(counted.bracket::text, 3, '0'), ''),
                   coalesce(lpad(counted.rate_ppm::text, 7, '0'), '')], ''""",
    By.AGE: """ARRAY[CASE
                   WHEN counted.birth_date IS NULL OR counted.anchor_date IS NULL THEN ''
                   WHEN date_part('year', age(counted.anchor_date, counted.birth_date)) < 20 THEN '00-19'
                   WHEN date_part('year', age(counted.anchor_date, counted.birth_date)) < 30 THEN '20-29'
                   WHEN date_part('year', age(counted.anchor_date, counted.birth_date)) < 40 THEN '30-39'
                   WHEN date_part('year', age(counted.anchor_date, counted.birth_date)) < 50 THEN '40-49'
                   WHEN date_part('year', age(counted.anchor_date, counted.birth_date)) < 60 THEN '50-59'
                   ELSE '60+' END], ''""",
    By.SEX: "ARRAY[CASE WHEN counted.sex IN ('1', '2') THEN counted.sex ELSE '' END], ''",
    By.HOSPITAL_LEVEL: """ARRAY[CASE WHEN counted.kind = 'stay' THEN
                   coalesce(%(levels)s::jsonb ->> counted.hospital_level, counted.hospital_level, '') ELSE '-' END], ''""",
    By.CHANNEL: """ARRAY[CASE WHEN counted.kind = 'stay' AND counted.bucket = 'auto' THEN 'automatic'
                   WHEN counted.kind = 'stay' THEN 'assisted' ELSE 'application' END], ''""",
}

_BRANCHES = sql.SQL("""
, tops AS (
    SELECT id FROM orgs_union body
    WHERE body.{parent} IS NULL AND EXISTS (SELECT FROM orgs_union child WHERE child.{parent} = body.id)
),
head AS (
    SELECT id, code, name FROM orgs_union
    WHERE CASE
        WHEN %(union)s::text IS NOT NULL THEN {parent} = (SELECT id FROM orgs_union WHERE code = %(union)s)
        WHEN (SELECT count(*) FROM tops) = 1 THEN {parent} = (SELECT id FROM tops)
        ELSE id IN (SELECT id FROM tops)
    END
),
tree(id, code, name) AS (
    SELECT id, code, name FROM head
    UNION
    SELECT child.id, tree.code, tree.name FROM orgs_union child JOIN tree ON child.{parent} = tree.id
)
""")
_BRANCH_KEY = sql.SQL("ARRAY[coalesce(tree.code, '')], coalesce(tree.name, '')")
_BRANCH_JOIN = sql.SQL("LEFT JOIN tree ON tree.id = counted.union_id")
_EMPTY_BRANCHES = sql.SQL("UNION ALL SELECT ARRAY[code], name, NULL, 0, 0 FROM head")

_GROUPS = sql.SQL("""
WITH RECURSIVE {counted}{before},
keyed(key, name, person, sign, fen) AS (
    SELECT {key}, counted.person, counted.sign, counted.fen
    FROM counted
    LEFT JOIN orgs_union body ON body.id = counted.union_id
    {joins}
    {extra}
),
per_person AS (
    SELECT key, name, person,
           sum(sign) AS times, sum(sign * fen) AS fen,
           sum(sign) FILTER (WHERE fen > %(over)s) AS over_times,
           sum(sign * fen) FILTER (WHERE fen > %(over)s) AS over_fen
    FROM keyed
    GROUP BY key, name, person
)
SELECT key, name, sum(times)::bigint, count(person) FILTER (WHERE times > 0), sum(fen)::bigint,
       coalesce(sum(over_times), 0)::bigint, coalesce(sum(over_fen), 0)::bigint
FROM per_person
GROUP BY key, name
ORDER BY key = ARRAY[''], key, name
""")

_TOTALS = sql.SQL("""
WITH RECURSIVE {counted},
ceased AS MATERIALIZED (SELECT DISTINCT basis, decision_id, stay_id FROM counted WHERE sign < 0),
standing AS (  -- what still stands of each decision; of most nothing ever ceased, and they need no sums
    SELECT basis, max(fen) AS fen
    FROM counted
    WHERE sign > 0 AND NOT EXISTS (
        SELECT FROM ceased WHERE ceased.basis = counted.basis AND ceased.decision_id = counted.decision_id
    )
    GROUP BY basis
    UNION ALL
    SELECT basis, change.fen
    FROM ceased CROSS JOIN LATERAL (  -- found by the stay, few as they are
        SELECT sign, fen FROM counted
        WHERE counted.stay_id = ceased.stay_id AND counted.basis = ceased.basis AND counted.decision_id = ceased.decision_id
        OFFSET 0
    ) change
    GROUP BY basis, decision_id, change.fen HAVING sum(change.sign) > 0
),
largest AS MATERIALIZED (SELECT basis, max(fen) AS fen FROM standing GROUP BY basis),
per_person AS (
    SELECT basis, person, sum(sign) AS times, sum(sign * fen) AS fen,
           sum(sign) FILTER (WHERE fen > %(over)s) AS over_times,
           sum(sign * fen) FILTER (WHERE fen > %(over)s) AS over_fen
    FROM counted
    GROUP BY basis, person
)
SELECT basis, sum(times)::bigint, count(person) FILTER (WHERE times > 0), sum(fen)::bigint,
       coalesce(sum(over_times), 0)::bigint, coalesce(sum(over_fen), 0)::bigint,
       coalesce((SELECT largest.fen FROM largest WHERE largest.basis = per_person.basis), 0),
       greatest(coalesce(max(fen) FILTER (WHERE person IS NOT NULL), 0), 0)::bigint
FROM per_person
GROUP BY basis
""")

_LARGE = sql.SQL("""
WITH RECURSIVE {counted}
SELECT max(counted.day), counted.policy, counted.stay_id, coalesce(counted.member_no, ''), coalesce(body.code, ''),
       coalesce(body.name, ''), counted.bracket, counted.rate_ppm, counted.fen
FROM counted
LEFT JOIN orgs_union body ON body.id = counted.union_id
WHERE counted.fen > %(over)s
GROUP BY counted.decision_id, counted.policy, counted.stay_id, counted.member_no, body.code, body.name,
         counted.bracket, counted.rate_ppm, counted.fen
HAVING sum(counted.sign) > 0
ORDER BY counted.fen DESC, max(counted.day), counted.stay_id
""")
