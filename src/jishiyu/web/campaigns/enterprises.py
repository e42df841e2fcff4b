"""Enterprises are taken into a round, and given to stewards or handed over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.queries import participations_of, stewards
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import UnionUnknown
from jishiyu.engine.problems import Problem
from jishiyu.web.campaigns.views import of_branch, seen
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who
from jishiyu.web.needs.forms import FACTS, Facts
from jishiyu.web.needs.views import account
from jishiyu.web.problem import told
from jishiyu.web.steward import lists
from jishiyu.web.steward.enterprises import taking_of

MOST_AT_ONCE = 200


class Enrolled(Facts):
    """An enterprise to take into a round."""

    name = forms.CharField(label=gettext_lazy("Name of the enterprise"), min_length=2, max_length=100)
    uscc = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=18, required=False)
    union = forms.CharField(
        label=gettext_lazy("Code of its union"), max_length=40, required=False,
        help_text=gettext_lazy("With its union the enterprise can sign in and see its needs."),
    )  # fmt: skip
    steward = forms.ChoiceField(label=gettext_lazy("Steward"), required=False)
    field_order = ("name", "uscc", "union", "steward")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["steward"].choices = [("", "—"), *steward_choices()]  # type: ignore[attr-defined]


class Appointed(Form):
    """To whom an enterprise is given."""

    steward = forms.ChoiceField(label=gettext_lazy("Steward"))
    sentence = forms.CharField(
        label=gettext_lazy("What the new steward should know"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["steward"].choices = steward_choices()  # type: ignore[attr-defined]


def steward_choices() -> list[tuple[str, str]]:
    """Return the accounts that are stewards today."""
    return [(one.name, f"{one.full_name} ({one.name})") for one in stewards()]


def enrol(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take an enterprise into a round."""
    round_ = get_object_or_404(seen(request), pk=campaign_id)
    form = Enrolled(request.POST or None)

    def do(data: dict[str, Any]) -> HttpResponse:
        code = data["union"].strip()
        if code and not Union.objects.filter(code=code, pk__in=of_branch(request)).exists():
            raise UnionUnknown(code=code)
        facts = {name: data[name] for name in FACTS if data[name] not in (None, "")}
        with whole():
            made = operations.enrol_enterprise(
                campaign_id=round_.pk, name=data["name"], uscc=data["uscc"], union_code=code, facts=facts,
                contact={"name": data["contact"], "mobile": data["mobile"]}, steward=data["steward"],
                by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The enterprise takes part."))
        return HttpResponseRedirect(reverse("service:enterprise", args=[made.pk]))

    return answer_form(request, form, template="campaigns/enrol.html", do=do, row=round_)


def appoint(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Give an enterprise to a steward, or hand it over with its file."""
    taking = taking_of(request, participation_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.appoint_steward(
                participation_id=taking.pk, steward=data["steward"], sentence=data["sentence"], by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The enterprise and its file are with the new steward, who was told."))
        return HttpResponseRedirect(reverse("service:enterprise", args=[taking.pk]))

    return answer_form(request, Appointed(request.POST or None), template="campaigns/appoint.html", do=do, take=taking)


@require_POST
def appoint_many(request: HttpRequest) -> HttpResponseBase:
    """Give all enterprises that were ticked to one steward."""
    rows = lists.ENTERPRISES.filtered(request, participations_of(account(request)))
    if "all_found" not in request.POST:
        rows = rows.filter(pk__in=[int(key) for key in request.POST.getlist("selected") if key.isdecimal()])
    steward = request.POST.get("steward", "").replace("\x00", "")
    done = 0
    for key in list(rows.exclude(steward__name=steward).order_by("id").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        try:
            with whole():
                operations.appoint_steward(
                    participation_id=key, steward=steward, by=who(request).name, at=timezone.now()
                )
            done += 1
        except Problem as refused:
            messages.error(request, told(refused))
            break
    messages.success(request, _("Given to the steward: %(count)d enterprises.") % {"count": done})
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("service:enterprises") + (f"?{query}" if query else ""))
