"""What a phone sends: stored once, whatever was sent before, in whatever order, by however many phones.

Nothing that can be read is refused: a reading in a wrong unit, an impossible number or an unknown quantity is stored as
it was written, and the phone is told in a sentence what is wrong with it. What is refused stays on the phone.
"""

import base64
import binascii
import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.files.receiving import take
from jishiyu.apps.files.scanning import scan
from jishiyu.apps.visits.measured import remark
from jishiyu.apps.visits.models import Entry, EntryKind
from jishiyu.apps.visits.planning import locked, refuse_frozen
from jishiyu.apps.visits.problems import EntryNotRight, EntryOfAnother, FileFrozen
from jishiyu.engine.evidence import Upload
from jishiyu.engine.problems import Problem

# What an entry may say, by its kind; everything is text.
FIELDS: dict[str, tuple[str, ...]] = {
    EntryKind.CHECK: ("state", "words"),
    EntryKind.READING: (
        "point", "kind", "voltage_level", "quantity", "phase", "value", "unit", "instrument", "measured_at", "rated_ma",
        "remark", "line", "removed",
    ),
    EntryKind.NOTE: ("words", "point", "removed"),
    EntryKind.PHOTO: ("point", "words", "removed"),
    EntryKind.SIGNATURE: ("name", "title"),
}  # fmt: skip
CHECK_STATES = ("done", "problem", "skipped", "open")
PICTURED = (EntryKind.PHOTO, EntryKind.SIGNATURE)
PICTURES = ("image/jpeg", "image/png")
LONGEST, LONGEST_SLOT, MOST_REPLACED = 2_000, 64, 20
# Photos come scaled down by the phone; one that did not is scaled here.
LIMITS = Upload(most_bytes=8_000_000, most_pixels=40_000_000, longest_side=1_600, most_pages=1, most_papers=0)
AHEAD = timedelta(minutes=10)  # a phone's clock may go wrong; a moment still to come is taken as now


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing to tell about an entry, in both languages."""

    client_id: str
    zh: str
    en: str


@dataclass(slots=True)
class Received:
    """What became of entries: `stored` (now or before), `refused` (they stay on the phone), `told` (stored, but look)."""

    stored: list[str] = field(default_factory=list)
    new: int = 0
    refused: list[Told] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One entry as a phone sent it, understood."""

    client_id: UUID
    kind: str
    slot: str
    replaces: tuple[UUID, ...]
    content: dict[str, str]
    picture: bytes
    made_at: datetime


def receive(
    *, visit_id: int, entries: Sequence[Mapping[str, Any]], by: str, on: date, at: datetime
) -> Received:  # fmt: skip
    """This function will store what a phone sends, each entry in a transaction of its own, in the order it came in.

    Raises `VisitUnknown`, and `FileFrozen` where the file is closed; whatever is wrong with one entry is told of it.
    """
    with transaction.atomic():
        refuse_frozen(locked(visit_id))
    received = Received()
    for given in entries:
        name = str(given.get("client_id", ""))[:64]
        try:
            sent = understood(given, by=by, at=at)
            new = _store(visit_id, sent, by=by, at=at)
        except FileFrozen:
            raise
        except Problem as problem:
            received.refused.append(Told(client_id=name, zh=problem.say("zh"), en=problem.say("en")))
            continue
        received.stored.append(str(sent.client_id))
        received.new += new
        if sent.kind == EntryKind.READING and (said := remark(sent.content, on=on)) is not None:
            received.told.append(Told(client_id=str(sent.client_id), zh=said[0], en=said[1]))
    return received


