"""Photos and documents of a need: looked at, encoded anew, sealed, and opened on the record."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Attachment, Need
from jishiyu.apps.enterprises.problems import AttachmentUnknown, TooManyFiles
from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.files.receiving import Taken, clean_name, collect, take
from jishiyu.apps.files.scanning import scan
from jishiyu.engine.evidence import Upload

# Assumed: what a need brings along.
LIMITS = Upload(
    most_bytes=20_000_000, most_pages=60, most_pixels=60_000_000, longest_side=2_400, most_papers=12
)  # fmt: skip
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file that somebody brings: what they call it, and its bytes as a stream."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One file that was looked at and lies sealed in the folder; nobody names it yet."""

    name: str
    taken: Taken
    sha256: str
    file: str


@dataclass(frozen=True)
class Kept:
    """Files that wait for the need they belong to."""

    files: tuple[Looked, ...]

    def attach(self, need: Need, *, by: str, at: datetime) -> None:
        """This function will write the files of a need; the same file twice counts once."""
        there = set(need.attachments.values_list("sha256", flat=True))
        for one in self.files:
            if one.sha256 in there:
                HELP.forget(one.file)
                continue
            there.add(one.sha256)
            row = Attachment.objects.create(
                need=need, given_name=one.name, media_type=one.taken.media_type, size_bytes=len(one.taken.content),
                sha256=one.sha256, file=one.file, added_by=by, added_at=at,
            )  # fmt: skip
            details = {"id": row.pk, "type": row.media_type, "sha256": row.sha256}
            record(by=by, action="attachment.added", record=f"need {need.number}", details=details, at=at)

    def forget(self) -> None:
        """This function will take the files away again: what they belonged to was not stored."""
        for one in self.files:
            HELP.forget(one.file)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An attachment to show: bytes, type, and a name that is safe in a header."""

    content: bytes
    media_type: str
    file_name: str


def keep_attachments(files: Sequence[Brought]) -> Kept:
    """This function will look at files and keep them sealed. Raises `PaperRefused`, `TooManyFiles`; then none is kept."""
    if len(files) > LIMITS.most_papers:
        raise TooManyFiles(most=LIMITS.most_papers)
    looked: list[Looked] = []
    try:
        for one in files:
            name = clean_name(one.name)
            content = collect(one.chunks, name=name, limits=LIMITS)
            taken = take(content, name=name, limits=LIMITS)
            scan(content, name=name)
            digest = hashlib.sha256(content).hexdigest()
            looked.append(Looked(name=name, taken=taken, sha256=digest, file=HELP.keep(taken.content)))
    except BaseException:
        Kept(tuple(looked)).forget()
        raise
    return Kept(tuple(looked))


def open_attachment(*, attachment_id: int, by: str, at: datetime) -> Opened:
    """This function will open a file for somebody to see, and write down that they saw it. Raises `AttachmentUnknown`."""
    with transaction.atomic():
        row = Attachment.objects.filter(pk=attachment_id).select_related("need").first()
        if row is None:
            raise AttachmentUnknown(file=attachment_id)
        content = HELP.fetch(row.file)
        details = {"id": row.pk, "sha256": row.sha256}
        record(by=by, action="attachment.opened", record=f"need {row.need.number}", details=details, at=at)
    return Opened(
        content=content, media_type=row.media_type, file_name=f"{row.need.number}-{row.pk}{SUFFIX[row.media_type]}"
    )
