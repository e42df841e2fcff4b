"""Service plans as a list: what is due first, first."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.visits.models import Action
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit


def state(action: Action) -> Badge:
    """Return how an action stands."""
    if action.done_on is not None:
        return Badge(_("done"), Tone.DONE)
    late = (timezone.localdate() - action.due_on).days
    if late > 0:
        return Badge(_("%(days)d days late") % {"days": late}, Tone.STOP)
    return Badge(_("due today"), Tone.WAIT) if late == 0 else Badge(_("on its way"), Tone.WORK)


def _in_state(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    if value == "done":
        return rows.exclude(done_on=None)
    rows = rows.filter(done_on=None)
    return rows.filter(due_on__lt=today) if value == "late" else rows


ACTIONS = Listing(
    "actions", _("Service plans"), template="plans/list.html",
    columns=(
        Column("due", _("Until"), lambda row: row.due_on, Unit.DAY, order=("due_on", "id")),
        Column("enterprise", _("Enterprise"), lambda row: row.need.participation.enterprise.name,
               order=("need__participation__enterprise__name",)),
        Column("need", _("Need"), lambda row: row.need.number, href=lambda row: reverse("plans:one", args=[row.need_id]),
               order=("need__number",)),
        Column("what", _("What is to be done"), lambda row: row.what, href=lambda row: reverse("plans:result", args=[row.pk])),
        Column("owner", _("By whom"), lambda row: row.owner, order=("owner",)),
        Column("state", _("State"), state),
        Column("result", _("What came of it"), lambda row: row.result),
        Column("saved", _("Saved in a year (yuan)"), lambda row: row.saved_fen, Unit.FEN, order=("saved_fen",)),
        Column("kwh", _("Saved in a year (kWh)"), lambda row: row.saved_kwh, Unit.COUNT, order=("saved_kwh",)),
        Column("trained", _("Trained"), lambda row: row.trained or None, Unit.COUNT, order=("trained",)),
    ),
    filters=(
        Filter("state", _("State"), _in_state, "choice", (("open", _("not done yet")), ("late", _("late")), ("done", _("done")))),
        Filter("enterprise", _("Enterprise: part of the name"),
               lambda rows, value: rows.filter(need__participation__enterprise__name__icontains=value)),
        Filter("owner", _("By whom: part of the name"), lambda rows, value: rows.filter(owner__icontains=value)),
    ),
)  # fmt: skip


def ordered(rows: Any) -> Any:
    """Return actions with what is open and due first, first."""
    return rows.order_by(F("done_on").asc(nulls_first=True), "due_on", "id")
