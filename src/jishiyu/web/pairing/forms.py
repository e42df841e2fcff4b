"""What is asked before a round is paired."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.experts.gathering import MOST_WEEKS, WEEKS
from jishiyu.apps.experts.proposing import MOST_SECONDS
from jishiyu.web.components.forms import Day, Form


class Solving(Form):
    """From which day on, for how many weeks, and how long it may take."""

    first_on = forms.DateField(label=_("Visits from"), widget=Day())
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=MOST_WEEKS, initial=WEEKS)
    seconds = forms.IntegerField(
        label=_("Seconds at most (empty: usual)"), min_value=1, max_value=MOST_SECONDS, required=False
    )
    seed = forms.IntegerField(label=_("Dice"), min_value=1, max_value=1_000_000, initial=1, required=False)
