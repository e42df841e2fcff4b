"""The audit trail: what was done, by whom, to what; and whether it is whole."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.audit.operations import record
from jishiyu.apps.audit.queries import trail, verify
from jishiyu.web.audit.words import ACTIONS, action_words
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.gate import who
from jishiyu.web.language import language


def _details(text: str) -> str:
    found = json.loads(text)
    return "; ".join(f"{key}: {value}" for key, value in found.items())


TRAIL = Listing(
    "audit-trail", _("Audit trail"), template="audit/trail.html",
    columns=(
        Column("seq", _("No."), lambda row: row.seq, Unit.COUNT, order=("id",)),
        Column("at", _("When"), lambda row: row.at, Unit.DAY),
        Column("by", _("Who"), lambda row: row.by),
        Column("action", _("What"), lambda row: action_words(row.action)),
        Column("record", _("Record"), lambda row: row.record),
        Column("details", _("Details"), lambda row: _details(row.details)),
    ),
    filters=(
        Filter("by", _("Who"), lambda rows, value: rows.filter(by=value)),
        Filter("record", _("Record"), lambda rows, value: rows.filter(record=value)),
        Filter("action", _("What"), lambda rows, value: rows.filter(action=value), "choice", tuple(ACTIONS.items())),
        Filter("since", _("From"), lambda rows, value: rows.filter(at__date__gte=value), "day"),
        Filter("until", _("To"), lambda rows, value: rows.filter(at__date__lte=value), "day"),
    ),
)  # fmt: skip


def trail_list(request: HttpRequest) -> HttpResponseBase:
    """List the trail, the newest first."""
    return TRAIL.answer(request, trail())


def verified(request: HttpRequest) -> HttpResponse:
    """Recompute the chain of hashes and name every row that was changed or removed; that it was done is recorded."""
    verdict, breaks = None, []
    if request.method == "POST":
        verdict = verify()
        breaks = [(gap.seq, gap.zh if language() == "zh" else gap.en) for gap in verdict.breaks]
        details = {"rows": verdict.rows, "head": verdict.head, "breaks": len(verdict.breaks)}
        record(by=who(request).name, action="audit.verify", record="trail", details=details, at=timezone.now())
    return render(request, "audit/verify.html", {"verdict": verdict, "breaks": breaks})
