"""The forms of an enterprise: one line per need, who it is, and what is on record about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Enterprise
from jishiyu.web.components.forms import Day, Form

VOLTAGES = ("", "220V", "380V", "10kV", "20kV", "35kV", "110kV")


class Line(Form):
    """One need in the enterprise's own words."""

    words = forms.CharField(
        label=_("What do you need?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In your own words: what happens, where, since when."),
    )  # fmt: skip
    wished = forms.CharField(
        label=_("When does a visit suit you?"), required=False, max_length=200,
        help_text=_("For example: Tuesday mornings; not in the week of the audit."),
    )  # fmt: skip
    earliest_on = forms.DateField(label=_("Not before"), required=False, widget=Day())
    latest_on = forms.DateField(label=_("Not after"), required=False, widget=Day())


class Asker(Form):
    """Who hands in, so that the steward can call."""

    contact = forms.CharField(label=_("Whom may we call?"), max_length=50)
    mobile = forms.CharField(
        label=_("Telephone"), max_length=20, widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )  # fmt: skip


class Facts(Form):
    """What is on record about an enterprise; power data where it is about power."""

    trade = forms.CharField(label=_("Trade"), max_length=100, required=False)
    address = forms.CharField(label=_("Where it is"), max_length=200, required=False)
    workers = forms.IntegerField(label=_("Workers"), min_value=0, max_value=1_000_000, required=False)
    peak_load_kw = forms.IntegerField(label=_("Peak load (kW)"), min_value=0, max_value=10_000_000, required=False)
    transformer_kva = forms.IntegerField(
        label=_("Transformer capacity (kVA)"), min_value=0, max_value=10_000_000, required=False
    )
    voltage_level = forms.ChoiceField(
        label=_("Voltage level"), choices=[(one, one or "—") for one in VOLTAGES], required=False
    )
    contact = forms.CharField(label=_("Whom may we call?"), max_length=50, required=False)
    mobile = forms.CharField(
        label=_("Telephone"), max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel"}),
        help_text=_("Kept sealed; your steward sees it. Leave it empty to keep what is on record."),
    )  # fmt: skip

    @classmethod
    def of(cls, row: Enterprise, data: Any = None) -> "Facts":
        """Return the form of an enterprise."""
        return cls(data, initial={name: getattr(row, name) for name in FACTS})


class Power(Form):
    """Power data that comes with a list handed in by link."""

    peak_load_kw = forms.IntegerField(label=_("Peak load (kW)"), min_value=0, max_value=10_000_000, required=False)
    transformer_kva = forms.IntegerField(
        label=_("Transformer capacity (kVA)"), min_value=0, max_value=10_000_000, required=False
    )
    voltage_level = forms.ChoiceField(
        label=_("Voltage level"), choices=[(one, one or "—") for one in VOLTAGES], required=False
    )


class Named(Form):
    """Which enterprise it is, where the link does not say."""

    enterprise = forms.CharField(label=_("Name of the enterprise"), min_length=2, max_length=100)
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=18, required=False,
        help_text=_("18 letters and digits, on the business licence. It saves a call."),
    )  # fmt: skip


class Because(Form):
    """Why a need is taken back."""

    sentence = forms.CharField(
        label=_("Reason"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


FACTS = ("trade", "address", "workers", "peak_load_kw", "transformer_kva", "voltage_level")
