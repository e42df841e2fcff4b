"""Answers of the bank: taking a result file in, and what it said."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import desk, operations
from jishiyu.apps.payments.models import Batch, BatchState, ResultFile
from jishiyu.banks import open_bank
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.payments import words
from jishiyu.web.payments.forms import Answer
from jishiyu.web.payments.lists import RESULTS


def results(request: HttpRequest) -> HttpResponseBase:
    """List the result files that were taken."""
    return RESULTS.answer(request, desk.result_files(), may_answer=who(request).may("payments.answer"))


def take(request: HttpRequest) -> HttpResponse:
    """Take a result file in: every line fits what was sent, or nothing is taken."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            done = operations.read_result(
                content=data["file"].read(), file_name=data["file"].name, by=who(request).name,
                on=timezone.localdate(), at=timezone.now(), bank=open_bank(data["profile"]),
            )  # fmt: skip
        if done.known_before:
            messages.info(request, _("This very file was taken in before. Nothing was changed."))
        return HttpResponseRedirect(reverse("payments:result", args=[done.result_file_id]))

    waiting = list(Batch.objects.filter(state=BatchState.SENT).order_by("id"))
    profile = waiting[-1].profile if waiting else None
    asked = next((one.profile for one in waiting if str(one.pk) == request.GET.get("batch")), profile)
    form = Answer(request.POST or None, request.FILES or None, initial={"profile": asked})
    return answer_form(request, form, template="payments/answer.html", do=do, waiting=waiting)


def result(request: HttpRequest, result_id: int) -> HttpResponse:
    """Show what a result file said and did, and what is still unanswered."""
    found = get_object_or_404(ResultFile, pk=result_id)
    batches = desk.answered_batches(result_file_id=result_id)
    open_items = desk.unsettled_counts(batch_ids=[one.pk for one in batches])
    context = {
        "file": found, "bank": words.bank_title(found.profile), "history": steps(f"result file {result_id}"),
        "outcomes": [(badge(outcome, words.OUTCOMES), moved, count, fen)
                     for outcome, moved, count, fen in desk.outcomes(result_file_id=result_id)],
        "batches": [(one, badge(one.state, words.BATCHES), open_items.get(one.pk, {}).get("sent"),
                     open_items.get(one.pk, {}).get("unknown")) for one in batches],
        "may_answer": who(request).may("payments.answer"),
    }  # fmt: skip
    return render(request, "payments/result.html", context)
