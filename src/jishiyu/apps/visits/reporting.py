"""The report of a visit: drafted from what stands, judged by the engine, released once, then never changed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.files.scanning import scan
from jishiyu.apps.visits.entries import settled, standing
from jishiyu.apps.visits.measured import read_file, readings_of, survey_of
from jishiyu.apps.visits.models import Entry, EntryKind, Report, Visit, VisitState
from jishiyu.apps.visits.planning import locked, refuse_conflicts, refuse_frozen
from jishiyu.apps.visits.problems import (
    ReportOvertaken,
    ReportReleased,
    ReportUnknown,
    SeriesRefused,
    SeriesTooLarge,
    SignedMeanwhile,
    VisitNotDone,
)
from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.model import Finding
from jishiyu.engine.inspection.points import Survey
from jishiyu.engine.inspection.readings import Readings

MOST_SERIES_BYTES = 120_000_000
JUDGED = (EntryKind.READING, EntryKind.SERIES)
# What a draft is made from and whoever releases it has read. A signature stands under a report and changes none of it.
REPORTED = (*JUDGED, EntryKind.PHOTO)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a report is made of."""

    findings: tuple[Finding, ...]
    readings: Readings
    survey: Survey
    photos: dict[str, Entry]
    signatures: tuple[Entry, ...] = ()


def make_report(*, visit_id: int, advice: str, limits_on: date, by: str, at: datetime) -> Report:
    """This function will make the draft of a visit's report from what stands now, in the place of the draft before.

    `limits_on` is the day whose editions judge. Raises `VisitUnknown`, `VisitNotDone`, `ConflictsOpen`, `FileFrozen`.
    """
    with transaction.atomic():
        visit = locked(visit_id)
        refuse_frozen(visit)
        if visit.state != VisitState.DONE:
            raise VisitNotDone(visit=visit_id, state=VisitState(visit.state).label)
        refuse_conflicts(visit)
        used = reported(visit_id=visit_id)
        judged = judged_from(visit=visit, entries=used, limits_on=limits_on)
        report, _ = Report.objects.update_or_create(
            visit=visit, released_at=None,
            defaults={
                "findings": [as_json(one) for one in judged.findings], "entries": [one.pk for one in used],
                "limits_on": limits_on, "advice": advice.strip(), "made_by": by, "made_at": at,
            },
            create_defaults={
                "findings": [as_json(one) for one in judged.findings], "entries": [one.pk for one in used],
                "limits_on": limits_on, "advice": advice.strip(), "made_by": by, "made_at": at,
                "number": Report.objects.filter(visit=visit).count() + 1,
            },
        )  # fmt: skip
        details = {"number": report.number, "findings": len(judged.findings), "entries": len(used)}
        record(by=by, action="visit.report_drafted", record=f"visit {visit_id}", details=details, at=at)
    return report


