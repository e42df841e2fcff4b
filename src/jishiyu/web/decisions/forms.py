"""Who receives the subsidy for a death, as an officer enters it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.subsidies.heirs import HeirFacts
from jishiyu.web.components.forms import Form

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class NewHeir(Form):
    """An heir, or the account of the unit's union. Somebody who is named already keeps what is left empty."""

    name = forms.CharField(label=_("Name of the account holder"), max_length=200)
    relation = forms.CharField(
        label=_("Relation to the deceased"),
        max_length=200,
        help_text=_("For example: spouse, son; or the unit's union"),
    )
    account = forms.CharField(label=_("Account number"), max_length=40, widget=forms.TextInput(attrs=DIGITS))
    again = forms.CharField(label=_("Account number once more"), max_length=40, widget=forms.TextInput(attrs=DIGITS))
    phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, help_text=_("Told when the money is on its way, and paid.")
    )
    proof = forms.CharField(
        label=_("Paper that proves the kinship"), max_length=300,
        help_text=_("Which paper it is and where it lies; it was looked at."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Who said so, and when"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, known: HeirFacts | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "relation", "account", "again", "proof") if known is not None else ():
            self.fields[name].required = False
        self.known = known

    def clean(self) -> dict[str, Any]:
        """Compare the two account numbers."""
        data = super().clean() or {}
        folded = ["".join(str(data.get(name, "")).split()).replace("-", "") for name in ("account", "again")]
        if folded[0] != folded[1]:
            self.add_error("again", _("The two account numbers differ."))
        return data

    def facts(self) -> HeirFacts:
        """Return what was entered, and where that is empty what is known."""
        known = self.known or HeirFacts(name="", relation="", account="")
        said = self.cleaned_data
        return HeirFacts(**{
            name: said[name] or getattr(known, name) for name in ("name", "relation", "account", "phone")
        })  # fmt: skip
