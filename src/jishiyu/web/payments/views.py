"""What waits to be paid, and choosing what goes into a batch."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import desk, operations
from jishiyu.apps.payments.models import BatchState
from jishiyu.apps.payments.queries import free_fen
from jishiyu.apps.subsidies.models import Entitlement, EntitlementState
from jishiyu.banks import open_bank
from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem
from jishiyu.web.gate import who
from jishiyu.web.payments.forms import Prepare
from jishiyu.web.payments.lists import BATCHES, OWED, STUCK
from jishiyu.web.problem import REFUSED, told


class NothingChosen(Problem):
    """No payment was ticked."""

    en = "No payment was chosen. Tick those to pay; the box in the heading ticks the page and offers all that were found."
    zh = "未选择任何款项。请勾选要发放的款项;勾选表头的方框可选中本页,并可进一步选择全部查询结果。"


def overview(request: HttpRequest) -> HttpResponseBase:
    """Show what waits first, then the batches."""
    sums, waiting = desk.unpaid_sums(), desk.waiting_batches()
    stuck = [sums[state] for state in desk.STUCK if state in sums]
    context = {
        "free": free_fen(), "owed": sums.get(EntitlementState.OWED),
        "stuck_count": sum(one.count for one in stuck), "stuck_sum": sum(one.sum_fen for one in stuck),
        "to_approve": waiting[BatchState.PREPARED], "to_send": waiting[BatchState.APPROVED],
        "at_bank": waiting[BatchState.SENT], "may_prepare": who(request).may("payments.prepare"),
        "may_answer": who(request).may("payments.answer"),
    }  # fmt: skip
    return BATCHES.answer(request, desk.batches(), **context)


def owed(request: HttpRequest, **context: Any) -> HttpResponseBase:
    """List what is owed; who may prepare chooses here."""
    rows = desk.owed()
    total = OWED.filtered(request, rows).order_by().aggregate(fen=Sum(F("amount_fen") - F("set_off_fen")))
    may = who(request).may("payments.prepare")
    first = {"pay_on": timezone.localdate(), "profile": desk.last_profile()} if may else {}
    form = Prepare(initial=first) if may else None
    shown = OWED if may else replace(OWED, key=None)
    return shown.answer(request, rows, **{"form": form, "total": total["fen"] or 0, "free": free_fen(), **context})


def prepare(request: HttpRequest) -> HttpResponseBase:
    """Put what was chosen into a batch; a refusal shows the list again with the choice kept."""
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('payments:owed')}?{request.GET.urlencode()}")
    form = Prepare(request.POST)
    problem = ""
    if form.is_valid():
        try:
            return _prepare(request, form.cleaned_data)
        except Problem as refused:
            problem = told(refused)
    ticked = {"ticked": set(request.POST.getlist("selected")), "all_found": "all_found" in request.POST}
    response = owed(request, form=form, problem=problem, **ticked)
    response.status_code = REFUSED
    return response


def stuck(request: HttpRequest) -> HttpResponseBase:
    """List what somebody has to work on, with the next step of each."""
    return STUCK.answer(request, desk.stuck(), may_answer=who(request).may("payments.answer"))


def _prepare(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    chosen = _chosen(request)
    if not chosen:
        raise NothingChosen
    with whole():
        done = operations.prepare_batch(
            by=who(request).name, on=timezone.localdate(), at=timezone.now(), bank=open_bank(data["profile"]),
            pay_on=data["pay_on"], entitlement_ids=chosen,
        )  # fmt: skip
    _tell(request, done)
    if done.batch_id is None:
        messages.info(request, _("No batch was made: nothing of what was chosen is left to pay."))
        return HttpResponseRedirect(reverse("payments:stuck" if done.unpayable else "payments:list"))
    return HttpResponseRedirect(reverse("payments:batch", args=[done.batch_id]))


def _chosen(request: HttpRequest) -> list[int]:
    """Return what was ticked, as far as the reader may see it; all that was found where that was asked for."""
    if "all_found" in request.POST:
        return list(OWED.filtered(request, desk.owed()).values_list("pk", flat=True))
    ticked = [key for key in request.POST.getlist("selected") if key.isascii() and key.isdigit() and len(key) < 19]
    return list(Entitlement.objects.filter(pk__in=ticked).values_list("pk", flat=True))


def _tell(request: HttpRequest, done: operations.Prepared) -> None:
    """Say what preparing did beside the batch itself."""
    if done.set_off_count:
        messages.info(
            request, _("Set off against recoveries: %(fen)s yuan.") % {"fen": yuan_text(done.set_off_fen)}
        )  # fmt: skip
    if done.unpayable:
        count = len(done.unpayable)
        messages.warning(request, ngettext(
            "%(count)d payment has no usable account or name and stays owed. See “Payments to work on”.",
            "%(count)d payments have no usable account or name and stay owed. See “Payments to work on”.", count,
        ) % {"count": count})  # fmt: skip
    if done.gone:
        messages.warning(request, ngettext(
            "%(count)d of the chosen payments is not owed any more: somebody else was faster.",
            "%(count)d of the chosen payments are not owed any more: somebody else was faster.", done.gone,
        ) % {"count": done.gone})  # fmt: skip
