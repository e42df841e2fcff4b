"""When somebody can come: their own page, and the same for the office."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.experts import operations
from jishiyu.apps.experts.halfdays import half_day_from, monday_of
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.experts.queries import expert_of
from jishiyu.apps.visits.appointments import report_absence
from jishiyu.web.components.forms import answer_form
from jishiyu.web.experts.forms import Absence, CalendarFile, Weekly
from jishiyu.web.experts.grid import WEEKS, weeks_of
from jishiyu.web.experts.views import expert, shown
from jishiyu.web.gate import who

OWN, OFFICE = "own", "office"
CALENDAR_AHEAD = timedelta(days=182)
NEVER = date(2000, 1, 3)


def mine(request: HttpRequest) -> HttpResponse:
    """Show and take the half-days one offers oneself."""
    found = _myself(request)
    if found is None:
        return render(request, "experts/nobody.html")
    return _times(request, found, OWN)


def my_weekly(request: HttpRequest) -> HttpResponse:
    """Offer the same half-days every week."""
    return _weekly(request, _me(request), OWN)


def my_calendar(request: HttpRequest) -> HttpResponse:
    """Take one's calendar in."""
    return _calendar(request, _me(request), OWN)


def office(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Show and take somebody's half-days, for the office."""
    return _times(request, expert(expert_id), OFFICE)


def weekly(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Offer the same half-days every week, for the office."""
    return _weekly(request, expert(expert_id), OFFICE)


def calendar(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Take somebody's calendar in, for the office."""
    return _calendar(request, expert(expert_id), OFFICE)


def absence(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Note that somebody cannot come: their visits are cancelled and go back to the meeting."""
    found = expert(expert_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            gone = report_absence(expert_id=found.pk, by=who(request).name, at=timezone.now(), **data)
        told = ngettext(
            "Noted. One visit was cancelled; its need waits for the meeting again.",
            "Noted. %(count)d visits were cancelled; their needs wait for the meeting again.", len(gone),
        ) % {"count": len(gone)}  # fmt: skip
        messages.success(request, told if gone else _("Noted. No visit falls into that time."))
        return HttpResponseRedirect(reverse("experts:one", args=[found.pk]))

    form = Absence(request.POST or None, initial={"first": timezone.localdate(), "last": timezone.localdate()})
    return answer_form(request, form, template="experts/form.html", do=do, title=_("Cannot come"), **shown(found))


def _myself(request: HttpRequest) -> Expert | None:
    account = who(request).account
    return expert_of(account) if account is not None else None


def _me(request: HttpRequest) -> Expert:
    found = _myself(request)
    if found is None:
        raise Http404
    return found


def _place(found: Expert, source: str) -> Callable[[str], str]:
    """Return the way to the pages about these times: one's own, or the office's."""
    names = {"times": "mine", "weekly": "my-weekly", "calendar": "my-calendar"}
    if source == OWN:
        return lambda name: reverse(f"experts:{names[name]}")
    return lambda name: reverse(f"experts:{name}", args=[found.pk])


def _times(request: HttpRequest, found: Expert, source: str) -> HttpResponse:
    today = timezone.localdate()
    begin = max(monday_of(_day(request.GET.get("from")) or today), monday_of(today))
    place = _place(found, source)
    if request.method == "POST":
        offered = [halfday for key in request.POST.getlist("free") if (halfday := half_day_from(key)) is not None]
        with whole():
            count = operations.set_times(
                expert_id=found.pk, offered=offered, first=max(begin, today),
                last=begin + timedelta(days=7 * WEEKS - 1), source=source, by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        said = ngettext("Kept: one half-day is offered.", "Kept: %(count)d half-days are offered.", count)
        messages.success(request, said % {"count": count})
        return HttpResponseRedirect(f"{place('times')}?from={begin.isoformat()}")
    return render(request, "experts/times.html", {
        **shown(found), "weeks": weeks_of(found, today, begin=begin), "own": source == OWN, "begin": begin,
        "next": (begin + timedelta(days=7 * WEEKS)).isoformat(),
        "before": (begin - timedelta(days=7 * WEEKS)).isoformat() if begin > monday_of(today) else "",
        "times": place("times"), "weekly": place("weekly"), "calendar": place("calendar"),
    })  # fmt: skip


def _weekly(request: HttpRequest, found: Expert, source: str) -> HttpResponse:
    place, today = _place(found, source), timezone.localdate()

    def do(data: dict[str, Any]) -> HttpResponse:
        pattern = [(int(day), half) for day, _mark, half in (one.partition("-") for one in data["pattern"])]
        with whole():
            operations.offer_weekly(
                expert_id=found.pk, pattern=pattern, first=max(today, data["first"]), last=data["last"], source=source,
                by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The pattern is entered; holidays are left out."))
        return HttpResponseRedirect(place("times"))

    form = Weekly(request.POST or None, initial={"first": today, "last": today + timedelta(days=7 * 8)})
    context = {
        "title": _("The same half-days every week"),
        "back": place("times"),
        "own": source == OWN,
        "verb": _("Keep these times"),
    }
    return answer_form(request, form, template="experts/form.html", do=do, **context, **shown(found))


def _calendar(request: HttpRequest, found: Expert, source: str) -> HttpResponse:
    place, today = _place(found, source), timezone.localdate()

    def do(data: dict[str, Any]) -> HttpResponse:
        file = data["file"]
        with whole():
            busy = operations.take_calendar(
                expert_id=found.pk, content=file.read(), name=file.name, first=today, last=today + CALENDAR_AHEAD,
                zone=timezone.get_default_timezone(), by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        said = ngettext("One half-day is busy.", "%(count)d half-days of the next half year are busy.", busy)
        messages.success(request, said % {"count": busy})
        return HttpResponseRedirect(place("times"))

    form = CalendarFile(request.POST or None, request.FILES or None)
    context = {"title": _("Take a calendar in"), "back": place("times"), "own": source == OWN, "files": True}
    return answer_form(request, form, template="experts/form.html", do=do, **context, **shown(found))


def _day(text: str | None) -> date | None:
    try:
        return max(date.fromisoformat(text), NEVER) if text else None
    except ValueError:
        return None
