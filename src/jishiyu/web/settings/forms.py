"""What the system administrator fills in."""

from fractions import Fraction
from importlib import resources
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.notices.texts import ADDRESS
from jishiyu.web.components.forms import Day, Form


def _published() -> list[tuple[str, Any]]:
    """Return the cities whose figures were published and can be compared with."""
    folder = resources.files("jishiyu.policies").joinpath("published")
    names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    return [("", _("nothing")), *((name, name) for name in names)]


class Installation(Form):
    """What `console.json` says."""

    issuer = forms.CharField(label=_("Name of the union"), max_length=60, min_length=2)
    since = forms.DateField(
        label=_("Figures count from"), required=False, widget=Day(), help_text=_("Empty: the year of the first feed.")
    )
    until = forms.DateField(
        label=_("up to, not including"),
        required=False,
        widget=Day(),
        help_text=_("Empty: the end of the year of the last feed."),
    )
    compare = forms.ChoiceField(label=_("Compared with the published figures of"), required=False, choices=_published)
    scale = forms.CharField(
        label=_("Scale"), max_length=20,
        help_text=_("How large this installation is beside the published city: 1, or a fraction such as 1/8."),
    )  # fmt: skip

    def clean_scale(self) -> str:
        """Return the scale as a fraction above zero."""
        try:
            scale = Fraction(self.cleaned_data["scale"].strip())
        except (ValueError, ZeroDivisionError):
            scale = Fraction(0)
        if not 0 < scale <= 1000:
            raise forms.ValidationError(_("Give a number above zero, or a fraction such as 1/8."))
        return str(scale)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] <= data["since"]:
            self.add_error("until", _("The period must end after it begins."))
        return data


class TestNotice(Form):
    """Where a test message goes."""

    address = forms.CharField(
        label=_("Mobile number or e-mail address"), required=False, max_length=100,
        help_text=_("Empty: to the group of staff."),
    )  # fmt: skip

    def clean_address(self) -> str:
        """Return an address that a notice can be sent to."""
        address = str(self.cleaned_data["address"]).replace(" ", "")
        if address and not ADDRESS.fullmatch(address):
            raise forms.ValidationError(_("This is neither a mobile number nor an e-mail address."))
        return address
