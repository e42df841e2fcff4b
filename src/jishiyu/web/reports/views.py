"""Reports: drafted from what was noted, read on the screen and as PDF, released once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Report
from jishiyu.apps.visits.queries import entries_of, is_overtaken, judged_from, visits_of
from jishiyu.engine.inspection.advice import advice
from jishiyu.engine.inspection.model import ATTENTION, FAILS, GRAVITY, NO_VERDICT, NORMAL, Finding
from jishiyu.engine.inspection.reasons import sentence
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.documents.inspection_words import VERDICT_WORDS, quantity_words
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.reports.forms import Draft, SeriesFile
from jishiyu.web.reports.paper import released_pdf, report_pdf
from jishiyu.web.visits import lists
from jishiyu.web.visits.views import found

TONES = {FAILS: Tone.STOP, ATTENTION: Tone.WAIT, NORMAL: Tone.DONE, NO_VERDICT: Tone.QUIET}


def make(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Make the draft of a report, in the place of the draft before."""
    visit = found(request, visit_id)
    last = Report.objects.filter(visit=visit).order_by("-number").first()

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            report = operations.make_report(
                visit_id=visit.pk, advice=data["advice"], limits_on=data["limits_on"], by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The draft is made. Read it, then release it."))
        return HttpResponseRedirect(reverse("reports:one", args=[report.pk]))

    begins = {"limits_on": last.limits_on if last else visit.on, "advice": last.advice if last else ""}
    form = Draft(request.POST or None, initial=begins)
    context = {"visit": visit, "when": lists.when(visit), "service": lists.item(visit), "title": _("Make the report")}
    return answer_form(request, form, template="visits/step.html", do=do, **context)


def series(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Bring the export of an analyser."""
    visit = found(request, visit_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.add_series(
                visit_id=visit.pk, name=data["file"].name, chunks=data["file"].chunks(), by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The file is kept and will be judged with the readings."))
        return HttpResponseRedirect(reverse("visits:one", args=[visit.pk]))

    form = SeriesFile(request.POST or None, request.FILES or None)
    context = {"visit": visit, "when": lists.when(visit), "service": lists.item(visit)}
    return answer_form(request, form, template="reports/series.html", do=do, **context)


def one(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show a report: its findings, what needs a hand first."""
    report = _found(request, report_id)
    judged = judged_from(visit=report.visit, entries=entries_of(report), limits_on=report.limits_on)
    rows = [_row(finding) for finding in sorted(judged.findings, key=lambda one: -GRAVITY[one.verdict])]
    at = language()
    counts = [
        (Badge(VERDICT_WORDS[verdict][at], TONES[verdict]), sum(one.verdict == verdict for one in judged.findings))
        for verdict in (FAILS, ATTENTION, NORMAL, NO_VERDICT)
    ]
    draft = report.released_at is None
    may = draft and who(request).may("reports.release") and report.visit.need.participation.frozen_at is None
    context = {
        "report": report, "visit": report.visit, "rows": rows, "counts": counts, "draft": draft, "may_release": may,
        "overtaken": draft and is_overtaken(report), "history": steps(f"visit {report.visit_id}"),
        "photos": list(judged.photos.items()), "may_plan": not draft and who(request).may("service.work"),
    }  # fmt: skip
    return render(request, "reports/one.html", context)


def pdf(request: HttpRequest, report_id: int) -> HttpResponse:
    """Give a report as PDF: a draft stamped as one, a released one as it was released."""
    report = _found(request, report_id)
    kind = "report" if report.released_at else "draft"
    file = Download(f"{kind}-{report.visit_id}-{report.number}.pdf", report_pdf(report), "application/pdf")
    return given(request, file, about=f"visit {report.visit_id}", inline=True)


@require_POST
def release(request: HttpRequest, report_id: int) -> HttpResponse:
    """Release a draft: what is on paper now stays so."""
    report, now, known = _found(request, report_id), timezone.now(), who(request)
    if report.released_at is None:
        content, signed = released_pdf(report, by=known.account.full_name if known.account else "", at=now)
        with whole():
            operations.release_report(report_id=report.pk, pdf=content, signed=signed, by=known.name, at=now)
        messages.success(request, _("The report is released."))
    return HttpResponseRedirect(reverse("reports:one", args=[report.pk]))


def _found(request: HttpRequest, report_id: int) -> Report:
    account = who(request).account
    if account is None:
        raise Http404
    rows = Report.objects.filter(visit__in=visits_of(account)).select_related(
        "visit__need__participation__enterprise", "visit__need__participation__steward"
    )
    return get_object_or_404(rows, pk=report_id)


def _row(finding: Finding) -> dict[str, Any]:
    at = language()
    why = sentence(finding.reasons, at)
    known = [part for part in (finding.edition, finding.clause) if part not in ("", "—")]
    basis = " ".join([finding.standard, *known]) if finding.standard else ""
    return {
        "point": finding.point, "quantity": quantity_words(finding.quantity, at), "phase": finding.phase,
        "value": f"{finding.value} {finding.unit if finding.unit != '1' else ''}".strip(), "limit": finding.limit,
        "verdict": Badge(VERDICT_WORDS[finding.verdict][at], TONES[finding.verdict]), "basis": basis,
        "reason": chinese(why) if at == "zh" else why, "advice": advice(finding, at),
    }  # fmt: skip
