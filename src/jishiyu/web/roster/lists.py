"""The lists of the roster. Names and numbers are opened by the page and shown masked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.queries import accounts_called
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.queries import sentence_of, sentences
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import branch_of
from jishiyu.apps.people.models import Merge
from jishiyu.apps.people.queries import identities
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import named
from jishiyu.web.components.rows import CHUNK, QueryRows, Rows
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language
from jishiyu.web.roster.words import COLUMNS, IMPORT_STATES, membership_state


@dataclass(frozen=True, slots=True)
class Line:
    """A membership with the masked name and number of its person."""

    membership: Membership
    name: str
    number: str


class MemberRows(QueryRows):
    """Memberships whose names are opened a page or a chunk at a time."""

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Line]:
        """Return one page."""
        return list(_named(super().page(start, size, order)))

    def walk(self, order: Sequence[str]) -> Iterator[Line]:
        """Walk through all of them."""
        rows = super().walk(order)
        while chunk := list(islice(rows, CHUNK)):
            yield from _named(chunk)


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge with the masked names and numbers of both persons."""

    merge: Merge
    kept: str
    merged: str


class MergeRows(QueryRows):
    """Merges whose names are opened a page or a chunk at a time."""

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[MergeLine]:
        """Return one page."""
        return list(_both_named(super().page(start, size, order)))

    def walk(self, order: Sequence[str]) -> Iterator[MergeLine]:
        """Walk through all of them."""
        rows = super().walk(order)
        while chunk := list(islice(rows, CHUNK)):
            yield from _both_named(chunk)


class MergeListing(Listing):
    """The list of merges."""

    def rows(self, narrowed: Any) -> Rows:
        """Return merges as lines with names."""
        return MergeRows(narrowed)


class MemberListing(Listing):
    """The list of members."""

    def rows(self, narrowed: Any) -> Rows:
        """Return memberships as lines with names."""
        return MemberRows(narrowed)


