"""The list of applications."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications.models import Application, State
from jishiyu.apps.applications.queries import masked_names
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column
from jishiyu.web.components.names import named
from jishiyu.web.figures.figure import Unit
from jishiyu.web.find.words import APPLICATION_KINDS, APPLICATIONS
from jishiyu.web.payments.lists import UNION
from jishiyu.web.payments.rows import PreparedListing

UNDECIDED = (State.SUBMITTED, State.UNDER_REVIEW, State.APPEALED, State.SECOND_REVIEW)


def prepare(rows: Sequence[Application]) -> None:
    """Give each application the masked name of the member."""
    with whole():
        names = masked_names(person_ids=[row.person_id for row in rows])
    for row in rows:
        row.shown_name = names.get(row.person_id, "")  # type: ignore[attr-defined]


def deadline(row: Any) -> Badge | None:
    """Return what is due until when, the nearest of the deadlines that run; late ones say so."""
    running = {
        State.RETURNED: (row.supplement_due_on, _("supplement by {day}")),
        State.REFUSED: (row.appeal_due_on, _("appeal by {day}")),
        **dict.fromkeys(UNDECIDED, (row.decide_due_on, _("decide by {day}"))),
    }
    day, words = running.get(row.state, (None, ""))
    if day is None:
        return None
    left = (day - timezone.localdate()).days
    said = str(words).format(day=day.isoformat())
    if left < 0 and row.state != State.REFUSED:
        return Badge(_("%(said)s: %(days)d days late") % {"said": said, "days": -left}, Tone.STOP)
    return Badge(said, Tone.WAIT if left <= 3 else Tone.QUIET)


def _late(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    late = Q(state__in=UNDECIDED, decide_due_on__lt=today) | Q(state=State.RETURNED, supplement_due_on__lt=today)
    return rows.filter(late)


def _asked(rows: Any, value: str) -> Any:
    return rows.filter(state__in=UNDECIDED) if value == "undecided" else rows.filter(state=value)


APPLICATIONS_LIST = PreparedListing(
    "applications", _("Applications"), template="applications/list.html", attach=prepare,
    columns=(
        Column("number", _("Application"), lambda row: row.number,
               href=lambda row: reverse("applications:one", args=[row.pk]), order=("id",)),
        Column("kind", _("Subject"), lambda row: str(APPLICATION_KINDS[row.kind]), order=("kind",)),
        Column("name", _("Name"), lambda row: row.shown_name or "—"),
        Column("union", _("Union"), lambda row: row.union.name if row.union else "", order=("union__name",),
               wide=True),
        Column("event", _("Day of the event"), lambda row: row.event_on, Unit.DAY, order=("event_on",)),
        Column("filed", _("Handed in on"), lambda row: row.filed_on, Unit.DAY, order=("filed_on",)),
        Column("state", _("State"), lambda row: badge(row.state, APPLICATIONS), order=("state",)),
        Column("due", _("Deadline"), deadline),
        Column("amount", _("Expected or decided (yuan)"),
               lambda row: row.expected_fen or None if row.decided_fen is None else row.decided_fen, Unit.FEN,
               order=("expected_fen",)),
        Column("reviewer", _("With"), lambda row: named(row.reviewer), in_full=True),
    ),
    filters=(
        Filter("number", _("Application number"), lambda rows, value: rows.filter(number__iexact=value)),
        Filter("kind", _("Subject"), lambda rows, value: rows.filter(kind=value), "choice", tuple(APPLICATION_KINDS.items())),
        Filter("state", _("State"), _asked, "choice", (
            ("undecided", _("not decided yet")), *((state.value, APPLICATIONS[state.value].words) for state in State),
        )),
        Filter("late", _("Deadlines"), _late, "choice", (("late", _("late")),)),
        UNION,
        Filter("since", _("Handed in since"), lambda rows, value: rows.filter(filed_on__gte=value), "day"),
        Filter("until", _("Handed in until"), lambda rows, value: rows.filter(filed_on__lte=value), "day"),
        Filter("filer", _("Filed by"), lambda rows, value: rows.filter(filed_by=value)),
    ),
)  # fmt: skip
