"""One payment: every try, what the bank said, and the next step; another account; another try."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import desk, operations
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.people.desk import set_contact
from jishiyu.apps.subsidies.heirs import DEATH, heirs_of_entitlements
from jishiyu.apps.subsidies.models import Entitlement, EntitlementState
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.decisions import heirs
from jishiyu.web.decisions.forms import NewHeir
from jishiyu.web.gate import who
from jishiyu.web.payments import words
from jishiyu.web.payments.forms import NewAccount, Reason

RELEASABLE = (EntitlementState.FAILED, EntitlementState.RETURNED)


def item(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Show one payment with all its tries."""
    found = _found(entitlement_id)
    tries = list(_tries(found))
    last = f"batch {tries[-1].batch_id}" if tries else ""
    history = steps(f"entitlement {found.pk}", f"person {_person(found)}", *([last] if last else []))
    may = who(request).may("payments.answer")
    context = {
        **_payment(found), "history": history, "decision": found.decision,
        "tries": [(one, mask_number(payee.account), badge(one.state, words.ITEMS), list(one.answers.all()),
                   getattr(one, "release", None))
                  for one, payee in zip(tries, desk.payees_of(attempts=tries), strict=True)],
        "set_offs": found.set_offs.select_related("recovery").order_by("id"),
        "may_correct": may and found.state in (EntitlementState.OWED, *RELEASABLE),
        "may_retry": may and found.state in RELEASABLE,
    }  # fmt: skip
    return render(request, "payments/item.html", context)


def correct(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Enter the member's right account (for a death: who receives it), and let a payment that came back be tried again with it."""
    found = _found(entitlement_id)
    heirs_of_it = heirs_of_entitlements(entitlement_ids=[found.pk])
    form: NewAccount | NewHeir = NewAccount(request.POST or None)
    if found.pk in heirs_of_it:
        form = NewHeir(request.POST or None, known=heirs_of_it[found.pk])

    def do(data: dict[str, Any]) -> HttpResponse:
        by, now = who(request).name, timezone.now()
        with whole(), transaction.atomic():  # all of it or nothing
            if isinstance(form, NewHeir):
                heirs.keep(request, form, stay_id=found.stay_id, person_id=_person(found), data=data)
            else:
                set_contact(
                    person_id=_person(found), bank_account=data["account"], reason=data["reason"], by=by, at=now
                )
            released = operations.release_corrected(
                by=by, on=timezone.localdate(), at=now, entitlement_ids=[found.pk]
            )  # fmt: skip
        again = _("The account was changed, and the payment is owed again: it goes into the next batch.")
        messages.success(request, again if released else _("The account was changed."))
        return _back(found)

    return answer_form(request, form, template="payments/account.html", do=do, **_payment(found))


def retry(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """Let a payment that came back be tried again as it is, for a reason."""
    found = _found(entitlement_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.release(
                entitlement_ids=[found.pk], reason=data["reason"], by=who(request).name, on=timezone.localdate(),
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The payment is owed again: it goes into the next batch."))
        return _back(found)

    return answer_form(request, Reason(request.POST or None), template="payments/retry.html", do=do, **_payment(found))


def _found(entitlement_id: int) -> Entitlement:
    rows = Entitlement.objects.select_related("person", "union", "decision")
    return get_object_or_404(rows, pk=entitlement_id)


def _person(found: Entitlement) -> int:
    """Return who counts after merges."""
    return found.person.merged_into_id or found.person_id


def _tries(found: Entitlement) -> Any:
    rows = Attempt.objects.filter(entitlement=found).select_related("batch", "release")
    return rows.prefetch_related("answers").order_by("attempt_no")


def _payment(found: Entitlement) -> dict[str, Any]:
    """Return what every page about a payment shows of it."""
    (payee,) = desk.payees_now(entitlements=[found])
    obstacle = desk.open_obstacles(entitlement_ids=[found.pk]).get(found.pk)
    return {
        "is_death": found.decision.kind == DEATH,
        "heir": heirs.shown(found.stay_id) if found.decision.kind == DEATH else None, "payment": found, "person_id": _person(found), "name": mask_name(payee.name),
        "account": mask_number(payee.account), "state": badge(found.state, words.PAYMENTS),
        "policy": words.policy(found.policy), "to_pay": found.amount_fen - found.set_off_fen,
        "obstacle": badge(obstacle.reason, words.OBSTACLES) if obstacle and found.state == "owed" else None,
        "obstacle_detail": obstacle.detail if obstacle else "",
        "next": words.next_step(found, obstacle.reason if obstacle else ""),
    }  # fmt: skip


def _back(found: Entitlement) -> HttpResponse:
    return HttpResponseRedirect(reverse("payments:item", args=[found.pk]))
