"""Who receives the subsidy for a death: shown masked, named and corrected with a proof of kinship."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.desk.queries import decision_page
from jishiyu.apps.subsidies.heirs import DEATH, heirs_of, name_heir, proof_of
from jishiyu.apps.subsidies.models import Decision
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.components.forms import answer_form
from jishiyu.web.decisions.forms import NewHeir
from jishiyu.web.gate import who


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody who receives, masked."""

    name: str
    relation: str
    account: str
    phone: str
    proof: str


def shown(stay_id: str) -> Shown | None:
    """Return who receives for an event, masked; None where nobody is named."""
    found = heirs_of(stay_ids=[stay_id]).get(stay_id)
    if found is None:
        return None
    return Shown(
        mask_name(found.name), found.relation, mask_number(found.account), mask_number(found.phone),
        proof_of(stay_id=stay_id),
    )  # fmt: skip


def heir(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Name who receives the subsidy for a death, or correct it."""
    found = get_object_or_404(Decision, pk=decision_id, newest=True, kind=DEATH)
    page = decision_page(decision_id=decision_id)
    if page is None or not page.person_id:
        raise Http404
    person_id = page.person_id
    form = NewHeir(request.POST or None, known=heirs_of(stay_ids=[found.stay_id]).get(found.stay_id))

    def do(data: dict[str, Any]) -> HttpResponse:
        keep(request, form, stay_id=found.stay_id, person_id=person_id, data=data)
        messages.success(request, _("Who receives the subsidy is on record; it counts from the next batch on."))
        return HttpResponseRedirect(reverse("decisions:one", args=[found.pk]))

    context = {"decision": found, "page": page, "heir": shown(found.stay_id)}
    return answer_form(request, form, template="decisions/heir.html", do=do, **context)


def keep(request: HttpRequest, form: NewHeir, *, stay_id: str, person_id: int, data: dict[str, Any]) -> None:
    """Put what was entered on record, in the name of the reader."""
    with whole():
        name_heir(
            stay_id=stay_id, person_id=person_id, facts=form.facts(), proof=data["proof"] or proof_of(stay_id=stay_id),
            reason=data["reason"], by=who(request).name, at=timezone.now(),
        )  # fmt: skip
