"""The words for scopes and states."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.api.models import Scope, Token, TokenState
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.language import language

SCOPES = {
    Scope.SETTLEMENTS_PUSH: _("Push settlements"),
    Scope.FEEDS_READ: _("Ask for feeds and where each line ended"),
    Scope.ROSTER_PUSH: _("Push roster changes"),
    Scope.RESULTS_PUSH: _("Push payment results"),
    Scope.DECISIONS_READ: _("Ask for decisions, masked"),
    Scope.DECISIONS_FULL: _("Ask for name and number of a decision, with a reason"),
    Scope.PAYMENTS_READ: _("Ask for payments"),
    Scope.FIGURES_READ: _("Ask for figures"),
}
STATES = {
    TokenState.ISSUED: Badge(_("waits to be collected"), Tone.WAIT),
    TokenState.COLLECTED: Badge(_("in use"), Tone.DONE),
    TokenState.ENDED: Badge(_("ended"), Tone.QUIET),
}


def state(token: Token, today: date) -> Badge:
    """Return how far a token has come; one whose last day is over has expired."""
    if token.state != TokenState.ENDED and today >= token.until:
        return Badge(_("expired"), Tone.STOP)
    return STATES[TokenState(token.state)]


def scopes(token: Token) -> str:
    """Return what a token is good for, in words."""
    return ("、" if language() == "zh" else "; ").join(str(SCOPES[Scope(scope)]) for scope in token.scopes)
