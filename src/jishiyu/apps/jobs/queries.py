"""Reading long work."""

from collections.abc import Sequence

from jishiyu.apps.jobs.models import ENDS, Kind, Progress, State
from jishiyu.apps.jobs.problems import JobUnknown


def job(*, job_id: int) -> Progress:
    """This function will return one piece of work with its files; raises `JobUnknown`. A page polls this."""
    found = Progress.objects.select_related("upload", "made").filter(pk=job_id).first()
    if found is None:
        raise JobUnknown(job=job_id)
    return found


def checks_of_trail(*, limit: int = 10) -> list[Progress]:
    """This function will return the checks of the audit trail, the newest first."""
    return list(Progress.objects.filter(kind=Kind.VERIFY_AUDIT).order_by("-id")[:limit])


def last_whole(*, before: int) -> Progress | None:
    """This function will return the last check before this job that found the trail whole: it noted rows and head."""
    found = Progress.objects.filter(kind=Kind.VERIFY_AUDIT, state=State.DONE, pk__lt=before)
    return found.order_by("-id").first()


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
