"""What is on record about somebody, put right: mobile, account, name, certificate number; for a reason, and told."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.members.problems import MemberOfOthers
from jishiyu.apps.people.desk import set_contact
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import correct_name
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.corrections import correct_number
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.roster.again import decide_again
from jishiyu.web.roster.forms import Correction
from jishiyu.web.unions.sight import of_others


def correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show what is on record, masked, and put right what was entered; what is left empty stays."""
    found = get_object_or_404(Person, pk=person_id, merged_into=None)
    if of_others(request, found.pk):
        raise MemberOfOthers
    known = identities(person_ids=[found.pk]).row(0, named=True)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole(), transaction.atomic():  # all of it or nothing
            _put_right(request, found.pk, data, at=timezone.now())
        messages.success(request, _("The record was corrected. The member is told at the mobile number of before."))
        return HttpResponseRedirect(reverse("roster:person", args=[found.pk]))

    form = Correction(request.POST or None, cert_type=known["cert_type"] or "01")
    shown = {
        "name": mask_name(known["name"] or ""), "number": mask_number(known["cert_no"] or ""),
        "mobile": mask_number(known["mobile"] or ""), "account": mask_number(known["bank_account"] or ""),
    }  # fmt: skip
    return answer_form(request, form, template="roster/correct.html", do=do, person=found, shown=shown)


def _put_right(request: HttpRequest, person_id: int, data: dict[str, Any], *, at: datetime) -> None:
    """Do all that was asked for in one transaction; a name or number that changed is decided again."""
    about: dict[str, Any] = {"person_id": person_id, "reason": data["reason"], "by": who(request).name}
    if data["name"]:
        correct_name(name=data["name"], at=at, **about)
    if data["cert_no"]:
        day = timezone.localdate(at)
        correct_number(cert_type=data["cert_type"], cert_no=data["cert_no"], on=day, **about)
    if data["mobile"] or data["account"]:
        set_contact(mobile=data["mobile"] or None, bank_account=data["account"] or None, at=at, **about)
    if data["name"]:
        decide_again(request, at=at)
