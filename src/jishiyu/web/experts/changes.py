"""What the office writes about somebody on the list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.experts import operations
from jishiyu.web.components.forms import answer_form
from jishiyu.web.experts.forms import Admission, Details, Ending, Levels, entry_of, initial_of
from jishiyu.web.experts.views import expert, shown
from jishiyu.web.gate import who
from jishiyu.web.pairing.sight import union_of_the_list


def _to(expert_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("experts:one", args=[expert_id]))


def _in_sight(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """Put somebody who is entered without a union where the reader keeps on seeing them."""
    return {**data, "union_code": data["union_code"].strip() or union_of_the_list(request)}


def admit(request: HttpRequest) -> HttpResponse:
    """Put somebody on the list."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            made = operations.admit_expert(
                entry=entry_of(_in_sight(request, data), data["code"]),
                since=data["since"],
                by=who(request).name,
                at=timezone.now(),
            )
        messages.success(request, _("On the list. Enter the skills now, and let them be confirmed."))
        return HttpResponseRedirect(reverse("experts:skills", args=[made.pk]))

    form = Admission(request.POST or None, initial={"since": timezone.localdate(), "per_week": 4})
    return answer_form(request, form, template="experts/form.html", do=do, title=_("Somebody new on the list"))


def change(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Change an entry."""
    found = expert(expert_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.change_expert(
                expert_id=found.pk,
                entry=entry_of(_in_sight(request, data), found.code),
                by=who(request).name,
                at=timezone.now(),
            )
        messages.success(request, _("Changed."))
        return _to(found.pk)

    form = Details(request.POST or None, initial=initial_of(found))
    return answer_form(request, form, template="experts/form.html", do=do, title=_("Change the entry"), **shown(found))


def end(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Take somebody off the list after a day."""
    found = expert(expert_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.end_expert(
                expert_id=found.pk, last_day=data["last_day"], because=data["because"], by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("Taken off the list after that day."))
        return _to(found.pk)

    form = Ending(request.POST or None)
    return answer_form(request, form, template="experts/form.html", do=do, title=_("Take off the list"), **shown(found))


def skills(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Say what somebody can; a level that changes has to be confirmed again."""
    found = expert(expert_id)
    form = Levels(request.POST or None, held={one.skill.code: one.level for one in found.skills.all()})

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.set_skills(expert_id=found.pk, levels=form.levels, by=who(request).name, at=timezone.now())
        messages.success(request, _("The skills are entered. Only confirmed ones count in pairing."))
        return _to(found.pk)

    return answer_form(request, form, template="experts/skills.html", do=do, **shown(found))


@require_POST
def confirm(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Confirm one skill, or (without one) every skill that is not confirmed yet."""
    found = expert(expert_id)
    asked = request.POST.get("skill", "").replace("\x00", "")
    codes = [asked] if asked else [one.skill.code for one in found.skills.all() if one.confirmed_on is None]
    with whole():
        for code in codes:
            operations.confirm_skill(
                expert_id=found.pk, code=code, on=timezone.localdate(), by=who(request).name, at=timezone.now()
            )
    messages.success(request, _("Confirmed."))
    return _to(found.pk)
