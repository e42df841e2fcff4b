"""What was done, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "accounts.create": _("created the account"),
    "accounts.close": _("closed the account"),
    "accounts.grant": _("gave a role"),
    "accounts.revoke": _("ended a role"),
    "accounts.lock": _("locked the account"),
    "accounts.unlock": _("unlocked the account"),
    "accounts.set_password": _("set the password"),
    "accounts.reset_second_factor": _("removed the second factor"),
    "accounts.sign_in": _("signed in"),
    "audit.verify": _("verified the trail"),
    "case.approved": _("approved the case"),
    "case.handed_over": _("handed the case over"),
    "case.moved": _("noted a step of the case"),
    "case.no_data": _("reported that there is no data"),
    "case.proposal_dropped": _("dropped the proposal to approve"),
    "case.proposed": _("proposed to approve the case"),
    "case.round": _("noted a round of calls"),
    "download": _("downloaded a file"),
    "export": _("exported a list"),
    "feed.posted": _("decided and posted the feed"),
    "feed.stored": _("stored the feed"),
    "feed.taken_back": _("took the feed back"),
    "ledger.appropriate": _("entered an appropriation"),
    "payments.approve": _("approved the batch"),
    "payments.ask_back": _("asked the member to pay back"),
    "payments.cancel": _("cancelled the batch"),
    "payments.close": _("closed the batch"),
    "payments.end_signatory": _("ended somebody's signing of payments"),
    "payments.name_signatory": _("named somebody who signs payments"),
    "payments.prepare": _("prepared the batch"),
    "payments.propose_write_off": _("proposed to write off"),
    "payments.read_result": _("took in a result file of the bank"),
    "payments.release": _("let the payment be tried again"),
    "payments.release_corrected": _("let the payment be tried again with another account"),
    "payments.repaid": _("booked a repayment"),
    "payments.send": _("marked the batch as being at the bank"),
    "payments.write_file": _("made the bank file"),
    "payments.write_off": _("approved the write-off"),
    "people.decided_again": _("decided people again"),
    "people.merge": _("merged two people"),
    "people.undo_merge": _("undid a merge"),
    "people.set_contact": _("changed mobile number or account"),
    "people.reveal": _("looked at personal data in full"),
}


def action_words(action: str) -> str:
    """Return the words of an action; one without words is shown by its key."""
    return str(ACTIONS.get(action, action))
