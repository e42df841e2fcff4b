"""The list of notices; everything in it is masked."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.notices.models import Kind, Notice, State
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.spoken import spoken
from jishiyu.web.figures.figure import Unit

KINDS = {
    Kind.ONE_TIME_CODE.value: _("One-time code"),
    Kind.APPOINTMENT.value: _("Visit arranged"),
    Kind.APPOINTMENT_CANCELLED.value: _("Visit cancelled"),
    Kind.MONEY_COMING.value: _("Subsidy sent to the bank"),
    Kind.PAID.value: _("Subsidy paid"),
    Kind.ACCOUNT_RETURNED.value: _("Account returned by the bank"),
    Kind.PAPERS_MISSING.value: _("Papers missing from an application"),
    Kind.DEADLINE.value: _("Deadline of an application"),
    Kind.REVIEW_RETURNED.value: _("Application returned to the member"),
    Kind.APPROVED.value: _("Application approved"),
    Kind.REFUSED.value: _("Application refused"),
    Kind.UPHELD.value: _("Refusal upheld on appeal"),
    Kind.REVOKED.value: _("Approval taken back"),
    Kind.APPLICATION_ENDED.value: _("Application ended: nothing was added in time"),
    Kind.COMPLAINT_ANSWERED.value: _("Complaint answered"),
    Kind.ACCOUNT_CHANGED.value: _("Account number changed"),
    Kind.MOBILE_CHANGED.value: _("Mobile number changed"),
    Kind.RECORD_CORRECTED.value: _("Name or number corrected"),
    Kind.CASE_HANDED.value: _("Case handed on (to an officer)"),
    Kind.CALLS_OVERDUE.value: _("Overdue calls (to staff)"),
    Kind.WAITING.value: _("Items waiting for review (to staff)"),
    Kind.ACTION_DUE.value: _("Action of a service plan due (to a steward)"),
    Kind.HELP_STEWARD.value: _("New enterprise (to a steward)"),
    Kind.HELP_NEED.value: _("Need that waits (to staff)"),
    Kind.HELP_LATE.value: _("Overdue need (to staff)"),
    Kind.HELP_ESCALATED.value: _("Need raised to the next level (to staff)"),
    Kind.HELP_ENDED.value: _("Need that has ended (to the enterprise)"),
    Kind.TEST.value: _("Test message"),
    Kind.TRAIL_BROKEN.value: _("Audit trail not whole (to staff)"),
}
STATES = {
    State.QUEUED.value: Badge(_("waits to be sent"), Tone.WAIT),
    State.SENDING.value: Badge(_("being sent"), Tone.WORK),
    State.SENT.value: Badge(_("taken by the channel"), Tone.DONE),
    State.FAILED.value: Badge(_("not delivered"), Tone.STOP),
}


def kind(row: Notice) -> str:
    """Return what a notice is about, in words."""
    return str(KINDS.get(row.kind, row.kind))


NOTICES = Listing(
    "notices", _("Notices"), template="notices/list.html",
    columns=(
        Column("id", _("No."), lambda row: str(row.pk), Unit.NUMBER, order=("id",),
               href=lambda row: reverse("notices:one", args=[row.pk])),
        Column("at", _("Queued"), lambda row: row.queued_at, Unit.DAY),
        Column("kind", _("Kind of notice"), kind),
        Column("address", _("Sent to"), lambda row: row.address or _("staff")),
        Column("state", _("State"), lambda row: badge(row.state, STATES)),
        Column("preview", _("Text (masked)"), lambda row: row.preview),
        Column("problem", _("Why not delivered"), lambda row: spoken(row.problem)),
    ),
    filters=(
        Filter("kind", _("Kind of notice"), lambda rows, value: rows.filter(kind=value), "choice", tuple(KINDS.items())),
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((key, one.words) for key, one in STATES.items())),
        Filter("since", _("From"), lambda rows, value: rows.filter(queued_at__date__gte=value), "day"),
    ),
)  # fmt: skip
