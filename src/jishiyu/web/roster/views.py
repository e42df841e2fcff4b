"""The list of members, one person's memberships, and what is changed about them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.members import operations
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.queries import memberships, memberships_of, others_of_household
from jishiyu.apps.orgs.problems import UnionUnknown
from jishiyu.apps.people.models import Person
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who
from jishiyu.web.roster import forms
from jishiyu.web.roster.again import decide_again
from jishiyu.web.roster.history import history_of
from jishiyu.web.roster.lists import MEMBERS, masked
from jishiyu.web.roster.words import membership_state, sharing
from jishiyu.web.unions.beside import beside
from jishiyu.web.unions.sight import branch, code_in_sight, of_others

A_DAY = timedelta(days=1)
FEW = 20


def members(request: HttpRequest) -> HttpResponseBase:
    """List memberships; row security leaves those of the reader's branch."""
    known = who(request)
    buttons = {f"may_{word}": known.may(action) for word, action in (
        ("change", "roster.change"), ("import", "roster.import"), ("merge", "people.merge"))}  # fmt: skip
    # Row security narrows the list anyway; of a few unions the planner must see the numbers, else it walks the city.
    ours = branch(request)
    rows = memberships().filter(union_id__in=ours) if ours is not None and len(ours) <= FEW else memberships()
    return MEMBERS.answer(request, rows, **beside(request, "roster"), **buttons)


def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person's memberships over time."""
    found = get_object_or_404(Person, pk=person_id)
    held = memberships_of(person_id=found.pk)
    today, theirs = timezone.localdate(), of_others(request, found.pk)
    context = {
        "person": found, "of_others": theirs, "name_number": masked([found.pk])[found.pk],
        "memberships": [(row, membership_state(row, today), _last_day(row)) for row in held],
        "history": history_of(found, held),
        "may_change": who(request).may("roster.change"), "may_see": who(request).may("people.see"),
        "may_correct": who(request).may("people.correct") and not theirs,
    }  # fmt: skip
    return render(request, "roster/person.html", context)


def enrol(request: HttpRequest) -> HttpResponse:
    """Make somebody a member, on record already or not."""

    def do(data: dict[str, Any], now: datetime) -> int:
        _own(request, data["union_code"])
        made = operations.enrol(
            **data, as_of=timezone.localdate(now), by=who(request).name, at=now, union_ids=branch(request)
        )
        return made.person_id

    form = forms.Enrolment(request.POST or None, initial={"joined_on": timezone.localdate()})
    return _changed(request, form, do, title=_("New member"), done=_("The member is on the roster."))


def join(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let a person on record join a union."""
    found = get_object_or_404(Person, pk=person_id)

    def do(data: dict[str, Any], now: datetime) -> int:
        _own(request, data["union_code"])
        operations.join_union(
            person_id=found.pk, by=who(request).name, at=now, union_ids=branch(request), **data
        )  # fmt: skip
        return found.pk

    form = forms.Joining(request.POST or None, initial={"joined_on": timezone.localdate()})
    return _changed(
        request, form, do, title=_("Join a union"), done=_("The membership is on the roster."), person=found
    )


def transfer(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Move a member to another union without a gap."""
    old = _membership(membership_id)

    def do(data: dict[str, Any], now: datetime) -> int:
        operations.transfer(membership_id=old.pk, by=who(request).name, at=now, **data)
        return old.person_id

    form = forms.Transfer(request.POST or None, initial={"on": timezone.localdate()})
    return _changed(
        request, form, do, title=_("Transfer to another union"), done=_("The member was transferred."), old=old
    )


def leave(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a membership."""
    old = _membership(membership_id)

    def do(data: dict[str, Any], now: datetime) -> int:
        left_on = data["last_day"] + A_DAY
        operations.leave_union(membership_id=old.pk, left_on=left_on, by=who(request).name, at=now)
        return old.person_id

    form = forms.Leaving(request.POST or None, initial={"last_day": timezone.localdate()})
    return _changed(
        request, form, do, title=_("End the membership"), done=_("The membership ends on that day."), old=old
    )


def service(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Say from which day a member is out of service, or in service again."""
    old = _membership(membership_id)

    def do(data: dict[str, Any], now: datetime) -> int:
        operations.set_in_service(
            membership_id=old.pk, in_service=not old.in_service, by=who(request).name, at=now, **data
        )
        return old.person_id

    title = _("Not in service any more") if old.in_service else _("In service again")
    form = forms.Service(request.POST or None, initial={"on": timezone.localdate()})
    return _changed(request, form, do, title=title, done=_("The service was changed."), old=old)


def household(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Put the household number of a membership right, or enter a new one from a day on."""
    old = _membership(membership_id)

    def do(data: dict[str, Any], now: datetime) -> int:
        new = operations.set_household(membership_id=old.pk, by=who(request).name, at=now, **data)
        messages.info(request, sharing(others_of_household(membership_id=new.pk)))
        return old.person_id

    form = forms.Household(request.POST or None)
    return _changed(
        request, form, do, title=_("Change the household number"), done=_("The household number was changed."), old=old,
        lead=_("The number itself is not kept, only what tells two of them apart: it can be entered, and is never shown."),
    )  # fmt: skip


def _changed(
    request: HttpRequest, form: Form, work: Callable[[dict[str, Any], datetime], int], *, title: str, done: str,
    old: Membership | None = None, person: Person | None = None, lead: str = "",
) -> HttpResponse:  # fmt: skip
    """Show a form about memberships; after the change those concerned are decided again."""
    about = old.person if old is not None else person

    def do(data: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        with whole():
            person_id = work(data, now)
            decide_again(request, at=now)
        messages.success(request, f"{done} {_('What it changes about subsidies is decided in a moment.')}")
        return HttpResponseRedirect(reverse("roster:person", args=[person_id]))

    back = reverse("roster:person", args=[about.pk]) if about is not None else reverse("roster:list")
    name_number = masked([about.pk])[about.pk] if about is not None else None
    return answer_form(request, form, template="roster/form.html", do=do, title=title, lead=lead, old=old, person=about,
                       name_number=name_number, back=back)  # fmt: skip


def _membership(membership_id: int) -> Membership:
    return get_object_or_404(memberships(), pk=membership_id)


def _own(request: HttpRequest, code: str) -> None:
    """Refuse a union that is not of the reader's branch as if there were none."""
    if not code_in_sight(request, code):
        raise UnionUnknown(code=code)


def _last_day(row: Membership) -> Any:
    return row.left_on - A_DAY if row.left_on is not None else None
