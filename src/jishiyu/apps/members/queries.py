"""The memberships as the deciding engine wants them, and who is a member twice."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q

from jishiyu.apps.intake.copying import copy_out
from jishiyu.apps.members.models import Membership
from jishiyu.engine.roster import ROSTER_SCHEMA

ROSTER = """
SELECT membership.member_no, encode(counts.person_hash, 'hex'), encode(person.name_hash, 'hex'), unions.code,
       membership.in_service, membership.joined_on, membership.left_on,
       coalesce(counts.birth_date, person.birth_date), encode(membership.household_hash, 'hex')
FROM members_membership membership
JOIN people_person person ON person.id = membership.person_id
JOIN people_person counts ON counts.id = coalesce(person.merged_into_id, person.id)
JOIN orgs_union unions ON unions.id = membership.union_id
"""
# Any certificate of a human being finds all rows of that human being, merged persons included.
OF_PEOPLE = """
WHERE counts.id IN (
    SELECT coalesce(person.merged_into_id, person.id)
    FROM unnest(%s::bytea[]) AS wanted(person_hash)
    JOIN people_certificate certificate ON certificate.person_hash = wanted.person_hash
    JOIN people_person person ON person.id = certificate.person_id
)
"""
TWICE_SCHEMA: dict[str, Any] = {"person_id": pl.Int64(), "member_nos": pl.String(), "org_codes": pl.String()}
NUMBER_SCHEMA: dict[str, Any] = {"member_no": pl.String(), "person_ids": pl.String(), "org_codes": pl.String()}


def roster_frame(*, people: Sequence[bytes] | None = None) -> pl.DataFrame:
    """Return the memberships in ROSTER_SCHEMA, of everybody or of those whose certificate hashes are given.

    `person_key` is the hex of the hash of the person who counts after merges (one key per human being), `name_key`
    the hex of the name's hash, `household` the hex of the household's hash. The order of rows is not defined.
    """
    if people is None:
        return copy_out(ROSTER, schema=ROSTER_SCHEMA)
    if not people:
        return pl.DataFrame(schema=ROSTER_SCHEMA)
    return copy_out(ROSTER + OF_PEOPLE, schema=ROSTER_SCHEMA, parameters=[list(people)])


def memberships_on(*, person_id: int, day: date) -> list[Membership]:
    """Return the memberships of a person (merged persons included) that hold on a day, longest first."""
    return list(
        Membership.objects.select_related("union", "person")
        .filter(Q(person_id=person_id) | Q(person__merged_into_id=person_id))
        .filter(Q(joined_on=None) | Q(joined_on__lte=day), Q(left_on=None) | Q(left_on__gt=day))
        .order_by("joined_on", "id")
    )


def members_of_two_unions(*, day: date) -> pl.DataFrame:
    """Return TWICE_SCHEMA: who belongs to more than one union on a day; numbers and codes joined by commas."""
    query = """
        SELECT coalesce(person.merged_into_id, person.id),
               string_agg(DISTINCT membership.member_no, ',' ORDER BY membership.member_no),
               string_agg(DISTINCT unions.code, ',' ORDER BY unions.code)
        FROM members_membership membership
        JOIN people_person person ON person.id = membership.person_id
        JOIN orgs_union unions ON unions.id = membership.union_id
        WHERE (joined_on IS NULL OR joined_on <= %s) AND (left_on IS NULL OR left_on > %s)
        GROUP BY 1 HAVING count(DISTINCT membership.union_id) > 1 ORDER BY 1
    """
    return copy_out(query, schema=TWICE_SCHEMA, parameters=[day, day])


def numbers_of_two_people() -> pl.DataFrame:
    """Return NUMBER_SCHEMA: member numbers that stand for more than one person, whenever."""
    query = """
        SELECT membership.member_no,
               string_agg(DISTINCT coalesce(person.merged_into_id, person.id)::text, ','),
               string_agg(DISTINCT unions.code, ',' ORDER BY unions.code)
        FROM members_membership membership
        JOIN people_person person ON person.id = membership.person_id
        JOIN orgs_union unions ON unions.id = membership.union_id
        GROUP BY 1 HAVING count(DISTINCT coalesce(person.merged_into_id, person.id)) > 1 ORDER BY 1
    """
    return copy_out(query, schema=NUMBER_SCHEMA)
