"""Who stands under whom."""

from collections.abc import Sequence

from django.db import connection

from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionUnknown

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
