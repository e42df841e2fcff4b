"""The list of cases, and the same by union."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.queries import accounts_called
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import branch
from jishiyu.apps.subsidies.models import CASE_ENDS, Case, CaseState
from jishiyu.apps.subsidies.queries import EmployerCases, case_names, last_words
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import named
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.components.spoken import spoken
from jishiyu.web.decisions.words import CASE_REASONS, CASE_STATES
from jishiyu.web.figures.figure import Unit
from jishiyu.web.payments.rows import PreparedListing

ALL = "all"


def prepare(cases: Sequence[Case]) -> None:
    """Give each case the masked name and number of whom it is about, and its last step."""
    with whole():  # the cases are the reader's; whose they are may stand in a line or person they cannot see
        names, said = case_names(cases=cases), last_words(cases=cases)
    for case in cases:
        case.shown_name, case.shown_number = names[case.pk]  # type: ignore[attr-defined]
        case.last = said.get(case.pk)  # type: ignore[attr-defined]


def due(case: Case) -> Any:
    """Return the day a case is due, with a word where that day is over."""
    if case.state in CASE_ENDS:
        return None
    late = (timezone.localdate() - case.due_on).days
    if late > 0:
        return Badge(_("%(day)s, %(days)d days late") % {"day": case.due_on.isoformat(), "days": late}, Tone.STOP)
    return Badge(case.due_on.isoformat(), Tone.WAIT if late == 0 else Tone.QUIET)


def employer(case: Case) -> str:
    """Return the union of a case, or the employer's name where no union is known."""
    return case.union.name if case.union is not None else case.employer_name or str(_("employer unknown"))


def _in_state(rows: Any, value: str) -> Any:
    return rows if value == ALL else rows.filter(state=value)


def _of_union(rows: Any, value: str) -> Any:
    if Union.objects.filter(code=value).exists():
        return rows.filter(union_id__in=branch(codes=[value]))
    return rows.filter(Q(union__name__icontains=value) | Q(employer_name__icontains=value))


def _due(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    rows = rows.exclude(state__in=CASE_ENDS)
    return rows.filter(due_on__lt=today) if value == "late" else rows.filter(due_on__lte=today)


CASES = PreparedListing(
    "calls", _("Call lists"), template="calls/list.html", attach=prepare, key=lambda row: row.pk,
    columns=(
        Column("id", _("Case"), lambda row: str(row.pk), href=lambda row: reverse("calls:one", args=[row.pk]), order=("id",)),
        Column("name", _("Name"), lambda row: row.shown_name or "—"),
        Column("union", _("Union"), employer, order=("union__name", "employer_name")),
        Column("reason", _("Why"), lambda row: str(CASE_REASONS[row.reason]), order=("reason",)),
        Column("amount", _("Subsidy (yuan)"), lambda row: row.amount_fen or None, Unit.FEN, order=("amount_fen",)),
        Column("state", _("State"), lambda row: badge(row.state, CASE_STATES), order=("state",)),
        Column("due", _("To do by"), due, order=("due_on",)),
        Column("officer", _("With"), lambda row: named(row.officer), order=("officer",), in_full=True),
        Column("said", _("Said last"), lambda row: spoken(row.last.sentence) if row.last else ""),
    ),
    filters=(
        Filter("reason", _("Why"), lambda rows, value: rows.filter(reason=value), "choice", tuple(CASE_REASONS.items())),
        Filter("state", _("State (all open ones)"), _in_state, "choice", (
            *((state.value, CASE_STATES[state].words) for state in CaseState), (ALL, _("also ended ones")),
        )),
        Filter("due", _("Reminders"), _due, "choice", (("today", _("due today or before")), ("late", _("late")))),
        Filter("union", _("Union: code with all below, or part of the name"), _of_union),
        Filter("officer", _("With"), lambda rows, value: rows.filter(officer__in=accounts_called(value))),
    ),
)  # fmt: skip


def cases(wanted: str) -> Any:
    """Return the cases a list starts from: the open ones, what is due first, unless a state was asked for."""
    rows = Case.objects.select_related("union", "person")
    if wanted in (ALL, *CASE_ENDS):
        return rows.order_by("-id")
    return rows.exclude(state__in=CASE_ENDS).order_by(F("due_on").asc(), "id")


def _query(row: EmployerCases) -> str:
    return f"{reverse('calls:list')}?{urlencode({'reason': row.reason, 'union': row.union_code or row.employer})}"


def _sheet(row: EmployerCases) -> str:
    if row.union_code:
        return reverse("calls:sheet", args=[row.union_code])
    return f"{reverse('calls:sheet-of-employer')}?{urlencode({'employer': row.employer})}"


def _in_full(row: EmployerCases) -> str:
    about = {"union": row.union_code} if row.union_code else {"employer": row.employer}
    return f"{reverse('calls:sheet-in-full')}?{urlencode(about)}"


@dataclass(frozen=True)
class _Short(Listing):
    """A list that is in memory already."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the rows."""
        return ListRows(narrowed)


UNIONS = _Short(
    "calls-by-union", _("Call lists by union"), template="calls/unions.html",
    columns=(
        Column("employer", _("Union or employer"), lambda row: row.employer or str(_("employer unknown")), href=_query,
               order=("employer",)),
        Column("code", _("Code"), lambda row: row.union_code or "", order=()),
        Column("reason", _("Why"), lambda row: str(CASE_REASONS[row.reason]), order=("reason",)),
        Column("cases", _("Open cases"), lambda row: row.cases, Unit.COUNT, order=("cases",)),
        Column("amount", _("Subsidies (yuan)"), lambda row: row.amount_fen or None, Unit.FEN, order=("amount_fen",)),
        Column("first", _("First due"), lambda row: row.first_due_on, Unit.DAY, order=("first_due_on",)),
        Column("sheet", _("Sheet to send"), lambda row: "PDF", href=_sheet),
        Column("in_full", _("With names in full"), lambda row: _("for a reason"), href=_in_full),
    ),
    filters=(
        Filter("reason", _("Why"), lambda rows, value: [row for row in rows if row.reason == value], "choice",
               tuple(CASE_REASONS.items())),
        Filter("union", _("Union: code, or part of the name"),
               lambda rows, value: [row for row in rows if value == row.union_code or value in row.employer]),
    ),
)  # fmt: skip
