"""What is noted about a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form

SAID = _("What was said, and by whom")


class Noted(Form):
    """A step in a sentence. `seen` is the last step that was on the page: a form that was overtaken shows by it."""

    sentence = forms.CharField(label=SAID, min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)


class Called(Noted):
    """A call."""

    due_on = forms.DateField(
        label=_("Call again on"), widget=Day(), required=False, help_text=_("Empty: in a week.")
    )  # fmt: skip
    field_order = ("sentence", "due_on")


class Promised(Noted):
    """A promise for a day."""

    due_on = forms.DateField(label=_("Promised for"), widget=Day())
    field_order = ("sentence", "due_on")


class Round(Form):
    """One call about several cases of a union."""

    sentence = forms.CharField(label=SAID, min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    due_on = forms.DateField(label=_("Call again on"), widget=Day(), required=False)


class Because(Form):
    """Why a sheet is wanted with names in full."""

    because = forms.CharField(
        label=_("Reason"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: to be handed to the union's chairman on Monday"),
    )  # fmt: skip


class Handed(Noted):
    """To whom a case is given."""

    to = forms.ChoiceField(label=_("To whom"))
    field_order = ("to", "sentence")

    def __init__(self, *args: Any, officers: list[tuple[str, str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(name, f"{full} ({name}){f' · {union}' if union else ''}") for name, full, union in officers]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
