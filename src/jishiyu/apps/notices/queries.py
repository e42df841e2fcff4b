"""Reading notices: the log is masked; a member reads their own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from jishiyu.apps.notices.models import Kind, Notice
from jishiyu.apps.notices.operations import PURPOSE
from jishiyu.apps.people.sealing import open_many


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many notices of a kind are in a state."""

    kind: str
    state: str
    notices: int


def notices(
    *, state: str | None = None, kind: str | None = None, before_id: int | None = None, limit: int = 100
) -> list[Notice]:
    """This function will return notices, the newest first; `before_id` goes on after a page."""
    found = Notice.objects.defer("sealed").order_by("-id")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return list(found[:limit])


def notices_of_person(*, person_id: int, limit: int = 50) -> list[Notice]:
    """This function will return what one person was told, the newest first."""
    return list(Notice.objects.defer("sealed").filter(person_id=person_id).order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """What somebody was told, in the clear: for that person only. Codes stay hidden."""

    kind: str
    state: str
    text: str
    at: datetime


def own_notices(*, person_ids: Sequence[int], limit: int = 50) -> list[OwnNotice]:
    """This function will return what one human being (all rows that stand for them) was told, the newest first."""
    found = list(Notice.objects.filter(person_id__in=person_ids).order_by("-id")[:limit])
    texts = open_many([bytes(notice.sealed) for notice in found], purpose=PURPOSE)
    return [
        OwnNotice(
            notice.kind, notice.state, notice.preview if notice.kind == Kind.ONE_TIME_CODE else json.loads(text)[1],
            notice.queued_at,
        )
        for notice, text in zip(found, texts, strict=True)
    ]  # fmt: skip


def counts() -> list[KindCount]:
    """This function will count notices by kind and state."""
    rows = Notice.objects.values("kind", "state").annotate(notices=Count("id")).order_by("kind", "state")
    return [KindCount(**row) for row in rows]
