"""Reading call lists: cases, unions, one case with everything that was said."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.applications.models import Application
from jishiyu.apps.applications.states import OVER
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionUnknown
from jishiyu.apps.subsidies.heirs import DEATH
from jishiyu.apps.subsidies.models import CASE_ENDS, CASE_MOVES, Case, CaseReason, CaseState
from jishiyu.apps.subsidies.queries import cases_per_employer, history_of_case
from jishiyu.web.calls import lists, words
from jishiyu.web.calls.forms import Because, Round
from jishiyu.web.components.badge import badge
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.decisions import heirs
from jishiyu.web.decisions.words import CASE_REASONS, CASE_STATES
from jishiyu.web.documents.calls import call_sheet
from jishiyu.web.documents.decision import Unmasking
from jishiyu.web.documents.render import render as render_document
from jishiyu.web.feeds.words import reasons
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.find.words import APPLICATIONS
from jishiyu.web.gate import Who, who
from jishiyu.web.language import language
from jishiyu.web.place import issuer
from jishiyu.web.unions.beside import beside


def calls(request: HttpRequest) -> HttpResponseBase:
    """List cases: what is due first, first."""
    found = lists.cases(request.GET.get("state", ""))
    tree = beside(request, "calls")
    return lists.CASES.answer(request, found, form=Round(), may_work=who(request).may("calls.work"), **tree)


def unions(request: HttpRequest) -> HttpResponseBase:
    """List how many cases wait at each union, with the sheet to send."""
    return lists.UNIONS.answer(request, cases_per_employer())


def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Give the list to send to a union, masked, as PDF."""
    return _sheet(request, code, None, None)


def sheet_of_employer(request: HttpRequest) -> HttpResponse:
    """Give the list to send to an employer that has no union here, masked, as PDF."""
    return _sheet(request, "", _employer(request), None)


def sheet_in_full(request: HttpRequest) -> HttpResponse:
    """Ask why the sheet of a union or employer is wanted with names in full, and give it; that is recorded."""
    code = request.GET.get("union", "").replace("\x00", "").strip()
    employer_name = None if code else _employer(request)
    if code and not Union.objects.filter(code=code).exists():
        raise Http404

    def do(data: dict[str, Any]) -> HttpResponse:
        unmasking = Unmasking(by=who(request).name, reason=data["because"], at=timezone.now())
        return _sheet(request, code, employer_name, unmasking)

    context = {"to": code or employer_name or str(_("employer unknown"))}
    return answer_form(request, Because(request.POST or None), template="calls/in_full.html", do=do, **context)


def _employer(request: HttpRequest) -> str:
    return request.GET.get("employer", "").replace("\x00", "")


def _sheet(request: HttpRequest, code: str, employer_name: str | None, unmasking: Unmasking | None) -> HttpResponse:
    """Make the sheet with the reader's own eyes: of cases they may not see, it has none."""
    try:
        data = call_sheet(
            union_code=code, employer=employer_name, issuer=issuer(), on=timezone.localdate(), unmasking=unmasking
        )
    except UnionUnknown as problem:
        raise Http404 from problem
    content = render_document("calls", data, made_at=timezone.localtime())
    about = f"union {code}" if employer_name is None else f"employer {employer_name or '-'}"
    file = Download(f"calls-{code or 'employer'}.pdf", content, "application/pdf")
    return given(request, file, about=about)


def call(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case: what is asked, what was said, what can be done."""
    found = case(case_id)
    context = shown(found)
    live = any(row.state not in OVER for row, _state in context["applications"])
    return render(request, "calls/one.html", {**context, **_buttons(who(request), found, live=live)})


def case(case_id: int) -> Case:
    """Return a case the reader may see, with what its pages show."""
    rows = Case.objects.select_related("union", "person", "decision", "feed")
    found: Case = get_object_or_404(rows, pk=case_id)
    lists.prepare([found])
    return found


def shown(found: Case) -> dict[str, Any]:
    """Return what every page about a case shows of it."""
    decided = found.decision
    death = decided is not None and decided.kind == DEATH
    return {
        "case": found, "state": badge(found.state, CASE_STATES), "why": CASE_REASONS[found.reason],
        "ask": words.ASK[found.reason], "next": words.next_step(found.state, late=found.due_on < timezone.localdate()), "due": lists.due(found),
        "employer": lists.employer(found), "policy": policy_label(found.policy)(language()) if found.policy else "",
        "reasons": reasons(decided.reasons) if decided is not None else "",
        "moves": [(move, badge(move.to_state, CASE_STATES)) for move in reversed(history_of_case(found.pk))],
        "history": steps(f"case {found.pk}"),
        "applications": [(row, badge(row.state, APPLICATIONS)) for row in Application.objects.filter(case=found).order_by("id")],
        "seen": version(found), "is_death": death, "heir": heirs.shown(found.stay_id) if death else None,
    }  # fmt: skip


def version(found: Case) -> str:
    """Return what changes with every step of a case."""
    last = getattr(found, "last", None)
    return str(last.pk) if last is not None else "0"


def _buttons(known: Who, found: Case, *, live: bool) -> dict[str, bool]:
    """Return which steps this reader may take now; `live`: an application is under way."""
    possible, work = CASE_MOVES[CaseState(found.state)], known.may("calls.work")
    return {
        "may_call": work and CaseState.CALLED in possible, "may_promise": work and CaseState.PROMISED in possible,
        "may_papers": work and CaseState.PAPERS_IN in possible, "may_hand": work and found.state not in CASE_ENDS,
        "may_name_heir": found.state not in CASE_ENDS and known.may("heirs.name"),
        "may_close": CaseState.CLOSED in possible and known.may("calls.close"),
        "may_apply": found.reason != CaseReason.HELD and found.state not in CASE_ENDS and not live
        and known.may("applications.file") and found.person_id is not None,
        "may_approve": found.state == CaseState.PAPERS_IN and found.reason == CaseReason.OVER_LIMIT
        and known.may("reviews.see"),
    }  # fmt: skip
