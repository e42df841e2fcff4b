"""What becomes of an application besides its review: taken back, appealed, filed away."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import operations
from jishiyu.apps.applications.operations import Actor
from jishiyu.apps.applications.problems import Overtaken
from jishiyu.web.applications import shown
from jishiyu.web.applications.actor import actor
from jishiyu.web.applications.forms import Because
from jishiyu.web.applications.views import found
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.member.filed import version

Do = Callable[[int, Actor, str, date, datetime], Any]


def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take an application back, with a reason."""
    return _step(request, application_id, _("Take it back"), _("The application was taken back."),
                 lambda pk, by, said, on, at: operations.withdraw(application_id=pk, by=by, because=said, on=on, at=at),
                 explained=_("It is not decided then. The member can apply again."))  # fmt: skip


def appeal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Bring a refused application before another reviewer."""
    return _step(request, application_id, _("Appeal"), _("Another reviewer will look at it."),
                 lambda pk, by, said, on, at: operations.appeal(application_id=pk, by=by, words=said, on=on, at=at),
                 explained=_("Once, and in time. Another reviewer decides, and that decision is final."))  # fmt: skip


def close(request: HttpRequest, application_id: int) -> HttpResponse:
    """File a decided application away."""
    return _step(
        request, application_id, _("File it away"), _("The application was filed away."),
        lambda pk, by, said, on, at: operations.close_application(application_id=pk, by=by, because=said, on=on, at=at),
        explained=_("Nothing changes about what was decided."),
    )  # fmt: skip


def _step(
    request: HttpRequest, application_id: int, title: str, done: str, operation: Do, *, explained: str
) -> HttpResponse:  # fmt: skip
    """Show one step of an application, or take it; a refusal shows it again with its sentence."""
    about = found(application_id)
    context = shown.about_it(about, shown.opened(about.pk), full=about.filed_by == who(request).name)
    form = Because(request.POST or None, initial={"seen": context["seen"]})

    def do(data: dict[str, Any]) -> HttpResponse:
        if data["seen"] != version(about):
            form.data = {**request.POST.dict(), "seen": version(about)}
            raise Overtaken(number=about.number)
        now = timezone.now()
        with whole():
            operation(about.pk, actor(request), data["words"], timezone.localdate(now), now)
        messages.success(request, done)
        return HttpResponseRedirect(reverse("applications:one", args=[about.pk]))

    return answer_form(
        request, form, template="applications/step.html", do=do, title=title, explained=explained, **context
    )
