"""After memberships have changed: those concerned are decided again, in a job."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.jobs.operations import queue
from jishiyu.web.gate import who


def decide_again(request: HttpRequest, *, at: datetime) -> Progress:
    """Queue the deciding of everybody whose roster data changed; one job waits at a time, whoever asks."""
    day = timezone.localdate(at).isoformat()
    return queue(
        kind=Kind.DECIDE_CHANGED, by=who(request).name, at=at, subject=day, arguments={"on": day}, once="decide_changed"
    )
