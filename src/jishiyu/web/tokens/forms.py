"""The forms of tokens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form
from jishiyu.web.tokens.words import SCOPES


class NewToken(Form):
    """What another system may do, who answers for it, and until when."""

    name = forms.CharField(
        label=_("Name of the system"), max_length=40,
        help_text=_("It stands in the trail, marked as a system. 2 to 40 letters, digits, dots, hyphens or Chinese characters"),
    )  # fmt: skip
    account_name = forms.CharField(
        label=_("Account that answers for it"), max_length=40,
        help_text=_("This person collects the token. It never may more than this account may."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("Good for"), widget=forms.CheckboxSelectMultiple,
        choices=[(scope.value, words) for scope, words in SCOPES.items()],
    )  # fmt: skip
    union_code = forms.CharField(
        label=_("Code of the union"), required=False, max_length=40,
        help_text=_("Only this union and all below it; empty for all that the account sees"),
    )  # fmt: skip
    per_minute = forms.IntegerField(label=_("Requests a minute"), initial=120, min_value=1, max_value=6000)
    last_day = forms.DateField(label=_("Last day"), widget=Day(), help_text=_("at most one year ahead"))


class Ending(Form):
    """Why a token ends."""

    because = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
