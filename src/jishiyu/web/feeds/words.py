"""Words and colours of feeds, files on their way, and what became of lines."""

from collections.abc import Sequence
from functools import cache

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.intake.models import Bucket, Feed, FeedState
from jishiyu.apps.intake.queries import TAKEN_BACK
from jishiyu.apps.jobs.models import Progress, State
from jishiyu.apps.policies.shelves import every_text
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import every_shipped
from jishiyu.engine.reasons import say
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.names import Named, called, named
from jishiyu.web.figures.labels import bucket_label
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

FEED_STATES = {
    FeedState.STORED.value: Badge(_("stored, not posted"), Tone.WAIT),
    FeedState.POSTED.value: Badge(_("posted"), Tone.DONE),
    FeedState.WITHDRAWN.value: Badge(_("taken back"), Tone.STOP),
}
JOB_STATES = {
    State.QUEUED.value: Badge(_("waiting its turn"), Tone.WAIT),
    State.RUNNING.value: Badge(_("running"), Tone.WORK),
    State.DONE.value: Badge(_("done"), Tone.DONE),
    State.REFUSED.value: Badge(_("refused"), Tone.STOP),
    State.FAILED.value: Badge(_("broke off"), Tone.STOP),
}
TONES = {
    Bucket.INVALID: Tone.STOP, Bucket.HELD: Tone.WAIT, Bucket.UNMATCHED: Tone.WAIT, Bucket.AUTO: Tone.DONE,
    Bucket.ASSIST: Tone.WAIT,
}  # fmt: skip
WATCHER = "watched-folder"


def _bucket_words(name: str) -> str:
    return bucket_label(name)(language())


# The same words as in figures, said in the language of the request.
BUCKETS = {one.value: Badge(lazy(_bucket_words, str)(one.value), TONES.get(one, Tone.QUIET)) for one in Bucket}
BUCKETS[TAKEN_BACK] = Badge(_("taken back"), Tone.STOP)


def feed_state(feed: Feed) -> Badge:
    """Return how far a feed has come."""
    return FEED_STATES[feed.state]


def job_state(job: Progress) -> Badge:
    """Return how far a file has come."""
    return JOB_STATES[job.state]


def bucket(name: str | None) -> Badge:
    """Return what became of a line; one without a bucket is not posted yet."""
    return BUCKETS[name] if name else Badge(_("not decided yet"), Tone.WAIT)


def came_by(by: str) -> str:
    """Return who brought a file, or how it came in."""
    return str(_("watched folder")) if by == WATCHER else called(by)


def brought_by(by: str) -> str | Named:
    """Return who brought a file, or how it came in, for a list."""
    return came_by(by) if by == WATCHER else named(by)


def reasons(codes: Sequence[str]) -> str:
    """Return reasons in words."""
    if language() == "en":
        return "; ".join(reason(code, "en") for code in codes)
    return chinese(";".join(reason(code, "zh") for code in codes))


def reason(code: str, spoken: str) -> str:
    """Return one reason in words; the code of a requirement is looked up in every policy that has it."""
    known = _shipped(code, spoken)
    if known != code:
        return known
    return _first(code, spoken, every_text())


@cache
def _shipped(code: str, spoken: str) -> str:
    known = say(code, spoken)
    return known if known != code else _first(code, spoken, [one for _, found in every_shipped() for one in found])


def _first(code: str, spoken: str, policies: Sequence[Policy]) -> str:
    return next((words for policy in policies if (words := say(code, spoken, policy)) != code), code)


def sentence(job: Progress) -> str:
    """Return why a file was refused, in the language of the request."""
    return job.en if language() == "en" else chinese(job.zh)


def step(job: Progress) -> str:
    """Return which step a file is at."""
    return job.step_en if language() == "en" else job.step_zh
