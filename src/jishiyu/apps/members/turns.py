"""What the memberships of one person say by themselves: joined, transferred, out of service, left, each with its day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jishiyu.apps.members.models import Membership


class Kind(StrEnum):
    """What happened on a day."""

    JOINED = "joined"
    TRANSFERRED = "transferred"
    SERVICE_ENDED = "service_ended"
    SERVICE_BEGAN = "service_began"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One change: `before` ends on this day and `after` begins on it (half-open), one of them where there is no other."""

    kind: Kind
    on: date
    before: Membership | None = None
    after: Membership | None = None


def turns(held: Sequence[Membership]) -> list[Turn]:
    """This function will return what happened to the memberships of one person, the newest first.

    One that begins on the day on which another ends follows it: in the same union as another service (or, split for
    another reason, as nothing), else as a transfer. A beginning that nobody wrote down is none.
    """
    rows = sorted(held, key=lambda row: (row.joined_on or date.min, row.pk))
    ended = {row.pk: row for row in rows if row.left_on is not None}
    found: list[Turn] = []
    for row in rows:
        if row.joined_on is None:
            continue
        follows = [one for one in ended.values() if one.left_on == row.joined_on]
        before = min(follows, key=lambda one: (one.union_id != row.union_id, one.pk), default=None)
        if before is not None:
            del ended[before.pk]
        kind = _kind(before, row)
        if kind is not None:
            found.append(Turn(kind=kind, on=row.joined_on, before=before, after=row))
    found += [Turn(kind=Kind.LEFT, on=row.left_on, before=row) for row in ended.values() if row.left_on is not None]
    return sorted(found, key=lambda one: one.on, reverse=True)


def untold(held: Sequence[Membership], told: Sequence[tuple[str, int, int | None]]) -> Iterator[Turn]:
    """This function will yield the turns that no step of a single membership made.

    `told` are those steps, each as action of the trail, membership, and the membership that it began, if any.
    """
    split = {pk: new for _, pk, new in told if new not in (None, pk)}
    begun = {pk for action, pk, _ in told if action == "membership.join"} | set(split.values())
    over = {pk for action, pk, _ in told if action == "membership.leave"} | set(split)
    for turn in turns(held):
        first = turn.after is not None and turn.after.pk in begun
        last = turn.before is not None and turn.before.pk in over
        if not first and not last:
            yield turn


def _kind(before: Membership | None, after: Membership) -> Kind | None:
    if before is None:
        return Kind.JOINED
    if before.union_id != after.union_id:
        return Kind.TRANSFERRED
    if before.in_service == after.in_service:
        return None
    return Kind.SERVICE_BEGAN if after.in_service else Kind.SERVICE_ENDED
