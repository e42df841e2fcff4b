"""What is asked before a round is paired."""

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.experts.gathering import MOST_WEEKS, WEEKS
from jishiyu.engine.pairing.budget import MOST_SECONDS, usual_limit
from jishiyu.web.components.forms import Day, Form


class Solving(Form):
    """From which day on, for how many weeks, and how long it may take; without seconds the size of the round decides."""

    first_on = forms.DateField(label=_("Visits from"), widget=Day())
    weeks = forms.IntegerField(label=_("Weeks"), min_value=1, max_value=MOST_WEEKS, initial=WEEKS)
    seconds = forms.IntegerField(label=_("Seconds at most"), min_value=1, max_value=MOST_SECONDS, required=False)
    seed = forms.IntegerField(label=_("Dice"), min_value=1, max_value=1_000_000, initial=1, required=False)

    def suggest(self, needs: int) -> int:
        """Show the limit that holds where no seconds are asked for, in the empty field, and return it."""
        limit = usual_limit(needs)
        self.fields["seconds"].widget.attrs["placeholder"] = str(limit)
        return limit
