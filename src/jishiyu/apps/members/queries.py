"""The memberships as the deciding engine wants them and as a list shows them, and who is a member twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from jishiyu.apps.members.findings import FINDINGS, say
from jishiyu.apps.members.models import Membership, RosterImport, RosterProblem
from jishiyu.apps.people.models import Person
from jishiyu.apps.tables.copying import copy_out
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.roster_problems import PROBLEM_SCHEMA, SENTENCES

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
# The same for people who were looked up already: `known` names a relation with a row per certificate.
ROSTER_OF_KNOWN = """
SELECT membership.member_no, encode(known.one_hash, 'hex'), encode(known.name_hash, 'hex'), unions.code,
       membership.in_service, membership.joined_on, membership.left_on, known.birth_date,
       encode(membership.household_hash, 'hex')
FROM (SELECT DISTINCT ON (person_id) person_id, one_hash, name_hash, birth_date FROM {known} ORDER BY person_id) known
JOIN members_membership membership ON membership.person_id = known.person_id
JOIN orgs_union unions ON unions.id = membership.union_id
"""
TWICE_SCHEMA: dict[str, Any] = {"person_id": pl.Int64(), "member_nos": pl.String(), "org_codes": pl.String()}
NUMBER_SCHEMA: dict[str, Any] = {"member_no": pl.String(), "person_ids": pl.String(), "org_codes": pl.String()}

PROBLEMS = """
SELECT file, line, "column", value, code, CASE WHEN refuses THEN 'error' ELSE 'warning' END, other_line
FROM members_rosterproblem WHERE roster_import_id = %s ORDER BY file, line, id
"""
STORED_PROBLEM_SCHEMA: dict[str, Any] = {
    **{name: PROBLEM_SCHEMA[name] for name in ("file", "line", "column", "value", "code", "severity")},
    "other_line": pl.Int64(),
}


def roster_frame(*, people: Sequence[bytes] | None = None, known: str | None = None) -> pl.DataFrame:
    """Return the memberships in ROSTER_SCHEMA, of everybody or of those whose certificate hashes are given.

    `known` names a relation of people whom the database has looked up, a hundred thousand perhaps: `person_id`,
    `one_hash` (of the person who counts), `name_hash`, `birth_date`; every certificate of each of them.

    `person_key` is the hex of the hash of the person who counts after merges (one key per human being), `name_key`
    the hex of the name's hash, `household` the hex of the household's hash. The order of rows is not defined.
    """
    if known is not None:
        return copy_out(ROSTER_OF_KNOWN.format(known=known), schema=ROSTER_SCHEMA)
    if people is None:
        return copy_out(ROSTER, schema=ROSTER_SCHEMA)
    if not people:
        return pl.DataFrame(schema=ROSTER_SCHEMA)
    return copy_out(ROSTER + OF_PEOPLE, schema=ROSTER_SCHEMA, parameters=[list(people)])


def memberships_on(*, person_id: int, day: date) -> list[Membership]:
    """Return the memberships of a person (merged persons included) that hold on a day, longest first."""
    return list(
        Membership.objects.select_related("union", "person")
        .filter(person_id__in=_with_merged(person_id))
        .filter(Q(joined_on=None) | Q(joined_on__lte=day), Q(left_on=None) | Q(left_on__gt=day))
        .order_by("joined_on", "id")
    )


OTHERS_OF_HOUSEHOLD = """
SELECT count(DISTINCT coalesce(theirs.merged_into_id, theirs.id))
FROM members_membership mine
JOIN people_person me ON me.id = mine.person_id
JOIN members_membership other ON other.household_hash = mine.household_hash
JOIN people_person theirs ON theirs.id = other.person_id
WHERE mine.id = %s AND coalesce(theirs.merged_into_id, theirs.id) <> coalesce(me.merged_into_id, me.id)
"""


def others_of_household(*, membership_id: int) -> int:
    """Return how many other people, merged ones once, have the household number of a membership on any of theirs."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS_OF_HOUSEHOLD, [membership_id])
        return int(cursor.fetchone()[0])


def member_of_others(*, person_id: int, union_ids: Sequence[int] | None, day: date) -> bool:
    """Return whether somebody is, or will be, a member on a day or after it, but of none of these unions (None: all).

    Then others answer for this person: whoever answers for `union_ids` enrols nobody away and corrects no record.
    """
    if union_ids is None:
        return False
    goes_on = Membership.objects.filter(person_id__in=_with_merged(person_id)).filter(
        Q(left_on=None) | Q(left_on__gt=day)
    )
    held = set(goes_on.values_list("union_id", flat=True))
    return bool(held) and held.isdisjoint(union_ids)


