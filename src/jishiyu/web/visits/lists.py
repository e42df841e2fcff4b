"""The calendar as a list: by day, with whom, where, and how far."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Campaign, Participation
from jishiyu.apps.enterprises.saying import round_names
from jishiyu.apps.visits.models import TeamMember, Visit, VisitState
from jishiyu.web.components.badge import badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language
from jishiyu.web.payments.rows import PreparedListing
from jishiyu.web.visits.words import HALVES, VISITS

ALL = "all"
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def with_teams(visits: Sequence[Visit]) -> None:
    """Give each visit the names of its team in one query."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = TeamMember.objects.filter(visit__in=[one.pk for one in visits]).order_by("id")
    for visit, name in rows.values_list("visit_id", "expert__name"):
        names[visit].append(name)
    for one in visits:
        one.names = names[one.pk]  # type: ignore[attr-defined]


def when(visit: Visit) -> str:
    """Return day, weekday and half of the day."""
    return f"{visit.on.isoformat()} {WEEKDAYS[visit.on.weekday()]} {HALVES[visit.half]}"


def item(visit: Visit) -> str:
    """Return the service item of a visit in the language of the page."""
    found = visit.need.item
    return "" if found is None else found.zh if language() == "zh" else found.en


def _of_week(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    begins = {"this": monday, "next": monday + timedelta(days=7)}
    if value in begins:
        return rows.filter(on__gte=begins[value], on__lt=begins[value] + timedelta(days=7))
    return rows.filter(on__lt=today) if value == "past" else rows.filter(on__gte=today)


def _of_person(rows: Any, value: str) -> Any:
    team = TeamMember.objects.filter(expert__name__icontains=value).values("visit_id")
    return rows.filter(pk__in=team)


def _rounds() -> list[tuple[str, str | Promise]]:
    """Return the rounds of what the reader may see: row security narrows the enterprises."""
    mine = Participation.objects.values("campaign")
    rounds = list(Campaign.objects.filter(pk__in=mine).order_by("-begins_on", "code"))
    return [(one.code, name.say(language())) for one, name in zip(rounds, round_names(rounds), strict=True)]


VISITS_LIST = PreparedListing(
    "visits", _("Calendar of visits"), template="visits/list.html", attach=with_teams,
    columns=(
        Column("when", _("When"), when, href=lambda row: reverse("visits:one", args=[row.pk]), order=("on", "half", "id")),
        Column("enterprise", _("Enterprise"), lambda row: row.need.participation.enterprise.name,
               order=("need__participation__enterprise__name",)),
        Column("need", _("Need"), lambda row: row.need.number, order=("need__number",)),
        Column("item", _("Service item"), item),
        Column("team", _("Team"), lambda row: "、".join(row.names) if language() == "zh" else ", ".join(row.names), in_full=True),
        Column("steward", _("Steward"),
               lambda row: row.need.participation.steward.full_name if row.need.participation.steward else "",
               order=("need__participation__steward__full_name",), in_full=True),
        Column("state", _("State"), lambda row: badge(row.state, VISITS), order=("state",)),
        Column("noted", _("Entries made"), lambda row: row.noted or None, Unit.COUNT, order=("noted",)),
    ),
    filters=(
        Filter("week", _("When"), _of_week, "choice", (
            ("this", _("this week")), ("next", _("next week")), ("coming", _("from today on")), ("past", _("before today")),
        )),
        Filter("round", _("Round"), lambda rows, value: rows.filter(need__participation__campaign__code=value), "choice", _rounds),
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((state.value, VISITS[state].words) for state in VisitState)),
        Filter("person", _("Expert: part of the name"), _of_person),
        Filter("steward", _("Steward: part of the name"),
               lambda rows, value: rows.filter(need__participation__steward__full_name__icontains=value)),
    ),
)  # fmt: skip
