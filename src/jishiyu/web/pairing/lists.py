"""The members of all teams of a proposal as a list: one row per member."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.badge import Badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.experts.words import PARTS
from jishiyu.web.figures.figure import Unit
from jishiyu.web.pairing.board import Board


@dataclass(frozen=True, slots=True)
class Going:
    """A member of a team."""

    number: str
    enterprise: str
    when: str
    start: int
    halfdays: int
    name: str
    part: Badge
    why: str


def members(board: Board) -> list[Going]:
    """Return everybody of every team, by time; a need that was left out is a row without a name."""
    found = []
    for card in board.cards():
        need = card.need
        enterprise = need.participation.enterprise.name
        for member in card.members:
            found.append(Going(
                need.number, enterprise, card.when, card.start, need.halfdays, member.name, member.part, member.why
            ))  # fmt: skip
        if not card.members:
            left_out = Badge(_("left out"))
            found.append(Going(need.number, enterprise, "", 10**6, need.halfdays, "", left_out, card.why))
    return found


@dataclass(frozen=True)
class _Short(Listing):
    """A list that is in memory already."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the rows."""
        return ListRows(narrowed)


def _named(rows: Sequence[Going], value: str) -> list[Going]:
    return [row for row in rows if value in row.name or value in row.enterprise or value == row.number]


PLAN = _Short(
    "pairing-plan", _("Plan"), template="pairing/plan.html",
    columns=(
        Column("number", _("Need"), lambda row: row.number, order=("number",)),
        Column("enterprise", _("Enterprise"), lambda row: row.enterprise, order=("enterprise",)),
        Column("when", _("Visit begins"), lambda row: row.when, order=("start",)),
        Column("halfdays", _("Half-days"), lambda row: row.halfdays, Unit.COUNT, order=("halfdays",)),
        Column("name", _("Team member"), lambda row: row.name, order=("name",), in_full=True),
        Column("part", _("In a team as"), lambda row: row.part),
        Column("why", _("Why"), lambda row: row.why),
    ),
    filters=(
        Filter("name", _("Name, enterprise or number"), _named),
        Filter("part", _("In a team as"), lambda rows, value: [row for row in rows if row.part is PARTS[value]], "choice",
               tuple((key, shown.words) for key, shown in PARTS.items())),
    ),
)  # fmt: skip
