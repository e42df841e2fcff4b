"""Settlements that are pushed: made into a ZIP as an agency sends it, and taken in by the same job as any file.

The ZIP holds one object per line, and the control totals where they were stated, which the reader checks. Its bytes
depend on nothing but lines and totals, so that the same push under another key is known by its hash.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from jishiyu.apps.api.models import PUSH_MOVES, Push, PushPart, PushState
from jishiyu.apps.api.problems import LinesDisagree, PartKnown, PartsMissing, PushNotOpen, PushUnknown
from jishiyu.apps.audit.operations import record
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.jobs.operations import queue, queue_feed
from jishiyu.apps.jobs.uploads import bytes_of, keep_upload, remove_upload

FIXED = (1980, 1, 1, 0, 0, 0)
Line = Mapping[str, Any]


class Sink(io.RawIOBase):
    """Takes what the ZIP writer writes until it is fetched; it cannot go back, so nothing has to be kept."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes."""
        self.parts.append(bytes(data))
        return len(data)

    def fetch(self) -> bytes:
        """Return and forget what was written."""
        taken, self.parts = b"".join(self.parts), []
        return taken


@transaction.atomic
def push_settlements(
    *, lines: Sequence[Line], totals: Mapping[str, str], name: str, as_of: date, by: str, at: datetime
) -> Progress:
    """This function will keep settlements that came in one request and queue their taking; raises `FeedTakenBefore`."""
    job = queue_feed(pieces=zipped([_text(lines)], totals), name=f"{name}.zip", as_of=as_of, by=by, at=at)
    record(by=by, action="api.push", record=f"job {job.pk}", details={"lines": len(lines), "file": name}, at=at)
    return job


@transaction.atomic
def begin_push(*, token_id: int, name: str, by: str, at: datetime) -> Push:
    """This function will begin a push in parts."""
    made = Push.objects.create(token_id=token_id, name=name, begun_at=at)
    record(by=by, action="api.begin_push", record=f"push {made.pk}", details={"file": name}, at=at)
    return made


@transaction.atomic
def add_part(*, push_id: int, token_id: int, number: int, lines: Sequence[Line], by: str, at: datetime) -> PushPart:
    """This function will keep one part; the same part again changes nothing.

    Raises PushUnknown, PushNotOpen, and PartKnown when the number came before with other lines.
    """
    push = _open_push(push_id, token_id)
    text = _text(lines)
    upload = keep_upload(pieces=[text], name=f"{push.name}.{number}.jsonl", by=by, at=at)
    known = PushPart.objects.select_related("upload").filter(push=push, number=number).first()
    if known is not None:
        same = known.upload.sha256 == upload.sha256
        remove_upload(upload_id=upload.pk, at=at)
        if same:
            return known
        raise PartKnown(number=number, push=push_id)
    return PushPart.objects.create(push=push, number=number, lines=len(lines), upload=upload)


@transaction.atomic
def end_push(
    *, push_id: int, token_id: int, parts: int, lines: int, totals: Mapping[str, str], as_of: date, by: str, at: datetime
) -> Push:  # fmt: skip
    """This function will put the parts together as one file and queue its taking.

    Raises PushUnknown, PushNotOpen, PartsMissing, LinesDisagree, and `FeedTakenBefore`.
    """
    push = _open_push(push_id, token_id)
    kept = list(PushPart.objects.select_related("upload").filter(push=push).order_by("number"))
    numbers = {part.number for part in kept}
    missing = sorted(set(range(1, parts + 1)) - numbers) or sorted(numbers - set(range(1, parts + 1)))
    if missing:
        raise PartsMissing(push=push_id, stated=parts, missing=", ".join(map(str, missing[:20])))
    counted = sum(part.lines for part in kept)
    if counted != lines:
        raise LinesDisagree(push=push_id, stated=lines, counted=counted)
    pieces = (piece for part in kept for piece in bytes_of(part.upload))
    job = queue_feed(pieces=zipped(pieces, totals), name=f"{push.name}.zip", as_of=as_of, by=by, at=at)
    Push.objects.filter(pk=push_id).update(state=PushState.ENDED, job=job, ended_at=at)
    _forget_parts(kept, at)
    record(by=by, action="api.end_push", record=f"push {push_id}", details={"parts": parts, "lines": lines}, at=at,
           changes={"state": (PushState.OPEN.value, PushState.ENDED.value)})  # fmt: skip
    return Push.objects.get(pk=push_id)


@transaction.atomic
def give_push_up(*, push_id: int, token_id: int, by: str, at: datetime) -> Push:
    """This function will give an open push up and remove its parts; raises PushUnknown, PushNotOpen."""
    push = _open_push(push_id, token_id)
    Push.objects.filter(pk=push_id).update(state=PushState.GIVEN_UP, ended_at=at)
    _forget_parts(list(PushPart.objects.select_related("upload").filter(push=push)), at)
    record(by=by, action="api.give_push_up", record=f"push {push_id}", details={}, at=at,
           changes={"state": (PushState.OPEN.value, PushState.GIVEN_UP.value)})  # fmt: skip
    return Push.objects.get(pk=push_id)


@transaction.atomic
def push_roster(
    *, lines: Sequence[Line], name: str, as_of: date, union_ids: Sequence[int] | None, by: str, at: datetime
) -> Progress:
    """This function will keep roster lines and queue their check, which changes no membership.

    `union_ids` are the unions that may be named (None: all).
    """
    upload = keep_upload(pieces=[_text(lines)], name=f"{name}.jsonl", by=by, at=at)
    arguments = {
        "as_of": as_of.isoformat(), "absent_left_on": None, "union_ids": None if union_ids is None else list(union_ids)
    }  # fmt: skip
    job = queue(kind=Kind.CHECK_ROSTER, by=by, at=at, subject=upload.name, arguments=arguments, upload=upload)
    record(by=by, action="api.push_roster", record=f"job {job.pk}", details={"lines": len(lines), "file": name}, at=at)
    return job


def zipped(pieces: Iterable[bytes], totals: Mapping[str, str]) -> Iterator[bytes]:
    """This function will yield the bytes of a ZIP of lines and control totals, holding no more than a piece."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        info = zipfile.ZipInfo("lines.jsonl", FIXED)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                yield sink.fetch()
        if totals:
            said = json.dumps(dict(totals), sort_keys=True, ensure_ascii=False)
            archive.writestr(zipfile.ZipInfo("totals.json", FIXED), said)
    yield sink.fetch()


def _text(lines: Sequence[Line]) -> bytes:
    """Write one object per line, fields in the sender's own order and names."""
    return "".join(json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines).encode()


def _open_push(push_id: int, token_id: int) -> Push:
    found = Push.objects.select_for_update().filter(pk=push_id, token_id=token_id).first()
    if found is None:
        raise PushUnknown(push=push_id)
    if not PUSH_MOVES[found.state]:
        raise PushNotOpen(push=push_id, state=PushState(found.state).label)
    return found


def _forget_parts(parts: Sequence[PushPart], at: datetime) -> None:
    """Remove the bytes of the parts once their transaction is committed: until then they are needed for another try."""
    for part in parts:
        transaction.on_commit(partial(remove_upload, upload_id=part.upload_id, at=at))
