"""The one way to write to the trail."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from jishiyu.apps.audit.models import Trail

START = bytes(32)
IDENTITY_NUMBER = re.compile(r"\b\d{17}[\dXx]\b")


def record(
    *, by: str, action: str, record: str, details: Mapping[str, Any], at: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:  # fmt: skip
    """Append one row to the trail inside the caller's transaction; its commit ties the row into the chain.

    `record` names what was touched (`feed 12`, `batch 3`); `details` is JSON-ready and holds no secret: counts,
    sums in fen, hashes. `changes` is what the record said before and says now, per field; a field that did not change is
    left out, and what is sensitive comes as `people.queries.trace`. Nobody waits for the row before the commit, so it may be written early.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the trail is written in the transaction of what it records: open one first")
    if changes is not None:
        told = {name: [before, after] for name, (before, after) in changes.items() if before != after}
        details = {**details, "changes": told}
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    if IDENTITY_NUMBER.search(text + " " + record):
        raise ValueError(f"{action}: an identity number must never enter the trail")
    Trail.objects.create(at=at, by=by, action=action, record=record, details=text)


def chain_hash(*, seq: int, at: datetime, by: str, action: str, record: str, details: str, previous: bytes) -> bytes:
    """Return SHA-256 over the previous hash and the row, each part with its length before it.

    The database makes the same when it ties a row (migration 0003); this second text proves it.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256(previous)
    for part in (str(seq), moment, by, action, record, details):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()
