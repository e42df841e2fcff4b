"""The words for recoveries."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.subsidies.models import RecoveryState
from jishiyu.web.components.badge import Badge, Tone

STATES: dict[str, Badge] = {
    RecoveryState.OPEN: Badge(_("open: set off against the next payment"), Tone.WAIT),
    RecoveryState.ASKED_BACK: Badge(_("asked back from the member"), Tone.WAIT),
    RecoveryState.SET_OFF: Badge(_("set off"), Tone.DONE),
    RecoveryState.REPAID: Badge(_("repaid"), Tone.DONE),
    RecoveryState.WRITTEN_OFF: Badge(_("written off"), Tone.QUIET),
}


def age_words(since: int, until: int | None) -> str:
    """Return the words of an age in days."""
    if until is None:
        return _("more than %(days)d days") % {"days": since - 1}
    return _("%(since)d to %(until)d days") % {"since": since, "until": until}
