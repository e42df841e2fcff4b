"""Join, leave, move, retire: one membership at a time, never two for the same person, union and day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.operations import (
    household_hash,
    join_union,
    leave_union,
    set_household,
    set_in_service,
    transfer,
)
from jishiyu.apps.members.problems import (
    LeavesBeforeJoining,
    MembershipEnded,
    MembershipOverlaps,
    SameUnion,
    UnionClosed,
)
from jishiyu.apps.members.queries import others_of_household
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionUnknown
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.people.sealing import lookup_hash

NOW = datetime(2025, 3, 1, tzinfo=UTC)
BY = {"by": "li.na", "at": NOW}


def person(name: str = "one") -> Person:
    digest = sha256(name.encode()).digest()
    return Person.objects.create(person_hash=digest, name_hash=digest, sealed=b"x", content_hash=digest, created_at=NOW)


def member(who: Person | None = None, joined: date = date(2015, 1, 1), code: str = "U1") -> Membership:
    for each in ("U1", "U2"):
        Union.objects.get_or_create(code=each, defaults={"name": each, "kind": "grassroots"})
    return join_union(
        person_id=(who or person()).pk, union_code=code, member_no="M1", joined_on=joined, in_service=True, **BY
    )


@pytest.mark.django_db
def test_a_move_ends_one_membership_and_begins_the_next_on_the_same_day() -> None:
    old = member()
    new = transfer(membership_id=old.pk, to_union_code="U2", on=date(2020, 1, 1), **BY)
    old.refresh_from_db()
    assert (old.left_on, new.joined_on, new.left_on) == (date(2020, 1, 1), date(2020, 1, 1), None)
    assert (new.union.code, new.member_no, new.in_service) == ("U2", "M1", True)
    assert list(Trail.objects.order_by("id").values_list("action", flat=True)) == [
        "membership.join",
        "membership.transfer",
    ]


@pytest.mark.django_db
def test_a_refused_move_leaves_the_old_membership_as_it_was() -> None:
    old = member()
    Union.objects.filter(code="U2").update(closed_on=date(2019, 1, 1))
    for code, problem in (("U2", UnionClosed), ("U1", SameUnion), ("U9", UnionUnknown)):
        with pytest.raises(problem):
            transfer(membership_id=old.pk, to_union_code=code, on=date(2020, 1, 1), **BY)
    old.refresh_from_db()
    assert old.left_on is None
    assert Membership.objects.count() == 1


@pytest.mark.django_db
def test_who_left_may_come_back_but_not_before() -> None:
    first = member()
    leave_union(membership_id=first.pk, left_on=date(2018, 1, 1), **BY)
    with pytest.raises(MembershipOverlaps, match="2015-01-01 to 2018-01-01"):
        member(first.person, joined=date(2017, 12, 31))
    member(first.person, joined=date(2018, 1, 1))


@pytest.mark.django_db
def test_an_ended_membership_cannot_end_again_nor_before_it_began() -> None:
    one = member()
    with pytest.raises(LeavesBeforeJoining):
        leave_union(membership_id=one.pk, left_on=date(2015, 1, 1), **BY)
    leave_union(membership_id=one.pk, left_on=date(2015, 1, 2), **BY)
    with pytest.raises(MembershipEnded):
        leave_union(membership_id=one.pk, left_on=date(2016, 1, 1), **BY)


@pytest.mark.django_db
def test_retirement_splits_the_membership_so_the_past_stays_in_service() -> None:
    one = member()
    new = set_in_service(membership_id=one.pk, in_service=False, on=date(2024, 6, 1), **BY)
    rows = Membership.objects.order_by("joined_on").values_list("in_service", "joined_on", "left_on")
    assert list(rows) == [(True, date(2015, 1, 1), date(2024, 6, 1)), (False, date(2024, 6, 1), None)]
    assert set_in_service(membership_id=new.pk, in_service=False, on=date(2024, 7, 1), **BY) == new


@pytest.mark.django_db
def test_a_household_number_is_put_right_for_all_of_a_membership_or_changes_on_a_day() -> None:
    one, why = member(), {"reason": "户口簿已核对", **BY}
    set_household(membership_id=one.pk, household="H-2201-7\u3000", on=None, **why)
    new = set_household(membership_id=one.pk, household="H-9", on=date(2020, 1, 1), **why)
    homes = [lookup_hash(number, purpose="household") for number in ("H-2201-7", "H-9")]
    rows = Membership.objects.order_by("joined_on").values_list("household_hash", "joined_on", "left_on")
    assert [(bytes(home), *days) for home, *days in rows] == [
        (homes[0], date(2015, 1, 1), date(2020, 1, 1)), (homes[1], date(2020, 1, 1), None)
    ]  # fmt: skip
    assert set_household(membership_id=new.pk, household="H-9", on=date(2021, 1, 1), **why) == new
    set_household(membership_id=one.pk, household="", on=None, **why)  # what has ended can be wrong, too
    one.refresh_from_db()
    assert one.household_hash is None
    told = [row.details for row in Trail.objects.filter(action="membership.household").order_by("id")]
    assert len(told) == 3
    assert "H-2201-7" not in "".join(told)
    assert f'"household":[null,"#{homes[0].hex()[:12]}"]' in told[0]


@pytest.mark.django_db
def test_a_household_number_needs_a_reason_and_a_day_of_the_membership() -> None:
    one = member()
    with pytest.raises(ReasonMissing):
        set_household(membership_id=one.pk, household="H1", on=None, reason=" ", **BY)
    with pytest.raises(LeavesBeforeJoining):
        set_household(membership_id=one.pk, household="H1", on=date(2014, 1, 1), reason="更正", **BY)
    leave_union(membership_id=one.pk, left_on=date(2018, 1, 1), **BY)
    with pytest.raises(MembershipEnded):
        set_household(membership_id=one.pk, household="H1", on=date(2017, 1, 1), reason="更正", **BY)


@pytest.mark.django_db
def test_whoever_shares_a_household_is_counted_once_and_without_oneself() -> None:
    mine, theirs = member(), member(person("two"))
    again = member(mine.person, code="U2")
    Membership.objects.update(household_hash=household_hash("H1"))
    assert others_of_household(membership_id=mine.pk) == 1
    Membership.objects.filter(pk=theirs.pk).update(household_hash=None)
    assert others_of_household(membership_id=again.pk) == 0
    assert others_of_household(membership_id=theirs.pk) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        (("2015-01-01", "2020-01-01"), ("2020-01-01", None), True),
        (("2015-01-01", "2020-01-02"), ("2020-01-01", None), False),
        (("2015-01-01", None), ("2030-01-01", "2030-01-02"), False),
        ((None, "2015-01-01"), ("2014-12-31", None), False),
        ((None, "2015-01-01"), ("2015-01-01", None), True),
        ((None, None), ("1850-01-01", "1850-01-02"), False),
        (("2015-01-01", "2015-01-02"), ("2015-01-02", "2015-01-03"), True),
    ],
)
def test_the_database_refuses_overlap_of_half_open_periods(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None], allowed: bool
) -> None:
    union = Union.objects.create(code="U1", name="U1", kind="grassroots")
    who = person()
    rows = [{"joined_on": joined, "left_on": left} for joined, left in (first, second)]
    Membership.objects.create(person=who, union=union, member_no="M1", **rows[0])
    if allowed:
        Membership.objects.create(person=who, union=union, member_no="M1", **rows[1])
    else:
        with pytest.raises(IntegrityError, match="membership_no_overlap"), transaction.atomic():
            Membership.objects.create(person=who, union=union, member_no="M1", **rows[1])
    other = Union.objects.create(code="U2", name="U2", kind="grassroots")
    Membership.objects.create(person=who, union=other, member_no="M1", **rows[1])
    Membership.objects.create(person=person("two"), union=union, member_no="M2", **rows[1])


@pytest.mark.django_db
def test_the_database_tells_people_with_large_ids_apart() -> None:
    unions = [Union.objects.create(id=key, code=str(key), name="x", kind="grassroots") for key in (1, 2, 1048575)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE people_person_id_seq RESTART WITH 8589934500")
    for who in [person(name) for name in ("a", "b", "c")]:
        for union in unions:
            Membership.objects.create(person=who, union=union, member_no="M", joined_on="2015-01-01")
    assert Membership.objects.count() == 9
    far = Union.objects.create(id=1048576, code="far", name="x", kind="grassroots")
    with pytest.raises(DatabaseError, match="membership_union_id_fits"), transaction.atomic():
        Membership.objects.create(person=who, union=far, member_no="M", joined_on="2015-01-01")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_enter_the_same_member_at_once_one_is_refused() -> None:
    who = person()
    Union.objects.create(code="U1", name="U1", kind="grassroots")
    Union.objects.create(code="U2", name="U2", kind="grassroots")

    def enter(day: int) -> str:
        try:
            member(who, joined=date(2015, 1, day))
        except MembershipOverlaps:
            return "refused"
        finally:
            connection.close()
        return "entered"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(enter, range(1, 5)))
    assert sorted(outcomes) == ["entered", "refused", "refused", "refused"]
    assert Membership.objects.count() == 1
