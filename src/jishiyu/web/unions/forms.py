"""Forms about unions."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form
from jishiyu.web.unions.words import KINDS


class UnionCode(forms.CharField):
    """The code of a union; typing part of its name offers those that fit."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={
            "list": "union-choices", "autocomplete": "off", "hx-get": reverse_lazy("unions:pick"),
            "hx-trigger": "input changed delay:300ms", "hx-target": "#union-choices", "hx-swap": "innerHTML",
        })  # fmt: skip
        kwargs.setdefault("help_text", _("Type the code or part of the name, and choose."))
        super().__init__(max_length=60, widget=widget, **kwargs)


class NewUnion(Form):
    """A union to be put on record."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name of the union"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), initial="grassroots", choices=[(kind.value, words) for kind, words in KINDS.items()]
    )
    territorial_parent = UnionCode(label=_("Above by territory"), required=False)
    industry_parent = UnionCode(label=_("Above by industry"), required=False)
    district = forms.CharField(label=_("District"), max_length=60, required=False)
    trade = forms.CharField(label=_("Trade"), max_length=60, required=False)
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=18, required=False,
        help_text=_("18 characters; empty where the union has none"),
    )  # fmt: skip


class ChangeUnion(Form):
    """What may be changed about a union; `seen` is what the form showed."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    district = forms.CharField(label=_("District"), max_length=60, required=False)
    trade = forms.CharField(label=_("Trade"), max_length=60, required=False)
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)


class NewParent(Form):
    """The union above."""

    parent_code = UnionCode(label=_("Union above"), required=False)


class Closing(Form):
    """When a union is closed and who takes over."""

    on = forms.DateField(
        label=_("Closed from"), widget=Day(), help_text=_("The first day on which the union no longer exists.")
    )
    to_code = UnionCode(
        label=_("Union that takes over the members"), required=False,
        help_text=_("Empty: the memberships end. Type the code or part of the name, and choose."),
    )  # fmt: skip


class UnionFile(Form):
    """A file of unions."""

    file = forms.FileField(label=_("File (Excel or CSV)"))
