"""Cases over the automatic limit: approved by two people, one after the other."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import operations
from jishiyu.apps.applications.models import CaseProposal
from jishiyu.apps.subsidies.models import Case, CaseReason, CaseState
from jishiyu.engine.money import yuan_text
from jishiyu.web.applications.actor import actor
from jishiyu.web.calls import views as calls
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.reviews.forms import Signed, Why
from jishiyu.web.reviews.lists import CASES


def cases(request: HttpRequest) -> HttpResponseBase:
    """List large cases whose papers are in, those with one signature first."""
    signed = CaseProposal.objects.filter(case=OuterRef("pk"), ended_at=None).values("by")[:1]
    rows = Case.objects.filter(state=CaseState.PAPERS_IN, reason=CaseReason.OVER_LIMIT).select_related("union")
    return CASES.answer(request, rows.annotate(signed_by=Subquery(signed)).order_by("signed_by", "due_on", "id"))


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one large case with its signatures."""
    return render(request, "reviews/case.html", _shown(request, calls.case(_large(case_id))))


def propose(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the first signature under a case; the second factor is asked for again."""
    _large(case_id)
    if (asked := ask_factor_again(request)) is not None:
        return asked
    return _step(
        request, case_id, Signed, _("Sign as the first"), lambda step, data: operations.propose_approval(
            seen_fen=data["fen"], sentence=data["sentence"], on=timezone.localdate(), **step),
        lambda done: _("Signed. Another person approves."),
    )  # fmt: skip


def second(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the second signature under a case, with the second factor: it is owed then."""
    _large(case_id)
    if (asked := ask_factor_again(request)) is not None:
        return asked
    return _step(
        request, case_id, Signed, _("Approve as the second"), lambda step, data: operations.second_approval(
            sentence=data["sentence"], on=timezone.localdate(), **step),
        lambda done: _("Approved: {yuan} yuan are owed and go into the next batch.").format(yuan=yuan_text(done)),
    )  # fmt: skip


def drop(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the waiting first signature away."""
    return _step(
        request, case_id, Why, _("Take the signature away"),
        lambda step, data: operations.drop_proposal(because=data["sentence"], **step),
        lambda done: _("The signature was taken away."),
    )  # fmt: skip


def _step(
    request: HttpRequest, case_id: int, kind: type[Form], title: str, operation: Callable[[Any, Any], Any],
    told: Callable[[Any], str],
) -> HttpResponse:  # fmt: skip
    """Show one step of a case, or take it; a refusal shows it again with its sentence."""
    found = calls.case(_large(case_id))
    context = _shown(request, found)
    form = kind(request.POST or None, initial={"fen": found.amount_fen})

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            step = {"case_id": found.pk, "by": actor(request), "at": timezone.now()}
            done = operation(step, data)
        messages.success(request, told(done))
        return HttpResponseRedirect(reverse("reviews:case", args=[found.pk]))

    return answer_form(request, form, template="reviews/case_step.html", do=do, title=title, **context)


def _large(case_id: int) -> int:
    found: Case = get_object_or_404(Case, pk=case_id, reason=CaseReason.OVER_LIMIT)
    return found.pk


def _shown(request: HttpRequest, found: Case) -> dict[str, Any]:
    """Return what the pages of a large case show."""
    proposal = CaseProposal.objects.filter(case=found, ended_at=None).first()
    able, ready = who(request).may("reviews.second"), found.state == CaseState.PAPERS_IN
    return {
        **calls.shown(found), "proposal": proposal, "may_propose": able and ready and proposal is None,
        "may_second": able and proposal is not None and proposal.by != who(request).name,
        "may_drop": able and proposal is not None,
        "changed": proposal is not None and proposal.seen_fen != found.amount_fen,
    }  # fmt: skip
