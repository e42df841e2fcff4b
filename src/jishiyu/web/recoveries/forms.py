"""Forms of recoveries."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form


class Repayment(Form):
    """Money that came back, under the number of its bank slip."""

    yuan = forms.DecimalField(label=_("Amount (yuan)"), max_digits=12, decimal_places=2, min_value=0,
                              widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
    reference = forms.CharField(
        label=_("Number of the bank slip"), max_length=80,
        help_text=_("The same slip is booked once, however often it is sent."),
    )  # fmt: skip
    received_on = forms.DateField(label=_("Received on"), widget=Day())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_received_on(self) -> date:
        """Refuse a day that has not come."""
        given: date = self.cleaned_data["received_on"]
        if given > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return given


class GiveUp(Form):
    """The second person's word."""

    looked = forms.BooleanField(label=_("I have read the reason and give up what is still open."))
