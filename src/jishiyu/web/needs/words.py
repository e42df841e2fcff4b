"""States, clocks and levels of needs in words."""

from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises import saying
from jishiyu.apps.enterprises.models import Campaign, Need
from jishiyu.apps.enterprises.states import CARRIED, CLOCK_IN, Clock, State
from jishiyu.web.components.badge import Badge, Tone

Words = str | Promise

STATES: dict[str, Badge] = {
    State.HANDED_IN: Badge(_("Just handed in"), Tone.WAIT),
    State.FORWARDED: Badge(_("Forwarded"), Tone.WAIT),
    State.CONFIRMED: Badge(_("Confirmed"), Tone.WORK),
    State.CLASSIFIED: Badge(_("Classified"), Tone.WORK),
    State.PAIRED: Badge(_("Paired"), Tone.WORK),
    State.PLANNED: Badge(_("Visit planned"), Tone.WORK),
    State.VISITED: Badge(_("Visited"), Tone.WORK),
    State.DIAGNOSED: Badge(_("Diagnosed"), Tone.WORK),
    State.SERVED: Badge(_("Served"), Tone.DONE),
    State.CLOSED: Badge(_("Closed"), Tone.DONE),
    State.WITHDRAWN: Badge(_("Withdrawn"), Tone.QUIET),
    State.NOT_HELPED: Badge(_("Cannot be helped"), Tone.STOP),
    State.PASSED_ON: Badge(_("Passed on"), Tone.QUIET),
    State.UNREACHABLE: Badge(_("Not reachable"), Tone.STOP),
}
# What comes next, as the enterprise reads it.
NEXT: dict[str, Words] = {
    State.HANDED_IN: _("Your union forwards it to your steward."),
    State.FORWARDED: _("Your steward calls you and confirms what you need."),
    State.CONFIRMED: _("Your steward says which service it is."),
    State.CLASSIFIED: _("The meeting chooses the craftsmen who come."),
    State.PAIRED: _("Your steward agrees on a day with you."),
    State.PLANNED: _("The team comes to you."),
    State.VISITED: _("The report of the visit is being written."),
    State.DIAGNOSED: _("What was found is put right with you."),
    State.SERVED: _("You say whether it is solved."),
    State.UNREACHABLE: _("We could not reach you. Please call your steward."),
}
# What comes next, as a steward or an organiser reads it.
NEXT_AT_THE_DESK: dict[str, Words] = {
    State.HANDED_IN: _("Forward it to the steward, or to the level that has to look at it first."),
    State.FORWARDED: _("Call the enterprise, and confirm what it needs."),
    State.CONFIRMED: _("Say which service it is and which skills it needs."),
    State.CLASSIFIED: _("It goes to the pairing meeting; look at the survey plan."),
    State.PAIRED: _("Agree on a day with the enterprise."),
    State.PLANNED: _("The team visits the enterprise."),
    State.VISITED: _("Write the report of the visit."),
    State.DIAGNOSED: _("Agree on actions, and see them done."),
    State.SERVED: _("The enterprise says whether it is solved."),
    State.UNREACHABLE: _("Try again; then take it up or end it with a reason."),
}
CLOCKS: dict[str, Words] = {
    Clock.FORWARD: _("to be forwarded"), Clock.CONFIRM: _("to be confirmed"), Clock.VISIT: _("to be visited"),
    Clock.REPORT: _("to be reported"),
}  # fmt: skip
WHAT: dict[str, Words] = {
    "handed_in": _("handed in"), "forwarded": _("forwarded"), "confirmed": _("confirmed"), "classified": _("classified"),
    "reclassified": _("classified anew"), "called": _("called"), "plan_changed": _("survey plan changed"),
    "reminded": _("reminded: the clock ran out"), "escalated": _("raised one level: the clock ran out"),
    "taken_up": _("taken up again"), "paired": _("paired"), "planned": _("visit planned"), "visited": _("visited"),
    "diagnosed": _("diagnosed"), "served": _("served"), "closed": _("closed as done"), "withdrawn": _("withdrawn"),
    "unpaired": _("back to the meeting"), "visit_moved": _("visit moved"), "not_solved": _("not solved, says the enterprise"),
    "left_open": _("left open: the round was closed"),
    "not_helped": _("cannot be helped"), "passed_on": _("passed on"), "unreachable": _("not reachable"),
}  # fmt: skip


WAITS_FOR_THE_NEXT = _("The round was closed; the one that follows goes on with it.")


def comes_next(need: Need, words: dict[str, Words]) -> Words:
    """Return what comes next for a need, of NEXT or NEXT_AT_THE_DESK; in a closed round the next one does."""
    if need.state in CARRIED and need.participation.campaign.closed_at is not None:
        return WAITS_FOR_THE_NEXT
    return words.get(need.state, "")


def due(need: Need, now: datetime | None = None) -> Badge | None:
    """Return when the clock of a need runs out, red when it has."""
    if need.due_at is None or need.state not in CLOCK_IN:
        return None
    at, today = timezone.localtime(need.due_at), timezone.localdate(now)
    words = at.strftime("%m-%d %H:%M")
    if need.due_at <= (now or timezone.now()):
        return Badge(_("%(at)s, late") % {"at": words}, Tone.STOP)
    return Badge(words, Tone.WAIT if at.date() == today else Tone.QUIET)


def level_words(campaign: Campaign, level: int, language: str) -> str:
    """Return what a level is called in a round."""
    return saying.level_words(campaign, level).say(language)
