"""The chart of accounts and what each kind of entry does to it.

Amounts are signed fen: a debit is positive, a credit negative. Money that was handed to the bank stays owed to the
member until the bank says that it was paid; until then it is in transit.
"""

from dataclasses import dataclass

from django.db import models

from jishiyu.engine.words import Words


class Role(models.TextChoices):
    """What an account is for. All but `bank` and `fund` are kept per policy."""

    BANK = "bank", Words("基金银行存款", "bank account of the fund")
    FUND = "fund", Words("拨入基金", "appropriated to the fund")
    EXPENSE = "expense", Words("补贴支出", "subsidies granted")
    OWED = "owed", Words("应付会员补贴", "owed to members")
    IN_TRANSIT = "in_transit", Words("银行在途", "on its way through the bank")
    RECOVERABLE = "recoverable", Words("应收追回款", "to come back from members")
    WRITTEN_OFF = "written_off", Words("核销损失", "given up")


class Kind(models.TextChoices):
    """What happened."""

    APPROPRIATION = "appropriation", Words("拨入", "appropriated")
    WITHDRAWAL = "withdrawal", Words("拨入冲回", "appropriation taken back")
    OWED = "owed", Words("确认应付", "subsidy owed")
    SENT = "sent", Words("送银行", "handed to the bank")
    PAID = "paid", Words("银行已付", "paid by the bank")
    FAILED = "failed", Words("付款失败", "payment failed")
    RETURNED = "returned", Words("退汇", "payment returned")
    RETURNED_LATE = "returned_late", Words("付后退汇", "returned after it was paid")
    RECOVERY_CLAIM = "recovery_claim", Words("确认追回", "claimed back")
    SET_OFF = "set_off", Words("抵扣", "set off against a payment")
    REPAID = "repaid", Words("会员退回", "repaid by the member")
    WRITTEN_OFF = "written_off", Words("核销", "written off by two people")
    REGAINED = "regained", Words("核销后抵回", "written off before, set off now")


@dataclass(frozen=True, slots=True)
class Rule:
    """One debit, one credit, and the stem of the idempotency key: `subject:ID:verb`."""

    debit: Role
    credit: Role
    subject: str
    verb: str


RULES: dict[Kind, Rule] = {
    Kind.APPROPRIATION: Rule(Role.BANK, Role.FUND, "appropriation", "received"),
    Kind.WITHDRAWAL: Rule(Role.FUND, Role.BANK, "appropriation", "withdrawn"),
    Kind.OWED: Rule(Role.EXPENSE, Role.OWED, "entitlement", "owed"),
    Kind.SENT: Rule(Role.IN_TRANSIT, Role.BANK, "attempt", "sent"),
    Kind.PAID: Rule(Role.OWED, Role.IN_TRANSIT, "attempt", "paid"),
    Kind.FAILED: Rule(Role.BANK, Role.IN_TRANSIT, "attempt", "failed"),
    Kind.RETURNED: Rule(Role.BANK, Role.IN_TRANSIT, "attempt", "returned"),
    Kind.RETURNED_LATE: Rule(Role.BANK, Role.OWED, "attempt", "returned"),
    Kind.RECOVERY_CLAIM: Rule(Role.RECOVERABLE, Role.EXPENSE, "recovery", "claimed"),
    Kind.SET_OFF: Rule(Role.OWED, Role.RECOVERABLE, "set_off", "applied"),
    Kind.REPAID: Rule(Role.BANK, Role.RECOVERABLE, "repayment", "received"),
    Kind.WRITTEN_OFF: Rule(Role.WRITTEN_OFF, Role.RECOVERABLE, "recovery", "written_off"),
    Kind.REGAINED: Rule(Role.OWED, Role.WRITTEN_OFF, "set_off", "regained"),
}

COMMON_ROLES = frozenset({Role.BANK, Role.FUND})
