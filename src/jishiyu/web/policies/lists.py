"""The list of versions, and the table that lies beside a policy."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.policies.models import State
from jishiyu.apps.policies.queries import Listed, Text
from jishiyu.engine.policy.numbers import fen
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import named
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language
from jishiyu.web.policies.words import PROOFS, STATES, titled

FIRST = {State.PROPOSED.value: 0, State.DRAFT.value: 1}


class ShortListing(Listing):
    """A list of what is in memory; filters take and return plain lists."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the list as rows."""
        return ListRows(narrowed)


def _address(row: Listed) -> str:
    if row.state == State.PUBLISHED:
        return reverse("policies:one", args=[row.name, row.version])
    return reverse("policies:draft", args=[row.version_id])


def in_order(rows: Sequence[Listed]) -> list[Listed]:
    """Return versions in the order of the work: what waits for somebody, drafts, then what is in force."""
    return sorted(rows, key=lambda row: (FIRST.get(row.state, 2), row.name, row.starts))


VERSIONS = ShortListing(
    "policies", _("Policies"), template="policies/list.html",
    columns=(
        Column("title", _("Policy"), lambda row: titled(row.title), href=_address),
        Column("version", _("Version"), lambda row: row.version),
        Column("starts", _("Holds from"), lambda row: row.starts, Unit.DAY, order=("starts",)),
        Column("until", _("Last day"), lambda row: row.until - timedelta(days=1) if row.until else None, Unit.DAY),
        Column("state", _("State"), lambda row: STATES[row.state]),
        Column("origin", _("Made by"), lambda row: _("comes with the product") if row.version_id is None else _("the city")),
        Column("proposed_by", _("Proposed by"), lambda row: named(row.proposed_by), in_full=True),
        Column("published_by", _("Published by"), lambda row: named(row.published_by), in_full=True),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: [row for row in rows if row.state == value], "choice",
               tuple((key, badge.words) for key, badge in STATES.items() if key != State.DROPPED)),
        Filter("on", _("Holds on"), lambda rows, value: [
            row for row in rows if row.starts <= value and (row.until is None or value < row.until)], "day"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table beside a policy."""

    key: str
    zh: str
    en: str
    amount_fen: int
    status: str


def entries(text: Text) -> list[Entry]:
    """Return the rows of a table; it was checked when it was loaded."""
    read = csv.DictReader(io.StringIO(text.table_text.removeprefix("\ufeff")))
    return [Entry(row["key"], row.get("zh") or row["key"], row.get("en") or row["key"], fen(row["amount"]), row["status"])
            for row in read]  # fmt: skip


TABLE = ShortListing(
    "policy-table", _("Table"), template="policies/table.html",
    columns=(
        Column("words", _("Item"), lambda row: row.zh if language() == "zh" else row.en),
        Column("key", _("Code"), lambda row: row.key, order=("key",)),
        Column("amount", _("Amount (yuan)"), lambda row: row.amount_fen, Unit.FEN, order=("amount_fen",)),
        Column("status", _("Status"), lambda row: PROOFS[row.status]),
    ),
    filters=(
        Filter("q", _("Item or code"), lambda rows, value: [
            row for row in rows if value.lower() in f"{row.zh} {row.en} {row.key}".lower()]),
        Filter("status", _("Status"), lambda rows, value: [row for row in rows if row.status == value], "choice",
               tuple((key, badge.words) for key, badge in PROOFS.items())),
    ),
)  # fmt: skip
