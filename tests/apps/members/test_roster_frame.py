"""What the deciding engine gets to see of the memberships."""

from datetime import UTC, date, datetime
from hashlib import sha256

import pytest

from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.queries import (
    members_of_two_unions,
    memberships_on,
    numbers_of_two_people,
    roster_frame,
)
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.people.operations import merge_people, undo_merge
from jishiyu.engine.roster import ROSTER_SCHEMA

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def person(name: str, **details: object) -> Person:
    digest = sha256(name.encode()).digest()
    made = Person.objects.create(
        person_hash=digest, name_hash=digest[::-1], sealed=b"x", content_hash=b"x", created_at=NOW, **details
    )
    Certificate.objects.create(person=made, person_hash=digest)
    return made


def member(who: Person, code: str, number: str, joined: date | None, left: date | None = None) -> Membership:
    union, _ = Union.objects.get_or_create(code=code, defaults={"name": code, "kind": "grassroots"})
    return Membership.objects.create(person=who, union=union, member_no=number, joined_on=joined, left_on=left)


@pytest.mark.django_db
def test_gives_every_membership_with_hashes_for_names_and_numbers() -> None:
    one = person("one", birth_date=date(1980, 5, 1))
    member(one, "U1", "M1", date(2015, 1, 1), date(2020, 1, 1))
    member(one, "U2", "M1", date(2020, 1, 1))
    frame = roster_frame()
    assert dict(frame.schema) == ROSTER_SCHEMA
    key, name = one.person_hash.hex(), one.name_hash.hex()
    assert sorted(frame.rows()) == [
        ("M1", key, name, "U1", True, date(2015, 1, 1), date(2020, 1, 1), date(1980, 5, 1), None),
        ("M1", key, name, "U2", True, date(2020, 1, 1), None, date(1980, 5, 1), None),
    ]


@pytest.mark.django_db
def test_gives_only_the_people_asked_for() -> None:
    people = [person(name) for name in ("one", "two", "three")]
    for who in people:
        member(who, "U1", f"M{who.pk}", date(2015, 1, 1))
    unknown = sha256(b"nobody").digest()
    asked = roster_frame(people=[people[0].person_hash, people[2].person_hash, unknown])
    assert set(asked["person_key"]) == {people[0].person_hash.hex(), people[2].person_hash.hex()}
    assert roster_frame(people=[]).is_empty()
    assert roster_frame(people=[unknown]).is_empty()


@pytest.mark.django_db
def test_any_certificate_finds_all_memberships_of_merged_people_under_one_key() -> None:
    kept, merged = person("kept"), person("merged")
    passport = sha256(b"new passport").digest()
    Certificate.objects.create(person=merged, person_hash=passport)
    member(kept, "U1", "M1", date(2015, 1, 1))
    member(merged, "U2", "M2", date(2020, 1, 1))
    merge = merge_people(kept_id=kept.pk, merged_id=merged.pk, reason="same face", by="li.na", at=NOW)
    for asked in (kept.person_hash, merged.person_hash, passport):
        frame = roster_frame(people=[asked])
        assert set(frame["member_no"]) == {"M1", "M2"}
        assert set(frame["person_key"]) == {kept.person_hash.hex()}
    undo_merge(merge_id=merge.pk, reason="twins", by="li.na", at=NOW)
    assert set(roster_frame(people=[passport])["member_no"]) == {"M2"}


@pytest.mark.django_db
def test_an_odd_member_number_comes_through_unharmed() -> None:
    numbers = ['M"1', "M,1", "M\n1", "中文 1", " M", "\\N", "null"]
    for number in numbers:
        member(person(number), "U1", number, None)
    assert sorted(roster_frame()["member_no"]) == sorted(numbers)


@pytest.mark.django_db
def test_names_members_of_two_unions_and_numbers_of_two_people() -> None:
    one, two = person("one"), person("two")
    member(one, "U1", "M1", date(2015, 1, 1))
    member(one, "U2", "M9", date(2020, 1, 1), date(2021, 1, 1))
    member(two, "U2", "M1", None)
    assert members_of_two_unions(day=date(2020, 6, 1)).rows() == [(one.pk, "M1,M9", "U1,U2")]
    assert members_of_two_unions(day=date(2021, 1, 1)).is_empty()
    assert numbers_of_two_people().rows() == [("M1", f"{one.pk},{two.pk}", "U1,U2")]


@pytest.mark.django_db
def test_memberships_of_a_day_are_half_open() -> None:
    one = person("one")
    member(one, "U1", "M1", date(2015, 1, 1), date(2020, 1, 1))
    member(one, "U2", "M1", date(2020, 1, 1))
    assert [m.union.code for m in memberships_on(person_id=one.pk, day=date(2019, 12, 31))] == ["U1"]
    assert [m.union.code for m in memberships_on(person_id=one.pk, day=date(2020, 1, 1))] == ["U2"]
    assert memberships_on(person_id=one.pk, day=date(2014, 12, 31)) == []
