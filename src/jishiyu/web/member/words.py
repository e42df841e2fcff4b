"""States in the words of the people they are about."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.models import ComplaintState, Kind, State
from jishiyu.apps.notices.models import Kind as Notice
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.web.components.badge import Badge, Tone

# What became of the money.
MONEY = {
    EntitlementState.OWED.value: Badge(_("will be paid soon"), Tone.WORK),
    EntitlementState.IN_BATCH.value: Badge(_("payment is being checked"), Tone.WORK),
    EntitlementState.SENT.value: Badge(_("at the bank, on its way to you"), Tone.WORK),
    EntitlementState.PAID.value: Badge(_("on your account"), Tone.DONE),
    EntitlementState.RETURNED.value: Badge(_("the bank sent it back"), Tone.STOP),
    EntitlementState.FAILED.value: Badge(_("the bank could not pay it"), Tone.STOP),
    EntitlementState.UNKNOWN.value: Badge(_("waiting for the bank's answer"), Tone.WAIT),
    EntitlementState.SET_OFF.value: Badge(_("kept against an overpayment"), Tone.QUIET),
}
# What was decided where there is no payment.
DECIDED = {
    "auto": Badge(_("nothing left to pay"), Tone.QUIET),
    "capped": Badge(_("the limit of this period is used up"), Tone.QUIET),
    "assist": Badge(_("papers and a check are needed first"), Tone.WAIT),
    "held": Badge(_("the union is checking it"), Tone.WORK),
    "ineligible": Badge(_("no subsidy for this one"), Tone.QUIET),
}
APPLICATIONS = {
    State.DRAFT.value: Badge(_("not handed in yet"), Tone.WAIT),
    State.SUBMITTED.value: Badge(_("handed in, waiting"), Tone.WORK),
    State.UNDER_REVIEW.value: Badge(_("being looked at"), Tone.WORK),
    State.RETURNED.value: Badge(_("sent back to you: something is missing"), Tone.STOP),
    State.APPROVED.value: Badge(_("agreed to"), Tone.DONE),
    State.REFUSED.value: Badge(_("not agreed to"), Tone.STOP),
    State.WITHDRAWN.value: Badge(_("taken back by you"), Tone.QUIET),
    State.APPEALED.value: Badge(_("you disagreed, waiting"), Tone.WORK),
    State.SECOND_REVIEW.value: Badge(_("being looked at by somebody else"), Tone.WORK),
    State.UPHELD.value: Badge(_("not agreed to, also the second time"), Tone.STOP),
    State.CLOSED.value: Badge(_("finished"), Tone.QUIET),
}
KINDS = {
    Kind.ACCIDENT.value: _("An accident outside work"),
    Kind.DEATH.value: _("A death by accident"),
    Kind.FIRE.value: _("A fire at home"),
    Kind.STAY.value: _("A stay in hospital"),
}
# What a member files themselves, with a line that says when.
CHOICES = (
    (Kind.ACCIDENT, KINDS[Kind.ACCIDENT], _("A broken bone or worse, and not at work.")),
    (Kind.FIRE, KINDS[Kind.FIRE], _("Your home burned and the fire brigade gave you a certificate.")),
    (
        Kind.STAY,
        KINDS[Kind.STAY],
        _("Only when it does not show up here two months after you left the hospital. Usually you need not apply."),
    ),
)
STEPS = {
    "drafted": _("began the application"),
    "form_saved": _("filled in the form"),
    "submitted": _("handed the application in"),
    "taken": _("took it to look at it"),
    "handed_back": _("passed it on to somebody else"),
    "returned": _("sent it back: something is missing"),
    "signed": _("agreed; a second person looks at it too"),
    "approved": _("agreed to it"),
    "refused": _("did not agree to it"),
    "withdrawn": _("took the application back"),
    "appealed": _("disagreed and asked for another look"),
    "upheld": _("did not agree to it the second time"),
    "closed": _("finished the matter"),
    "revocation_proposed": _("is checking the agreement again"),
    "revoked": _("took the agreement back"),
}
COMPLAINTS = {
    ComplaintState.OPEN.value: Badge(_("waiting for the union's answer"), Tone.WAIT),
    ComplaintState.ANSWERED.value: Badge(_("answered by the union"), Tone.DONE),
}
MESSAGES = {
    Notice.ONE_TIME_CODE.value: _("Sign-in code"),
    Notice.MONEY_COMING.value: _("Money is on its way"),
    Notice.PAID.value: _("Money has arrived"),
    Notice.ACCOUNT_RETURNED.value: _("The bank sent money back"),
    Notice.PAPERS_MISSING.value: _("Papers are missing"),
    Notice.DEADLINE.value: _("A day to keep in mind"),
    Notice.REVIEW_RETURNED.value: _("Your application came back"),
    Notice.APPROVED.value: _("Your application was approved"),
    Notice.REFUSED.value: _("Your application was refused"),
    Notice.UPHELD.value: _("The refusal stands after the second review"),
    Notice.REVOKED.value: _("An approval was taken back"),
    Notice.APPLICATION_ENDED.value: _("Your application ended: nothing was added in time"),
    Notice.COMPLAINT_ANSWERED.value: _("Your complaint was answered"),
    Notice.ACCOUNT_CHANGED.value: _("Your account number was changed"),
    Notice.MOBILE_CHANGED.value: _("Your mobile number was changed"),
    Notice.RECORD_CORRECTED.value: _("Your name or number was corrected"),
}
MESSAGE = _("Message from the union")  # to somebody who is not only a member
