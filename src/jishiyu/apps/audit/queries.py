"""Reading the trail and proving it whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.audit.operations import START, chain_hash

# What can have been done to the trail; "removed" are the rows from here on, up to the next one present.
KINDS = {
    "removed": ("缺失", "removed"), "changed": ("被改动", "changed"), "relinked": ("前后不衔接", "relinked"),
    "replaced": ("不是上次校验时的那一行", "not the row that was noted"), "untied": ("未入链", "outside the chain"),
}  # fmt: skip
MANY = 10_000  # rows between two words about how far it is


@dataclass(frozen=True)
class Break:
    """Rows from `seq` to `last` that are not as they were written; `kind` is one of KINDS.

    `claims` is what the first and last of them say now, each as at, by, action, record; of rows that are missing it is
    what the rows before and after them say.
    """

    seq: int
    kind: str
    last: int = 0
    claims: tuple[Mapping[str, str], ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """A place without an end is one row."""
        object.__setattr__(self, "last", self.last or self.seq)

    @property
    def rows(self) -> str:
        """Return the number of the row, or of the first and last."""
        return str(self.seq) if self.last == self.seq else f"{self.seq}–{self.last}"

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


def about(*, records: Sequence[str]) -> QuerySet[Trail]:
    """Return what was done to these records, the newest first."""
    return Trail.objects.filter(record__in=records).order_by("-id")


def verify(
    *, expected_rows: int | None = None, expected_head: str | None = None, far: Callable[[int], None] | None = None
) -> Verdict:
    """Recompute the chain from its first row and name every row that was changed or removed.

    The chain alone cannot show that its last rows were cut off. Whoever noted `rows` and `head` of an earlier check
    passes them: the row of that number must still have that hash. `far` is told how many rows are checked.
    """
    breaks: list[Break] = []
    previous, rows, seq = START, 0, 0
    before: Trail | None = None
    for row in Trail.objects.order_by("seq", "id").iterator(chunk_size=MANY):
        rows += 1
        if far is not None and rows % MANY == 0:
            far(rows)
        if row.seq is None or row.previous is None or row.hash is None:  # every commit ties: somebody went around it
            _add(breaks, Break(seq + 1, "untied", claims=_claims(row)))
            continue
        if row.seq != seq + 1:
            _add(breaks, Break(seq + 1, "removed", row.seq - 1, _claims(before, row)))
        elif bytes(row.previous) != previous:
            _add(breaks, Break(row.seq, "relinked", claims=_claims(row)))
        digest = chain_hash(
            seq=row.seq, at=row.at, by=row.by, action=row.action, record=row.record, details=row.details,
            previous=bytes(row.previous),
        )  # fmt: skip
        if digest != bytes(row.hash):
            _add(breaks, Break(row.seq, "changed", claims=_claims(row)))
        elif row.seq == expected_rows and expected_head not in (None, digest.hex()):
            _add(breaks, Break(row.seq, "replaced", claims=_claims(row)))
        previous, seq, before = bytes(row.hash), row.seq, row
    if expected_rows is not None and seq < expected_rows:
        _add(breaks, Break(seq + 1, "removed", expected_rows, _claims(before)))
    return Verdict(rows, previous.hex(), breaks)


def _claims(*rows: Trail | None) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {"at": row.at.isoformat(), "by": row.by, "action": row.action, "record": row.record}
        for row in rows if row is not None
    )  # fmt: skip


def _add(breaks: list[Break], found: Break) -> None:
    """Put a place beside the others; one that goes on where the last one of its kind ends makes that one longer."""
    last = breaks[-1] if breaks else None
    if last is not None and last.kind == found.kind != "removed" and found.seq - last.last in (0, 1):
        breaks[-1] = Break(last.seq, last.kind, found.last, (last.claims[0], found.claims[-1]))
    else:
        breaks.append(found)
