"""Settings and health: what can be changed here, what needs a restart, and how it runs."""

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.audit.operations import record
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.notices.texts import mask_address
from jishiyu.apps.outside.models import Name
from jishiyu.apps.outside.operations import set_gateways, set_watched_folder
from jishiyu.apps.outside.queries import gateways, set_by_variable, watched_folder
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import NoticeRefused
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.place import place
from jishiyu.web.settings import facts, installation
from jishiyu.web.settings.forms import Installation, Outside, TestNotice


def home(request: HttpRequest) -> HttpResponse:
    """Show every setting with where it is set, and how the installation runs."""
    with whole():
        context = {"here": place(), "health": facts.health(), "outside": facts.of_the_way_outside()}
    context |= {
        "given": facts.of_the_environment(), "fixed": facts.of_the_program(), "history": steps("installation"),
        "may_change": who(request).may("settings.change"), "years": _years(),
    }  # fmt: skip
    return render(request, "settings/home.html", context)


def _years() -> list[int]:
    try:
        return sorted(known_calendar().years)
    except NoticeRefused:  # the page of the calendar says which file
        return []


def change(request: HttpRequest) -> HttpResponse:
    """Change name, period and comparison; what was there before stands in the trail."""

    def do(data: dict[str, Any]) -> HttpResponse:
        installation.change(fresh=data, by=who(request).name, at=timezone.now())
        messages.success(request, _("The settings were changed. They hold from the next page on."))
        return HttpResponseRedirect(reverse("settings:home"))

    form = Installation(request.POST or None, initial=installation.now())
    return answer_form(request, form, template="settings/change.html", do=do)


def outside(request: HttpRequest) -> HttpResponse:
    """Change by which gateways notices leave, and which folder is watched; what a variable says is shown and stays."""
    with whole():
        known, folder = gateways(), watched_folder()

    def do(data: dict[str, Any]) -> HttpResponse:
        about: dict[str, Any] = {"by": who(request).name, "at": timezone.now()}
        with whole(), transaction.atomic():  # both or neither
            if "add" in data:
                set_gateways(add=data["add"], drop=data["drop"], **about)
            if "folder" in data:
                set_watched_folder(path=data["folder"], **about)
        messages.success(request, _("Kept. It holds within a minute, without a restart."))
        return HttpResponseRedirect(reverse("settings:home"))

    if request.method == "POST" and (asked := ask_factor_again(request)) is not None:
        return asked
    form = Outside(request.POST or None, known=known, initial={"folder": folder})
    variables = [variable for name in Name if (variable := set_by_variable(name))]
    return answer_form(request, form, template="settings/outside.html", do=do, variables=variables)


def test_notice(request: HttpRequest) -> HttpResponse:
    """Queue a test message; whether it arrived stands in the log of notices."""

    def do(data: dict[str, Any]) -> HttpResponse:
        at, by, to = timezone.now(), who(request).name, data["address"]
        word = Word(kind=Kind.TEST, address=to or None, once=f"test {secrets.token_hex(8)}", to_staff=not to)
        details = {"to": mask_address(to) if to else "staff"}
        with whole():
            queue_notices(words=[word], by=by, at=at)
        record(by=by, action="settings.test_notice", record="installation", details=details, at=at)
        messages.info(request, _("The test message is being sent; what became of it stands in the log of notices."))
        return HttpResponseRedirect(reverse("notices:list"))

    with whole():
        reached = bool(gateways())
    form = TestNotice(request.POST or None)
    return answer_form(request, form, template="settings/test_notice.html", do=do, gateways=reached)
