"""The list of applications, and one application with all that belongs to it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications.models import Application, State
from jishiyu.apps.applications.operations import read_in_full
from jishiyu.apps.applications.states import EDITABLE, IN_REVIEW
from jishiyu.engine.problems import Problem
from jishiyu.web.applications import shown
from jishiyu.web.applications.actor import actor
from jishiyu.web.applications.lists import APPLICATIONS_LIST
from jishiyu.web.gate import Who, who
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.unions.beside import beside


def applications(request: HttpRequest) -> HttpResponseBase:
    """List applications, the newest first."""
    rows = Application.objects.select_related("union").order_by("-id")
    tree = beside(request, "applications")
    return APPLICATIONS_LIST.answer(request, rows, may_file=who(request).may("applications.file"), **tree)


def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show one application: where it stands, until when, its form and papers, what can be done."""
    about, known = found(application_id), who(request)
    file = shown.opened(about.pk)
    context = {**shown.about_it(about, file, full=about.filed_by == known.name), **_buttons(known, about)}
    return render(request, "applications/one.html", context)


@require_POST
def reveal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show the form and what was said in full; the reason stands in the trail."""
    about = found(application_id)
    try:
        with whole():
            by, reason = actor(request), request.POST.get("reason", "")
            read_in_full(application_id=about.pk, by=by, reason=reason, at=timezone.now())
    except Problem as problem:
        return render(request, "layout/problem_part.html", {"sentence": told(problem)}, status=REFUSED)
    context = shown.about_it(about, shown.opened(about.pk), full=True)
    return render(request, "applications/_file.html", context)


def found(application_id: int) -> Application:
    """Return an application that the reader may see."""
    rows = Application.objects.select_related("case", "union", "person")
    about: Application = get_object_or_404(rows, pk=application_id)
    return about


def _buttons(known: Who, about: Application) -> dict[str, bool]:
    """Return which steps this reader may take now."""
    file, in_time = (
        known.may("applications.file"),
        about.appeal_due_on is None or about.appeal_due_on >= timezone.localdate(),
    )
    return {
        "may_edit": file and about.state in EDITABLE, "may_reveal": known.may("people.reveal"),
        "may_withdraw": file and about.state in (*EDITABLE, State.SUBMITTED, State.APPEALED, *IN_REVIEW),
        "may_appeal": file and about.state == State.REFUSED and in_time,
        "may_review": known.may("reviews.see") and about.state not in (State.DRAFT, State.WITHDRAWN, State.RETURNED),
    }  # fmt: skip
