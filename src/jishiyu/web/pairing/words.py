"""Proposals and their aims in words."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.experts.models import ProposalState
from jishiyu.web.components.badge import Badge, Tone

STATES = {
    ProposalState.QUEUED.value: Badge(_("waiting for its turn"), Tone.WAIT),
    ProposalState.SOLVING.value: Badge(_("being worked out"), Tone.WORK),
    ProposalState.READY.value: Badge(_("open to decide"), Tone.WAIT),
    ProposalState.FAILED.value: Badge(_("could not be worked out"), Tone.STOP),
    ProposalState.ACCEPTED.value: Badge(_("accepted"), Tone.DONE),
    ProposalState.REPLACED.value: Badge(_("replaced by a newer one"), Tone.QUIET),
}
STATUS = {
    "optimal": Badge(_("proved to be the best"), Tone.DONE),
    "bounded": Badge(_("worked through, with a bound"), Tone.WORK),
    "stopped": Badge(_("ended early, with a bound"), Tone.WAIT),
}
AIMS = {
    "served": _("Priorities served"), "changes": _("Changes of the earlier plan"), "waiting": _("Half-days waited × priority"),
    "fit": _("Levels and people more than needed"), "travel": _("Kilometres"), "fairness": _("Uneven load (sum of squares)"),
}  # fmt: skip
