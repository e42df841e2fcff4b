"""A report on paper: the same for a draft and for what is released, made from the entries it names."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.timezone import localdate, localtime

from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Entry, EntryKind, Report
from jishiyu.apps.visits.queries import entries_of, judged_from
from jishiyu.web.documents.inspection import Release, Signed, inspection_report
from jishiyu.web.documents.photos import on_white, small
from jishiyu.web.documents.render import render


def report_pdf(report: Report) -> bytes:
    """This function will return a report as PDF: a draft stamped as one, a released one as the file it was."""
    return HELP.fetch(report.file) if report.file else _made(report, entries_of(report))


def released_pdf(report: Report, *, by: str, at: datetime) -> tuple[bytes, list[int]]:
    """This function will return the PDF of a draft as released by somebody, and which signatures stand in it."""
    entries = entries_of(report)
    signed = [one.pk for one in entries if one.kind == EntryKind.SIGNATURE]
    return _made(report, entries, by=by, at=at), signed


def _made(report: Report, entries: Sequence[Entry], *, by: str = "", at: datetime | None = None) -> bytes:
    judged = judged_from(visit=report.visit, entries=entries, limits_on=report.limits_on)
    photos = {
        point: small(HELP.fetch(entry.file), photo=f"photo-{entry.pk}", point=point)
        for point, entry in judged.photos.items() if entry.file
    }  # fmt: skip
    made_on: date = localdate(report.made_at)
    data = inspection_report(
        judged.findings, judged.readings, judged.survey, on=report.limits_on, made_on=made_on, photos=photos,
        release=Release(by, localdate(at)) if at is not None else None, team_advice=report.advice,
        signatures=[
            Signed(one.content.get("name", ""), one.content.get("title", ""), localtime(one.made_at), on_white(HELP.fetch(one.file)))
            for one in judged.signatures
        ],
    )  # fmt: skip
    return render("inspection", data, made_at=localtime(at or report.made_at))
