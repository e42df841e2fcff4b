"""A union is closed: its members go on in the union that takes over, or their membership ends (撤销、合并)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.members.problems import JoinedLater, SameUnion, UnionClosed
from jishiyu.apps.orgs.desk import note_closed
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionStillParent
from jishiyu.apps.orgs.queries import union_by_code

LATER = "SELECT count(*) FROM members_membership WHERE union_id = %s AND joined_on >= %s"
# Whoever belongs to the union that takes over already only leaves this one.
MOVE = """
WITH ended AS (
    UPDATE members_membership SET left_on = %(on)s
    WHERE union_id = %(union)s AND (left_on IS NULL OR left_on > %(on)s)
    RETURNING id, person_id, member_no, in_service, household_hash
), moved AS (
    INSERT INTO members_membership (person_id, union_id, member_no, in_service, joined_on, household_hash)
    SELECT ended.person_id, %(to)s, ended.member_no, ended.in_service, %(on)s, ended.household_hash
    FROM ended
    WHERE %(to)s::bigint IS NOT NULL AND NOT EXISTS (
        SELECT FROM members_membership there
        WHERE there.person_id = ended.person_id AND there.union_id = %(to)s
        AND (there.left_on IS NULL OR there.left_on > %(on)s)
    )
    ORDER BY ended.id
    RETURNING id
)
SELECT (SELECT count(*) FROM ended), (SELECT count(*) FROM moved)
"""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """How many memberships ended, and how many of them go on in the union that takes over."""

    ended: int
    moved: int


def close_union(*, code: str, on: date, to_code: str | None, by: str, at: datetime) -> Closed:
    """This function will close a union from a day on; its members move to `to_code`, or belong nowhere when it is None.

    Decide everybody again afterwards. Raises UnionUnknown, UnionClosedAlready, UnionStillParent, UnionClosed (the
    one that takes over), SameUnion, JoinedLater.
    """
    if to_code == code:
        raise SameUnion(code=code)
    with transaction.atomic(), connection.cursor() as cursor:
        union = union_by_code(code=code)
        below = Union.objects.filter(territorial_parent=union) | Union.objects.filter(industry_parent=union)
        still = list(below.filter(closed_on=None).order_by("code").values_list("code", flat=True))
        if still:
            raise UnionStillParent(code=code, count=len(still), first=still[0])
        heir = union_by_code(code=to_code) if to_code else None
        if heir is not None and heir.closed_on is not None:
            raise UnionClosed(code=heir.code, closed_on=heir.closed_on)
        cursor.execute(LATER, [union.pk, on])
        if later := cursor.fetchone()[0]:
            raise JoinedLater(code=code, on=on, count=later)
        cursor.execute(MOVE, {"union": union.pk, "on": on, "to": heir.pk if heir else None})
        ended, moved = cursor.fetchone()
        note_closed(code=code, on=on, details={"to": to_code, "ended": ended, "moved": moved}, by=by, at=at)
    return Closed(ended=ended, moved=moved)
