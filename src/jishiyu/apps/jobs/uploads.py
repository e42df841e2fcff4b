"""Files in the data folder, sealed piece by piece, so that neither the disk nor a backup shows what they say.

A file is a row of tokens, each with its length in four bytes before it. Every token is bound to its upload's place,
its number and whether it is the last one, so pieces cannot be cut off, reordered or taken from another file.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jishiyu.apps.jobs.models import ENDS, Progress, Upload
from jishiyu.apps.jobs.problems import UploadChanged, UploadGone, UploadTooLarge
from jishiyu.apps.people.sealing import TokenDoesNotOpen, open_many, seal_many

PIECE = 1 << 20
LARGEST = 4 << 30
LONGEST_NAME, LONGEST_ENDING = 120, 12


def folder() -> Path:
    """This function will return the folder of sealed files, closed to other users of the machine."""
    found = Path(settings.UPLOAD_FOLDER)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep_upload(*, pieces: Iterable[bytes], name: str, by: str, at: datetime, largest: int = LARGEST) -> Upload:
    """This function will seal the bytes of a file into the data folder and return its row.

    `name` is kept as what the file was called, its folders cut off; it is never used as a path. Inside a transaction
    that is given up, the bytes stay behind until `remove_strays`. Raises `UploadTooLarge`.
    """
    called = called_plainly(name)
    place = secrets.token_hex(16)
    target = folder() / place
    digest, size, number = hashlib.sha256(), 0, 0
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece, last in _sized(pieces):
                size += len(piece)
                if size > largest:
                    raise UploadTooLarge(name=called, limit=largest >> 20)
                digest.update(piece)
                token = seal_many([piece], purpose=_purpose(place, number, last))[0]
                file.write(len(token).to_bytes(4, "big") + token)
                number += 1
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return Upload.objects.create(name=called, sha256=digest.hexdigest(), size_bytes=size, place=place, by=by, at=at)


def called_plainly(name: str) -> str:
    """This function will return what a file is called so that a folder of any disk can hold it: no way in it, no
    control character, at most 120 bytes; its ending stays."""
    last = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip(". ")
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST_ENDING:
        stem, ending = last, ""
    room = LONGEST_NAME - len(ending.encode()) - len(dot)
    stem = stem.encode()[:room].decode("utf-8", "ignore")
    return (f"{stem}.{ending}" if ending else stem) or "file"


@contextmanager
def opened_upload(upload: Upload) -> Iterator[Path]:
    """This function will open an upload as a file of its own name that is gone afterwards; raises `UploadGone`."""
    work = Path(tempfile.mkdtemp(prefix="open-", dir=folder()))
    try:
        path = work / upload.name
        with path.open("xb") as file:
            for piece in bytes_of(upload):
                file.write(piece)
        yield path
    finally:
        shutil.rmtree(work, ignore_errors=True)


def bytes_of(upload: Upload) -> Iterator[bytes]:
    """This function will yield the open bytes of an upload piece by piece; raises `UploadGone`, `UploadChanged`."""
    sealed = folder() / upload.place
    if upload.removed_at is not None or not sealed.exists():
        raise UploadGone(name=upload.name, upload=upload.pk)
    digest = hashlib.sha256()
    with sealed.open("rb") as file:
        number, head = 0, file.read(4)
        while head:
            token = file.read(int.from_bytes(head, "big"))
            head = file.read(4)
            try:
                piece = open_many([token], purpose=_purpose(upload.place, number, not head))[0]
            except TokenDoesNotOpen as error:
                raise UploadChanged(name=upload.name, upload=upload.pk) from error
            digest.update(piece)
            number += 1
            yield piece
    if digest.hexdigest() != upload.sha256:
        raise UploadChanged(name=upload.name, upload=upload.pk)


def remove_upload(*, upload_id: int, at: datetime) -> None:
    """This function will remove the bytes of an upload; its row stays."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload_id)
        Upload.objects.filter(pk=upload_id, removed_at=None).update(removed_at=at)
    (folder() / upload.place).unlink(missing_ok=True)


def remove_old_uploads(*, before: datetime, at: datetime) -> int:
    """This function will remove the bytes of uploads from before a moment whose jobs have all ended; returns how many."""
    busy = Progress.objects.exclude(state__in=ENDS).exclude(upload=None).values("upload")
    old = Upload.objects.filter(removed_at=None, at__lt=before).exclude(pk__in=busy).values_list("pk", flat=True)
    found = list(old)
    for upload_id in found:
        remove_upload(upload_id=upload_id, at=at)
    return len(found)


def remove_strays(*, older_than: float) -> int:
    """This function will remove files that no row knows (a killed process) last changed before `older_than` (a time
    stamp); returns how many."""
    known = set(Upload.objects.filter(removed_at=None).values_list("place", flat=True))
    count = 0
    for path in folder().iterdir():
        if path.name in known or path.stat().st_mtime >= older_than:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        count += 1
    return count


def _sized(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of PIECE bytes with whether each is the last; at least one, so an empty file has an end too."""
    held = b""
    for piece in pieces:
        held += piece
        while len(held) > PIECE:
            yield held[:PIECE], False
            held = held[PIECE:]
    yield held, True


def _purpose(place: str, number: int, last: bool) -> str:
    return f"upload {place} {number} {'last' if last else 'more'}"