def release_report(
    *, report_id: int, pdf: bytes, by: str, at: datetime, signed: Sequence[int] = ()
) -> Report:  # fmt: skip
    """This function will release a draft: its PDF is sealed with its hash, and nothing of it changes any more.

    `signed` are the signatures that stand in the PDF, by number; they join what the report is made of. The first report takes its
    need from visited to diagnosed. Raises `ReportUnknown`, `ReportReleased`, `ReportOvertaken` (entries came in since),
    `SignedMeanwhile` (other signatures stand than in the PDF), `FileFrozen`.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update(of=("self",)).filter(pk=report_id).select_related("visit").first()
        if report is None:
            raise ReportUnknown(report=report_id)
        visit = locked(report.visit_id)
        refuse_frozen(visit)
        if report.released_at is not None:
            raise ReportReleased(number=report.number, on=report.released_at.date().isoformat())
        if is_overtaken(report):
            raise ReportOvertaken
        used = entries_of(report)
        if [one.pk for one in used if one.kind == EntryKind.SIGNATURE] != list(signed):
            raise SignedMeanwhile
        kept = HELP.keep(pdf)
        report.entries = [one.pk for one in used]
        report.file, report.pdf_sha256 = kept, hashlib.sha256(pdf).hexdigest()
        report.released_by, report.released_at = by, at
        report.save(update_fields=["entries", "file", "pdf_sha256", "released_by", "released_at"])
        details = {"number": report.number, "sha256": report.pdf_sha256}
        record(by=by, action="visit.report_released", record=f"visit {visit.pk}", details=details, at=at)
        if visit.need.state == State.VISITED:
            move_need(need_id=visit.need_id, to=State.DIAGNOSED, what="diagnosed", by=by, at=at)
    return report


def add_series(*, visit_id: int, name: str, chunks: Iterable[bytes], by: str, at: datetime) -> Entry:
    """This function will keep the export of an analyser (any format that readings have) as an entry of a visit.

    The same file again changes nothing. Raises `VisitUnknown`, `FileFrozen`, `SeriesTooLarge`, `SeriesRefused`,
    and the problems of reading; then nothing was stored.
    """
    with transaction.atomic():
        refuse_frozen(locked(visit_id))
    content = _collected(chunks, name)
    read = read_file(content, name)
    rows = sum(len(one.values) for one in read.series)
    if not rows:
        raise SeriesRefused(file=name)
    scan(content, name=name)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        refuse_frozen(locked(visit_id))
        known = Entry.objects.filter(visit_id=visit_id, kind=EntryKind.SERIES, sha256=digest).first()
        if known is not None:
            return known
        client_id = uuid4()
        entry = Entry.objects.create(
            visit_id=visit_id, client_id=client_id, kind=EntryKind.SERIES, slot=str(client_id),
            content={"name": name, "rows": rows, "series": len(read.series), "bytes": len(content)},
            file=HELP.keep(content), media_type="text/csv", sha256=digest, by=by, made_at=at, received_at=at,
        )  # fmt: skip
        details = {"kind": "series", "id": entry.pk, "sha256": digest, "rows": rows}
        record(by=by, action="visit.noted", record=f"visit {visit_id}", details=details, at=at)
    return entry


def reported(*, visit_id: int) -> list[Entry]:
    """This function will return the standing entries that a report is made of."""
    return settled(list(standing(visit_id=visit_id).filter(kind__in=REPORTED)))


def judged_from(*, visit: Visit, entries: Sequence[Entry], limits_on: date) -> Judged:
    """This function will judge entries by the editions of a day, with what is known about the visit."""
    readings, survey = readings_of(entries), survey_of(entries, about_of(visit))
    photos = {
        one.content["point"]: one for one in entries
        if one.kind == EntryKind.PHOTO and one.content.get("point") and not one.content.get("removed")
    }  # fmt: skip
    signatures = tuple(one for one in entries if one.kind == EntryKind.SIGNATURE and one.file)
    return Judged(judge(readings, survey.points, limits_on), readings, survey, photos, signatures)


def entries_of(report: Report) -> list[Entry]:
    """This function will return the entries that a report is made of: of a released one as they were, of a draft what it was
    made from with the signatures that stand now."""
    if report.released_at is not None:
        return list(Entry.objects.filter(pk__in=report.entries, visit_id=report.visit_id).order_by("made_at", "id"))
    signatures = standing(visit_id=report.visit_id).filter(kind=EntryKind.SIGNATURE)
    return [*_read(report), *signatures]


def is_overtaken(report: Report) -> bool:
    """This function will say whether other entries stand now than the report was made from; signatures change nothing."""
    return [one.pk for one in reported(visit_id=report.visit_id)] != [one.pk for one in _read(report)]


def _read(report: Report) -> list[Entry]:
    """Return what was read in a report; a draft of an earlier day may name signatures besides."""
    rows = Entry.objects.filter(pk__in=report.entries, visit_id=report.visit_id, kind__in=REPORTED)
    return list(rows.order_by("made_at", "id"))


def about_of(visit: Visit) -> dict[str, str]:
    """This function will return what a report says about a visit, as a list of points says it."""
    participation = visit.need.participation
    enterprise = participation.enterprise
    team = [
        member.expert.name for member in visit.team.select_related("expert").order_by("id") if member.came is not False
    ]
    told = {
        "enterprise": enterprise.name, "address": enterprise.address,
        "capacity_kva": str(enterprise.transformer_kva or ""), "visited_on": visit.on.isoformat(),
        "team": "、".join(team), "steward": participation.steward.full_name if participation.steward else "",
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def as_json(finding: Finding) -> dict[str, Any]:
    """This function will return a finding as plain values."""
    return {name: _plain(value) for name, value in asdict(finding).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _collected(chunks: Iterable[bytes], name: str) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > MOST_SERIES_BYTES:
            raise SeriesTooLarge(file=name, most=MOST_SERIES_BYTES // 1_000_000)
    return bytes(whole)
