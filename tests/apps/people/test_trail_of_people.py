"""What the trail says about a person: before and after, but nothing that could be read, called or paid to."""

import json
from datetime import date

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.people.desk import add_person, correct_number, set_contact
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import correct_name
from tests.apps.subsidies.situations import AT, number

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 1, 1)
SECRETS = (
    "13800138000",
    "13900139000",
    "6222020000000000001",
    "6222020000000000101",
    "李小娜",
    "李晓娜",
    number(1),
    number(2),
)


@pytest.fixture
def person() -> Person:
    return add_person(
        cert_type="01", cert_no=number(1), name="李小娜", mobile="13800138000", bank_account="6222020000000000001",
        as_of=AS_OF, by="li.na", at=AT,
    )  # fmt: skip


def changes() -> dict[str, list[str]]:
    details = Trail.objects.order_by("-id")[0].details
    assert not any(secret in details for secret in SECRETS)
    told: dict[str, list[str]] = json.loads(details)["changes"]
    return told


def test_a_new_account_is_told_apart_from_the_old_one_that_looks_the_same(person: Person) -> None:
    set_contact(
        person_id=person.pk, mobile="13800138000", bank_account="6222020000000000101", reason="换卡", by="li.na", at=AT
    )
    told = changes()
    assert list(told) == ["bank_account"]  # the mobile is what it was
    before, after = told["bank_account"]
    assert before.startswith("622************0001 #")
    assert after.startswith("622************0101 #")
    assert before.partition("#")[2] != after.partition("#")[2]


def test_a_number_and_a_name_put_right_leave_their_traces(person: Person) -> None:
    correct_name(person_id=person.pk, name="李晓娜", reason="笔误", by="li.na", at=AT)
    before, after = changes()["name"]
    assert before.partition(" ")[0] == after.partition(" ")[0] == "李**"
    assert before != after
    correct_number(person_id=person.pk, cert_type="01", cert_no=number(2), as_of=AS_OF, reason="x", by="li.na", at=AT)
    assert {"cert_no"} <= set(changes())


def test_what_is_taken_away_leaves_nothing_after_it(person: Person) -> None:
    set_contact(person_id=person.pk, mobile="", reason="停机", by="li.na", at=AT)
    before, after = changes()["mobile"]
    assert before.startswith("138****8000 #")
    assert after is None
