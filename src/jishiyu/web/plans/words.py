"""States of a need in words, as they are shown beside its plan."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import State
from jishiyu.web.components.badge import Badge, Tone, badge

NEEDS: dict[str, Badge] = {
    State.HANDED_IN: Badge(_("handed in"), Tone.WAIT),
    State.FORWARDED: Badge(_("forwarded"), Tone.WAIT),
    State.CONFIRMED: Badge(_("confirmed"), Tone.WORK),
    State.CLASSIFIED: Badge(_("classified"), Tone.WORK),
    State.PAIRED: Badge(_("paired"), Tone.WORK),
    State.PLANNED: Badge(_("visit planned"), Tone.WORK),
    State.VISITED: Badge(_("visited"), Tone.WORK),
    State.DIAGNOSED: Badge(_("diagnosed"), Tone.WORK),
    State.SERVED: Badge(_("served; the enterprise is asked"), Tone.WAIT),
    State.CLOSED: Badge(_("need closed"), Tone.DONE),
    State.WITHDRAWN: Badge(_("withdrawn"), Tone.QUIET),
    State.NOT_HELPED: Badge(_("cannot be helped"), Tone.STOP),
    State.PASSED_ON: Badge(_("passed to another level"), Tone.QUIET),
    State.UNREACHABLE: Badge(_("not reachable"), Tone.STOP),
}


def state_badge(state: str) -> Badge:
    """Return the badge of a need's state."""
    return badge(state, NEEDS)
