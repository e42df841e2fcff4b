"""What is said about a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form


class Draft(Form):
    """By which editions it is judged, and the steward's advice."""

    limits_on = forms.DateField(
        label=_("Editions of the standards in force on"), widget=Day(), help_text=_("Usually the day of the visit.")
    )
    advice = forms.CharField(
        label=_("Advice of the team"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It stands in the report before the findings."),
    )  # fmt: skip


class SeriesFile(Form):
    """The export of an analyser."""

    file = forms.FileField(label=_("File (CSV, Excel, ZIP …)"))