def understood(given: Mapping[str, Any], *, by: str, at: datetime) -> Sent:
    """This function will understand one entry. Raises `EntryNotRight`, `EntryOfAnother`."""
    made_by = str(given.get("by", by))
    if made_by != by:
        raise EntryOfAnother(made_by=made_by[:60])
    kind = str(given.get("kind"))
    if kind not in FIELDS:
        raise EntryNotRight(what="kind")
    client_id = _uuid(given.get("client_id"), "client_id")
    replaced = given.get("replaces") or []
    if not isinstance(replaced, list) or len(replaced) > MOST_REPLACED:
        raise EntryNotRight(what="replaces")
    slot = _text(given.get("slot") or str(client_id), "slot", LONGEST_SLOT)
    made_at = parse_datetime(str(given.get("made_at", ""))[:40])
    if made_at is None or made_at.tzinfo is None:
        raise EntryNotRight(what="made_at")
    content = given.get("content")
    if not isinstance(content, Mapping):
        raise EntryNotRight(what="content")
    said = {name: _text(content[name], name) for name in FIELDS[kind] if content.get(name) not in (None, "")}
    if kind == EntryKind.CHECK and said.get("state") not in CHECK_STATES:
        raise EntryNotRight(what="state")
    return Sent(
        client_id=client_id, kind=kind, slot=slot or str(client_id),
        replaces=tuple(_uuid(one, "replaces") for one in replaced), content=said,
        picture=_picture(given.get("picture")) if kind in PICTURED else b"",
        made_at=min(made_at, at) if made_at <= at + AHEAD else at,
    )  # fmt: skip


def _store(visit_id: int, sent: Sent, *, by: str, at: datetime) -> bool:
    """Store an entry unless it is there; return whether it was new."""
    if _known(visit_id, sent):
        return False
    if sent.kind in PICTURED and not sent.picture and not sent.content.get("removed"):
        raise EntryNotRight(what="picture")
    kept, media_type, digest = "", "", ""
    if sent.picture:
        name = f"{sent.kind}-{sent.client_id}"
        taken = take(sent.picture, name=name, limits=LIMITS)
        if taken.media_type not in PICTURES:
            raise EntryNotRight(what="picture")
        scan(sent.picture, name=name)
        digest, media_type = hashlib.sha256(taken.content).hexdigest(), taken.media_type
        kept = HELP.keep(taken.content)
    try:
        with transaction.atomic():
            refuse_frozen(locked(visit_id))
            if _known(visit_id, sent):  # the other request of the same phone was quicker
                _forget(kept)
                return False
            row = Entry.objects.create(
                visit_id=visit_id, client_id=sent.client_id, kind=sent.kind, slot=sent.slot, content=sent.content,
                file=kept, media_type=media_type, sha256=digest, by=by, made_at=sent.made_at, received_at=at,
            )  # fmt: skip
            row.replaces.set(Entry.objects.filter(visit_id=visit_id, client_id__in=sent.replaces, kind=sent.kind))
            details = {
                "kind": sent.kind,
                "id": row.pk,
                "replaces": len(sent.replaces),
                **({"sha256": digest} if digest else {}),
            }
            record(by=by, action="visit.noted", record=f"visit {visit_id}", details=details, at=at)
    except BaseException:
        _forget(kept)
        raise
    return True


def _forget(kept: str) -> None:
    if kept:
        HELP.forget(kept)


def _known(visit_id: int, sent: Sent) -> bool:
    known = Entry.objects.filter(client_id=sent.client_id).values_list("visit_id", flat=True).first()
    if known is not None and known != visit_id:
        raise EntryNotRight(what="client_id")
    return known is not None


def _uuid(given: Any, what: str) -> UUID:
    try:
        return UUID(str(given))
    except ValueError as error:
        raise EntryNotRight(what=what) from error


def _text(given: Any, what: str, longest: int = LONGEST) -> str:
    """Return a text of the phone, trimmed; what cannot be stored as text is no entry."""
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        raise EntryNotRight(what=what)
    said = str(given).strip()
    if len(said) > longest or any(
        unicodedata.category(sign) in ("Cc", "Cs", "Cn") and sign not in "\r\n\t" for sign in said
    ):
        raise EntryNotRight(what=what)
    return said


def _picture(given: Any) -> bytes:
    """Return the bytes of a picture that came as base 64 text, with or without the head of a data address."""
    if not given:
        return b""
    try:
        return base64.b64decode(str(given).rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise EntryNotRight(what="picture") from error