def _with_merged(person_id: int) -> QuerySet[Person, int]:
    """Return the ids of a person and of those merged into it: as a query within, so that both indexes are used."""
    return Person.objects.filter(Q(pk=person_id) | Q(merged_into_id=person_id)).values_list("pk", flat=True)


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


@dataclass(frozen=True)
class ProblemGroup:
    """All findings of one kind in one import: how many, and the first places as (file, line)."""

    code: str
    column: str
    refuses: bool
    count: int
    places: list[tuple[str, int]]
    zh: str
    en: str


PERSONS_OF_NUMBER = """
SELECT DISTINCT coalesce(person.merged_into_id, person.id)
FROM members_membership membership JOIN people_person person ON person.id = membership.person_id
WHERE membership.member_no = %s ORDER BY 1
"""


def persons_of_number(*, member_no: str) -> list[int]:
    """Return the persons (who count after merges) that a member number leads to: one, unless something is wrong."""
    with connection.cursor() as cursor:
        cursor.execute(PERSONS_OF_NUMBER, [member_no])
        return [person_id for (person_id,) in cursor.fetchall()]


def import_report(*, import_id: int) -> list[ProblemGroup]:
    """Return what was found in a roster file, grouped by kind, what keeps lines out first."""
    rows = (
        RosterProblem.objects.filter(roster_import_id=import_id)
        .values("code", "column", "refuses")
        .annotate(count=Count("id"))
        .order_by("-refuses", "-count", "code", "column")
    )
    groups = []
    for row in rows:
        first = list(
            RosterProblem.objects.filter(
                roster_import_id=import_id, code=row["code"], column=row["column"], refuses=row["refuses"]
            ).order_by("file", "line", "id")[:5]
        )
        other = first[0].other_line
        places = [(problem.file, problem.line) for problem in first]
        sentences = {language: say(row["code"], other_line=other, language=language) for language in ("zh", "en")}
        groups.append(ProblemGroup(**row, places=places, **sentences))
    return groups


def import_problems(*, import_id: int) -> pl.DataFrame:
    """Return PROBLEM_SCHEMA: every finding of an import with its sentences, for the file that goes back."""
    found = copy_out(PROBLEMS, schema=STORED_PROBLEM_SCHEMA, parameters=[import_id])
    sentences = {
        language: [
            say(code, other_line=other, language=language)
            for code, other in zip(found["code"], found["other_line"], strict=True)
        ]
        for language in ("zh", "en")
    }
    return found.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in sentences.items()).select(
        PROBLEM_SCHEMA.keys()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersOfUnion:
    """How many memberships hold today, how many of those are in service, how many have ended."""

    now: int
    in_service: int
    ended: int


def count_members(*, union_ids: Sequence[int], day: date) -> MembersOfUnion:
    """Return how many members these unions have on a day; for single unions, not for the whole city."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FILTER (WHERE left_on IS NULL OR left_on > %(day)s),
                   count(*) FILTER (WHERE (left_on IS NULL OR left_on > %(day)s) AND in_service),
                   count(*) FILTER (WHERE left_on <= %(day)s)
            FROM members_membership
            WHERE union_id = ANY(%(unions)s) AND (joined_on IS NULL OR joined_on <= %(day)s)
            """,
            {"unions": list(union_ids), "day": day},
        )
        now, in_service, ended = cursor.fetchone()
    return MembersOfUnion(now=now, in_service=in_service, ended=ended)


def memberships() -> QuerySet[Membership]:
    """Return every membership with its union, by member number."""
    return Membership.objects.select_related("union").order_by("member_no", "id")


def memberships_of(*, person_id: int) -> list[Membership]:
    """Return all memberships of a person, merged persons included, the newest first."""
    found = memberships().filter(person_id__in=_with_merged(person_id))
    return list(found.order_by(F("joined_on").desc(nulls_last=True), "-id"))


def roster_imports() -> QuerySet[RosterImport]:
    """Return the roster files that were checked, the newest first."""
    return RosterImport.objects.order_by("-id")


def problems_of(*, import_id: int) -> QuerySet[RosterProblem]:
    """Return what was found in a roster file, line by line."""
    return RosterProblem.objects.filter(roster_import_id=import_id).order_by("file", "line", "id")


def sentence_of(problem: RosterProblem, *, language: str) -> str:
    """Return what is said about a line in `zh` or `en`."""
    return say(problem.code, other_line=problem.other_line, language=language)


def sentences(*, language: str) -> dict[str, str]:
    """Return every kind of finding by its code, in `zh` or `en`, without the number of another line."""
    return {code: say(code, other_line="…", language=language) for code in (*FINDINGS, *SENTENCES)}
