"""What a case asks for, in the words of a clerk."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.subsidies.models import CaseReason, CaseState

Words = str | Promise

ASK: dict[str, Words] = {
    CaseReason.OVER_LIMIT: _(
        "The subsidy is over the automatic limit. Ask the union to help the member with the papers."
    ),
    CaseReason.UNMATCHED: _("Not on the roster. Ask the employer's union whether this is a member in service."),
    CaseReason.HELD: _("The data is doubtful. Ask the union to check it with the member."),
    CaseReason.NO_DATA: _("No feed brought the stay. Help the member to apply with the papers."),
}
NEXT: dict[str, Words] = {
    CaseState.OPEN: _("Call the union, and note what was said."),
    CaseState.CALLED: _("Agree on a day with the union, or call again on the day above."),
    CaseState.PROMISED: _("Wait until the day that was promised; if nothing comes, call again."),
    CaseState.PAPERS_IN: _("Two people look at the papers and approve, or the case is closed with a reason."),
}
BROKEN = _("The promised day has passed: call again, and note a new day.")


def next_step(state: str, *, late: bool) -> Words:
    """Return what is to be done now; a promise that was not kept is no reason to wait on."""
    return BROKEN if late and state == CaseState.PROMISED else NEXT.get(state, "")
