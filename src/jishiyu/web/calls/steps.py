"""What is done with a case: called, promised, papers in, handed on, closed; a round of calls; a report of a stay."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.queries import caretakers
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies import operations
from jishiyu.apps.subsidies.models import CaseMove, CaseState
from jishiyu.apps.subsidies.problems import CaseOvertaken
from jishiyu.engine.identity import mask_name
from jishiyu.engine.problems import Problem
from jishiyu.web.calls import lists, views
from jishiyu.web.calls.forms import Called, Handed, Noted, Promised, Round
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.problem import told

MOST_AT_ONCE = 500


def called(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note a call."""
    return _step(request, case_id, Called, _("Note a call"), _("The call is noted."),
                 lambda data, step: operations.log_call(due_on=data["due_on"], **step))  # fmt: skip


def promised(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note what was promised, and for which day."""
    return _step(request, case_id, Promised, _("Note a promise"), _("The promise is noted; you will be reminded."),
                 lambda data, step: operations.log_promise(due_on=data["due_on"], **step))  # fmt: skip


def papers(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note that the papers came in."""
    return _step(request, case_id, Noted, _("The papers are in"), _("Noted. Now two people look at the papers."),
                 lambda data, step: operations.log_papers(**step))  # fmt: skip


def hand(request: HttpRequest, case_id: int) -> HttpResponse:
    """Hand a case to an officer, of another union where one is named."""
    code = request.GET.get("union", "").replace("\x00", "").strip()
    union = Union.objects.filter(code=code).first() if code else None
    found = views.case(case_id)
    with whole():
        officers = caretakers(
            union_id=union.pk if union is not None else found.union_id, action="calls.work", on=timezone.localdate()
        )

    def do(data: dict[str, Any], step: dict[str, Any]) -> None:
        step.pop("on")
        operations.hand_over(to=data["to"], union_code=union.code if union is not None else None, **step)

    return _step(request, case_id, lambda *given, **options: Handed(*given, officers=officers, **options),
                 _("Hand on"), _("The case is handed on."), do, template="calls/hand.html", code=code, union=union,
                 unknown=bool(code) and union is None)  # fmt: skip


def close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close a case without paying, with a reason."""

    def do(data: dict[str, Any], step: dict[str, Any]) -> None:
        operations.close_case(case_id=step["case_id"], by=step["by"], because=step["sentence"])

    explained = _("Nothing is paid by this case then. The reason is kept and shown; new data opens a new case.")
    return _step(request, case_id, Noted, _("Close without payment"), _("The case is closed."), do, explained=explained)


@require_POST
def call_round(request: HttpRequest) -> HttpResponseBase:
    """Note one call about all cases that were ticked, all of them or none."""
    form = Round(request.POST)
    rows = lists.CASES.filtered(request, lists.cases(request.GET.get("state", "")))
    if "all_found" not in request.POST:
        rows = rows.filter(pk__in=[int(key) for key in request.POST.getlist("selected") if key.isdecimal()])
    keys = list(rows.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not keys or len(keys) > MOST_AT_ONCE:
        messages.error(request, _("Tick between 1 and %d cases.") % MOST_AT_ONCE)
    elif not form.is_valid():
        messages.error(request, _("Nothing was noted: say in a few words what was said."))
    else:
        _note_round(request, keys, form.cleaned_data)
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("calls:list") + (f"?{query}" if query else ""))


def report(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open a case for a member whose stay no feed brought."""
    person = get_object_or_404(Person, pk=person_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            case = operations.report_no_data(
                person_id=person.pk, by=who(request).name, sentence=data["sentence"], on=timezone.localdate()
            )
        messages.success(request, _("The case is on the call list."))
        return HttpResponseRedirect(reverse("calls:one", args=[case.pk]))

    with whole():
        name = mask_name(identities(person_ids=[person.pk]).row(0, named=True)["name"] or "")
    form = Noted(request.POST or None)
    return answer_form(request, form, template="calls/report.html", do=do, person=person, name=name)


def _note_round(request: HttpRequest, keys: list[int], data: dict[str, Any]) -> None:
    wanted = [
        operations.Step(case_id=key, to=CaseState.CALLED, sentence=data["sentence"], due_on=data["due_on"])
        for key in keys
    ]
    try:
        with whole():
            count = operations.log_round(steps=wanted, by=who(request).name, on=timezone.localdate())
        messages.success(request, _("The call is noted for %d cases.") % count)
    except Problem as refused:
        messages.error(request, told(refused))


def _step(
    request: HttpRequest, case_id: int, form: Callable[..., Any], title: str, done: str,
    operation: Callable[[dict[str, Any], dict[str, Any]], Any], *, template: str = "calls/step.html", **context: Any,
) -> HttpResponse:  # fmt: skip
    """Show one step of a case, or take it; a refusal shows it again with its sentence."""
    found = views.case(case_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        step = {"case_id": found.pk, "by": who(request).name, "sentence": data["sentence"], "on": timezone.localdate()}
        with whole():
            last = CaseMove.objects.filter(case_id=found.pk).order_by("-id").first()
            if last is not None and data["seen"] != str(last.pk):
                filled.data = {**request.POST.dict(), "seen": str(last.pk)}
                raise CaseOvertaken(case=found.pk, by=last.by)
            operation(data, step)
        messages.success(request, done)
        return HttpResponseRedirect(reverse("calls:one", args=[found.pk]))

    shown = {**views.shown(found), "title": title, **context}
    filled = form(request.POST or None, initial={"seen": views.version(found)})
    return answer_form(request, filled, template=template, do=do, **shown)
