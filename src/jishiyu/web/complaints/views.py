"""Complaints: those that wait first, and the answer to one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications.models import Complaint
from jishiyu.apps.applications.operations import Actor, answer_complaint
from jishiyu.apps.applications.queries import complaint_rows
from jishiyu.web.complaints.lists import COMPLAINTS, state
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who


class Answer(Form):
    """The answer, as the member reads it."""

    words = forms.CharField(
        label=gettext_lazy("Answer to the member"), min_length=2, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("The member reads it on their page. It cannot be changed afterwards."),
    )  # fmt: skip


def complaints(request: HttpRequest) -> HttpResponseBase:
    """List complaints, what waits for an answer first."""
    rows = Complaint.objects.select_related("application")
    return COMPLAINTS.answer(request, rows.order_by("-state", "due_on", "id"))


def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Show one complaint and take its answer."""
    found = get_object_or_404(Complaint.objects.select_related("application"), pk=complaint_id)
    row = complaint_rows([found])[0]

    def do(data: dict[str, Any]) -> HttpResponse:
        account = who(request).account
        by = Actor(name=who(request).name, role=Role.SUBSIDY_OFFICER, person_id=account.person_id if account else None)
        with whole():
            answer_complaint(complaint_id=found.pk, words=data["words"], by=by, at=timezone.now())
        messages.success(request, _("The answer was given; the member sees it now."))
        return HttpResponseRedirect(reverse("complaints:one", args=[found.pk]))

    context = {"one": row, "state": state(row), "history": steps(f"complaint {found.pk}")}
    return answer_form(request, Answer(request.POST or None), template="complaints/complaint.html", do=do, **context)
