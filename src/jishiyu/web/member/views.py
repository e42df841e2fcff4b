"""The first page of a member, what they got and why, and what they were told."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jishiyu.apps.applications.acting import filed_for, same_people
from jishiyu.apps.desk.queries import member
from jishiyu.apps.notices.queries import own_notices
from jishiyu.web.member import shown
from jishiyu.web.member.own import own_person
from jishiyu.web.member.words import MESSAGE, MESSAGES

LATEST = 3


def home(request: HttpRequest) -> HttpResponse:
    """Show what the member has to do, and what they got last."""
    found = member(person_id=own_person(request))
    filed = list(filed_for(found.person_id).order_by("-pk")[:50])
    today = timezone.localdate()
    year = today.year
    got = [one for one in shown.subsidies(found) if one.pays]
    context = {
        "tasks": shown.tasks(found, filed), "latest": got[:LATEST], "more": len(got) > LATEST, "year": year, "today": today,
        "this_year": shown.received(found, year), "ever": shown.received(found), "back": shown.to_give_back(found),
    }  # fmt: skip
    return render(request, "member/home.html", context)


def subsidies(request: HttpRequest) -> HttpResponse:
    """List everything that was looked at, with and without money."""
    found = member(person_id=own_person(request))
    every = shown.subsidies(found)
    context = {
        "got": [one for one in every if one.pays], "nothing": [one for one in every if not one.pays],
        "ever": shown.received(found), "back": shown.to_give_back(found),
    }  # fmt: skip
    return render(request, "member/subsidies.html", context)


def subsidy(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Explain one amount: first in a sentence, then step by step."""
    told = shown.why(member(person_id=own_person(request)), decision_id)
    if told is None:
        raise Http404
    return render(request, "member/subsidy.html", {"why": told})


def messages(request: HttpRequest) -> HttpResponse:
    """Show what the member was told."""
    people = same_people(own_person(request))
    told = [(MESSAGES.get(one.kind, MESSAGE), one) for one in own_notices(person_ids=people)]
    return render(request, "member/messages.html", {"told": told})
