"""States of visits and kinds of entries in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.experts.models import Half, Part
from jishiyu.apps.visits.models import EntryKind, VisitState
from jishiyu.web.components.badge import Badge, Tone

Words = str | Promise
VISITS: dict[str, Badge] = {
    VisitState.PLANNED: Badge(_("planned"), Tone.WAIT),
    VisitState.DONE: Badge(_("done"), Tone.DONE),
    VisitState.CANCELLED: Badge(_("cancelled"), Tone.QUIET),
}
HALVES: dict[str, Words] = {Half.AM: _("morning"), Half.PM: _("afternoon")}
PARTS: dict[str, Words] = {Part.EXPERT: _("expert"), Part.STEWARD: _("steward"), Part.OFFICER: _("union officer")}
KINDS: dict[str, Words] = {
    EntryKind.CHECK: _("check"), EntryKind.READING: _("reading"), EntryKind.SERIES: _("series"),
    EntryKind.PHOTO: _("photo"), EntryKind.NOTE: _("note"), EntryKind.SIGNATURE: _("signature"),
}  # fmt: skip
CHECKS: dict[str, Badge] = {
    "done": Badge(_("in order"), Tone.DONE),
    "problem": Badge(_("a problem"), Tone.STOP),
    "skipped": Badge(_("not possible"), Tone.QUIET),
    "open": Badge(_("not done yet"), Tone.WAIT),
}
