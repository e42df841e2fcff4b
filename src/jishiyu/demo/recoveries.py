"""Money that has to come back: first set off against the next payment, later asked back, at the end given up by two."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from jishiyu.apps.payments.operations import approve_write_off, ask_back, propose_write_off, record_repayment
from jishiyu.apps.subsidies.models import Recovery, RecoveryState
from jishiyu.demo.officers import CHECKER, MAKER, drawn

WAITED, ANSWERED, GIVEN_UP = 3, 5, 9  # months after which a recovery is asked back, repaid, written off
PAYS_BACK = 90  # of a hundred


@dataclass(frozen=True)
class Chased:
    """How many recoveries were asked back, repaid and written off this month."""

    asked_back: int = 0
    repaid: int = 0
    written_off: int = 0


class _Step(TypedDict):
    recovery_id: int
    on: date
    at: datetime


class Chase:
    """Remembers in which month a recovery was first seen; the books' own times are those of the demo's run."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._seen: dict[int, int] = {}

    def month(self, month: int, *, on: date, at: datetime) -> Chased:
        """This function will take every recovery that is not settled one step further when its time has come."""
        asked = repaid = written_off = 0
        unsettled = Recovery.objects.filter(state__in=[RecoveryState.OPEN, RecoveryState.ASKED_BACK]).order_by("id")
        for recovery in unsettled:
            waited = month - self._seen.setdefault(recovery.pk, month)
            step: _Step = {"recovery_id": recovery.pk, "on": on, "at": at}
            pays = drawn(self._seed, "recovery", recovery.stay_id) < PAYS_BACK
            if recovery.state == RecoveryState.OPEN and waited >= WAITED:
                ask_back(reason="住院结算已冲销,补贴须退回", by=MAKER, **step)
                asked += 1
            elif recovery.state == RecoveryState.ASKED_BACK and pays and waited >= ANSWERED:
                rest = recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen
                record_repayment(amount_fen=rest, reference=f"退款回单-{recovery.pk}", by=MAKER, **step)
                repaid += 1
            elif recovery.state == RecoveryState.ASKED_BACK and not pays and waited >= GIVEN_UP:
                propose_write_off(reason="多次联系未能收回,金额较小", by=MAKER, **step)
                approve_write_off(by=CHECKER, **step)
                written_off += 1
        return Chased(asked_back=asked, repaid=repaid, written_off=written_off)
