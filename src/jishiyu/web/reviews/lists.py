"""The queue of applications, large cases to approve, and reviewers beside each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.models import State
from jishiyu.apps.applications.queries import ApplicationRow, Share, applications, queue, reviewers_compared
from jishiyu.apps.applications.queries import Filter as Wanted
from jishiyu.apps.applications.states import IN_REVIEW, WAITING
from jishiyu.web.applications.lists import deadline
from jishiyu.web.calls.lists import due, employer, prepare
from jishiyu.web.components.badge import badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import Named, named
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.decisions.words import CASE_STATES
from jishiyu.web.figures.figure import Unit
from jishiyu.web.find.words import APPLICATION_KINDS, APPLICATIONS
from jishiyu.web.language import language
from jishiyu.web.payments.lists import UNION
from jishiyu.web.payments.rows import PreparedListing

FREE = Wanted(states=(State.SUBMITTED, State.APPEALED))  # what nobody has taken
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, as the reviewer `me` asks for it."""

    me: str
    wanted: Wanted = FREE

    def count(self, at_most: int) -> int:
        """Count what is found."""
        return min(at_most, applications(wanted=self.wanted, on=timezone.localdate(), limit=0).total)

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[ApplicationRow]:
        """Return one page in the order of the queue: most facts worth a look, then the largest amount."""
        return queue(wanted=self.wanted, on=timezone.localdate(), limit=size, offset=start).rows

    def walk(self, order: Sequence[str]) -> Iterator[ApplicationRow]:
        """Walk through all of it, a part at a time."""
        start = 0
        while rows := self.page(start, CHUNK, order):
            yield from rows
            start += CHUNK


def signals(row: ApplicationRow) -> str:
    """Return what is worth a second look, in words."""
    zh = language() == "zh"
    return (";" if zh else "; ").join(one.zh if zh else one.en for one in row.signals)


def whose(row: ApplicationRow) -> Named:
    """Return on whose desk an application is; who has signed as the first of two is named with it."""
    if not row.first_signer:
        return named(row.reviewer)
    signed = str(_("signed by %s") % "{}")
    if row.first_signer == row.reviewer:
        return Named((row.first_signer,), signed)
    return Named((row.reviewer, row.first_signer), f"{{}}; {signed}")


def _whose(rows: Queue, value: str) -> Queue:
    wanted = {
        "mine": Wanted(states=IN_REVIEW, reviewer=rows.me, signed=False), "second": Wanted(states=IN_REVIEW, signed=True),
        "taken": Wanted(states=IN_REVIEW), "all": Wanted(states=WAITING),
    }[value]  # fmt: skip
    kept = rows.wanted
    return replace(rows, wanted=replace(wanted, kinds=kept.kinds, union_code=kept.union_code, number=kept.number))


def _where(name: str, many: bool = False) -> Any:
    def narrow(rows: Queue, value: Any) -> Queue:
        changes: dict[str, Any] = {name: (value,) if many else value}
        return replace(rows, wanted=replace(rows.wanted, **changes))

    return narrow


QUEUE = Listing(
    "reviews", _("Review"), template="reviews/queue.html",
    columns=(
        Column("number", _("Application"), lambda row: row.number, href=lambda row: reverse("reviews:one", args=[row.id])),
        Column("kind", _("Subject"), lambda row: str(APPLICATION_KINDS[row.kind])),
        Column("name", _("Name"), lambda row: row.name),
        Column("union", _("Union"), lambda row: row.union_name),
        Column("signals", _("Worth a second look"), signals),
        Column("amount", _("Expected (yuan)"), lambda row: row.expected_fen, Unit.FEN),
        Column("papers", _("Papers"), lambda row: row.papers, Unit.COUNT),
        Column("state", _("State"), lambda row: badge(row.state, APPLICATIONS)),
        Column("due", _("Deadline"), deadline),
        Column("reviewer", _("With"), whose, in_full=True),
    ),
    filters=(
        Filter("whose", _("Which (those nobody has taken)"), _whose, "choice", (
            ("mine", _("on my desk")), ("second", _("waiting for a second signature")), ("taken", _("on somebody's desk")),
            ("all", _("all that is not decided")),
        )),
        Filter("kind", _("Subject"), _where("kinds", many=True), "choice", tuple(APPLICATION_KINDS.items())),
        Filter("number", _("Application number"), _where("number")),
        Filter("union", _("Union: code with all below"), _where("union_code")),
        Filter("late", _("Deadlines"), lambda rows, value: _where("overdue_on")(rows, timezone.localdate()), "choice",
               (("late", _("late")),)),
    ),
)  # fmt: skip

CASES = PreparedListing(
    "large-cases", _("Large cases to approve"), template="reviews/cases.html", attach=prepare,
    columns=(
        Column("id", _("Case"), lambda row: str(row.pk), href=lambda row: reverse("reviews:case", args=[row.pk]), order=("id",)),
        Column("name", _("Name"), lambda row: row.shown_name or "—"),
        Column("union", _("Union"), employer, order=("union__name",)),
        Column("amount", _("Subsidy (yuan)"), lambda row: row.amount_fen, Unit.FEN, order=("amount_fen",)),
        Column("state", _("State"), lambda row: badge(row.state, CASE_STATES)),
        Column("first", _("Signed first"), lambda row: named(row.signed_by), in_full=True),
        Column("due", _("To do by"), due, order=("due_on",)),
    ),
    filters=(
        Filter("signed", _("Signatures"), lambda rows, value: rows.filter(signed_by__isnull=value == "none"), "choice",
               (("none", _("nobody has signed yet")), ("one", _("waiting for a second signature")))),
        UNION,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """The days whose decisions are compared, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class _Compared(Listing):
    """Reviewers of a period."""

    def rows(self, narrowed: Any) -> Rows:
        """Return a row per reviewer."""
        zone = timezone.get_current_timezone()
        since, until = (
            datetime.combine(day, time(), tzinfo=zone) for day in (narrowed.since, narrowed.until + timedelta(days=1))
        )
        return ListRows(reviewers_compared(since=since, until=until, on=narrowed.until))


def share(one: Share) -> str:
    """Return a share with its interval."""
    return f"{one.per_cent} % ({one.low}–{one.high} %)" if one.of else "—"


def hours(row: Any) -> str:
    """Return the median with its interval, where there are enough decisions for one."""
    if row.median_hours is None:
        return "—"
    return f"{row.median_hours}" + (f" ({row.low_hours}–{row.high_hours})" if row.low_hours is not None else "")


COMPARED = _Compared(
    "reviewers", _("Reviewers beside each other"), template="reviews/compare.html",
    columns=(
        Column("reviewer", _("Reviewer"), lambda row: named(row.reviewer), order=("reviewer",), in_full=True),
        Column("looks", _("Looks"), lambda row: row.looks, Unit.COUNT, order=("looks",)),
        Column("decisions", _("Decisions"), lambda row: row.decisions, Unit.COUNT, order=("decisions",)),
        Column("hours", _("Median of hours"), hours),
        Column("returned", _("Returned, of looks"), lambda row: share(row.returned)),
        Column("refused", _("Refused, of decisions"), lambda row: share(row.refused)),
    ),
    filters=(
        Filter("since", _("Decided since"), lambda rows, value: replace(rows, since=value), "day"),
        Filter("until", _("Decided until"), lambda rows, value: replace(rows, until=value), "day"),
    ),
)  # fmt: skip
