"""What is in the resource list, in words."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.experts.models import Honour, Part
from jishiyu.web.components.badge import Badge, Tone

PARTS = {
    Part.EXPERT.value: Badge(_("expert"), Tone.WORK),
    Part.STEWARD.value: Badge(_("steward"), Tone.DONE),
    Part.OFFICER.value: Badge(_("union officer"), Tone.WAIT),
}
HONOURS = {
    Honour.NONE.value: _("no honour"),
    Honour.TRADE.value: _("of the trade"),
    Honour.CITY.value: _("of the city"),
    Honour.PROVINCIAL.value: _("of the province"),
    Honour.NATIONAL.value: _("national"),
}
# Why a half-day is not free, where there is more to say than that nobody offered it.
WHY_NOT = {"icalendar": _("busy in their calendar"), "illness": _("absent")}
