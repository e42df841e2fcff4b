"""Papers of an application: brought, taken away while it is a draft, opened on the record."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.applications.acting import Actor
from jishiyu.apps.applications.models import Paper
from jishiyu.apps.applications.problems import PaperMissing
from jishiyu.apps.applications.states import EDITABLE
from jishiyu.apps.applications.steps import locked, not_allowed, rules_of
from jishiyu.apps.audit.operations import record
from jishiyu.apps.files.keeping import PAPERS
from jishiyu.apps.files.problems import PaperRefused
from jishiyu.apps.files.receiving import clean_name, collect, take
from jishiyu.apps.files.scanning import scan
from jishiyu.apps.people.sealing import TokenDoesNotOpen
from jishiyu.engine.evidence import papers_on
from jishiyu.engine.words import Words

SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPaper:
    """A paper to show: its bytes, type, and a name that is safe in a header (`fire_certificate-12.pdf`)."""

    content: bytes
    media_type: str
    file_name: str
    given_name: str


def add_paper(
    *, application_id: int, paper: str, given_name: str, chunks: Iterable[bytes], by: Actor, on: date, at: datetime
) -> Paper:  # fmt: skip
    """This function will take a file as a paper of a draft or a returned application.

    `chunks` is read as a stream and never beyond the limit. The type is told by content, a picture is encoded anew, a
    PDF looked through, the file scanned where a scanner is set. The same file again as the same paper changes nothing.
    Raises `PaperRefused`, `ScannerUnreachable`, `MoveNotAllowed`, `PaperMissing` for a kind the rules do not know.
    """
    with transaction.atomic():
        about = locked(application_id)
        if about.state not in EDITABLE:
            raise not_allowed(about)
        limits = rules_of(about, on).upload
        if paper not in papers_on(about.filed_on or on).papers:
            raise PaperMissing(paper=paper)
        name = clean_name(given_name)
        if Paper.objects.filter(application=about).count() >= limits.most_papers:
            raise PaperRefused(
                name=name, code="too_many", what=Words(
                    f"每件申请最多 {limits.most_papers} 份材料。",
                    f"an application has at most {limits.most_papers} papers.",
                ),
            )  # fmt: skip
    # Reading, decoding and scanning take their time: nobody waits for a lock meanwhile.
    brought = collect(chunks, name=name, limits=limits)
    taken = take(brought, name=name, limits=limits)
    scanned = scan(brought, name=name)
    digest = hashlib.sha256(brought).hexdigest()
    kept = PAPERS.keep(taken.content)
    try:
        with transaction.atomic():
            about = locked(application_id)
            if about.state not in EDITABLE:
                raise not_allowed(about)
            same = Paper.objects.filter(application=about, paper=paper, sha256=digest).first()
            if same is not None:
                PAPERS.forget(kept)
                return same
            row = Paper.objects.create(
                application=about, paper=paper, given_name=name, media_type=taken.media_type,
                size_bytes=len(taken.content), pages=taken.pages, sha256=digest,
                kept_sha256=hashlib.sha256(taken.content).hexdigest(), file=kept, scan=scanned, added_by=by.name,
                added_at=at,
            )  # fmt: skip
            details = {"paper": paper, "sha256": digest, "type": taken.media_type, "scan": scanned, "id": row.pk}
            record(
                by=by.name,
                action="application.paper_added",
                record=f"application {about.number}",
                details=details,
                at=at,
            )
    except BaseException:
        PAPERS.forget(kept)
        raise
    return row


def remove_paper(*, paper_id: int, by: Actor, at: datetime) -> None:
    """This function will take away a paper that was not handed in yet. Raises `PaperMissing`."""
    with transaction.atomic():
        belongs = Paper.objects.filter(pk=paper_id).values_list("application_id", flat=True).first()
        if belongs is None:
            raise PaperMissing(paper=paper_id)
        about = locked(belongs)  # first the application, then its papers: handing in locks in this order too
        row = Paper.objects.filter(pk=paper_id, handed_in_at=None).first()
        if row is None or about.state not in EDITABLE:
            raise PaperMissing(paper=paper_id)
        Paper.objects.filter(pk=paper_id).delete()
        details = {"paper": row.paper, "sha256": row.sha256, "id": paper_id}
        record(
            by=by.name, action="application.paper_removed", record=f"application {about.number}", details=details, at=at
        )
        transaction.on_commit(lambda: PAPERS.forget(row.file))


def open_paper(*, paper_id: int, by: Actor, at: datetime) -> OpenedPaper:
    """This function will open a paper for somebody to see, and write down that they saw it.

    Raises `PaperMissing`, and `TokenDoesNotOpen` when the file is not the one that was kept.
    """
    with transaction.atomic():
        row = Paper.objects.filter(pk=paper_id).select_related("application").first()
        if row is None:
            raise PaperMissing(paper=paper_id)
        content = PAPERS.fetch(row.file)
        if hashlib.sha256(content).hexdigest() != row.kept_sha256:
            raise TokenDoesNotOpen(purpose="applications_paper.file", version=0)
        details = {"paper": row.paper, "id": paper_id, "sha256": row.kept_sha256}
        record(
            by=by.name,
            action="application.paper_opened",
            record=f"application {row.application.number}",
            details=details,
            at=at,
        )
    return OpenedPaper(
        content=content, media_type=row.media_type, given_name=row.given_name,
        file_name=f"{row.paper}-{row.pk}{SUFFIX[row.media_type]}",
    )  # fmt: skip


def forget_orphans(*, at: datetime, by: str, older_than_seconds: int = 86_400) -> int:
    """This function will remove files that no paper names (their process was killed) and return how many."""
    known = set(Paper.objects.values_list("file", flat=True))
    lost = [
        name for name in sorted(PAPERS.names_kept() - known)
        if at.timestamp() - PAPERS.age_of(name) > older_than_seconds
    ]  # fmt: skip
    for name in lost:
        PAPERS.forget(name)
    if lost:
        with transaction.atomic():
            record(by=by, action="papers.orphans_removed", record="papers", details={"count": len(lost)}, at=at)
    return len(lost)
