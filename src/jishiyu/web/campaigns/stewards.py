"""Stewards of a round side by side, for selecting the best: fair, with intervals, every figure explained."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.apps.enterprises.queries import Record, stewards_of
from jishiyu.apps.visits.models import Satisfaction
from jishiyu.engine.help.stewards import FEWEST, Share
from jishiyu.web.campaigns.views import seen
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.figures.figure import Unit
from jishiyu.web.steward.lists import words


def records(campaign: Campaign, *, only: int | None = None) -> list[Record]:
    """Return the stewards of a round with what enterprises said about them, the last word of each need."""
    said = Satisfaction.objects.filter(need__participation__campaign=campaign).order_by("said_at", "id")
    return stewards_of(campaign=campaign, stars=dict(said.values_list("need_id", "stars")), only=only)


def share(found: Share) -> str:
    """Return a share with its interval and the number of cases: 86 % (65–96 %, 21 cases)."""
    if found.thousandths is None:
        return ""
    low, high = found.low // 10, -(-found.high // 10)
    middle = (found.thousandths + 5) // 10
    cases = ngettext("%(count)d case", "%(count)d cases", found.cases) % {"count": found.cases}
    return f"{middle} % ({low}–{high} %, {cases})"


def hours(minutes: int | None) -> str:
    """Return working minutes as hours and minutes."""
    return (
        ""
        if minutes is None
        else _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    )


@dataclass(frozen=True)
class _Short(Listing):
    """A list that is in memory already."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the rows."""
        return ListRows(narrowed)


STEWARDS = _Short(
    "stewards", gettext_lazy("Stewards side by side"), template="campaigns/stewards.html",
    columns=(
        Column("place", gettext_lazy("Place"), lambda row: row.place if row.place else _("too few cases")),
        Column("steward", gettext_lazy("Steward"), lambda row: row.steward.full_name, in_full=True),
        Column("enterprises", gettext_lazy("Enterprises"), lambda row: row.enterprises, Unit.COUNT),
        Column("needs", gettext_lazy("Needs"), lambda row: row.needs, Unit.COUNT),
        Column("points", gettext_lazy("Points of difficulty"), lambda row: row.points, Unit.COUNT),
        Column("confirm", gettext_lazy("Time to confirm"), lambda row: hours(row.minutes_to_confirm)),
        Column("in_time", gettext_lazy("Confirmed in time"), lambda row: share(row.in_time)),
        Column("visit", gettext_lazy("Time to visit"), lambda row: hours(row.minutes_to_visit)),
        Column("solved", gettext_lazy("Solved, says the enterprise"), lambda row: share(row.solved)),
        Column("content", gettext_lazy("Four stars or five"), lambda row: share(row.content)),
    ),
)  # fmt: skip


def compared(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """Show the stewards of a round side by side."""
    round_ = get_object_or_404(seen(request), pk=campaign_id)
    with whole():  # whoever leads one branch of a round compares all who serve in it
        found = records(round_)
    return STEWARDS.answer(request, found, row=round_, words=words(round_), fewest=FEWEST)
