"""A report on paper: the same for a draft and for what is released, made from the entries it names."""

from datetime import date, datetime

from django.utils.timezone import localdate, localtime

from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Report
from jishiyu.apps.visits.queries import entries_of, judged_from
from jishiyu.web.documents.inspection import Release, Signed, inspection_report
from jishiyu.web.documents.photos import on_white, small
from jishiyu.web.documents.render import render


def report_pdf(report: Report, *, by: str = "", at: datetime | None = None) -> bytes:
    """This function will return a report as PDF; with `by` and `at` as released by them, else as a draft.

    A report that was released is not made again: its own file is returned.
    """
    if report.file:
        return HELP.fetch(report.file)
    judged = judged_from(visit=report.visit, entries=entries_of(report), limits_on=report.limits_on)
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
