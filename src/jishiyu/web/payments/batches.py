"""One batch: what is in it, the second person's approval, the bank file, its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import desk, operations
from jishiyu.apps.payments.models import Batch, BatchState, DoubtKind
from jishiyu.apps.payments.sending import bank_files
from jishiyu.banks import open_bank
from jishiyu.web.components.badge import badge
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.documents.batch import batch_sheet
from jishiyu.web.documents.render import render as render_document
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.payments import words
from jishiyu.web.payments.forms import Looked, Reason, Sure
from jishiyu.web.payments.lists import ITEMS
from jishiyu.web.payments.union_sums import UNIONS, union_rows
from jishiyu.web.place import issuer

MADE = (BatchState.SENDING, BatchState.SENT, BatchState.ANSWERED, BatchState.CLOSED)


def batch(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """Show one batch: sums, what is unusual, files, next step, every payment, history."""
    found = get_object_or_404(Batch, pk=batch_id)
    context = {
        **_summary(found), "buttons": _buttons(request, found), "history": steps(f"batch {batch_id}"),
        "files": found.files.order_by("part"),
    }  # fmt: skip
    return ITEMS.answer(request, desk.items(batch_id=batch_id), **context)


def unions(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """List the sums of a batch by union."""
    found = get_object_or_404(Batch, pk=batch_id)
    return UNIONS.answer(request, union_rows(batch_id=batch_id), batch=found)


def sheet(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give the sheet of a batch with the boxes for signatures and seal, as PDF."""
    found = get_object_or_404(Batch, pk=batch_id)
    data = batch_sheet(batch_id=found.pk, issuer=issuer(), made_on=timezone.localdate())
    content = render_document("batch", data, made_at=timezone.now())
    return given(request, Download(f"batch-{found.pk}.pdf", content, "application/pdf"), about=f"batch {found.pk}")


def approve(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Approve a batch as the second person, who shows the second factor again."""
    found = get_object_or_404(Batch, pk=batch_id)
    if (asked := ask_factor_again(request)) is not None:
        return asked
    return _step(
        request, found, Looked(request.POST or None), "payments/approve.html", _("Approve the batch"),
        _("The batch is approved. Now finance makes the bank file."), lambda by, on, at, data: operations.approve_batch(
            batch_id=batch_id, by=by, on=on, at=at), **_summary(found),
    )  # fmt: skip


def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give a batch up before its file was made; everything in it is owed again."""
    found = get_object_or_404(Batch, pk=batch_id)
    return _step(
        request, found, Reason(request.POST or None), "payments/step.html", _("Cancel the batch"),
        _("The batch is cancelled; its payments are owed again."), lambda by, on, at, data: operations.cancel_batch(
            batch_id=batch_id, by=by, on=on, at=at, reason=data["reason"]),
        explained=_("Everything in it is owed again and can go into another batch. What was set off stays set off."),
    )  # fmt: skip


def send(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Make the bank file of an approved batch."""
    found = get_object_or_404(Batch, pk=batch_id)
    return _step(
        request, found, Sure(request.POST or None), "payments/step.html", _("Make the bank file"),
        _("The bank file is made. Download it, compare the SHA-256, and hand it to the bank."),
        lambda by, on, at, data: operations.hand_over_batch(
            batch_id=batch_id, by=by, on=on, at=at, bank=open_bank(found.profile)),
        explained=_("From then on the batch counts as being at the bank and cannot be cancelled any more. The file "
                    "holds names and account numbers in full; every download is recorded."),
    )  # fmt: skip


def file(request: HttpRequest, batch_id: int, part: int) -> HttpResponse:
    """Give one file of a batch, the same bytes every time; who took it stands in the trail."""
    found = get_object_or_404(Batch, pk=batch_id, state__in=MADE)
    made = bank_files(batch=found, bank=open_bank(found.profile))
    if not 1 <= part <= len(made):
        raise Http404
    wanted = made[part - 1]
    return given(request, Download(wanted.name, wanted.content), about=f"batch {batch_id}")


def close(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Put an answered batch away."""
    found = get_object_or_404(Batch, pk=batch_id)
    return _step(
        request, found, Sure(request.POST or None), "payments/step.html", _("Close the batch"),
        _("The batch is closed."), lambda by, on, at, data: operations.close_batch(
            batch_id=batch_id, by=by, on=on, at=at),
        explained=_("Every payment of it has an answer. Payments that come back later are still taken in."),
    )  # fmt: skip


def _step(
    request: HttpRequest, found: Batch, form: Form, template: str, title: str, done: str,
    operation: Callable[..., Any], **context: Any,
) -> HttpResponse:  # fmt: skip
    """Show one step of a batch, or take it; a refusal shows it again with its sentence."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operation(by=who(request).name, on=timezone.localdate(), at=timezone.now(), data=data)
        messages.success(request, done)
        return HttpResponseRedirect(reverse("payments:batch", args=[found.pk]))

    return answer_form(
        request, form, template=template, do=do, **{"batch": found, "title": title, "state": badge(found.state, words.BATCHES), **context}
    )  # fmt: skip


def _summary(found: Batch) -> dict[str, Any]:
    """Return what the second person compares: sums by subsidy and what is unusual."""
    counts = desk.doubt_counts(batch_id=found.pk)
    by_policy, by_state = desk.sums_of_batch(batch_id=found.pk)
    return {
        "batch": found, "state": badge(found.state, words.BATCHES), "bank": words.bank_title(found.profile),
        "policies": [(words.policy(one.key), one) for one in by_policy],
        "states": [(badge(one.key, words.ITEMS), one) for one in by_state],
        "doubts": [(kind.value, words.DOUBTS[kind], counts[kind]) for kind in DoubtKind if counts.get(kind)],
    }  # fmt: skip


def _buttons(request: HttpRequest, found: Batch) -> dict[str, bool]:
    """Return which steps this reader may take now."""
    known, state = who(request), found.state
    own = found.made_by == known.name
    early = state in (BatchState.PREPARED, BatchState.APPROVED)
    return {
        "approve": state == BatchState.PREPARED and known.may("payments.approve") and not own,
        "wait": state == BatchState.PREPARED and own,
        "cancel": early and known.may("payments.prepare"),
        "send": state in (BatchState.APPROVED, BatchState.SENDING) and known.may("payments.send"),
        "take": state in MADE[1:] and known.may("payments.send"),
        "answer": state == BatchState.SENT and known.may("payments.answer"),
        "close": state == BatchState.ANSWERED and known.may("payments.answer"),
    }
