"""What an answer of the bank does to an attempt: one table, which tests/apps/payments/reconciliation.csv repeats in
words for a clerk."""

from enum import StrEnum

from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import AttemptState


class Ruling(StrEnum):
    """What to do with one line of a result file."""

    MOVE = "move"
    IGNORE = "ignore"
    REFUSE = "refuse"  # the whole file


GOES_TO: dict[Outcome, AttemptState] = {
    Outcome.UNKNOWN: AttemptState.UNKNOWN,
    Outcome.PAID: AttemptState.PAID,
    Outcome.FAILED: AttemptState.FAILED,
    Outcome.RETURNED: AttemptState.RETURNED,
}

_M, _I, _R = Ruling.MOVE, Ruling.IGNORE, Ruling.REFUSE
#                                accepted unknown paid failed returned
_TABLE: dict[AttemptState, tuple[Ruling, Ruling, Ruling, Ruling, Ruling]] = {
    AttemptState.SENT: (_I, _M, _M, _M, _M),
    AttemptState.UNKNOWN: (_I, _I, _M, _M, _M),
    AttemptState.PAID: (_R, _R, _I, _R, _M),  # paid, and days later returned (退汇)
    AttemptState.FAILED: (_R, _R, _R, _I, _R),
    AttemptState.RETURNED: (_R, _R, _R, _R, _I),
    AttemptState.IN_BATCH: (_R, _R, _R, _R, _R),  # never sent
    AttemptState.CANCELLED: (_R, _R, _R, _R, _R),
}
_ORDER = (Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.PAID, Outcome.FAILED, Outcome.RETURNED)


def ruling(*, state: AttemptState, outcome: Outcome, said_before: bool) -> Ruling:
    """Return what an answer does to an attempt in this state.

    `said_before`: the bank gave this very answer for this attempt earlier, with the same code and the same day. It
    is ignored then, whatever has happened since; without a day it cannot be told from a new answer.
    """
    by_state = _TABLE[state][_ORDER.index(outcome)]
    never_sent = state in (AttemptState.IN_BATCH, AttemptState.CANCELLED)
    return Ruling.IGNORE if said_before and by_state is Ruling.REFUSE and not never_sent else by_state
