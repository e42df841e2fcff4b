"""The forms of applications for the staff: those of the member's pages, in the words of an office."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.queries import form_fields
from jishiyu.web.applications.words import HELP, YES_NO
from jishiyu.web.components.forms import Form, dress
from jishiyu.web.member.forms import Facts


class StaffFacts(Facts):
    """What happened, filled in by an officer for the member."""

    def __init__(self, kind: str, *args: Any, case_data: bool, lenient: bool, seen: str, **options: Any) -> None:
        super().__init__(kind, *args, case_data=case_data, lenient=lenient, seen=seen, **options)
        if not case_data:
            self._add(next(field for field in form_fields(kind) if field.name == "name"), required=False)
        for name, field in self.fields.items():
            field.help_text = str(HELP.get(name, ""))
        if "treatment_over" in self.fields:
            self.fields["treatment_over"].choices = YES_NO  # type: ignore[attr-defined]
        dress(self)


class Find(Form):
    """Whom an application is for."""

    text = forms.CharField(
        label=_("Member number, certificate number, or name"), max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip


class Because(Form):
    """Why, in own words. `seen` is the last step that was on the page."""

    words = forms.CharField(label=_("Reason"), min_length=2, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.CharField(widget=forms.HiddenInput(), required=False)
