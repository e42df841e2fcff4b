"""The one way to write to the trail."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

START = bytes(32)
IDENTITY_NUMBER = re.compile(r"\b\d{17}[\dXx]\b")
CHAIN_LOCK = 7_462_002  # one writer at a time, until its transaction ends: the chain has one end


def record(*, by: str, action: str, record: str, details: Mapping[str, Any], at: datetime) -> int:
    """Append one row to the trail inside the caller's transaction and return its number.

    `record` names what was touched (`feed 12`, `batch 3`); `details` is JSON-ready and holds no secret: counts,
    sums in fen, hashes, before and after. Appending waits for other writers, so call it last in the transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the trail is written in the transaction of what it records: open one first")
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    if IDENTITY_NUMBER.search(text + " " + record):
        raise ValueError(f"{action}: an identity number must never enter the trail")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        cursor.execute("SELECT seq, hash FROM audit_trail ORDER BY seq DESC LIMIT 1")
        last = cursor.fetchone()
        seq, previous = (last[0] + 1, bytes(last[1])) if last else (1, START)
        digest = chain_hash(seq=seq, at=at, by=by, action=action, record=record, details=text, previous=previous)
        cursor.execute(
            "INSERT INTO audit_trail (seq, at, by, action, record, details, previous, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [seq, at, by, action, record, text, previous, digest],
        )
    return int(seq)


def chain_hash(*, seq: int, at: datetime, by: str, action: str, record: str, details: str, previous: bytes) -> bytes:
    """Return SHA-256 over the previous hash and the row, each part with its length before it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256(previous)
    for part in (str(seq), moment, by, action, record, details):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()
