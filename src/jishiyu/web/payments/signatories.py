"""Who may sign payments: named by the security administrator, with their place on the roster."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.queries import staff_accounts
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.payments import desk, operations
from jishiyu.apps.payments.models import Signatory
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.payments.forms import NewSignatory, Sure

SIGNATORIES = Listing(
    "signatories", gettext_lazy("Signatories"), template="payments/signatories.html",
    columns=(
        Column("name", gettext_lazy("Account"), lambda row: row.name, order=("name",)),
        Column("member", gettext_lazy("On the roster"), lambda row: Badge(gettext_lazy("is a member"), Tone.DONE)
               if row.person_id else Badge(gettext_lazy("declared to be no member"), Tone.QUIET)),
        Column("named_by", gettext_lazy("Named by"), lambda row: row.named_by),
        Column("named_at", gettext_lazy("Named at"), lambda row: row.named_at, Unit.DAY, order=("named_at",)),
        Column("ended_on", gettext_lazy("Ended on"), lambda row: row.ended_on or str(gettext_lazy("End the signing")),
               href=lambda row: "" if row.ended_on else reverse("payments:end", args=[row.pk])),
    ),
    filters=(Filter("name", gettext_lazy("Account"), lambda rows, value: rows.filter(name__icontains=value)),),
)  # fmt: skip


def signatories(request: HttpRequest) -> HttpResponseBase:
    """List who may sign payments."""
    return SIGNATORIES.answer(request, desk.signatories().order_by("ended_on", "name", "id"))


def name(request: HttpRequest) -> HttpResponse:
    """Name somebody who may sign payments."""
    if (asked := ask_factor_again(request)) is not None:
        return asked

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.name_signatory(
                name=data["name"], member_no=data["member_no"] or None, by=who(request).name, at=timezone.now()
            )  # fmt: skip
        messages.success(
            request, _("Named. From now on this account may prepare or approve payments as its role allows.")
        )
        return HttpResponseRedirect(reverse("payments:signatories"))

    form = NewSignatory(request.POST or None, names=_names(request))
    return answer_form(request, form, template="payments/signatory.html", do=do, title=_("Name a signatory"))


def end(request: HttpRequest, signatory_id: int) -> HttpResponse:
    """Stop somebody from signing payments from today on."""
    found = get_object_or_404(Signatory, pk=signatory_id, ended_on=None)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.end_signatory(
                name=found.name, on=timezone.localdate(), by=who(request).name, at=timezone.now()
            )  # fmt: skip
        messages.success(request, _("This account does not sign payments any more."))
        return HttpResponseRedirect(reverse("payments:signatories"))

    context = {"title": _("No more signing by %(name)s") % {"name": found.name}}
    return answer_form(request, Sure(request.POST or None), template="payments/signatory.html", do=do, **context)


def _names(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the accounts with a role that signs, but not one's own."""
    rows = staff_accounts().filter(grants__role__in=[Role.FINANCE, Role.REVIEWER], grants__until=None, closed_at=None)
    found = rows.exclude(name=who(request).name).distinct().order_by("name").values_list("name", "full_name")
    return [(name, f"{full_name} ({name})") for name, full_name in found]
