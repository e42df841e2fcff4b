"""The resource list as a list, and what the needs of a round lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Skill
from jishiyu.apps.experts.halfdays import monday_of
from jishiyu.apps.experts.models import Availability, Expert
from jishiyu.apps.experts.queries import experts, load_of, on_list
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.experts.words import HONOURS, PARTS
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language
from jishiyu.web.payments.rows import PreparedListing

AHEAD = timedelta(days=14)
ALL = "all"


def prepare(rows: Sequence[Expert]) -> None:
    """Give each of the list what they offer in the next two weeks, and the half-days they served."""
    ids, today = [row.pk for row in rows], timezone.localdate()
    free = Availability.objects.filter(expert__in=ids, free=True, on__gte=today, on__lt=today + AHEAD)
    offered = dict(free.values_list("expert").annotate(many=Count("id")).order_by())
    load = load_of(expert_ids=ids)
    for row in rows:
        row.offered, row.load = offered.get(row.pk, 0), load.get(row.pk, 0)  # type: ignore[attr-defined]


def skills_of(row: Expert) -> str:
    """Return what somebody can, in words; what nobody confirmed has a question mark."""
    zh = language() == "zh"
    return ("、" if zh else ", ").join(
        f"{one.skill.zh if zh else one.skill.en} {one.level}{'' if one.confirmed_on else '?'}"
        for one in row.skills.all()
    )


def _skills() -> list[tuple[str, str]]:
    zh = language() == "zh"
    return [(skill.code, skill.zh if zh else skill.en) for skill in Skill.objects.order_by("id")]


def _free_in_week(rows: Any, value: date) -> Any:
    monday = monday_of(value)
    return rows.filter(
        pk__in=Availability.objects.filter(free=True, on__gte=monday, on__lt=monday + timedelta(days=7)).values(
            "expert"
        )
    )


def rows_of(request: HttpRequest) -> Any:
    """Return the list as the skill, its level and the state ask for; the other filters narrow it further."""
    rows = experts() if request.GET.get("state") == ALL else on_list(on=timezone.localdate())
    skill, level = request.GET.get("skill", ""), request.GET.get("level", "")
    wanted = Q()
    if skill:
        wanted &= Q(skills__skill__code=skill.replace("\x00", ""))
    if level in ("1", "2", "3", "4", "5"):
        wanted &= Q(skills__level__gte=int(level))
    return rows.filter(pk__in=Expert.objects.filter(wanted).values("pk")) if wanted else rows


def _as_it_is(rows: Any, value: str) -> Any:
    return rows


EXPERTS = PreparedListing(
    "experts", _("Resource list"), template="experts/list.html", attach=prepare,
    columns=(
        Column("code", _("Person number"), lambda row: row.code, order=("code",)),
        Column("name", _("Name"), lambda row: row.name, href=lambda row: reverse("experts:one", args=[row.pk]), order=("name",), in_full=True),
        Column("part", _("In a team as"), lambda row: badge(row.part, PARTS), order=("part",)),
        Column("honour", _("Honour"), lambda row: str(HONOURS[row.honour]) if row.honour else "", order=("-honour",)),
        Column("skills", _("Skills with level (?: not confirmed)"), skills_of),
        Column("union", _("Union"), lambda row: row.union.name if row.union else "", order=("union__name",)),
        Column("zone", _("Zone"), lambda row: row.zone, order=("zone",)),
        Column("per_week", _("Half-days a week"), lambda row: row.per_week, Unit.COUNT, order=("per_week",)),
        Column("offered", _("Free half-days, two weeks"), lambda row: row.offered, Unit.COUNT),
        Column("load", _("Half-days served"), lambda row: row.load, Unit.COUNT),
    ),
    filters=(
        Filter("skill", _("Skill"), _as_it_is, "choice", _skills),
        Filter("level", _("Level at least"), _as_it_is, "choice", tuple((str(at), str(at)) for at in range(1, 6))),
        Filter("part", _("In a team as"), lambda rows, value: rows.filter(part=value), "choice", tuple((key, shown.words) for key, shown in PARTS.items())),
        Filter("honour", _("Honour at least"), lambda rows, value: rows.filter(honour__gte=int(value)), "choice",
               tuple((str(key), words) for key, words in HONOURS.items() if key)),
        Filter("week", _("Free in the week of"), _free_in_week, "day"),
        Filter("name", _("Name or number"), lambda rows, value: rows.filter(Q(name__icontains=value) | Q(code=value))),
        Filter("state", _("On the list today"), _as_it_is, "choice", ((ALL, _("also those who left")),)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Short(Listing):
    """A list that is in memory already."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the rows."""
        return ListRows(narrowed)


def _verdict(row: Any) -> Badge:
    if not row.able:
        return Badge(_("nobody has it"), Tone.STOP)
    return Badge(_("short"), Tone.WAIT) if row.short else Badge(_("enough"), Tone.DONE)


LACKS = _Short(
    "lacks", _("What the needs lack"), template="experts/lacks.html",
    columns=(
        Column("wish", _("Skill with level, or part"), lambda row: row.words, order=("words",)),
        Column("verdict", _("Against the list"), _verdict),
        Column("needs", _("Needs"), lambda row: row.needs, Unit.COUNT, order=("needs",)),
        Column("wanted", _("Half-days wanted"), lambda row: row.wanted, Unit.COUNT, order=("wanted",)),
        Column("open", _("Half-days offered by those who have it"), lambda row: row.open, Unit.COUNT, order=("open",)),
        Column("able", _("People who have it"), lambda row: row.able, Unit.COUNT, order=("able",)),
        Column("near", _("People who lack one level"), lambda row: row.near, Unit.COUNT, order=("near",)),
        Column("worth", _("One more half-day is worth (priorities)"), lambda row: row.worth, Unit.NUMBER),
    ),
)  # fmt: skip