def masked(person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return masked name and number of persons."""
    found = identities(person_ids=sorted(set(person_ids)))
    return {row["person_id"]: (mask_name(row["name"] or ""), mask_number(row["cert_no"] or ""))
            for row in found.to_dicts()}  # fmt: skip


def _named(rows: Sequence[Membership]) -> Iterator[Line]:
    who = masked(row.person_id for row in rows)
    for row in rows:
        yield Line(row, *who[row.person_id])


def _both_named(rows: Sequence[Merge]) -> Iterator[MergeLine]:
    who = masked(person for row in rows for person in (row.kept_id, row.merged_id))
    for row in rows:
        yield MergeLine(row, " ".join(who[row.kept_id]), " ".join(who[row.merged_id]))


def _in_branch(rows: Any, code: str) -> Any:
    top = Union.objects.filter(code=code).values_list("pk", flat=True)
    return rows.filter(union_id__in=branch_of(union_ids=list(top)))


def _in_state(rows: Any, wanted: str) -> Any:
    today = timezone.localdate()
    now = Q(left_on=None) | Q(left_on__gt=today)
    if wanted == "left":
        return rows.filter(left_on__lte=today)
    return rows.filter(now, in_service=wanted == "in_service")


MEMBERS = MemberListing(
    "roster", _("Roster"), template="roster/list.html",
    columns=(
        Column("member_no", _("Member number"), lambda row: row.membership.member_no, order=("member_no",),
               href=lambda row: reverse("roster:person", args=[row.membership.person_id])),
        Column("name", _("Name"), lambda row: row.name),
        Column("number", _("Certificate number"), lambda row: row.number),
        Column("union", _("Union"), lambda row: row.membership.union.name,
               href=lambda row: reverse("unions:one", args=[row.membership.union_id])),
        Column("joined_on", _("Joined on"), lambda row: row.membership.joined_on, Unit.DAY),
        Column("left_on", _("Left on"), lambda row: row.membership.left_on, Unit.DAY),
        Column("state", _("State"), lambda row: membership_state(row.membership, timezone.localdate())),
    ),
    filters=(
        Filter("member_no", _("Member number"), lambda rows, value: rows.filter(member_no=value)),
        Filter("union", _("Code of the union (with those below)"), _in_branch),
        Filter("state", _("State"), _in_state, "choice",
               (("in_service", _("in service")), ("kept", _("member, not in service")), ("left", _("left")))),
        Filter("joined_since", _("Joined from"), lambda rows, value: rows.filter(joined_on__gte=value), "day"),
        Filter("left_since", _("Left from"), lambda rows, value: rows.filter(left_on__gte=value), "day"),
    ),
)  # fmt: skip

IMPORTS = Listing(
    "roster-imports", _("Rosters taken in"), template="roster/imports.html",
    columns=(
        Column("id", _("No."), lambda row: row.pk, Unit.COUNT, href=lambda row: reverse("roster:import", args=[row.pk])),
        Column("file", _("File"), lambda row: row.file_name),
        Column("state", _("State"), lambda row: IMPORT_STATES[row.state]),
        Column("lines", _("Lines"), lambda row: row.lines, Unit.COUNT),
        Column("new", _("New"), lambda row: row.new, Unit.COUNT),
        Column("changed", _("Changed"), lambda row: row.changed, Unit.COUNT),
        Column("left", _("Leaving"), lambda row: row.left, Unit.COUNT),
        Column("refused", _("Kept out"), lambda row: row.refused, Unit.COUNT),
        Column("by", _("Checked by"), lambda row: named(row.checked_by), in_full=True),
        Column("at", _("Checked at"), lambda row: row.checked_at, Unit.DAY),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((key, badge.words) for key, badge in IMPORT_STATES.items())),
        Filter("since", _("From"), lambda rows, value: rows.filter(checked_at__date__gte=value), "day"),
    ),
)  # fmt: skip

PROBLEMS = Listing(
    "roster-problems", _("Line by line"), template="roster/import.html",
    columns=(
        Column("file", _("File or sheet"), lambda row: row.file),
        Column("line", _("Line"), lambda row: row.line, Unit.COUNT, order=("line",)),
        Column("column", _("Column"), lambda row: COLUMNS.get(row.column, row.column)),
        Column("value", _("Value"), lambda row: row.value),
        Column("effect", _("Effect"), lambda row: Badge(_("kept out"), Tone.STOP) if row.refuses
               else Badge(_("please look"), Tone.WAIT)),
        Column("words", _("What to put right"), lambda row: sentence_of(row, language=language())),
    ),
    filters=(
        Filter("effect", _("Effect"), lambda rows, value: rows.filter(refuses=value == "out"), "choice",
               (("out", _("kept out")), ("look", _("please look")))),
        Filter("code", _("Kind of problem"), lambda rows, value: rows.filter(code=value), "choice",
               lambda: sorted(sentences(language=language()).items(), key=lambda said: said[1])),
    ),
)  # fmt: skip

MERGES = MergeListing(
    "merges", _("Merged persons"), template="roster/merges.html",
    columns=(
        Column("at", _("When"), lambda row: row.merge.at, Unit.DAY),
        Column("kept", _("Person that counts"), lambda row: row.kept,
               href=lambda row: reverse("roster:person", args=[row.merge.kept_id])),
        Column("merged", _("Merged into it"), lambda row: row.merged),
        Column("reason", _("Reason"), lambda row: row.merge.reason),
        Column("by", _("By"), lambda row: named(row.merge.by), in_full=True),
        Column("state", _("State"), lambda row: Badge(_("in force"), Tone.DONE) if row.merge.undone_at is None
               else Badge(_("undone"), Tone.QUIET)),
        Column("undo", _("Undo"), lambda row: _("Undo…") if row.merge.undone_at is None else named(row.merge.undone_by),
               href=lambda row: reverse("roster:undo", args=[row.merge.pk]) if row.merge.undone_at is None else ""),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(undone_at__isnull=value == "in_force"), "choice",
               (("in_force", _("in force")), ("undone", _("undone")))),
        Filter("by", _("By"), lambda rows, value: rows.filter(by__in=accounts_called(value))),
    ),
)  # fmt: skip
