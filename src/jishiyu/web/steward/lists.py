"""Lists of needs and enterprises, what runs out first on top."""

from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.enterprises.saying import round_names
from jishiyu.apps.enterprises.states import CLOCK_IN, OVER, State
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language
from jishiyu.web.needs.words import CLOCKS, STATES, due, level_words

ALL = "all"
STATES_SHOWN = 34


def words(row: Any, zh: str = "zh", en: str = "en") -> str:
    """Return a row's name in the language of the page."""
    return str(getattr(row, zh if language() == "zh" else en))


def by_clock(needs: Any) -> Any:
    """Return needs in the order in which their clocks run out; those without one last."""
    return needs.order_by(F("due_at").asc(nulls_last=True), "id")


def raised(need: Need, *, in_full: bool = False) -> Badge | None:
    """Return to which level a need was raised; `in_full` where no heading says so."""
    if need.escalated_to is None or need.state in OVER:
        return Badge(_("reminded"), Tone.WAIT) if need.reminded_at and need.state not in OVER else None
    level = level_words(need.participation.campaign, need.escalated_to, language())
    return Badge(_("raised to %(level)s") % {"level": level} if in_full else level, Tone.STOP)


def _rounds() -> list[tuple[str, str]]:
    rounds = list(Campaign.objects.order_by("-begins_on", "code")[:20])
    return [(one.code, name.say(language())) for one, name in zip(rounds, round_names(rounds), strict=True)]


def _late(rows: Any, value: str) -> Any:
    now = timezone.now()
    if value == "late":
        return rows.filter(due_at__lte=now)
    if value == "raised":
        return rows.filter(escalated_to__isnull=False)
    return rows.filter(due_at__date__lte=timezone.localdate(now))


def _clock(need: Need) -> str:
    clock = CLOCK_IN.get(need.state)
    return str(CLOCKS[clock]) if clock else ""


FILTERS = (
    Filter("state", _("State (all open ones)"), lambda rows, value: rows if value == ALL else rows.filter(state=value), "choice", (
        *((state.value, STATES[state].words) for state in State), (ALL, _("also ended ones")),
    )),
    Filter("due", _("Clock"), _late, "choice", (
        ("today", _("today or before")), ("late", _("late")), ("raised", _("raised to a level")),
    )),
    Filter("round", _("Round"), lambda rows, value: rows.filter(participation__campaign__code=value), "choice", _rounds),
    Filter("enterprise", _("Enterprise or words"), lambda rows, value: rows.filter(
        Q(participation__enterprise__name__icontains=value) | Q(words__icontains=value) | Q(number=value))),
)  # fmt: skip
COLUMNS = (
    Column("number", _("Need"), lambda row: row.number, href=lambda row: reverse("service:need", args=[row.pk]), order=("number",)),
    Column("enterprise", _("Enterprise"), lambda row: row.participation.enterprise.name, order=("participation__enterprise__name",),
           href=lambda row: reverse("service:enterprise", args=[row.participation_id])),
    Column("words", _("In their words"), lambda row: row.words[:STATES_SHOWN] + ("…" if len(row.words) > STATES_SHOWN else "")),
    Column("state", _("State"), lambda row: badge(row.state, STATES), order=("state",)),
    Column("due", _("Clock"), due, order=("due_at",)),
    Column("what", _("What is due"), _clock),
    Column("raised", _("Raised"), raised, order=("escalated_to",)),
)  # fmt: skip
STEWARD = Column(
    "steward", _("Steward"),
    lambda row: row.participation.steward.full_name if row.participation.steward else Badge(_("none"), Tone.STOP),
    order=("participation__steward__name",),
)  # fmt: skip
DESK = Listing("my-needs", _("My enterprises' needs"), COLUMNS, FILTERS, template="steward/desk.html")
NEEDS = Listing(
    "needs", _("Needs"), (*COLUMNS, STEWARD), FILTERS, key=lambda row: row.pk, template="steward/needs.html"
)
ENTERPRISES = Listing(
    "enterprises", _("Enterprises in rounds"), (
        Column("name", _("Enterprise"), lambda row: row.enterprise.name, order=("enterprise__name",),
               href=lambda row: reverse("service:enterprise", args=[row.pk])),
        Column("round", _("Round"), lambda row: words(row.campaign), order=("campaign__code",)),
        Column("trade", _("Trade"), lambda row: row.enterprise.trade, order=("enterprise__trade",)),
        Column("steward", _("Steward"), lambda row: row.steward.full_name if row.steward else Badge(_("none"), Tone.STOP),
               order=("steward__name",), in_full=True),
        Column("needs", _("Needs"), lambda row: row.count, Unit.COUNT, order=("count",)),
        Column("open", _("Open"), lambda row: row.open, Unit.COUNT, order=("open",)),
        Column("late", _("Late"), lambda row: Badge(str(row.late), Tone.STOP) if row.late else None, order=("late",)),
    ),
    (
        Filter("round", _("Round"), lambda rows, value: rows.filter(campaign__code=value), "choice", _rounds),
        Filter("enterprise", _("Enterprise"), lambda rows, value: rows.filter(enterprise__name__icontains=value)),
        Filter("steward", _("Steward"), lambda rows, value: rows.filter(steward=None) if value == "none" else rows.exclude(steward=None),
               "choice", (("none", _("without a steward")), ("some", _("with a steward")))),
    ),
    key=lambda row: row.pk, template="steward/enterprises.html",
)  # fmt: skip


def shown_needs(rows: Any, wanted: str) -> Any:
    """Return what a list of needs starts from: the open ones by clock, unless an ended state was asked for."""
    if wanted in (ALL, *OVER):
        return rows.order_by("-id")
    return by_clock(rows.exclude(state__in=OVER))
