"""A member's complaints and the answers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import queries
from jishiyu.apps.applications.operations import complain
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import answer_form
from jishiyu.web.member.forms import Words
from jishiyu.web.member.own import own_actor, own_person
from jishiyu.web.member.words import COMPLAINTS


def complaints(request: HttpRequest) -> HttpResponse:
    """List what the member complained about, and take a new complaint."""
    person = own_person(request)

    def do(data: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        with whole():
            made = complain(
                person_id=person, words=data["words"], by=own_actor(request), on=timezone.localdate(now), at=now
            )
        messages.success(request, _("We have your complaint. The union answers here."))
        return HttpResponseRedirect(reverse("mine:complaint", args=[made.pk]))

    told = [(badge(one.state, COMPLAINTS), one) for one in reversed(queries.complaints(person_id=person))]
    asked = Words(request.POST or None, label=_("What went wrong?"), help_text=_("No number of a card is needed."))
    return answer_form(request, asked, template="member/complaints.html", do=do, told=told)


def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Show one complaint with its answer."""
    found = queries.complaints(person_id=own_person(request), complaint_id=complaint_id)
    if not found:
        raise Http404
    return render(request, "member/complaint.html", {"one": found[0], "state": badge(found[0].state, COMPLAINTS)})
