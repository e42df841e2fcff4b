"""Forms of feeds."""

import json
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.engine.settlement.totals import Totals, read_totals
from jishiyu.web.components.forms import Day, Form


class HandIn(Form):
    """A file of the bureau and the day it stands for."""

    file = forms.FileField(
        label=_("File of the insurance bureau"),
        help_text=_("CSV, TXT, Excel, Parquet, or a ZIP of these; what it is is told by its content."),
    )
    as_of = forms.DateField(
        label=_("State of the data on"), widget=Day(),
        help_text=_("The day up to which the bureau exported. A line with a later day is not accepted."),
    )  # fmt: skip

    rows = forms.CharField(
        label=_("Rows, as the bureau states them"), required=False, max_length=20,
        help_text=_("Leave empty what the bureau does not state. A file that disagrees is refused whole."),
    )  # fmt: skip
    total = forms.CharField(label=_("Sum of medical costs, as stated (yuan)"), required=False, max_length=24)
    cash = forms.CharField(label=_("Sum of personal cash, as stated (yuan)"), required=False, max_length=24)
    persons = forms.CharField(label=_("Persons, as stated"), required=False, max_length=20)

    def stated(self) -> Totals | None:
        """Return the control totals that were filled in; raises `TotalsUnreadable`."""
        given = {
            name: self.cleaned_data[name] for name in ("rows", "total", "cash", "persons") if self.cleaned_data[name]
        }
        return read_totals(self.cleaned_data["file"].name, json.dumps(given).encode()) if given else None

    def clean_as_of(self) -> Any:
        """Refuse a day that has not come yet."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class TakeBack(Form):
    """Why a feed is taken back."""

    because = forms.CharField(
        label=_("Reason"), max_length=300, min_length=2, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with the feed, for example: the bureau sent the wrong month."),
    )  # fmt: skip


class Reveal(Form):
    """Why somebody wants to see a line in full."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
