"""What names a person or a decision names one that is there, now and later, whoever writes it."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from jishiyu.apps.members.models import Membership
from jishiyu.apps.people.models import Certificate
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.subsidies.situations import enrol, load, member, stay

COPY = """
INSERT INTO subsidies_entitlement (decision_id, person_id, union_id, stay_id, policy, year, amount_fen, set_off_fen, state, created_at)
SELECT {decision}, {person}, union_id, stay_id, policy, year, amount_fen, 0, 'owed', created_at FROM subsidies_entitlement
"""
CERTIFICATE = (
    "INSERT INTO people_certificate (person_id, person_hash) SELECT {person}, sha256('further') FROM people_person"
)
MEMBERSHIP = """
INSERT INTO members_membership (person_id, union_id, member_no, in_service, left_on)
SELECT {person}, union_id, 'M2', true, '1999-01-01' FROM members_membership
"""
BEYOND = 9_000_000_000


UNPAID = "(SELECT max(id) FROM subsidies_decision WHERE payable_fen = 0)"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (COPY.format(decision=f"decision_id + {BEYOND}", person="person_id"), "not there"),
        (COPY.format(decision=UNPAID, person=f"person_id + {BEYOND}"), "not there"),
        ("UPDATE subsidies_entitlement SET person_id = person_id + 1", "append-only"),
        ("UPDATE subsidies_entitlement SET decision_id = decision_id + 1", "append-only"),
        (CERTIFICATE.format(person=f"id + {BEYOND}"), "not there"),
        (MEMBERSHIP.format(person=f"person_id + {BEYOND}"), "not there"),
        ("UPDATE people_certificate SET person_id = person_id + 1", "append-only"),
        ("UPDATE members_membership SET person_id = person_id + 1", "append-only"),
        ("DELETE FROM people_person", "append-only"),
        ("DELETE FROM subsidies_decision", "append-only"),
    ],
)
def test_nothing_makes_it_point_nowhere(statement: str, words: str, tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "50000.00"), stay(1, "2", "10.00"))
    before = Entitlement.objects.values().get()
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entitlement.objects.values().get() == before


@pytest.mark.django_db
def test_what_is_there_may_be_pointed_to(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "50000.00"), stay(1, "2", "10.00"))
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(decision=UNPAID, person="person_id"))
        cursor.execute(CERTIFICATE.format(person="id"))
        cursor.execute("UPDATE members_membership SET joined_on = '2000-01-01'")
        cursor.execute(MEMBERSHIP.format(person="person_id"))
    assert Certificate.objects.count() == 2
    assert Membership.objects.count() == 2
    assert Entitlement.objects.count() == 2
