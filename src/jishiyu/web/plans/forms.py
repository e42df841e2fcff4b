"""Actions, results, and what the enterprise says."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.visits.operations import Result
from jishiyu.web.components.forms import Day, Form


class Planned(Form):
    """One action: what, by whom, until when."""

    what = forms.CharField(
        label=_("What is to be done"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.CharField(label=_("By whom"), min_length=2, max_length=60)
    due_on = forms.DateField(label=_("Until"), widget=Day())


class Came(Form):
    """What came of an action."""

    done_on = forms.DateField(label=_("Done on"), widget=Day())
    result = forms.CharField(
        label=_("What came of it"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    saved = forms.DecimalField(
        label=_("Saved in a year (yuan)"), required=False, min_value=0, max_value=Decimal("99999999999"), decimal_places=2,
        help_text=_("Only where it is known."),
    )  # fmt: skip
    saved_kwh = forms.IntegerField(
        label=_("Energy saved in a year (kWh)"), required=False, min_value=0, max_value=10**12
    )
    trained = forms.IntegerField(
        label=_("Workers trained (person-times)"), required=False, min_value=0, max_value=100_000
    )

    def result_of(self, data: dict[str, Any]) -> Result:
        """Return what was said as the operation takes it."""
        saved = data["saved"]
        return Result(
            done_on=data["done_on"], result=data["result"], saved_fen=None if saved is None else int(saved * 100),
            saved_kwh=data["saved_kwh"], trained=data["trained"] or 0,
        )  # fmt: skip


class Said(Form):
    """What the enterprise says about one need."""

    solved = forms.TypedChoiceField(
        label=_("Is it solved?"), choices=(("yes", _("Yes, it is solved")), ("no", _("No, not yet"))), widget=forms.RadioSelect,
        coerce=lambda given: given == "yes",
    )  # fmt: skip
    stars = forms.TypedChoiceField(
        label=_("How was the service?"), widget=forms.RadioSelect, coerce=int,
        choices=((5, _("5 · very good")), (4, _("4 · good")), (3, _("3 · fair")), (2, _("2 · poor")), (1, _("1 · very poor"))),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In your own words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where it is not solved: what is still missing."),
    )  # fmt: skip
    said_by = forms.CharField(label=_("Your name"), required=False, max_length=60)
