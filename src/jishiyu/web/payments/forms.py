"""Forms of paying."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form
from jishiyu.web.payments.words import banks

LARGEST = 20_000_000  # bytes: more than any bank's answer to the largest file


class Prepare(Form):
    """Which bank, which day; what was selected comes with the list around it."""

    profile = forms.ChoiceField(label=_("Bank format"), choices=banks)
    pay_on = forms.DateField(label=_("Day of payment"), widget=Day())


class Looked(Form):
    """The second person's word."""

    looked = forms.BooleanField(
        label=_("I have looked at the payments, the sums and what is unusual, and approve the batch.")
    )


class Reason(Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Sure(Form):
    """Nothing but a button."""

    sure = forms.CharField(widget=forms.HiddenInput(), initial="yes")


class Answer(Form):
    """A result file of the bank."""

    profile = forms.ChoiceField(label=_("Bank format"), choices=banks)
    file = forms.FileField(label=_("Result file of the bank"), allow_empty_file=False)

    def clean_file(self) -> Any:
        """Refuse what is far too large to be an answer."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 20 MB: that is no result file."))
        return file


class NewAccount(Form):
    """Another account for a member, typed twice."""

    account = forms.CharField(label=_("New account number"), max_length=40, widget=forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off"}
    ))  # fmt: skip
    again = forms.CharField(label=_("New account number once more"), max_length=40, widget=forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "off"}
    ))  # fmt: skip
    reason = forms.CharField(
        label=_("Who said so, and when"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: by telephone from the union officer on 3 March"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        folded = [str(data.get(name, "")).replace(" ", "").replace("-", "") for name in ("account", "again")]
        if folded[0] != folded[1]:
            self.add_error("again", _("The two account numbers differ."))
        return data


class NewSignatory(Form):
    """Somebody who may sign payments."""

    name = forms.ChoiceField(label=_("Account"))
    member_no = forms.CharField(
        label=_("Member number"), required=False, max_length=40,
        help_text=_("So that nobody approves a payment to themselves or their household."),
    )  # fmt: skip
    no_member = forms.BooleanField(label=_("Is not a member of any union here"), required=False)

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two must be said."""
        data = super().clean() or {}
        if bool(data.get("member_no")) == bool(data.get("no_member")):
            self.add_error("member_no", _("Enter the member number, or tick that there is none."))
        return data
