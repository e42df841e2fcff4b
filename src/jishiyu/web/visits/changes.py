"""What is changed about a visit: moved, cancelled, its plan, finished."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Visit
from jishiyu.apps.visits.problems import TimeDoubtful
from jishiyu.apps.visits.queries import plan_of
from jishiyu.engine.problems import Problem
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.visits import lists, views
from jishiyu.web.visits.forms import Because, Came, Moved
from jishiyu.web.visits.plan_lines import given_lines, rows_of


def move(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Move a visit to another half-day, with a reason; a doubtful one is asked about, and moved to when that is ticked."""
    visit, doubted = views.found(request, visit_id), []

    def do(data: dict[str, Any]) -> HttpResponse:
        wanted = f"{data['on']} {data['half']}"
        try:
            with whole():
                operations.move_visit(
                    visit_id=visit.pk, on=data["on"], half=data["half"], sentence=data["sentence"], by=who(request).name,
                    today=timezone.localdate(), at=timezone.now(), sure=request.POST.get("sure") == wanted,
                )  # fmt: skip
        except TimeDoubtful:
            doubted.append(wanted)
            raise
        messages.success(request, _("The visit is moved."))
        return _back(visit)

    form = Moved(request.POST or None, initial={"on": visit.on, "half": visit.half})
    return answer_form(
        request, form, template="visits/step.html", do=do, title=_("Move the visit"), doubted=doubted, **_card(visit)
    )


def cancel(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Cancel a visit, with a reason; its need goes back to the meeting."""
    visit = views.found(request, visit_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.cancel_visit(
                visit_id=visit.pk, sentence=data["sentence"], by=who(request).name, at=timezone.now()
            )
        messages.success(request, _("The visit is cancelled; the need goes back to the meeting."))
        return _back(visit)

    form = Because(request.POST or None)
    return answer_form(request, form, template="visits/step.html", do=do, title=_("Cancel the visit"), **_card(visit))


def finish(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Say that a visit took place, and who was there."""
    visit = views.found(request, visit_id)
    team = [(str(one.pk), one.expert.name) for one in visit.team.select_related("expert").order_by("id")]

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.finish_visit(
                visit_id=visit.pk, came=[int(key) for key in data["came"]], by=who(request).name, at=timezone.now()
            )
        messages.success(request, _("The visit is done. What phones still hold is taken in later too."))
        return _back(visit)

    explained = _(
        "Look first whether every phone of the team has sent its entries. The clock of the report runs from now on."
    )
    return answer_form(
        request, Came(request.POST or None, team=team), template="visits/step.html", do=do,
        title=_("The visit took place"), explained=explained, **_card(visit),
    )  # fmt: skip


def plan(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Change the lines of a survey plan, one row each; an empty row is left out."""
    visit, problem, status = views.found(request, visit_id), "", 200
    lines: list[dict[str, str]] = plan_of(visit.plan)
    if request.method == "POST":
        lines = given_lines(request)
        try:
            with whole():
                operations.set_plan(visit_id=visit.pk, lines=lines, by=who(request).name, at=timezone.now())
            messages.success(request, _("The plan is kept. Phones get it when they connect."))
            return _back(visit)
        except Problem as refused:
            problem, status = told(refused), REFUSED
    context = {"rows": rows_of(lines, language()), "problem": problem, **_card(visit)}
    return render(request, "visits/plan.html", context, status=status)


def _card(visit: Visit) -> dict[str, Any]:
    return {"visit": visit, "when": lists.when(visit), "service": lists.item(visit)}


def _back(visit: Visit) -> HttpResponse:
    return HttpResponseRedirect(reverse("visits:one", args=[visit.pk]))
