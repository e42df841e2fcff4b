"""Reading the log of notices; everything is masked."""

from dataclasses import dataclass

from django.db.models import Count

from jishiyu.apps.notices.models import Notice


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


def counts() -> list[KindCount]:
    """This function will count notices by kind and state."""
    rows = Notice.objects.values("kind", "state").annotate(notices=Count("id")).order_by("kind", "state")
    return [KindCount(**row) for row in rows]
