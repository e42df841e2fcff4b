"""The list of complaints; names are opened a page or a chunk at a time and shown masked."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.models import ComplaintState
from jishiyu.apps.applications.queries import complaint_rows
from jishiyu.apps.applications.rows import ComplaintRow
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import named
from jishiyu.web.components.rows import CHUNK, QueryRows, Rows
from jishiyu.web.figures.figure import Unit

STATES = (("open", _("to be answered")), ("answered", _("answer given")), ("late", _("answer overdue")))


class ComplaintRows(QueryRows):
    """Complaints with their words."""

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[ComplaintRow]:
        """Return one page."""
        return complaint_rows(super().page(start, size, order))

    def walk(self, order: Sequence[str]) -> Iterator[ComplaintRow]:
        """Walk through all of them."""
        rows = super().walk(order)
        while chunk := list(islice(rows, CHUNK)):
            yield from complaint_rows(chunk)


class ComplaintListing(Listing):
    """The list of complaints."""

    def rows(self, narrowed: Any) -> Rows:
        """Return complaints with names and words."""
        return ComplaintRows(narrowed)


def state(row: ComplaintRow) -> Badge:
    """Return how far a complaint has come."""
    if row.state == ComplaintState.ANSWERED:
        return Badge(_("answer given"), Tone.DONE)
    if row.due_on < timezone.localdate():
        return Badge(_("answer overdue"), Tone.STOP)
    return Badge(_("to be answered"), Tone.WAIT)


def _in_state(rows: Any, wanted: str) -> Any:
    if wanted == "late":
        return rows.filter(state=ComplaintState.OPEN, due_on__lt=timezone.localdate())
    return rows.filter(state=wanted)


COMPLAINTS = ComplaintListing(
    "complaints", _("Complaints"),
    columns=(
        Column("id", _("No."), lambda row: str(row.id), Unit.NUMBER, order=("id",),
               href=lambda row: reverse("complaints:one", args=[row.id])),
        Column("state", _("State"), state),
        Column("due_on", _("Answer by"), lambda row: row.due_on, Unit.DAY, order=("due_on",)),
        Column("name", _("Name"), lambda row: row.name),
        Column("filed_at", _("Received"), lambda row: row.filed_at, Unit.DAY, order=("filed_at",)),
        Column("application", _("Application"), lambda row: row.application),
        Column("answered_by", _("Answered by"), lambda row: named(row.answered_by), in_full=True),
        Column("answered_at", _("Answered"), lambda row: row.answered_at, Unit.DAY),
    ),
    filters=(
        Filter("state", _("State"), _in_state, "choice", STATES),
        Filter("since", _("From"), lambda rows, value: rows.filter(filed_at__date__gte=value), "day"),
    ),
)  # fmt: skip
