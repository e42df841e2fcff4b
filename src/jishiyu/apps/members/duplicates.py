"""Persons who may be one: searched for at night, looked at by an officer, merged or found to be two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.members.models import Likeness, NotSame
from jishiyu.apps.people.problems import PersonUnknown, ReasonMissing, SamePersonTwice
from jishiyu.apps.people.queries import identities
from jishiyu.engine.identity import mask_name, mask_number

REASONS = {
    "same_member_no": ("会员号相同", "same member number"),
    "same_name_and_birth_date": ("姓名和出生日期相同", "same name and birth date"),
    "same_union": ("在同一工会", "in the same union"),
    "same_household": ("同一家庭", "same household"),
    "never_at_once": ("会籍首尾相接,从未重叠", "memberships follow one another"),
}
# A name and a birth date are shared by many in a large city: alone they say little, so they count with something else.
SEARCH = """
WITH counts AS (
    SELECT person.id, coalesce(person.merged_into_id, person.id) AS who FROM people_person person
), shared_no AS (
    SELECT DISTINCT least(a.who, b.who) AS one, greatest(a.who, b.who) AS other
    FROM (
        SELECT membership.member_no FROM members_membership membership
        GROUP BY membership.member_no HAVING count(DISTINCT membership.person_id) > 1
    ) twice
    JOIN members_membership first ON first.member_no = twice.member_no
    JOIN members_membership second ON second.member_no = twice.member_no AND second.person_id > first.person_id
    JOIN counts a ON a.id = first.person_id
    JOIN counts b ON b.id = second.person_id
    WHERE a.who <> b.who
), namesakes AS (
    SELECT name_hash, birth_date FROM people_person
    WHERE merged_into_id IS NULL AND name_hash IS NOT NULL AND birth_date IS NOT NULL
    GROUP BY name_hash, birth_date HAVING count(*) BETWEEN 2 AND 20
), shared_name AS (
    SELECT first.id AS one, second.id AS other
    FROM namesakes
    JOIN people_person first USING (name_hash, birth_date)
    JOIN people_person second USING (name_hash, birth_date)
    WHERE first.id < second.id AND first.merged_into_id IS NULL AND second.merged_into_id IS NULL
    AND (first.sex = second.sex OR first.sex NOT IN ('1', '2') OR second.sex NOT IN ('1', '2'))
), pair AS (
    SELECT one, other, bool_or(by_no) AS by_no, bool_or(NOT by_no) AS by_name
    FROM (SELECT *, true AS by_no FROM shared_no UNION ALL SELECT *, false FROM shared_name) found
    GROUP BY one, other
), told AS (
    SELECT pair.*,
           bool_or(mine.union_id = theirs.union_id) AS by_union,
           bool_or(mine.household_hash = theirs.household_hash) AS by_household,
           count(mine.id) > 0 AND NOT coalesce(bool_or(
               coalesce(mine.joined_on, '-infinity') < coalesce(theirs.left_on, 'infinity')
               AND coalesce(theirs.joined_on, '-infinity') < coalesce(mine.left_on, 'infinity')
           ), false) AS never_at_once
    FROM pair
    LEFT JOIN members_membership mine ON mine.person_id = pair.one
    LEFT JOIN members_membership theirs ON theirs.person_id = pair.other
    GROUP BY pair.one, pair.other, pair.by_no, pair.by_name
), weighed AS (
    SELECT one, other, array_remove(ARRAY[
               CASE WHEN by_no THEN 'same_member_no' END,
               CASE WHEN by_name THEN 'same_name_and_birth_date' END,
               CASE WHEN by_union THEN 'same_union' END,
               CASE WHEN by_household THEN 'same_household' END,
               CASE WHEN never_at_once THEN 'never_at_once' END
           ], NULL) AS reasons,
           CASE WHEN by_no THEN 50 ELSE 0 END + CASE WHEN by_name THEN 30 ELSE 0 END
           + CASE WHEN by_union THEN 20 ELSE 0 END + CASE WHEN by_household THEN 15 ELSE 0 END
           + CASE WHEN never_at_once THEN 15 ELSE 0 END AS score
    FROM told
)
INSERT INTO members_likeness (one_id, other_id, reasons, score, found_at)
SELECT one, other, reasons, score, %(at)s FROM weighed
WHERE score >= 45 AND NOT EXISTS (
    SELECT FROM members_notsame two WHERE two.one_id = weighed.one AND two.other_id = weighed.other
)
ORDER BY score DESC, one, other LIMIT %(most)s
"""
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two persons who may be one, masked, with why: pairs of zh and en."""

    one_id: int
    other_id: int
    names: tuple[str, str]
    numbers: tuple[str, str]
    member_nos: tuple[tuple[str, ...], tuple[str, ...]]
    unions: tuple[tuple[str, ...], tuple[str, ...]]
    reasons: tuple[tuple[str, str], ...]
    score: int


