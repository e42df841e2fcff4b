"""Reading long work."""

from collections.abc import Sequence

from jishiyu.apps.jobs.models import ENDS, Progress
from jishiyu.apps.jobs.problems import JobUnknown


def job(*, job_id: int) -> Progress:
    """This function will return one piece of work with its files; raises `JobUnknown`. A page polls this."""
    found = Progress.objects.select_related("upload", "made").filter(pk=job_id).first()
    if found is None:
        raise JobUnknown(job=job_id)
    return found


def jobs(*, by: str | None = None, kinds: Sequence[str] = (), running: bool = False, limit: int = 50) -> list[Progress]:
    """This function will return work, the newest first: of one account, of some kinds, or only what has not ended."""
    found = Progress.objects.select_related("upload", "made").order_by("-id")
    if by is not None:
        found = found.filter(by=by)
    if kinds:
        found = found.filter(kind__in=kinds)
    if running:
        found = found.exclude(state__in=ENDS)
    return list(found[:limit])
