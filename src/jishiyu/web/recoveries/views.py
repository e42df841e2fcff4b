"""Recoveries: how old they are, one of them with its steps, and the steps themselves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import claims, operations
from jishiyu.apps.payments.payees import current_payees
from jishiyu.apps.payments.recoveries import UNSETTLED
from jishiyu.apps.subsidies.models import RecoveryState
from jishiyu.engine.identity import mask_name
from jishiyu.web.components.badge import badge
from jishiyu.web.components.chart import wanted
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.payments.forms import Reason
from jishiyu.web.payments.words import policy
from jishiyu.web.recoveries.forms import GiveUp, Repayment
from jishiyu.web.recoveries.lists import RECOVERIES, ages
from jishiyu.web.recoveries.words import STATES


def recoveries(request: HttpRequest) -> HttpResponseBase:
    """List recoveries, with the ages of what is not settled above."""
    chart = ages(timezone.now())
    if (file := wanted(request, [chart])) is not None:
        return file
    return RECOVERIES.answer(request, claims.recoveries(), chart=chart)


def recovery(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Show one recovery: why, what was done, what can be done next."""
    found = _found(recovery_id)
    known, proposal = who(request), claims.write_off(recovery_id=recovery_id)
    working = found.state in UNSETTLED and known.may("recoveries.work")
    context = {
        **_shown(found), "decided": claims.decided(recovery=found), "proposal": proposal,
        "set_offs": claims.set_offs(recovery_id=recovery_id),
        "repayments": claims.repayments(recovery_id=recovery_id),
        "history": steps(f"recovery {recovery_id}"), "may_work": working,
        "may_ask": working and found.state == RecoveryState.OPEN, "may_propose": working and proposal is None,
        "may_approve": proposal is not None and found.state in UNSETTLED and known.may("recoveries.approve")
        and proposal.proposed_by != known.name,
    }  # fmt: skip
    return render(request, "recoveries/recovery.html", context)


def ask(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Ask the member to pay back what is open."""
    explained = _(
        "From now on it is not set off against the member's next payment any more. Write whom you asked, and how."
    )
    return _step(request, recovery_id, Reason(request.POST or None), _("Ask the member to pay back"), explained,
                 _("Noted: the member was asked."), lambda data, on, step: operations.ask_back(
                     reason=data["reason"], on=on, **step))  # fmt: skip


def repaid(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Book what the member paid back."""
    today = timezone.localdate()
    form = Repayment(request.POST or None, today=today, initial={"received_on": today})
    return _step(request, recovery_id, form, _("Book a repayment"), "", _("The repayment is booked."),
                 lambda data, on, step: operations.record_repayment(
                     amount_fen=int(data["yuan"].scaleb(2)), reference=data["reference"].strip(),
                     on=data["received_on"], **step))  # fmt: skip


def propose(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Propose to give up what is open."""
    explained = _("A second person decides. Until then it can still be set off or repaid.")
    return _step(request, recovery_id, Reason(request.POST or None), _("Propose to write off"), explained,
                 _("Proposed. A second person decides."), lambda data, on, step: operations.propose_write_off(
                     reason=data["reason"], on=on, **step))  # fmt: skip


def approve(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Give up what is open, as the second person, who shows the second factor again."""
    if (asked := ask_factor_again(request)) is not None:
        return asked
    return _step(request, recovery_id, GiveUp(request.POST or None), _("Approve the write-off"), "",
                 _("Written off."), lambda data, on, step: operations.approve_write_off(on=on, **step),
                 proposal=claims.write_off(recovery_id=recovery_id))  # fmt: skip


def _step(
    request: HttpRequest, recovery_id: int, form: Form, title: str, explained: str, done: str, operation: Any,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Show one step of a recovery, or take it; a refusal shows it again with its sentence."""
    found = _found(recovery_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        step = {"recovery_id": found.pk, "by": who(request).name, "at": timezone.now()}
        with whole():
            operation(data, timezone.localdate(), step)
        messages.success(request, done)
        return HttpResponseRedirect(reverse("recoveries:one", args=[found.pk]))

    shown = {**_shown(found), "title": title, "explained": explained, **context}
    return answer_form(request, form, template="recoveries/step.html", do=do, **shown)


def _found(recovery_id: int) -> Any:
    return get_object_or_404(claims.recoveries().select_related("decision"), pk=recovery_id)


def _shown(found: Any) -> dict[str, Any]:
    """Return what every page about a recovery shows of it."""
    counts: int = found.person.merged_into_id or found.person_id
    payee = current_payees(person_ids=[counts]).get(counts)
    rest = 0 if found.state == RecoveryState.WRITTEN_OFF else found.rest_fen
    return {
        "recovery": found, "state": badge(found.state, STATES), "policy": policy(found.policy), "person_id": counts,
        "name": mask_name(payee.name) if payee else "", "rest": rest,
        "days": (timezone.localdate() - timezone.localdate(found.created_at)).days,
    }  # fmt: skip
