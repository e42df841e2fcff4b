"""Reading visits: the calendar of everybody, my own, one visit with all that was noted on it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Entry, EntryKind, Report, Visit, VisitState
from jishiyu.apps.visits.queries import disagreeing, own_visits, plan_of, settled, standing, visits_of, with_figures
from jishiyu.web.components.badge import badge
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.visits import lists
from jishiyu.web.visits.shown import Noted, noted
from jishiyu.web.visits.words import CHECKS, HALVES, PARTS, VISITS

WEEKS = 3  # of the calendar on the first page
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "text/csv": ".csv"}


@dataclass(slots=True)
class Day:
    """One day of a calendar with its visits."""

    on: date
    weekday: str
    today: bool
    visits: list[Visit] = field(default_factory=list)


def own(request: HttpRequest) -> HttpResponse:
    """Show my visits of the coming weeks day by day, and what is left from before."""
    account = who(request).account
    assert account is not None
    today = timezone.localdate()
    begins = today - timedelta(days=today.weekday())
    rows = with_figures(own_visits(account)).order_by("on", "half", "id")
    coming = list(
        rows.filter(on__gte=begins, on__lt=begins + timedelta(weeks=WEEKS)).exclude(state=VisitState.CANCELLED)
    )
    left = list(rows.filter(on__lt=begins, state=VisitState.PLANNED)[:50])
    lists.with_teams([*coming, *left])
    for one in [*coming, *left]:
        one.badge = badge(one.state, VISITS)  # type: ignore[attr-defined]
        one.half_words = HALVES[one.half]  # type: ignore[attr-defined]
        one.service = lists.item(one)  # type: ignore[attr-defined]
    by_day: dict[date, list[Visit]] = defaultdict(list)
    for one in coming:
        by_day[one.on].append(one)
    days = [begins + timedelta(days=at) for at in range(7 * WEEKS)]
    shown = [
        Day(day, str(lists.WEEKDAYS[day.weekday()]), day == today, by_day[day])
        for day in days if day.weekday() < 5 or by_day[day]
    ]  # fmt: skip
    return render(
        request,
        "visits/home.html",
        {"days": shown, "coming": coming, "left": left, "may_see": who(request).may("visits.see")},
    )


def everybody(request: HttpRequest) -> HttpResponseBase:
    """List the visits of every enterprise that the reader may see, the next ones first."""
    account = who(request).account
    assert account is not None
    rows = with_figures(visits_of(account))
    wanted = request.GET.get("week", "")
    if not wanted and not request.GET.get("state"):
        rows = rows.exclude(state=VisitState.CANCELLED)
    return lists.VISITS_LIST.answer(request, rows.order_by("-on" if wanted == "past" else "on", "half", "id"))


def one(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Show one visit: who, when, where, the plan with what was found, readings, photos, notes, reports, history."""
    visit, known = found(request, visit_id), who(request)
    entries = list(standing(visit_id=visit.pk))
    groups = disagreeing(entries)
    disputed = {entry.pk for several in groups for entry in several}
    shown = [noted(entry, visit, language()) for entry in settled(entries) if entry.pk not in disputed]
    checks = {entry.slot: entry for entry in shown if entry.kind == EntryKind.CHECK}
    plan = [(line, checks.pop(line["key"], None)) for line in plan_of(visit.plan)]
    open_ = visit.state == VisitState.PLANNED
    reports = list(Report.objects.filter(visit=visit).order_by("-number"))
    frozen = visit.need.participation.frozen_at is not None
    context = {
        "visit": visit, "state": badge(visit.state, VISITS), "when": lists.when(visit), "service": lists.item(visit),
        "team": [(member, PARTS.get(member.part, member.part)) for member in visit.team.select_related("expert").order_by("id")],
        "plan": [(line["zh" if language() == "zh" else "en"], entry) for line, entry in plan],
        "beside": list(checks.values()), "conflicts": [[noted(entry, visit, language()) for entry in several] for several in groups],
        **_by_kind(shown), "reports": reports, "released": any(one.released_at for one in reports),
        "history": steps(f"visit {visit.pk}", f"need {visit.need.number}"), "checks": CHECKS,
        "may_change": open_ and not frozen and known.may("visits.change"),
        "may_note": not frozen and known.may("visits.own"),
        "may_report": visit.state == VisitState.DONE and not frozen and known.may("reports.release"),
        "may_finish": open_ and not frozen and known.may("visits.own"),
        "may_plan": known.may("service.work"),
    }  # fmt: skip
    return render(request, "visits/one.html", context)


def file(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show a photo or a signature; hand out a file of an analyser, on the record."""
    account = who(request).account
    assert account is not None
    entry = get_object_or_404(Entry.objects.filter(visit__in=visits_of(account)).exclude(file=""), pk=entry_id)
    content, name = HELP.fetch(entry.file), f"{entry.kind}-{entry.pk}{SUFFIX[entry.media_type]}"
    if not entry.media_type.startswith("image/"):
        return given(request, Download(name, content, entry.media_type), about=f"visit {entry.visit_id}")
    response = HttpResponse(content, content_type=entry.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def found(request: HttpRequest, visit_id: int) -> Visit:
    """Return a visit that the reader has to do with; another's is no such page."""
    account = who(request).account
    if account is None:
        raise Http404
    return get_object_or_404(with_figures(visits_of(account)), pk=visit_id)


def _by_kind(shown: list[Noted]) -> dict[str, list[Noted]]:
    kinds = {
        "readings": EntryKind.READING, "series": EntryKind.SERIES, "photos": EntryKind.PHOTO, "notes": EntryKind.NOTE,
        "signatures": EntryKind.SIGNATURE,
    }  # fmt: skip
    return {name: [one for one in shown if one.kind == kind and not one.removed] for name, kind in kinds.items()}
