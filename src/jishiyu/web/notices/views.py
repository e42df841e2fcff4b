"""The log of notices, and one notice read in full for a reason that is recorded."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import reveal_notice
from jishiyu.apps.notices.queries import counts
from jishiyu.apps.outside.queries import gateways
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.notices.lists import KINDS, NOTICES, STATES, kind
from jishiyu.web.place import codes_in_log


class Reason(Form):
    """Why a notice is read in full."""

    because = forms.CharField(label=_("Reason for reading it"), max_length=300, min_length=2)


def notices(request: HttpRequest) -> HttpResponseBase:
    """List notices; whoever may see no one's rows (the system administrator) sees how many there are of each state."""
    with whole():
        found = [(KINDS.get(one.kind, one.kind), badge(one.state, STATES), one.notices) for one in counts()]
        reached = bool(gateways())
    context = {"counts": found, "configured": reached}
    if not who(request).may("notices.read"):
        return render(request, "notices/counts.html", context)
    return NOTICES.answer(request, Notice.objects.defer("sealed").order_by("-id"), **context)


def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice masked, and in full once somebody said why."""
    found = get_object_or_404(Notice.objects.defer("sealed"), pk=notice_id)
    context = {
        "notice": found, "kind": kind(found), "state": badge(found.state, STATES),
        "history": steps(f"notice {found.pk}"), "text": "",
    }  # fmt: skip

    def do(data: dict[str, Any]) -> HttpResponse:
        text = reveal_notice(
            notice_id=found.pk, reason=data["because"], by=who(request).name, at=timezone.now(),
            codes_too=codes_in_log(),
        )  # fmt: skip
        shown = {**context, "text": text, "history": steps(f"notice {found.pk}")}
        return render(request, "notices/notice.html", {**shown, "form": None})

    return answer_form(request, Reason(request.POST or None), template="notices/notice.html", do=do, **context)
