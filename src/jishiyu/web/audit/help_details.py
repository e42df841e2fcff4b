"""Words for records and details of enterprise help and the laboratory, beside those of `details.py`."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.states import State as NeedState
from jishiyu.apps.experts.models import ProposalState
from jishiyu.apps.visits.models import VisitState

Words = str | Promise
RECORDS: dict[str, Words] = {
    "files of help": _("files of enterprise help"), "resource list": _("resource list"), "campaign": _("round"),
    "enterprise": _("enterprise"), "expert": _("expert"), "laboratory": _("policy laboratory"), "link": _("personal link"),
    "need": _("need"), "participation": _("enterprise in a round"), "policy": _("policy"), "proposal": _("proposal of pairing"),
    "visit": _("visit"),
}  # fmt: skip
STATES: dict[str, type[models.TextChoices]] = {"need": NeedState, "proposal": ProposalState, "visit": VisitState}
FIELDS: dict[str, Words] = {
    "carried": _("needs taken over by the next round"), "next": _("next round"), "unanswered": _("needs without the enterprise's word"),
    "waiting": _("needs that wait for the next round"),
    "admitted": _("newly on the list"), "again": _("solved again"), "ban": _("forbidden"), "begins_on": _("begins on"),
    "came": _("who came"), "cancelled_why": _("why cancelled"), "code": _("number"),
    "confirmed_by": _("confirmed by"), "confirmed_on": _("confirmed on"), "ends_on": _("ends on"),
    "enterprise": _("enterprise"), "enterprises": _("enterprises"), "entries": _("entries"), "events": _("stays and events"),
    "findings": _("findings"), "fixed": _("needs kept"), "follows": _("follows the round"), "half": _("half of the day"),
    "honour": _("honour"), "items": _("service items"), "last": _("last day"), "level": _("level"),
    "link": _("personal link"), "need": _("need"), "needs": _("needs"), "network": _("network of unions"),
    "number": _("number"), "offered": _("half-days offered"), "opens": _("what it opens"), "owner": _("who does it"),
    "part": _("part in the team"), "participation": _("enterprise in a round"), "per_week": _("half-days a week"),
    "pins": _("pins"), "problems": _("problems"), "replaces": _("replaces entry"), "round": _("round"),
    "said": _("what was said"), "seconds": _("seconds"), "seed": _("seed"), "skill": _("skill"), "skills": _("skills"),
    "solved": _("solved"), "source": _("source"), "off": _("days off"),
    "worked": _("worked weekends"), "stars": _("stars"), "start": _("start"), "steward": _("steward"),
    "team": _("team"), "visits": _("visits"), "withdrawn_at": _("when withdrawn"),
    "bound": _("best that is possible"), "done_on": _("done on"), "due_at": _("due until"), "earliest_on": _("not before"),
    "escalated_at": _("when raised"), "escalated_to": _("raised to"), "gap": _("below the best possible by"),
    "halfdays": _("half-days"), "item": _("service item"), "latest_on": _("not after"), "plan": _("plan of the survey"),
    "priority": _("urgency"), "quantity": _("quantity"), "reminded_at": _("when reminded"), "result": _("result"),
    "saved_fen": _("saved (yuan)"), "saved_kwh": _("saved (kWh)"), "score": _("points"), "served": _("needs served"),
    "state_at": _("in this state since"), "status": _("how far solved"), "trained": _("people trained"), "unit": _("unit"),
    "visited_at": _("when visited"), "zh": _("in Chinese"), "en": _("in English"),
}  # fmt: skip
