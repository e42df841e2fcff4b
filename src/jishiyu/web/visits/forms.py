"""What is changed about a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form
from jishiyu.web.visits.words import HALVES


class Because(Form):
    """A reason that stands in the history."""

    sentence = forms.CharField(
        label=_("Reason"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The team and the enterprise see it."),
    )  # fmt: skip


class Moved(Because):
    """Another half-day."""

    on = forms.DateField(label=_("Day"), widget=Day())
    half = forms.ChoiceField(label=_("Half of the day"), choices=list(HALVES.items()))
    field_order = ("on", "half", "sentence")


class Came(Form):
    """Who of the team was there."""

    came = forms.MultipleChoiceField(
        label=_("Who was there"), widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}), required=False
    )

    def __init__(self, *args: Any, team: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["came"].choices = team  # type: ignore[attr-defined]
        self.fields["came"].initial = [key for key, _words in team]
