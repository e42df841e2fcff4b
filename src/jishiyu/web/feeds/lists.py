"""The lists of feeds, of files on their way, and of the lines of a feed."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.intake.models import Bucket, FeedState
from jishiyu.apps.intake.queries import line_row, lines_of_feed
from jishiyu.apps.jobs.models import State
from jishiyu.engine.reasons import REASONS
from jishiyu.engine.settlement.flaws import FLAWS
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import SqlRows
from jishiyu.web.feeds.words import (
    BUCKETS,
    FEED_STATES,
    JOB_STATES,
    brought_by,
    bucket,
    feed_state,
    job_state,
    sentence,
    step,
)
from jishiyu.web.feeds.words import reasons as reasons_in_words
from jishiyu.web.figures.figure import Unit

KINDS = {"take_feed": _("to take in"), "take_back_feed": _("to take back")}
PROBLEM_BUCKETS = [Bucket.INVALID.value, Bucket.HELD.value]


def _reason_choices() -> list[tuple[str, str]]:
    """Return every reason a line can carry, in the order of the alphabet of its words."""
    codes = [*REASONS, *(flaw.reason for flaw in FLAWS)]
    return sorted(((code, reasons_in_words([code])) for code in dict.fromkeys(codes)), key=lambda pair: pair[1])


def place(row: Any) -> str:
    """Return where a line stands: its number, and the table of a file that has several."""
    return f"{row.line}" if row.whole else f"{row.file} · {row.line}"


def line_address(row: Any) -> str:
    """Return the address of a line."""
    return reverse("feeds:line", args=[row.feed_id, row.line_no])


FEEDS = Listing(
    "feeds", _("Feeds"), template="feeds/list.html",
    columns=(
        Column("id", _("Feed"), lambda row: str(row.pk), Unit.NUMBER, order=("id",), href=lambda row: feed_address(row.pk)),
        Column("name", _("File"), lambda row: row.name, order=("name",), href=lambda row: feed_address(row.pk)),
        Column("as_of", _("State of the data"), lambda row: row.as_of, Unit.DAY, order=("as_of",)),
        Column("state", _("State"), feed_state),
        Column("lines", _("Lines"), lambda row: row.line_count, Unit.COUNT, order=("line_count",)),
        Column("people", _("People"), lambda row: row.person_count, Unit.COUNT, order=("person_count",)),
        Column("cash", _("Cash (yuan)"), lambda row: row.cash_fen, Unit.FEN, order=("cash_fen",)),
        Column("by", _("Brought by"), lambda row: brought_by(row.taken_by), in_full=True),
        Column("at", _("Taken in"), lambda row: row.taken_at, Unit.DAY, order=("taken_at",)),
    ),
    filters=(
        Filter("name", _("File"), lambda rows, value: rows.filter(name__icontains=value)),
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((state.value, FEED_STATES[state].words) for state in FeedState)),
        Filter("since", _("Data from"), lambda rows, value: rows.filter(as_of__gte=value), "day"),
        Filter("until", _("Data to"), lambda rows, value: rows.filter(as_of__lte=value), "day"),
    ),
)  # fmt: skip

FILES = Listing(
    "feed-files", _("Files handed in"), template="feeds/files.html",
    columns=(
        Column("id", _("Job"), lambda row: str(row.pk), Unit.NUMBER, href=lambda row: reverse("feeds:file", args=[row.pk])),
        Column("name", _("File"), lambda row: row.subject, href=lambda row: reverse("feeds:file", args=[row.pk])),
        Column("kind", _("What for"), lambda row: KINDS.get(row.kind, row.kind)),
        Column("state", _("State"), job_state),
        Column("said", _("What came of it"), lambda row: sentence(row) or step(row) if row.state != State.DONE else ""),
        Column("by", _("By"), lambda row: brought_by(row.by), in_full=True),
        Column("at", _("Since"), lambda row: row.queued_at, Unit.DAY, order=("queued_at",)),
    ),
    filters=(
        Filter("name", _("File"), lambda rows, value: rows.filter(subject__icontains=value)),
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((state.value, JOB_STATES[state].words) for state in State)),
    ),
)  # fmt: skip

PLACE = Column("line", _("Line"), place, href=line_address)
ENDED = Column("bucket", _("Where it ended"), lambda row: bucket(row.bucket))
WHY = Column("reasons", _("Reasons"), lambda row: reasons_in_words(row.reasons))
NUMBER = Column("number", _("Certificate number"), lambda row: row.number)
SETTLEMENT = Column("settlement", _("Settlement"), lambda row: row.settlement_id or "")
CASH = Column("cash", _("Cash (yuan)"), lambda row: row.cash_fen, Unit.FEN, order=("cash",))
LINE_FILTERS = (
    Filter("bucket", _("Where it ended"), lambda rows, value: narrowed(rows, buckets=[value]), "choice",
           tuple((one.value, BUCKETS[one.value].words) for one in Bucket)),
    Filter("reason", _("Reasons"), lambda rows, value: narrowed(rows, reason=value), "choice", _reason_choices),
    Filter("settlement", _("Settlement"), lambda rows, value: narrowed(rows, settlement=value)),
    Filter("visit", _("Visit"), lambda rows, value: narrowed(rows, visit=value)),
    Filter("hospital", _("Hospital code"), lambda rows, value: narrowed(rows, hospital=value)),
)  # fmt: skip
LINES = Listing(
    "feed-lines", _("Lines of a feed"), template="feeds/lines.html", filters=LINE_FILTERS,
    columns=(
        PLACE, ENDED, WHY, Column("name", _("Name"), lambda row: row.name), NUMBER, SETTLEMENT,
        Column("ends", _("Discharged"), lambda row: row.ends_on, Unit.DAY), CASH,
    ),
)  # fmt: skip
PROBLEMS = Listing(
    "feed-problems", _("Lines for the bureau to put right"), template="feeds/problems.html",
    columns=(
        PLACE, ENDED, WHY, SETTLEMENT, Column("visit", _("Visit"), lambda row: row.visit_id or ""),
        Column("hospital", _("Hospital"), lambda row: row.hospital_code or ""), NUMBER, CASH,
    ),
    filters=(
        Filter("bucket", _("Where it ended"), lambda rows, value: narrowed(rows, buckets=[value]), "choice",
               tuple((one, BUCKETS[one].words) for one in PROBLEM_BUCKETS)),
        Filter("reason", _("Reasons"), lambda rows, value: narrowed(rows, reason=value), "choice", _reason_choices),
    ),
)  # fmt: skip


def line_rows(feed_id: int, **parameters: Any) -> SqlRows:
    """Return the lines of a feed as rows of a list."""
    sql, given = lines_of_feed(feed_id=feed_id)
    return SqlRows(sql, {**given, **parameters}, order="line.line_no", make=line_row, orders={"cash": "line.cash_fen"})


def narrowed(rows: SqlRows, **parameters: Any) -> SqlRows:
    """Return fewer rows of the same query."""
    return SqlRows(rows.sql, {**rows.parameters, **parameters}, order=rows.order, make=rows.make, orders=rows.orders)


def feed_address(feed_id: int) -> str:
    """Return the address of a feed."""
    return reverse("feeds:one", args=[feed_id])
