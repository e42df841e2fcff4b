"""A member changes their own account number: for the next payments, and never while one is on its way."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.own_account import change_own_account, on_its_way
from jishiyu.apps.payments.problems import AccountMissing, AccountUnchanged, PaymentOnItsWay
from jishiyu.apps.people.problems import AccountUnusable
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.subsidies.situations import enrol, load, member, stay

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
OLD, NEW = "6222020000000000011", "6217000000000000022"

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(tmp_path: Path) -> Entitlement:
    enrol(tmp_path, member(1, bank_account=OLD))
    load(tmp_path, "三月", stay(1, "A", "12345.00"))
    return Entitlement.objects.get()


def account(of: int) -> str | None:
    found: str | None = identities(person_ids=[of]).row(0, named=True)["bank_account"]
    return found


def change(of: int, to: str) -> None:
    change_own_account(person_id=of, account=to, by=f"member-{of}", at=AT)


def test_the_new_number_counts_and_the_change_is_recorded_without_a_number(owed: Entitlement) -> None:
    change(owed.person_id, "6217 0000-0000 0000 022")
    assert account(owed.person_id) == NEW
    told = Trail.objects.get(action="people.set_contact")
    assert told.by == f"member-{owed.person_id}"
    assert NEW not in str(told.details)
    assert OLD not in str(told.details)


@pytest.mark.parametrize("state", ["in_batch", "sent", "unknown"])
def test_nothing_changes_while_a_payment_is_on_its_way(owed: Entitlement, state: str) -> None:
    Entitlement.objects.filter(pk=owed.pk).update(state="in_batch")
    if state != "in_batch":
        Entitlement.objects.filter(pk=owed.pk).update(state="sent")
    if state == "unknown":
        Entitlement.objects.filter(pk=owed.pk).update(state=state)
    assert on_its_way(person_id=owed.person_id).amount_fen == owed.amount_fen
    with pytest.raises(PaymentOnItsWay):
        change(owed.person_id, NEW)
    assert account(owed.person_id) == OLD


def test_a_number_that_is_none_or_the_same_is_refused(owed: Entitlement) -> None:
    for given, problem in (("", AccountMissing), (OLD, AccountUnchanged), ("12ab", AccountUnusable)):
        with pytest.raises(problem):
            change(owed.person_id, given)
    assert account(owed.person_id) == OLD
