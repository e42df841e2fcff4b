"""What the system administrator fills in."""

from collections.abc import Sequence
from fractions import Fraction
from importlib import resources
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.notices.texts import ADDRESS
from jishiyu.apps.outside.models import Name
from jishiyu.apps.outside.queries import hidden, mark, set_by_variable
from jishiyu.notices.channels import known
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


class Outside(Form):
    """By which gateways notices leave, and which folder is watched; a field that a variable sets is not there."""

    drop = forms.MultipleChoiceField(
        label=_("Gateways: tick those to take away"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    add = forms.CharField(
        label=_("Further gateways, one address a line"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "An address of Apprise. {mobile} or {email} in it is where a person's own goes; without either it is a group "
            "of staff. It is kept sealed and never shown again."
        ),
    )  # fmt: skip
    folder = forms.CharField(
        label=_("Watched folder"), required=False, max_length=400,
        help_text=_("The full path on the server; every file that is put there is taken as a feed. Empty: none."),
    )  # fmt: skip

    def __init__(self, *args: Any, known: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop = self.fields["drop"]
        assert isinstance(drop, forms.MultipleChoiceField)
        drop.choices = [(mark(url), f"{hidden(url)} #{mark(url)}") for url in known]
        gone = [] if known else ["drop"]
        gone += ["drop", "add"] if set_by_variable(Name.GATEWAYS) else []
        gone += ["folder"] if set_by_variable(Name.WATCHED_FOLDER) else []
        for name in set(gone):
            del self.fields[name]

    def clean_add(self) -> list[str]:
        """Return the addresses, each of a service that is known."""
        found = str(self.cleaned_data["add"]).split()
        for place, url in enumerate(found, 1):
            if not known(url):
                raise forms.ValidationError(
                    _("Address %(place)s is none that notices can leave by."), params={"place": place}
                )
        return found

    def clean_folder(self) -> str:
        """Return the path without blanks around it."""
        return str(self.cleaned_data["folder"]).strip()

    def clean(self) -> dict[str, Any]:
        """Say which gateways go, also where there are none."""
        data = super().clean() or {}
        return data | ({"drop": data.get("drop", [])} if "add" in self.fields else {})


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
