"""Whatever happens in whatever order: nobody gets money twice, and the books agree with the bank.

The test keeps a world of its own: what the bank really did with each payment, whether it has told us or not.
"""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.queries import balance_of, trial_balance_fen
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Attempt, Batch
from jishiyu.apps.payments.queries import disagreements, free_fen
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Entitlement, Recovery
from jishiyu.engine.problems import Problem
from tests.apps.payments import fund
from tests.apps.payments.fund import BANK, CLERK, WHEN, Member

FUND = 20_000
# What may happen, the usual more often than the rare. A plain list of steps instead of a rule machine: that one
# leaves half of its rules out of each run, and few runs would get as far as a second try.
STEPS = [
    "owe", "owe", "claim", "appropriate", "prepare", "to_the_bank", "to_the_bank", "approve", "cancel", "send",
    "bank_answers", "bank_answers", "bank_answers", "money_comes_back", "an_old_file_is_read_again",
    "a_lie_is_refused", "release", "release", "release", "repay",
]  # fmt: skip
ANSWERS = ["accepted", "unknown", "out", "out", "never"]
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 1_000), st.integers(1, 2_000)), min_size=25, max_size=40
)


class World:
    """Officers, members and a bank that act in any order. Every step takes a pick and an amount."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        fund.open_fund(FUND)
        self.people = fund.join([Member(), Member("李四", "6222020000000000002"), Member("王五", None)])
        fund.owe(self.people[:2] * 2, [700, 800, 900, 600])
        self.money_in = FUND
        self.really: dict[int, str] = {}  # attempt -> at_bank, out (the member has it), never, back
        self.told: dict[int, str] = {}
        self.files: list[bytes] = []
        self.slips = 0
        self.send_one(fund.approve(fund.prepare(limit=3).batch_id))

    def ends(self) -> None:
        """Check what a commit would check, and note how far this run came."""
        for really in sorted(set(self.really.values())):
            event(f"money {really}")
        if Attempt.objects.filter(attempt_no__gt=1).exclude(state="cancelled").exists():
            event("a second try")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        self.folder.cleanup()

    def person(self, pick: int) -> Person:
        return self.people[pick % len(self.people)]

    def batch(self, pick: int, *states: str) -> Batch | None:
        found = list(Batch.objects.filter(state__in=states).order_by("id"))
        return found[pick % len(found)] if found else None

    def owe(self, pick: int, amount: int) -> None:
        fund.owe([self.person(pick)], [amount])

    def claim(self, pick: int, amount: int) -> None:
        fund.claim(self.person(pick), amount)

    def appropriate(self, pick: int, amount: int) -> None:
        amount = amount if pick % 2 else -amount
        self.slips += 1
        try:
            with transaction.atomic():
                pay.appropriate(amount_fen=amount, reference=f"{self.slips}号", by=CLERK, **WHEN)
            self.money_in += amount
        except Problem:
            pass

    def prepare(self, pick: int, _: int) -> None:
        with suppress(Problem):
            fund.prepare(limit=pick % 4 or None)

    def to_the_bank(self, pick: int, _: int) -> None:
        """The usual day, in one step, so that most runs get as far as the bank."""
        with suppress(Problem):
            batch_id = fund.approve(fund.prepare(limit=pick % 4 or None).batch_id or 0)
            self.send_one(batch_id)

    def approve(self, pick: int, _: int) -> None:
        if batch := self.batch(pick, "prepared"):
            fund.approve(batch.id)

    def cancel(self, pick: int, _: int) -> None:
        if batch := self.batch(pick, "prepared", "approved"):
            pay.cancel_batch(batch_id=batch.id, by=CLERK, reason="重做", **WHEN)

    def send(self, pick: int, _: int) -> None:
        if batch := self.batch(pick, "approved", "sent", "answered"):
            self.send_one(batch.id)

    def send_one(self, batch_id: int) -> None:
        """Send a batch, for the first time or again; the bank takes in what it has not seen."""
        sent = fund.send(batch_id, Path(self.folder.name))
        for payment in BANK.payments_of(sent.paths[0].read_bytes(), file_name="x"):
            attempt_id = int(payment.reference[2:])
            if attempt_id not in self.really:
                self.really[attempt_id] = "at_bank"
                assert Attempt.objects.get(id=attempt_id).amount_fen == payment.amount_fen

    def bank_answers(self, pick: int, amount: int) -> None:
        """The bank works on some of what it has, and tells us; of an unknown one it may have paid already."""
        waiting = [a for a, really in self.really.items() if really == "at_bank" or self.told.get(a) == "unknown"]
        lines = []
        for attempt_id in waiting[: 1 + pick % 3]:
            outcome = ANSWERS[(pick + amount * attempt_id) % len(ANSWERS)]
            if outcome == "unknown":
                self.really[attempt_id] = "out" if (pick + attempt_id) % 2 else "at_bank"
            elif outcome != "accepted" and self.really[attempt_id] == "at_bank":
                self.really[attempt_id] = outcome
            says = {"out": "paid", "never": "failed"}.get(self.really[attempt_id], outcome)
            if outcome in ("accepted", "unknown"):
                says = outcome
            lines.append((attempt_id, says))
        self.tell(lines)

    def money_comes_back(self, pick: int, _: int) -> None:
        """A payment that the bank called paid comes back days later."""
        paid = [a for a, really in self.really.items() if really == "out" and self.told.get(a) == "paid"]
        if paid:
            attempt_id = paid[pick % len(paid)]
            self.really[attempt_id] = "back"
            self.tell([(attempt_id, "returned")])

    def tell(self, lines: list[tuple[int, str]]) -> None:
        if not lines:
            return
        known = {attempt.id: attempt for attempt in fund.attempts()}
        answers = []
        for attempt_id, says in lines:
            second = known[attempt_id].entitlement.person_id == self.people[1].id
            account = "6222020000000000002" if second else None
            answers.append(fund.says(known[attempt_id], says, account=account))
            if says != "accepted":
                self.told[attempt_id] = says
        content = fund.result_bytes(answers)
        self.files.append(content)
        self.read(content)

    def read(self, content: bytes) -> pay.ResultRead:
        return pay.read_result(content=content, file_name="r", by=CLERK, bank=BANK, **WHEN)

    def an_old_file_is_read_again(self, pick: int, _: int) -> None:
        if self.files:
            assert self.read(self.files[pick % len(self.files)]).moved == {}

    def a_lie_is_refused(self, pick: int, _: int) -> None:
        """A file that calls a failed or returned payment paid is not taken."""
        wrong = [attempt for attempt in fund.attempts() if attempt.state in ("failed", "returned")]
        if wrong:
            attempt = wrong[pick % len(wrong)]
            second = attempt.entitlement.person_id == self.people[1].id
            line = fund.says(attempt, "paid", day=None, account="6222020000000000002" if second else None)
            with pytest.raises(Problem):
                self.read(fund.result_bytes([line]))

    def release(self, pick: int, _: int) -> None:
        entitlements = list(Entitlement.objects.order_by("id"))
        if not entitlements:
            return
        one = entitlements[pick % len(entitlements)]
        if one.state in ("returned", "failed"):
            pay.release(entitlement_ids=[one.id], reason="账户已恢复", by=CLERK, **WHEN)
        else:
            with pytest.raises(Problem):
                pay.release(entitlement_ids=[one.id], reason="账户已恢复", by=CLERK, **WHEN)

    def repay(self, pick: int, amount: int) -> None:
        claims = list(Recovery.objects.order_by("id"))
        if claims:
            self.slips += 1
            step = {"recovery_id": claims[pick % len(claims)].id, "reference": f"回单{self.slips}"}
            try:
                pay.record_repayment(amount_fen=amount, by=CLERK, **step, **WHEN)
                self.money_in += amount
            except Problem:
                pass

    def nobody_has_money_twice(self) -> None:
        """Of one entitlement at most one payment is out or may be, and never more than what is left of it."""
        out: dict[int, int] = {}
        for attempt in fund.attempts():
            if self.really.get(attempt.id) in ("out", "at_bank"):
                assert attempt.entitlement_id not in out
                out[attempt.entitlement_id] = attempt.amount_fen
        for entitlement in Entitlement.objects.filter(id__in=out):
            assert out[entitlement.id] == entitlement.amount_fen - entitlement.set_off_fen

    def the_books_agree_with_the_states_and_the_bank(self) -> None:
        assert trial_balance_fen() == 0
        assert disagreements() == []
        assert free_fen() >= 0
        known_out = sum(a.amount_fen for a in fund.attempts() if a.state in ("sent", "unknown", "paid"))
        assert balance_of(role=Role.BANK) == self.money_in - known_out


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_nobody_is_paid_twice_in_any_order_of_events(steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        world = World()
        for step, pick, amount in steps:
            getattr(world, step)(pick, amount)
            world.nobody_has_money_twice()
            world.the_books_agree_with_the_states_and_the_bank()
        world.ends()
        transaction.set_rollback(True)