def search_duplicates(*, at: datetime) -> int:
    """This function will search everybody for persons who may be one, in the place of what was found before.

    Returns how many pairs there are, at most the 10,000 likeliest.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('members_likeness'))")
        cursor.execute("DELETE FROM members_likeness")
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off")
        cursor.execute(SEARCH, {"at": at, "most": MOST})
        return int(cursor.rowcount)


def candidates(*, union_ids: Sequence[int] | None = None, after: int = 0, limit: int = 50) -> list[Candidate]:
    """This function will return pairs that may be one, the likeliest first; of some unions only, if they are given.

    What was merged or changed since the search is left out.
    """
    found = _rows(union_ids, after, limit)
    ids = sorted({person for row in found for person in (row[0], row[1])})
    who = {row["person_id"]: row for row in identities(person_ids=ids).to_dicts()}
    places = _places(ids)

    def masked(person: int) -> tuple[str, str]:
        return mask_name(who[person]["name"] or ""), mask_number(who[person]["cert_no"] or "")

    made = []
    for one, other, reasons, score in found:
        (first, first_no), (second, second_no) = masked(one), masked(other)
        here, there = places.get(one, ((), ())), places.get(other, ((), ()))
        made.append(Candidate(
            one_id=one, other_id=other, names=(first, second), numbers=(first_no, second_no), score=score,
            member_nos=(here[0], there[0]), unions=(here[1], there[1]),
            reasons=tuple(REASONS[reason] for reason in reasons),
        ))  # fmt: skip
    return made


def say_not_same(*, one_id: int, other_id: int, reason: str, by: str, at: datetime) -> NotSame:
    """This function will note that two persons are two, so that they are not proposed again."""
    if not reason.strip():
        raise ReasonMissing
    if one_id == other_id:
        raise SamePersonTwice(person_id=one_id)
    one, other = sorted((one_id, other_id))
    with transaction.atomic():
        identical = identities(person_ids=[one, other])
        for person in (one, other):
            if person not in identical["person_id"]:
                raise PersonUnknown(person_id=person)
        made, _ = NotSame.objects.get_or_create(
            one_id=one, other_id=other, defaults={"reason": reason.strip(), "by": by, "at": at}
        )
        Likeness.objects.filter(one_id=one, other_id=other).delete()
        details = {"other": other, "reason": reason.strip()}
        record(by=by, action="people.not_same", record=f"person {one}", details=details, at=at)
    return made


def _rows(union_ids: Sequence[int] | None, after: int, limit: int) -> list[tuple[int, int, list[str], int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT likeness.one_id, likeness.other_id, likeness.reasons, likeness.score
            FROM members_likeness likeness
            JOIN people_person one ON one.id = likeness.one_id AND one.merged_into_id IS NULL
            JOIN people_person other ON other.id = likeness.other_id AND other.merged_into_id IS NULL
            WHERE %(unions)s::bigint[] IS NULL OR EXISTS (
                SELECT FROM members_membership membership
                WHERE membership.person_id IN (likeness.one_id, likeness.other_id)
                AND membership.union_id = ANY(%(unions)s::bigint[])
            )
            ORDER BY likeness.score DESC, likeness.id OFFSET %(after)s LIMIT %(limit)s
            """,
            {"unions": None if union_ids is None else list(union_ids), "after": after, "limit": limit},
        )
        return list(cursor.fetchall())


def _places(person_ids: Sequence[int]) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT membership.person_id, array_agg(DISTINCT membership.member_no), array_agg(DISTINCT unions.name)
            FROM members_membership membership JOIN orgs_union unions ON unions.id = membership.union_id
            WHERE membership.person_id = ANY(%s) GROUP BY 1
            """,
            [list(person_ids)],
        )
        return {person: (tuple(numbers), tuple(names)) for person, numbers, names in cursor.fetchall()}
