"""The steward's work list, the organiser's list of needs, and one need with everything about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Attachment, Level, Need, ServiceItem, Skill
from jishiyu.apps.enterprises.queries import alike, moves_of, needs_of, said_with, suggestions
from jishiyu.apps.enterprises.states import AFTER_CLOSING, MOVES, OVER, State
from jishiyu.apps.visits.models import VisitState
from jishiyu.apps.visits.queries import visits_of
from jishiyu.engine.inspection.words import survey_words
from jishiyu.web.components.badge import badge
from jishiyu.web.components.history import steps
from jishiyu.web.documents.inspection_words import quantity_words
from jishiyu.web.gate import Who, who
from jishiyu.web.language import language
from jishiyu.web.needs import words
from jishiyu.web.needs.forms import Power
from jishiyu.web.needs.views import account, handed_out, line
from jishiyu.web.steward import lists


def desk(request: HttpRequest) -> HttpResponseBase:
    """List the needs of the steward's own enterprises, what runs out first on top."""
    me = account(request)
    rows = needs_of(me).filter(participation__steward=me)
    return lists.DESK.answer(request, lists.shown_needs(rows, request.GET.get("state", "")))


def listed(request: HttpRequest) -> HttpResponseBase:
    """List all needs the reader may see."""
    rows = lists.shown_needs(needs_of(account(request)), request.GET.get("state", ""))
    return lists.NEEDS.answer(request, rows, may_forward=who(request).may("needs.forward"))


def one(request: HttpRequest, need_id: int) -> HttpResponse:
    """Show one need: words, clock, who, what it could be, what it repeats, what can be done."""
    need = need_of(request, need_id)
    me, known = account(request), who(request)
    return render(request, "steward/need.html", {**shown(need), **buttons(known, need, me), **ways_on(known, need, me)})


def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show a file of a need; that it was opened is recorded."""
    found = get_object_or_404(Attachment, pk=file_id, need__in=needs_of(account(request)))
    return handed_out(request, found)


def need_of(request: HttpRequest, need_id: int) -> Need:
    """Return a need the reader may see."""
    found: Need = get_object_or_404(needs_of(account(request)), pk=need_id)
    return found


def shown(need: Need) -> dict[str, Any]:
    """Return what every page about a need shows of it."""
    spoken = language()
    wanted = [
        (lists.words(one.skill), one.level) for one in need.wanted.select_related("skill").order_by("skill__code")
    ]
    with whole():  # an earlier round may have been served by another steward
        before = alike(need)
        followed = Need.objects.filter(pk=need.follows_id).first() if need.follows_id else None
    return {
        **line(need), "next": words.comes_next(need, words.NEXT_AT_THE_DESK), "level": words.level_words(need.participation.campaign, need.level, spoken),
        "raised": lists.raised(need, in_full=True), "alike": before, "followed": followed, "wanted": wanted,
        "suggested": suggestions(need) if need.state in (State.HANDED_IN, State.FORWARDED, State.CONFIRMED) else [],
        "moves": [(move, badge(move.to_state, words.STATES), words.WHAT.get(move.what, move.what)) for move in moves_of(need)],
        "said": _said(need), "files": list(need.attachments.order_by("id")), "history": steps(f"need {need.number}"),
        "plan": [(one.get("zh" if spoken == "zh" else "en", one.get("zh", "")), _measured(one)) for one in need.plan],
    }  # fmt: skip


def _said(need: Need) -> list[tuple[Any, str]]:
    """Return the power data that came with the list of a need; who handed it in is told by "Call" alone."""
    with whole():  # it may have been handed in in an earlier round
        told = said_with(need)
    return [(field.label, told[name]) for name, field in Power.base_fields.items() if told.get(name)]


def _measured(check: dict[str, str]) -> str:
    """Return what a line of a survey plan measures, and where, in words."""
    spoken = language()
    quantity = quantity_words(check["quantity"], spoken) if check.get("quantity") else ""
    unit = check.get("unit", "")
    where = survey_words().label("kind", check["kind"], spoken) if check.get("kind") else ""
    return " · ".join(part for part in (f"{quantity} ({unit})" if quantity and unit else quantity, where) if part)


def buttons(known: Who, need: Need, me: Account) -> dict[str, Any]:
    """Return which steps this reader may take now: a steward with their own enterprises, an organiser with all they see."""
    mine = known.may("service.work") and need.participation.steward_id == me.pk
    closed = need.participation.campaign.closed_at is not None
    possible = [to for to in MOVES[need.state] if not closed or to in AFTER_CLOSING]
    organises = known.may("needs.forward")
    unserved = need.participation.steward_id is None and need.state not in OVER
    return {
        "mine": mine,
        "may_forward": organises and need.state == State.HANDED_IN and not closed,
        "may_confirm": mine and State.CONFIRMED in possible,
        "may_contact": (mine or (organises and is_late(need))) and State.CONFIRMED in possible,
        "may_hand_over": known.may("campaigns.change") and (is_late(need) or unserved) and not closed,
        "may_call": mine and need.state not in OVER,
        "may_classify": mine and not closed and need.state in (State.CONFIRMED, State.CLASSIFIED),
        "may_plan": mine
        and not closed
        and need.state in (State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.PLANNED),
        "may_again": mine and not closed and need.state == State.UNREACHABLE,
        "may_end": (mine or organises) and State.NOT_HELPED in possible,
    }


def ways_on(known: Who, need: Need, me: Account) -> dict[str, Any]:
    """Return where the work on a need goes on outside this page: at the meeting, on a visit, in its service plan."""
    follows = known.may("service.work") and need.state in (State.DIAGNOSED, State.SERVED, State.CLOSED)
    return {
        "may_meet": known.may("pairing.work") and need.state == State.CLASSIFIED,
        "visits": list(visits_of(me).filter(need=need).exclude(state=VisitState.CANCELLED).order_by("on", "id"))
        if known.may("visits.look") else [],
        "visit_next": need.state in (State.PLANNED, State.VISITED),
        "may_follow": follows, "plan_next": need.state in (State.DIAGNOSED, State.SERVED),
    }  # fmt: skip


def is_late(need: Need) -> bool:
    """Say whether the clock of a need has run out."""
    return need.due_at is not None and need.due_at <= timezone.now() and need.state not in OVER


def own_need(request: HttpRequest, need_id: int) -> Need:
    """Return a need of an enterprise that the reader is the steward of."""
    me = account(request)
    found: Need = get_object_or_404(needs_of(me).filter(participation__steward=me), pk=need_id)
    return found


def levels(need: Need) -> list[tuple[str, str]]:
    """Return the levels a need may be forwarded to, by number."""
    round_, spoken = need.participation.campaign, language()
    return [
        (str(level.value), words.level_words(round_, level, spoken))
        for level in (Level.SERVING, Level.INDUSTRY, Level.CITY)
    ]


def skills_of(need: Need) -> list[Skill]:
    """Return the skills of a need's round, by code."""
    items = ServiceItem.objects.filter(aim__campaign_id=need.participation.campaign_id)
    return list(Skill.objects.filter(code__in={code for item in items for code in item.skills}).order_by("code"))
