"""Words and colours of decisions, of what is owed, paid back, and asked about."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.desk.queries import Followed
from jishiyu.apps.subsidies.models import CaseReason, CaseState, EntitlementState, RecoveryState
from jishiyu.web.components.badge import Badge, Tone, badge

PAYMENT_STATES = {
    EntitlementState.OWED.value: Badge(_("owed"), Tone.WAIT),
    EntitlementState.IN_BATCH.value: Badge(_("in a batch"), Tone.WORK),
    EntitlementState.SENT.value: Badge(_("at the bank"), Tone.WORK),
    EntitlementState.PAID.value: Badge(_("paid"), Tone.DONE),
    EntitlementState.RETURNED.value: Badge(_("returned by the bank"), Tone.STOP),
    EntitlementState.FAILED.value: Badge(_("failed at the bank"), Tone.STOP),
    EntitlementState.UNKNOWN.value: Badge(_("result unknown"), Tone.WAIT),
    EntitlementState.SET_OFF.value: Badge(_("set off"), Tone.QUIET),
}
RECOVERY_STATES = {
    RecoveryState.OPEN.value: Badge(_("to be recovered"), Tone.WAIT),
    RecoveryState.SET_OFF.value: Badge(_("set off"), Tone.DONE),
    RecoveryState.ASKED_BACK.value: Badge(_("asked back"), Tone.WORK),
    RecoveryState.REPAID.value: Badge(_("paid back"), Tone.DONE),
    RecoveryState.WRITTEN_OFF.value: Badge(_("written off"), Tone.QUIET),
}
CASE_STATES = {
    CaseState.OPEN.value: Badge(_("to be called"), Tone.WAIT),
    CaseState.CALLED.value: Badge(_("called"), Tone.WORK),
    CaseState.PROMISED.value: Badge(_("promised"), Tone.WORK),
    CaseState.PAPERS_IN.value: Badge(_("papers are in"), Tone.WORK),
    CaseState.APPROVED.value: Badge(_("approved"), Tone.DONE),
    CaseState.CLOSED.value: Badge(_("closed with a reason"), Tone.QUIET),
}
CASE_REASONS = {
    CaseReason.OVER_LIMIT.value: _("over the automatic limit"),
    CaseReason.UNMATCHED.value: _("not on the roster"),
    CaseReason.HELD.value: _("data to be checked"),
    CaseReason.NO_DATA.value: _("no settlement data"),
}
STANDING = {
    "published": Badge(_("published"), Tone.DONE),
    "assumed": Badge(_("assumed, to be confirmed"), Tone.WAIT),
}
KINDS = {"payment": _("payment"), "recovery": _("recovery"), "case": _("call-list case")}


def followed(one: Followed) -> tuple[str, Badge]:
    """Return what followed from a decision in words, and its state."""
    states = {"payment": PAYMENT_STATES, "recovery": RECOVERY_STATES, "case": CASE_STATES}[one.kind]
    said = str(KINDS[one.kind])
    if one.kind == "case":
        said = f"{said}: {CASE_REASONS.get(one.words, one.words)}"
    return said, badge(one.state, states)
