"""The account number that subsidies are paid to: masked, and changed with a code that is sent to the mobile."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.problems import CodesUsedUp
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.accounts.signing_in import check_code, codes_used_up, send_code
from jishiyu.apps.payments.own_account import change_own_account, on_its_way
from jishiyu.apps.people.queries import identities
from jishiyu.engine.identity import mask_number
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.accounts.codes import send_notice
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.member.forms import NewAccount
from jishiyu.web.member.own import own_person

WHERE = "account_code"


def account(request: HttpRequest) -> HttpResponse:
    """Show the masked number, and whether it can be changed now."""
    person = own_person(request)
    return render(request, "member/account.html", {**_known(person), "waiting": on_its_way(person_id=person)})


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send a code to the mobile on the roster."""
    person, now = own_person(request), timezone.now()
    with whole():
        if codes_used_up(person_id=person, at=now):
            raise CodesUsedUp
        mobile = identities(person_ids=[person]).row(0, named=True)["mobile"] or ""
        request.session[WHERE] = send_code(
            person_id=person, mobile=mobile, address=address_of(request), at=now, send=send_notice
        )
    return HttpResponseRedirect(reverse("mine:account-change"))


@sensitive_post_parameters()
def change(request: HttpRequest) -> HttpResponse:
    """Check the code and take the new number."""
    person, token = own_person(request), request.session.get(WHERE)
    if not token:
        return HttpResponseRedirect(reverse("mine:account"))

    def do(data: dict[str, Any]) -> HttpResponse:
        now, by = timezone.now(), who(request).name
        # One savepoint: a number that is refused does not use the code up; a wrong code is counted all the same.
        with whole(), transaction.atomic():
            answer = check_code(token=token, code=data["code"], name="", address=address_of(request), at=now)
            if answer.problem is None:
                change_own_account(person_id=person, account=data["number"], by=by, at=now)
        if answer.problem is not None:
            raise answer.problem
        request.session.pop(WHERE, None)
        messages.success(request, _("Your account number was changed. It counts from the next payment on."))
        return HttpResponseRedirect(reverse("mine:account"))

    form = NewAccount(request.POST or None)
    return answer_form(request, form, template="member/account_change.html", do=do, **_known(person))


def _known(person: int) -> dict[str, str]:
    """Return number and mobile, masked."""
    known = identities(person_ids=[person]).row(0, named=True)
    return {"number": mask_number(known["bank_account"] or ""), "mobile": mask_number(known["mobile"] or "")}
