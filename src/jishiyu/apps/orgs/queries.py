"""Who stands under whom."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionUnknown

PARENTS = {"territorial": "territorial_parent_id", "industry": "industry_parent_id"}
SHOWN = ("name", "trade", "district", "uscc")

# All unions below (and including) those whose ids are given as one array parameter, by either kind of parent.
# UNION, not UNION ALL: a union below by both kinds comes once, and the walk always ends.
BRANCH_SQL = """
    WITH RECURSIVE branch(id) AS (
        SELECT id FROM orgs_union WHERE id = ANY(%s)
        UNION
        SELECT child.id FROM orgs_union child
        JOIN branch ON child.territorial_parent_id = branch.id OR child.industry_parent_id = branch.id
    )
    SELECT id FROM branch ORDER BY id
"""

BRANCH_OF_KIND_SQL = {
    "territorial": """
        WITH RECURSIVE branch(id) AS (
            SELECT %s::bigint
            UNION
            SELECT child.id FROM orgs_union child JOIN branch ON child.territorial_parent_id = branch.id
        )
        SELECT id FROM branch ORDER BY id
    """,
    "industry": """
        WITH RECURSIVE branch(id) AS (
            SELECT %s::bigint
            UNION
            SELECT child.id FROM orgs_union child JOIN branch ON child.industry_parent_id = branch.id
        )
        SELECT id FROM branch ORDER BY id
    """,
}


def union_by_code(*, code: str) -> Union:
    """Return the union with this code; raises UnionUnknown."""
    found = Union.objects.filter(code=code).first()
    if found is None:
        raise UnionUnknown(code=code)
    return found


def open_unions(*, typed: str) -> QuerySet[Union]:
    """Return the open unions whose code begins with what is typed or whose name holds it; all of them for nothing."""
    return Union.objects.filter(Q(code__istartswith=typed) | Q(name__icontains=typed), closed_on=None)


def branch(*, codes: Sequence[str]) -> list[int]:
    """Return the ids of the unions with these codes and of all below them, by territory or by industry."""
    known = dict(Union.objects.filter(code__in=codes).values_list("code", "id"))
    for code in codes:
        if code not in known:
            raise UnionUnknown(code=code)
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_SQL, [list(known.values())])
        return [row[0] for row in cursor.fetchall()]


def branch_of_kind(*, union_id: int, kind: str) -> list[int]:
    """Return the ids of a union and of all below it by one kind of parent: `territorial` or `industry`."""
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_OF_KIND_SQL[kind], [union_id])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One union in the tree: `below` counts those directly under it by the kind of parent that was asked for."""

    id: int
    code: str
    name: str
    kind: str
    closed_on: date | None
    below: int


def nodes(*, kind: str, parent_id: int | None = None, union_ids: Sequence[int] | None = None) -> list[Node]:
    """Return the unions directly below one by `territorial` or `industry` kind, or those of the given ids, by code.

    Without both: those at the top. By industry that is whoever has somebody below, not the many without a parent.
    """
    column = PARENTS[kind]
    parameters: list[int | list[int]]
    if union_ids is not None:
        where, parameters = "unions.id = ANY(%s)", [list(union_ids)]
    elif parent_id is not None:
        where, parameters = f"unions.{column} = %s", [parent_id]
    else:
        where, parameters = f"unions.{column} IS NULL", []
        if kind == "industry":
            where += f" AND (unions.kind = 'industry' OR EXISTS (SELECT FROM orgs_union below WHERE below.{column} = unions.id))"
    sql = (
        "SELECT unions.id, unions.code, unions.name, unions.kind, unions.closed_on,"  # noqa: S608  # our own words only
        f" (SELECT count(*) FROM orgs_union below WHERE below.{column} = unions.id)"
        f" FROM orgs_union unions WHERE {where} ORDER BY unions.closed_on IS NOT NULL, unions.code"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = ("id", "code", "name", "kind", "closed_on", "below")
        return [Node(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def lineage(*, union_id: int, kind: str) -> list[tuple[int, str]]:
    """Return id and name of every union above one by one kind of parent, the highest first."""
    column = PARENTS[kind]
    sql = f"""
        WITH RECURSIVE up(id, parent_id, depth) AS (
            SELECT id, {column}, 0 FROM orgs_union WHERE id = %s
            UNION ALL
            SELECT above.id, above.{column}, depth + 1 FROM orgs_union above JOIN up ON above.id = up.parent_id
        )
        SELECT unions.id, unions.name FROM up JOIN orgs_union unions ON unions.id = up.id
        WHERE depth > 0 ORDER BY depth DESC
    """  # noqa: S608  # our own words only
    with connection.cursor() as cursor:
        cursor.execute(sql, [union_id])
        return list(cursor.fetchall())


def branch_of(*, union_ids: Sequence[int]) -> list[int]:
    """Return the ids of these unions and of all below them, by territory or by industry."""
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_SQL, [list(union_ids)])
        return [row[0] for row in cursor.fetchall()]


def fingerprint(union: Union) -> str:
    """Return a mark of what the screen shows of a union: it tells whether somebody changed it meanwhile."""
    shown = "\x1f".join(str(getattr(union, name)) for name in SHOWN)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]
