"""The fund: how much is there and how long it lasts, its accounts, its entries, and whether all agrees."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.audit.operations import record
from jishiyu.apps.desk.queries import forecast
from jishiyu.apps.ledger import queries
from jishiyu.apps.ledger.beancount import export
from jishiyu.apps.ledger.chart import Role
from jishiyu.apps.ledger.models import Entry
from jishiyu.apps.payments import operations
from jishiyu.apps.payments.queries import disagreements, free_fen
from jishiyu.web.components.chart import wanted
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.ledger.forms import Appropriation
from jishiyu.web.ledger.lists import ACCOUNTS, MOVEMENTS, Period, months_chart
from jishiyu.web.ledger.words import ROLES
from jishiyu.web.payments.words import policy


def accounts(request: HttpRequest) -> HttpResponseBase:
    """Show the fund: balance, forecast, months, accounts of a period."""
    today = timezone.localdate()
    chart = months_chart(today)
    if (file := wanted(request, [chart])) is not None:
        return file
    held, seen = _held(), forecast(on=today)
    context = {
        "forecast": seen, "method": seen.method_en if language() == "en" else chinese(seen.method_zh),
        "recoverable": held.get(Role.RECOVERABLE, 0), "together": sum(held.values()), "free": free_fen(),
        "chart": chart, "history": steps("fund", limit=10),
        "may_appropriate": who(request).may("ledger.appropriate"),
    }  # fmt: skip
    return ACCOUNTS.answer(request, Period(), **context)


def movements(request: HttpRequest) -> HttpResponseBase:
    """List the entries, the newest first."""
    return MOVEMENTS.answer(request, Entry.objects.order_by("-id"))


def appropriate(request: HttpRequest) -> HttpResponse:
    """Book money received into the fund, or taken back, once per document."""
    today = timezone.localdate()

    def do(data: dict[str, Any]) -> HttpResponse:
        fen = int(data["yuan"].scaleb(2))
        with whole():
            new = operations.appropriate(
                amount_fen=fen if data["way"] == "in" else -fen, reference=data["reference"].strip(),
                by=who(request).name, on=data["on"], at=timezone.now(),
            )  # fmt: skip
        if new:
            messages.success(request, _("It is in the books."))
        else:
            messages.info(request, _("This document was in the books already. Nothing was booked twice."))
        return HttpResponseRedirect(reverse("ledger:accounts"))

    form = Appropriation(request.POST or None, today=today, initial={"on": today})
    return answer_form(request, form, template="ledger/appropriate.html", do=do, free=free_fen())


def check(request: HttpRequest) -> HttpResponse:
    """Add all postings up again and hold them against payments and recoveries; what does not agree is named."""
    found = None
    if request.method == "POST":
        found = {
            "total": queries.trial_balance_fen(), "broken": queries.unbalanced_entries(),
            "stray": queries.sums_that_differ(),
            "differences": [(ROLES[one.account], policy(one.policy), one.ledger_fen, one.states_fen)
                            for one in disagreements()],
        }  # fmt: skip
        found["whole"] = not any(found.values())
    return render(request, "ledger/check.html", {"found": found})


def beancount(request: HttpRequest) -> StreamingHttpResponse:
    """Give the books as a Beancount file, streamed; `?by=day` adds the entries of a day and kind up."""
    now, by_day = timezone.now(), request.GET.get("by") == "day"
    details = {"file": "beancount", "by_day": by_day}
    with whole():
        record(by=who(request).name, action="download", record="fund", details=details, at=now)
    response = StreamingHttpResponse(_bytes(export(by_day=by_day)), content_type="text/plain; charset=utf-8")
    name = f"fund-{timezone.localtime(now):%Y%m%d-%H%M}.beancount"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _held() -> dict[str, int]:
    """Return what stands on the accounts of each role now."""
    found: dict[str, int] = {}
    for one in queries.balances():
        found[one.role] = found.get(one.role, 0) + one.after_fen
    return found


def _bytes(lines: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == 500:
            yield ("\n".join(waiting) + "\n").encode()
            waiting = []
    yield ("\n".join(waiting) + "\n").encode() if waiting else b""
