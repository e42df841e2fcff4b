"""Reading the trail and proving it whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.audit.operations import START, chain_hash

# What can have been done to the trail; "removed" are the rows from here on, up to the next one present.
KINDS = {
    "removed": ("缺失", "removed"), "changed": ("被改动", "changed"), "relinked": ("前后不衔接", "relinked"),
    "untied": ("未入链", "outside the chain"),
}  # fmt: skip


@dataclass(frozen=True)
class Break:
    """One place where the trail is not as it was written; `kind` is one of KINDS."""

    seq: int
    kind: str

    @property
    def zh(self) -> str:
        """Say in Chinese what was done."""
        return KINDS[self.kind][0]

    @property
    def en(self) -> str:
        """Say in English what was done."""
        return KINDS[self.kind][1]


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole trail found. `head` is the last hash: kept elsewhere, it proves the end too."""

    rows: int
    head: str
    breaks: list[Break]

    @property
    def whole(self) -> bool:
        """Say whether nothing was changed or removed."""
        return not self.breaks


def trail() -> QuerySet[Trail]:
    """Return the whole trail, the newest first."""
    return Trail.objects.order_by("-id")


def about(*, records: Sequence[str], limit: int = 50) -> list[Trail]:
    """Return what was done to these records, the newest first."""
    return list(Trail.objects.filter(record__in=records).order_by("-id")[:limit])


def verify(*, expected_rows: int | None = None, expected_head: str | None = None) -> Verdict:
    """Recompute the chain from its first row and name every row that was changed or removed.

    The chain alone cannot show that its last rows were cut off. Whoever noted `rows` and `head` of an earlier check
    passes them: the row of that number must still have that hash.
    """
    breaks: list[Break] = []
    previous, rows, seq = START, 0, 0
    for row in Trail.objects.order_by("seq", "id").iterator(chunk_size=10_000):
        rows += 1
        if row.seq is None or row.previous is None or row.hash is None:  # every commit ties: somebody went around it
            breaks.append(Break(seq + 1, "untied"))
            continue
        if row.seq != seq + 1:
            breaks.append(Break(seq + 1, "removed"))
        elif bytes(row.previous) != previous:
            breaks.append(Break(row.seq, "relinked"))
        digest = chain_hash(
            seq=row.seq, at=row.at, by=row.by, action=row.action, record=row.record, details=row.details,
            previous=bytes(row.previous),
        )  # fmt: skip
        if digest != bytes(row.hash) or (row.seq == expected_rows and expected_head not in (None, digest.hex())):
            breaks.append(Break(row.seq, "changed"))
        previous, seq = bytes(row.hash), row.seq
    if expected_rows is not None and seq < expected_rows:
        breaks.append(Break(seq + 1, "removed"))
    return Verdict(rows, previous.hex(), breaks)
