"""The words for states of payments, what is unusual about them, and what to do next."""

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import AttemptState, BatchState, DoubtKind, ObstacleReason
from jishiyu.apps.subsidies.models import Entitlement, EntitlementState
from jishiyu.banks import open_bank, profile_names
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

Words = str | Promise

BATCHES: dict[str, Badge] = {
    BatchState.PREPARED: Badge(_("prepared: to be checked"), Tone.WAIT),
    BatchState.APPROVED: Badge(_("approved: make the bank file"), Tone.WAIT),
    BatchState.SENDING: Badge(_("bank file is being made"), Tone.WORK),
    BatchState.SENT: Badge(_("at the bank: answer awaited"), Tone.WORK),
    BatchState.ANSWERED: Badge(_("answered by the bank"), Tone.DONE),
    BatchState.CLOSED: Badge(_("batch closed"), Tone.QUIET),
    BatchState.CANCELLED: Badge(_("cancelled"), Tone.QUIET),
}

ITEMS: dict[str, Badge] = {
    AttemptState.IN_BATCH: Badge(_("in the batch"), Tone.WORK),
    AttemptState.SENT: Badge(_("at the bank"), Tone.WORK),
    AttemptState.UNKNOWN: Badge(_("result unknown"), Tone.WAIT),
    AttemptState.PAID: Badge(_("paid"), Tone.DONE),
    AttemptState.FAILED: Badge(_("failed"), Tone.STOP),
    AttemptState.RETURNED: Badge(_("returned"), Tone.STOP),
    AttemptState.CANCELLED: Badge(_("taken out"), Tone.QUIET),
}

PAYMENTS: dict[str, Badge] = {
    EntitlementState.OWED: Badge(_("owed"), Tone.WAIT),
    EntitlementState.IN_BATCH: Badge(_("in a batch"), Tone.WORK),
    EntitlementState.SENT: Badge(_("at the bank"), Tone.WORK),
    EntitlementState.UNKNOWN: Badge(_("result unknown"), Tone.WAIT),
    EntitlementState.PAID: Badge(_("paid"), Tone.DONE),
    EntitlementState.FAILED: Badge(_("failed"), Tone.STOP),
    EntitlementState.RETURNED: Badge(_("returned"), Tone.STOP),
    EntitlementState.SET_OFF: Badge(_("set off"), Tone.QUIET),
}

OBSTACLES: dict[str, Badge] = {
    ObstacleReason.NO_ACCOUNT: Badge(_("no account"), Tone.STOP),
    ObstacleReason.BAD_ACCOUNT: Badge(_("account number is wrong"), Tone.STOP),
    ObstacleReason.NO_NAME: Badge(_("no name"), Tone.STOP),
    ObstacleReason.NO_HEIR: Badge(_("nobody is named to receive it"), Tone.STOP),
    ObstacleReason.NAME_NOT_WRITABLE: Badge(_("the bank file cannot carry the name"), Tone.STOP),
}

DOUBTS: dict[str, Words] = {
    DoubtKind.SHARED_ACCOUNT: _("one account for several people"),
    DoubtKind.CHANGED_ACCOUNT: _("another account than last time"),
    DoubtKind.CUT_NAME: _("name too long, cut in the file"),
}

OUTCOMES: dict[str, Badge] = {
    Outcome.PAID: Badge(_("paid"), Tone.DONE),
    Outcome.FAILED: Badge(_("failed"), Tone.STOP),
    Outcome.RETURNED: Badge(_("returned"), Tone.STOP),
    Outcome.UNKNOWN: Badge(_("result unknown"), Tone.WAIT),
    Outcome.ACCEPTED: Badge(_("taken in, not decided"), Tone.WORK),
}

NEXT: dict[str, Words] = {
    EntitlementState.OWED: _("Goes into the next batch."),
    EntitlementState.IN_BATCH: _("A second person checks the batch."),
    EntitlementState.SENT: _("Take the bank's result file when it comes."),
    EntitlementState.UNKNOWN: _(
        "Ask the bank what became of it; its next result file settles it. Never pay again before."
    ),
    EntitlementState.FAILED: _("Ask the member for the right account, correct it, and try again."),
    EntitlementState.RETURNED: _("Ask the member for the right account, correct it, and try again."),
}
GET_ACCOUNT = _("Ask the member for an account and enter it.")
GET_HEIR = _("Ask the union who receives the subsidy for the death, and name them with the proof of kinship.")
GET_NAME = _("Ask the bank how it writes this name, and correct it on the roster.")


def next_step(payment: Entitlement, obstacle: str = "") -> str:
    """Return what to do next about a payment; nothing when it is settled."""
    if payment.state == EntitlementState.OWED and obstacle:
        if obstacle == ObstacleReason.NO_HEIR:
            return str(GET_HEIR)
        named = (ObstacleReason.NO_NAME, ObstacleReason.NAME_NOT_WRITABLE)
        return str(GET_NAME if obstacle in named else GET_ACCOUNT)
    return str(NEXT.get(payment.state, ""))


def policy(name: str) -> str:
    """Return the short name of a policy in the reader's language."""
    return policy_label(name)(language())


def bank_title(profile: str) -> str:
    """Return what a bank profile is called; one that is not shipped any more by its key."""
    if profile not in profile_names():
        return profile
    bank = open_bank(profile)
    return bank.title_en if language() == "en" else chinese(bank.title_zh)


def bank_name(profile: str) -> str:
    """Return what a bank profile is called in a list: without what its files look like."""
    return re.split(r"[(\uff08]", bank_title(profile))[0].strip()


def banks() -> Sequence[tuple[str, str]]:
    """Return the bank profiles to choose from."""
    return [(name, bank_title(name)) for name in profile_names()]
