"""A roster in three steps: check (a job), look, confirm (a job)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.jobs.models import ENDS, Kind, Progress, State
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import jobs
from jishiyu.apps.jobs.uploads import keep_upload
from jishiyu.apps.members.importing import drop_roster
from jishiyu.apps.members.models import ImportState, RosterImport
from jishiyu.apps.members.queries import import_report, problems_of, roster_imports
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.roster.forms import RosterFile
from jishiyu.web.roster.lists import IMPORTS, PROBLEMS
from jishiyu.web.roster.words import IMPORT_STATES
from jishiyu.web.unions.sight import branch

KINDS = (Kind.CHECK_ROSTER, Kind.CONFIRM_ROSTER, Kind.DECIDE_CHANGED)
LARGEST = 200 << 20


def every(request: HttpRequest) -> HttpResponseBase:
    """List the rosters; what is being worked on stands above."""
    known = who(request)
    city = known.reach(known.action).city
    busy = jobs(by=None if city else known.name, kinds=KINDS, running=True, limit=10)
    return IMPORTS.answer(request, roster_imports(), busy=busy)


def new(request: HttpRequest) -> HttpResponse:
    """Keep a file and queue its check; it changes no membership."""

    def do(data: dict[str, Any]) -> HttpResponse:
        now, name, file = timezone.now(), who(request).name, data["file"]
        absent = data["last_day"] + timedelta(days=1) if data["last_day"] else None
        arguments = {"as_of": timezone.localdate(now).isoformat(), "union_ids": branch(request),
                     "absent_left_on": absent and absent.isoformat()}  # fmt: skip
        with whole():
            kept = keep_upload(pieces=file.chunks(), name=file.name, by=name, at=now, largest=LARGEST)
            job = queue(kind=Kind.CHECK_ROSTER, by=name, at=now, subject=kept.name, arguments=arguments, upload=kept)
        return HttpResponseRedirect(reverse("roster:job", args=[job.pk]))

    return answer_form(
        request, RosterFile(request.POST or None, request.FILES or None), template="roster/import_new.html", do=do
    )


def one(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Show what a file would change (or did), and what is wrong with which line."""
    found = get_object_or_404(RosterImport, pk=import_id)
    said = import_report(import_id=found.pk)
    context = {
        "roster": found, "state": IMPORT_STATES[found.state], "open": found.state == ImportState.CHECKED,
        "groups": [(group, group.zh if language() == "zh" else group.en) for group in said],
        "history": steps(f"roster import {found.pk}"), "would_change": found.lines - found.unchanged - found.refused,
        "last_day": found.absent_left_on - timedelta(days=1) if found.absent_left_on else None,
    }  # fmt: skip
    return PROBLEMS.answer(request, problems_of(import_id=found.pk), **context)


@require_POST
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Queue what the check showed: all of it or nothing."""
    found = get_object_or_404(RosterImport, pk=import_id)
    now = timezone.now()
    arguments = {"import_id": found.pk, "on": timezone.localdate(now).isoformat()}
    with whole():
        job = queue(kind=Kind.CONFIRM_ROSTER, by=who(request).name, at=now, subject=found.file_name, arguments=arguments,
                    once=f"confirm roster {found.pk}")  # fmt: skip
    return HttpResponseRedirect(reverse("roster:job", args=[job.pk]))


@require_POST
def drop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Give a checked file up."""
    found = get_object_or_404(RosterImport, pk=import_id)
    with whole():
        drop_roster(import_id=found.pk, by=who(request).name, at=timezone.now())
    messages.success(request, _("The file was given up; nothing was changed."))
    return HttpResponseRedirect(reverse("roster:imports"))


def followed(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far a job is."""
    return render(request, "roster/job.html", _told(_job(request, job_id)))


def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Return the part of the page that says how far a job is; at a good end, the way to what came of it."""
    found = _job(request, job_id)
    import_id = found.result.get("import_id")
    if found.state == State.DONE and import_id:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("roster:import", args=[import_id])})
    return render(request, "roster/progress.html", _told(found))


def _job(request: HttpRequest, job_id: int) -> Progress:
    """Return a job of the roster; one's own, or for the city's officers anybody's."""
    known = who(request)
    rows = Progress.objects.filter(kind__in=KINDS)
    if not known.reach(known.action).city:
        rows = rows.filter(by=known.name)
    return get_object_or_404(rows, pk=job_id)


def _told(job: Progress) -> dict[str, Any]:
    zh = language() == "zh"
    return {
        "job": job, "ended": job.state in ENDS, "step": job.step_zh if zh else job.step_en,
        "sentence": job.zh if zh else job.en, "import_id": job.result.get("import_id"),
    }  # fmt: skip
