"""A member with two certificates under one number has one limit, in the database as in the file engine."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from jishiyu.apps.members.models import Membership, SharedNumber
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import correct_name, merge_people
from jishiyu.apps.people.sealing import lookup_hash
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.subsidies.operations import rematch
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import run
from tests.apps.subsidies.situations import (
    AS_OF,
    check_books,
    enrol,
    load,
    member,
    newest,
    number,
    owed,
    recovered,
    stay,
)
from tests.engine.kept import Kept

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)
CARD_KEY, PASSPORT_KEY = f"01:{number(1)}", "16:E12345678"
PASSPORT = {"cert_type": "16", "certno": "E12345678"}
CARD, OTHER = member(1), member(1, **PASSPORT)
FIRST = stay(1, "1", "340000.00", setl_time="2025-03-10 10:00:00")
SECOND = stay(
    1, "2", "340000.00", psn_cert_type="16", certno="E12345678", begndate="2025-04-01", enddate="2025-04-10",
    setl_time="2025-04-10 10:00:00",
)  # fmt: skip
TWO, ONE = [3_400_000, 3_400_000], [3_400_000, 1_600_000]


def payable() -> list[int]:
    return [newest(visit).payable_fen for visit in ("V1", "V2")]


def from_files(folder: Path) -> list[int]:
    """Return what the file engine decides about the same two files."""
    kept = Kept()
    run([folder / "a.csv"], roster=folder / "roster.csv", policies=shipped(), as_of=AS_OF, keep=kept)
    return kept.table("decisions").sort("stay_id")["payable_fen"].to_list()


def person(key: str) -> Person:
    return Person.objects.get(person_hash=lookup_hash(key))


@pytest.mark.parametrize(
    ("other", "expected"),
    [(OTHER, ONE), (OTHER | {"name": "李四"}, TWO), (OTHER | {"member_no": "M0002"}, TWO)],
    ids=["one name", "two names", "two numbers"],
)
def test_files_and_database_take_the_same_people_for_one(
    tmp_path: Path, other: dict[str, str], expected: list[int]
) -> None:
    enrol(tmp_path, CARD, other)
    load(tmp_path, "a", FIRST, SECOND | {"psn_name": other["name"]})
    assert payable() == from_files(tmp_path) == expected
    check_books()


def test_a_later_feed_about_one_certificate_finds_what_the_other_used_up(tmp_path: Path) -> None:
    enrol(tmp_path, CARD, OTHER)
    load(tmp_path, "a", FIRST)
    load(tmp_path, "b", SECOND)
    assert payable() == ONE
    # Each decision stands with the person whose certificate was shown, so that nothing moves when an officer merges.
    people = [bytes(newest(visit).person_hash or b"") for visit in ("V1", "V2")]
    assert people == [bytes(person(key).person_hash) for key in (CARD_KEY, PASSPORT_KEY)]
    check_books()


def test_one_number_that_other_names_share_ties_nobody(tmp_path: Path) -> None:
    enrol(tmp_path, CARD, OTHER, member(3, member_no="M0001"))
    load(tmp_path, "a", FIRST, SECOND)
    assert payable() == from_files(tmp_path) == TWO


def test_a_second_certificate_that_joins_the_number_later_lowers_what_is_owed(tmp_path: Path) -> None:
    enrol(tmp_path, CARD, OTHER | {"member_no": "M0002"})
    load(tmp_path, "a", FIRST, SECOND)
    assert payable() == TWO
    enrol(tmp_path, CARD, OTHER)
    rematch(by="li.na", on=AS_OF)
    assert payable() == ONE
    check_books()


@pytest.mark.parametrize("way", ["number", "name", "removed"])
def test_whoever_parts_from_the_number_has_a_limit_of_their_own_again(tmp_path: Path, way: str) -> None:
    enrol(tmp_path, CARD, OTHER, OTHER | {"org_code": "U2", "member_no": "M0002"})
    load(tmp_path, "a", FIRST, SECOND)
    assert payable() == ONE
    card = person(CARD_KEY)
    if way == "number":
        Membership.objects.filter(person=card).update(member_no="M0009")
    elif way == "name":
        correct_name(person_id=card.pk, name="王五", reason="认错人", by="li.na", at=NOW)
    else:
        Membership.objects.filter(person=person(PASSPORT_KEY), member_no="M0001").delete()
    rematch(by="li.na", on=AS_OF)
    assert newest("V2").payable_fen == 3_400_000  # also where only the card, not the passport, was touched
    check_books()


def test_being_tied_writes_no_decision_that_says_the_same(tmp_path: Path) -> None:
    enrol(tmp_path, CARD, OTHER | {"member_no": "M0002"})
    load(tmp_path, "a", FIRST | {"psn_cash_pay": "20000.00"}, SECOND | {"psn_cash_pay": "20000.00"})
    written, before = Decision.objects.count(), owed()
    card, passport = person(CARD_KEY), person(PASSPORT_KEY)
    merge_people(kept_id=card.pk, merged_id=passport.pk, reason="同一人", by="li.na", at=NOW)
    assert rematch(by="li.na", on=AS_OF).entitlements == 0
    assert (owed(), recovered()) == (before, [])
    assert Decision.objects.count() <= written + 2
    check_books()


def test_the_database_notes_every_number_of_two_people(tmp_path: Path) -> None:
    enrol(tmp_path, CARD, member(2))
    assert not SharedNumber.objects.exists()
    enrol(tmp_path, CARD, member(2, member_no="M0001"))
    assert list(SharedNumber.objects.values_list("member_no", flat=True)) == ["M0001"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subsidies_stale")
        assert cursor.fetchone()[0] == 0  # nobody has a decision
