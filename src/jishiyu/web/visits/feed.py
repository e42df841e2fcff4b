"""The calendar as a feed: iCalendar by a personal secret address that can be withdrawn."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from icalendar import Calendar, Event

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.invitation import span_of
from jishiyu.apps.visits.models import TeamMember, Visit, VisitState
from jishiyu.apps.visits.problems import LinkClosed
from jishiyu.apps.visits.queries import account_of_feed, feed_is_open, own_visits, visits_of, with_figures
from jishiyu.web.gate import who
from jishiyu.web.visits import lists

BEFORE = timedelta(days=60)
SECRET = "visits-secret"  # noqa: S105  # the name of a place in the session, shown once


def address(request: HttpRequest) -> HttpResponse:
    """Show whether my feed is open, and right after it was made its address, this once."""
    account = who(request).account
    assert account is not None
    secret = request.session.pop(SECRET, "")
    href = request.build_absolute_uri(reverse("visits:feed", args=[secret])) if secret else ""
    return render(request, "visits/calendar.html", {"href": href, "open": feed_is_open(account)})


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a new address; the one before stops at once."""
    account = who(request).account
    assert account is not None
    with whole():
        request.session[SECRET] = operations.make_calendar_link(account=account, at=timezone.now())
    return HttpResponseRedirect(reverse("visits:calendar"))


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the address."""
    account = who(request).account
    assert account is not None
    with whole():
        operations.withdraw_calendar_link(account=account, at=timezone.now())
    messages.success(request, _("The address is withdrawn. Calendars that knew it get nothing any more."))
    return HttpResponseRedirect(reverse("visits:calendar"))


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the visits behind a secret as iCalendar: own ones, of an organiser those of their rounds."""
    with whole():
        try:
            account = account_of_feed(secret=secret)
        except LinkClosed as closed:
            raise Http404 from closed
        rows = own_visits(account) if _goes(account.pk) else visits_of(account)
        visits = list(with_figures(rows.filter(on__gte=timezone.localdate() - BEFORE)).order_by("on", "half", "id"))
        lists.with_teams(visits)
        with translation.override(account.language or settings.LANGUAGE_CODE):
            content = calendar(visits).to_ical()
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="visits.ics"'
    return response


def calendar(visits: list[Visit]) -> Calendar:
    """Return visits as a calendar; a cancelled one stays in it as cancelled, so that it goes from every phone."""
    made = Calendar()
    made.add("prodid", "-//Jishiyu//visits//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"及时雨 · {_('Visits')}")
    made.add("x-wr-timezone", settings.TIME_ZONE)
    for one in visits:
        made.add_component(_event(one))
    return made


def _event(visit: Visit) -> Event:
    event, participation = Event(), visit.need.participation
    begins, ends = span_of(visit, participation.campaign.working_hours)
    event.add("uid", f"visit-{visit.pk}@jishiyu")  # as in the invitation, so that it is one entry
    event.add("dtstamp", visit.made_at)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", f"{participation.enterprise.name} · {lists.item(visit) or visit.need.number}")
    event.add("location", participation.enterprise.address)
    steward = participation.steward.full_name if participation.steward else "—"
    names = "、".join(visit.names)  # type: ignore[attr-defined]
    event.add("description", f"{visit.need.number}\n{_('Team')}: {names}\n{_('Steward')}: {steward}")
    cancelled = visit.state == VisitState.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if cancelled:
        event.add("comment", visit.cancelled_why)
    return event


def _goes(account_id: int) -> bool:
    """Say whether somebody goes on visits or answers for enterprises themselves."""
    goes = TeamMember.objects.filter(expert__account_id=account_id).exists()
    return goes or Visit.objects.filter(need__participation__steward_id=account_id).exists()
