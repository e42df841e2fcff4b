"""What a reviewer says: sentences from the list, own words besides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Form, dress


class Said(Form):
    """Sentences of the rules, and own words. `seen` is the last step that was on the page, `fen` the amount."""

    codes = forms.MultipleChoiceField(
        label=_("Sentences of the rules"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    words = forms.CharField(
        label=_("In own words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)
    fen = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, sentences: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["codes"].choices = sentences  # type: ignore[attr-defined]
        if not sentences:
            del self.fields["codes"]
        dress(self)


class Signed(Form):
    """A signature under a large case, for the amount that was seen."""

    sentence = forms.CharField(label=_("What was looked at"), min_length=2, max_length=500,
                               widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    fen = forms.IntegerField(widget=forms.HiddenInput())


class Why(Form):
    """A reason."""

    sentence = forms.CharField(
        label=_("Reason"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
