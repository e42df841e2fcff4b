"""The chart of accounts and what each kind of entry does to it.

Amounts are signed fen: a debit is positive, a credit negative. Money that was handed to the bank stays owed to the
member until the bank says that it was paid; until then it is in transit.
"""

from dataclasses import dataclass

from django.db import models


class Role(models.TextChoices):
    """What an account is for. All but `bank` and `fund` are kept per policy."""

    BANK = "bank", "基金银行存款"
    FUND = "fund", "拨入基金"
    EXPENSE = "expense", "补贴支出"
    OWED = "owed", "应付会员补贴"
    IN_TRANSIT = "in_transit", "银行在途"
    RECOVERABLE = "recoverable", "应收追回款"
    WRITTEN_OFF = "written_off", "核销损失"


class Kind(models.TextChoices):
    """What happened."""

    APPROPRIATION = "appropriation", "拨入"
    WITHDRAWAL = "withdrawal", "拨入冲回"
    OWED = "owed", "确认应付"
    SENT = "sent", "送银行"
    PAID = "paid", "银行已付"
    FAILED = "failed", "付款失败"
    RETURNED = "returned", "退汇"
    RETURNED_LATE = "returned_late", "付后退汇"
    RECOVERY_CLAIM = "recovery_claim", "确认追回"
    SET_OFF = "set_off", "抵扣"
    REPAID = "repaid", "会员退回"
    WRITTEN_OFF = "written_off", "核销"
    REGAINED = "regained", "核销后抵回"


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
