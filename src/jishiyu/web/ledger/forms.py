"""The form of an appropriation."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form

WAYS = (("in", _("received into the fund")), ("out", _("taken back from the fund")))


class Appropriation(Form):
    """Money into or out of the fund, under the number of its document."""

    way = forms.ChoiceField(label=_("What happened"), choices=WAYS, initial="in")
    yuan = forms.DecimalField(label=_("Amount (yuan)"), max_digits=12, decimal_places=2, min_value=0,
                              widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
    reference = forms.CharField(
        label=_("Number of the document"), max_length=80,
        help_text=_("For example 市总财〔2025〕3号. The same document is booked once, however often it is sent."),
    )  # fmt: skip
    on = forms.DateField(label=_("Value date"), widget=Day())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """Refuse a day that has not come."""
        given: date = self.cleaned_data["on"]
        if given > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return given
