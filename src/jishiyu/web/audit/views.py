"""The audit trail: what was done, by whom, to what; and whether it is whole."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.audit.operations import record
from jishiyu.apps.audit.queries import KINDS, trail
from jishiyu.apps.jobs.models import ENDS, Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import checks_of_trail
from jishiyu.web.audit.details import details_words, record_key, record_words
from jishiyu.web.audit.words import ACTIONS, action_words
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.gate import who
from jishiyu.web.language import language


def _details(row: Trail) -> str:
    return "; ".join(f"{words}: {value}" for words, value in details_words(row.details, row.record))


TRAIL = Listing(
    "audit-trail", _("Audit trail"), template="audit/trail.html",
    columns=(
        Column("seq", _("No."), lambda row: row.seq, Unit.COUNT, order=("id",)),
        Column("at", _("When"), lambda row: row.at, Unit.DAY),
        Column("by", _("Who"), lambda row: row.by),
        Column("action", _("What"), lambda row: action_words(row.action), wide=True),
        Column("record", _("Record"), lambda row: record_words(row.record), wide=True),
        Column("details", _("Details"), _details, wide=True),
    ),
    filters=(
        Filter("by", _("Who"), lambda rows, value: rows.filter(by=value)),
        Filter("record", _("Record"), lambda rows, value: rows.filter(record__in=[value, record_key(value)])),
        Filter("action", _("What"), lambda rows, value: rows.filter(action=value), "choice", tuple(ACTIONS.items())),
        Filter("since", _("From"), lambda rows, value: rows.filter(at__date__gte=value), "day"),
        Filter("until", _("To"), lambda rows, value: rows.filter(at__date__lte=value), "day"),
    ),
)  # fmt: skip


def trail_list(request: HttpRequest) -> HttpResponseBase:
    """List the trail, the newest first."""
    return TRAIL.answer(request, trail())


def checks(request: HttpRequest) -> HttpResponse:
    """Show what the last checks of the trail found."""
    return render(request, "audit/verify.html", _checked(request))


def state(request: HttpRequest) -> HttpResponse:
    """Return the part of the page about the last check; htmx asks for it until the check has ended."""
    return render(request, "audit/state.html", _checked(request))


@require_POST
def verify_now(request: HttpRequest) -> HttpResponse:
    """Let a job recompute the whole chain against what the last check noted; that somebody asked is recorded."""
    at, by = timezone.now(), who(request).name
    job = queue(kind=Kind.VERIFY_AUDIT, by=by, at=at, subject=timezone.localdate().isoformat(), once="verify by hand")
    record(by=by, action="audit.verify", record="trail", details={"job": job.pk}, at=at)
    return HttpResponseRedirect(reverse("audit:verify"))


def _checked(request: HttpRequest) -> dict[str, Any]:
    found = checks_of_trail()
    last = found[0] if found else None
    broken = next((job for job in found if job.result.get("breaks")), None)
    return {
        "last": last, "running": last is not None and last.state not in ENDS, "broken": broken,
        "checks": [(job, job.zh if language() == "zh" else job.en) for job in found],
        "breaks": [_place(gap) for gap in broken.result["breaks"]] if broken else [],
        "may_verify": who(request).may("audit.verify"), "may_see": who(request).may("audit.see"),
    }  # fmt: skip


def _place(gap: dict[str, Any]) -> dict[str, Any]:
    """Return one broken place in words, with what its rows say now (or those beside the missing ones)."""
    kind = KINDS[gap["kind"]][0 if language() == "zh" else 1]
    claims = [
        {**claim, "at": datetime.fromisoformat(claim["at"]), "action": action_words(claim["action"])}
        for claim in gap["claims"]
    ]
    rows = str(gap["seq"]) if gap["last"] == gap["seq"] else f"{gap['seq']}–{gap['last']}"
    return {"rows": rows, "kind": kind, "claims": claims, "missing": gap["kind"] == "removed"}
