"""One box for everything, and the page of a member.

What is typed goes by POST, so that no identity number stands in an address, a log or the history of a browser. What
was found is kept masked in the session; the address after it says nothing.
"""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from jishiyu.apps.applications.models import Application
from jishiyu.apps.desk.queries import find
from jishiyu.apps.members.queries import memberships_of
from jishiyu.apps.people.models import Person
from jishiyu.web.find import member as shown
from jishiyu.web.find.results import MOST, addressed, grouped
from jishiyu.web.gate import who
from jishiyu.web.roster.history import history_of

KEPT = "found"


def find_anything(request: HttpRequest) -> HttpResponse:
    """Find what was typed; one thing is opened at once, several are listed."""
    if request.method == "POST":
        hits = find(text=request.POST.get("q", "")[:100], on=timezone.localdate(), limit=MOST)
        results = addressed(hits, who(request))
        if len(results) == 1 and results[0]["href"]:
            return HttpResponseRedirect(results[0]["href"])
        request.session[KEPT] = results
        return HttpResponseRedirect(reverse("people:find"))
    kept: list[dict[str, Any]] | None = request.session.get(KEPT)
    return render(request, "find/find.html", {"groups": grouped(kept or []), "searched": kept is not None})


def member_page(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show everything about one member, masked."""
    today = timezone.localdate()
    found = shown.member_or_none(person_id, today)
    if found is None:
        raise Http404
    if found.person_id != person_id:
        return HttpResponseRedirect(reverse("people:member", args=[found.person_id]))
    return render(request, "find/member.html", shown.page(found, who(request), today))


def more(request: HttpRequest, person_id: int) -> HttpResponse:
    """Return the end of a member's page, asked for when the page is there: applications, and who did what."""
    found = get_object_or_404(Person, pk=person_id)
    filed = Application.objects.filter(Q(person=found) | Q(person__merged_into=found)).order_by("-pk")[:MOST]
    sees = who(request).may("applications.see")
    context = {
        "applications": shown.applications(list(filed) if sees else [], who(request)),
        "history": history_of(found, memberships_of(person_id=found.pk)),
    }
    return render(request, "find/more.html", context)
