"""The words for accounts and kinds of entries."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.ledger.chart import RULES, Kind, Role
from jishiyu.web.payments.words import Words

ROLES: dict[str, Words] = {
    Role.BANK: _("Bank account of the fund"),
    Role.FUND: _("Appropriated to the fund"),
    Role.EXPENSE: _("Subsidies granted"),
    Role.OWED: _("Owed to members"),
    Role.IN_TRANSIT: _("On its way through the bank"),
    Role.RECOVERABLE: _("To come back from members"),
    Role.WRITTEN_OFF: _("Given up"),
}

KINDS: dict[str, Words] = {
    Kind.APPROPRIATION: _("appropriated"),
    Kind.WITHDRAWAL: _("appropriation taken back"),
    Kind.OWED: _("subsidy owed"),
    Kind.SENT: _("handed to the bank"),
    Kind.PAID: _("paid by the bank"),
    Kind.FAILED: _("payment failed"),
    Kind.RETURNED: _("payment returned"),
    Kind.RETURNED_LATE: _("returned after it was paid"),
    Kind.RECOVERY_CLAIM: _("claimed back"),
    Kind.SET_OFF: _("set off against a payment"),
    Kind.REPAID: _("repaid by the member"),
    Kind.WRITTEN_OFF: _("written off by two people"),
    Kind.REGAINED: _("written off before, set off now: the stay is owed again"),
}

# What the key of an entry speaks of; an appropriation carries the number of its document instead.
SUBJECTS: dict[str, Words] = {
    "entitlement": _("Payment"),
    "recovery": _("Recovery"),
    "set_off": _("Set-off"),
    "repayment": _("Repayment"),
}


def kinds_of(role: str) -> list[str]:
    """Return the kinds of entries that touch an account."""
    return [kind.value for kind, rule in RULES.items() if role in (rule.debit, rule.credit)]
