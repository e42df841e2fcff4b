"""What was noted on a visit, as it stands: what nothing replaces, and where two phones disagree."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet

from jishiyu.apps.visits.models import Entry

# Of these a slot has one value; the rest are things of their own.
ONE_VALUE = ("check", "reading", "note", "photo")


def standing(*, visit_id: int) -> QuerySet[Entry]:
    """This function will return the entries of a visit that nothing replaces, in the order in which they were made."""
    return Entry.objects.filter(visit_id=visit_id, replaced_by=None).order_by("made_at", "id")


def conflicts(*, visit_id: int) -> list[list[Entry]]:
    """This function will return where two or more entries stand for the same line: nobody has chosen between them."""
    return disagreeing(list(standing(visit_id=visit_id)))


def disagreeing(entries: Sequence[Entry]) -> list[list[Entry]]:
    """This function will return the groups of standing entries of one slot; entries that say the same do not disagree."""
    slots: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for one in entries:
        if one.kind in ONE_VALUE:
            slots[one.kind, one.slot].append(one)
    return [
        several for several in slots.values()
        if len(several) > 1 and any(not _same(several[0], other) for other in several[1:])
    ]  # fmt: skip


def settled(entries: Sequence[Entry]) -> list[Entry]:
    """This function will return entries without those that say of a slot what an earlier one says."""
    kept: list[Entry] = []
    for one in entries:
        same = [known for known in kept if (known.kind, known.slot) == (one.kind, one.slot) and _same(known, one)]
        if not same or one.kind not in ONE_VALUE:
            kept.append(one)
    return kept


def _same(one: Entry, other: Entry) -> bool:
    """Say whether two phones noted the same: when, and where a photo was taken from, do not matter."""
    return (one.content, one.sha256) == (other.content, other.sha256)
