"""What counts as paid: what a member has for a stay, whatever way the money took, and nothing twice."""

from datetime import date

import pytest

from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries
from jishiyu.apps.payments.models import Attempt, Batch, Repayment
from jishiyu.apps.statistics.lines import days_to_paid
from jishiyu.apps.statistics.queries import By, Total, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Scope
from jishiyu.apps.subsidies.models import Entitlement, Recovery, SetOff
from tests.apps.statistics.city import HOSPITAL, MIDNIGHT, Grant, store

JAN, FEB, MAR, APR, MAY = (date(2024, month, 10) for month in range(1, 6))

pytestmark = pytest.mark.django_db


def pay(owed: Entitlement, on: date) -> None:
    """Let the bank confirm what is left to pay of an entitlement."""
    fen = owed.amount_fen - owed.set_off_fen
    batch = Batch.objects.get()
    attempt = Attempt.objects.create(
        entitlement=owed, batch=batch, attempt_no=1, line_no=100 + owed.pk, amount_fen=fen, payee=b"", account_hash=b""
    )
    for kind in (Kind.SENT, Kind.PAID):
        post_entries(kind=kind, rows=[(attempt.pk, HOSPITAL, fen)], on=on)


def repay(recovery: Recovery, fen: int, on: date) -> None:
    """Let a member pay something back."""
    slip = f"slip {recovery.repayments.count() + 1}"
    back = Repayment.objects.create(
        recovery=recovery, amount_fen=fen, reference=slip, received_on=on, by="甲", at=MIDNIGHT
    )
    post_entries(kind=Kind.REPAID, rows=[(back.pk, HOSPITAL, fen)], on=on)


def paid(since: date | None = None, until: date | None = None) -> Total:
    return totals(Scope(since=since, until=until))[Basis.PAID]


def test_a_difference_paid_later_raises_the_amount_and_is_no_further_person_time() -> None:
    store([Grant(1, "G1", JAN, (600_000, 1_100_000), (FEB, MAR), paid=FEB)])
    pay(Entitlement.objects.get(amount_fen=500_000), APR)
    assert (paid().person_times, paid().fen, paid().over_times, paid().largest_fen) == (1, 1_100_000, 1, 1_100_000)
    assert [row.fen for row in large(Scope())] == [1_100_000]
    assert (paid(since=MAR).person_times, paid(since=MAR).fen) == (0, 500_000)
    assert (paid(until=MAR).person_times, paid(until=MAR).fen, paid(until=MAR).over_times) == (1, 600_000, 0)


def test_a_member_who_paid_everything_back_is_not_counted_any_more() -> None:
    store([Grant(1, "G1", JAN, (30_000, 0), (FEB, MAR), paid=FEB), Grant(2, "G2", JAN, (40_000,), (FEB,), paid=FEB)])
    assert paid().fen == 70_000  # asked for is not yet returned
    repay(Recovery.objects.get(), 10_000, APR)
    assert (paid().person_times, paid().people, paid().fen) == (2, 2, 60_000)
    repay(Recovery.objects.get(), 20_000, MAY)
    assert (paid().person_times, paid().people, paid().fen) == (1, 1, 40_000)
    assert [row.fen for row in groups(Scope(), By.MONTH)] == [70_000, -10_000, -20_000]


def test_what_is_set_off_against_the_next_stay_counts_for_that_one_only() -> None:
    store([Grant(1, "G1", JAN, (30_000, 0), (FEB, MAR), paid=FEB), Grant(1, "G1", MAR, (50_000,), (APR,))])
    owed = Entitlement.objects.get(amount_fen=50_000)
    part = SetOff.objects.create(recovery=Recovery.objects.get(), entitlement=owed, amount_fen=30_000, at=MIDNIGHT)
    Entitlement.objects.filter(pk=owed.pk).update(set_off_fen=30_000)
    post_entries(kind=Kind.SET_OFF, rows=[(part.pk, HOSPITAL, 30_000)], on=APR)
    assert (paid().person_times, paid().fen) == (1, 30_000)
    pay(Entitlement.objects.get(pk=owed.pk), MAY)
    assert (paid().person_times, paid().fen, paid().largest_fen) == (1, 50_000, 50_000)


def test_days_to_the_money_are_those_of_the_first_payment() -> None:
    store([Grant(1, "G1", JAN, (30_000, 50_000), (MAR, APR), paid=MAR)])
    pay(Entitlement.objects.get(amount_fen=20_000), MAY)
    found = days_to_paid(Scope())
    assert (found.payments, found.longest) == (1, 9)
