"""What is written about long work. The page's row and the worker's job are made in one transaction."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jishiyu.apps.intake.models import FeedState
from jishiyu.apps.intake.operations import refusal, taken_before
from jishiyu.apps.intake.problems import ReasonMissing
from jishiyu.apps.jobs.models import ENDS, Kind, Progress, State, Upload
from jishiyu.apps.jobs.problems import JobUnknown
from jishiyu.apps.jobs.uploads import keep_upload
from jishiyu.engine.problems import Problem
from jishiyu.engine.settlement.totals import Totals

# Jobs with the same lock wait for one another: whoever decides has the whole machine, and the folder one visitor.
LOCKS: dict[str, str] = {
    Kind.TAKE_FEED: "deciding",
    Kind.TAKE_BACK_FEED: "deciding",
    Kind.CONFIRM_ROSTER: "deciding",
    Kind.DECIDE_CHANGED: "deciding",
    Kind.PAIR: "pairing",
}


def queue(
    *, kind: Kind, by: str, at: datetime, subject: str = "", arguments: Mapping[str, Any] | None = None,
    upload: Upload | None = None, once: str = "",
) -> Progress:  # fmt: skip
    """This function will queue long work and return its row, in the caller's transaction if there is one.

    `arguments` are JSON-ready and hold no secret. With `once`, work of the same name that still waits or runs is
    returned instead of a second one; changing what it looks at meanwhile is its own affair.
    """
    with transaction.atomic():
        if once:
            with connection.cursor() as cursor:  # two who ask at the same moment: the second finds what the first made
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7462020))", [once])
            known = Progress.objects.select_for_update().filter(once=once).exclude(state__in=ENDS).first()
            if known is not None and known.state == State.QUEUED:
                return known
            if known is not None:
                once = f"{once} after {known.pk}"
                follower = Progress.objects.filter(once=once).exclude(state__in=ENDS).first()
                if follower is not None:
                    return follower
        made = Progress.objects.create(
            kind=kind, subject=subject, arguments=dict(arguments or {}), upload=upload, once=once, by=by, queued_at=at
        )
        task = app.configure_task(kind.value, allow_unknown=True, lock=LOCKS.get(kind))
        task.defer(progress_id=made.pk)
    return made


def queue_feed(
    *, pieces: Iterable[bytes], name: str, as_of: date, by: str, at: datetime, stated: Totals | None = None
) -> Progress:
    """This function will keep a settlement file and queue its taking; in one transaction, so that neither stays alone.

    `stated` are control totals that were given beside the file.
    The same bytes wait or run once. Raises `FeedTakenBefore` for a file that was posted already, `UploadTooLarge`.
    """
    with transaction.atomic():
        upload = keep_upload(pieces=pieces, name=name, by=by, at=at)
        known = taken_before(sha256=upload.sha256)
        if known is not None and known.state == FeedState.POSTED:
            raise refusal(known, upload.name)
        return queue(
            kind=Kind.TAKE_FEED, by=by, at=at, subject=upload.name, upload=upload,
            arguments={"as_of": as_of.isoformat()} | ({"stated": asdict(stated)} if stated else {}), once=f"feed {upload.sha256}",
        )  # fmt: skip


def queue_take_back(*, feed_id: int, name: str, because: str, on: date, by: str, at: datetime) -> Progress:
    """This function will queue that a whole feed is taken back; raises `ReasonMissing`."""
    if len(because.strip()) < 2:
        raise ReasonMissing(what=f"feed {feed_id}")
    return queue(
        kind=Kind.TAKE_BACK_FEED, by=by, at=at, subject=name, once=f"take back feed {feed_id}",
        arguments={"feed_id": feed_id, "because": because.strip(), "on": on.isoformat()},
    )  # fmt: skip


def begin(*, progress_id: int, at: datetime) -> Progress | None:
    """This function will mark a job as running and return it; None when it has ended already."""
    with transaction.atomic():
        found = Progress.objects.select_for_update().filter(pk=progress_id).first()
        if found is None:
            raise JobUnknown(job=progress_id)
        if found.state in ENDS:
            return None
        Progress.objects.filter(pk=progress_id).update(
            state=State.RUNNING, attempts=F("attempts") + 1, started_at=found.started_at or at
        )
    return Progress.objects.select_related("upload").get(pk=progress_id)


def step(*, progress_id: int, zh: str, en: str, done: int = 0, of: int = 0) -> None:
    """This function will say which step a running job is at, and how far it is in it."""
    running = Progress.objects.filter(pk=progress_id, state=State.RUNNING)
    running.update(step_zh=zh, step_en=en, done=min(done, of) if of else done, of=of)


def note(*, progress_id: int, result: Mapping[str, Any]) -> None:
    """This function will keep figures of a running job that is about to end with a problem."""
    Progress.objects.filter(pk=progress_id, state=State.RUNNING).update(result=dict(result))


def finish(*, progress_id: int, at: datetime, result: Mapping[str, Any], made: Upload | None = None) -> None:
    """This function will end a job well, with what came of it (JSON-ready) and the file it made, if any."""
    _end(progress_id, State.DONE, at, result=dict(result), made=made)


def refuse(*, progress_id: int, at: datetime, problem: Problem) -> None:
    """This function will end a job with the sentence of what the user can put right."""
    _end(progress_id, State.REFUSED, at, zh=problem.say("zh"), en=problem.say("en"))


def fail(*, progress_id: int, at: datetime) -> None:
    """This function will end a job that went wrong by no fault of the user; what happened stands in the log."""
    zh = f"任务 {progress_id} 意外中止,未完成的部分没有入账。请把任务编号告知系统管理员,由其查看日志后重试。"
    en = (
        f"Job {progress_id} stopped unexpectedly; what was not finished was not posted. Tell the system administrator "
        "its number, who will look into the log and start it again."
    )
    _end(progress_id, State.FAILED, at, zh=zh, en=en)


def _end(progress_id: int, state: State, at: datetime, **fields: Any) -> None:
    running = Progress.objects.filter(pk=progress_id, state=State.RUNNING)
    running.update(state=state, ended_at=at, **fields)


def wake(*, task: str) -> None:
    """This function will ask the worker to do a task of its timetable as soon as the transaction is committed.

    Once for a transaction, and one that waits already is enough. It is not asked within the transaction: whoever asks
    for the same task meanwhile would wait for its end. Nothing is lost with a process that is killed in between, the
    timetable comes round.
    """
    ask = _asker(task)
    if all(ask not in asked for asked in connection.run_on_commit):
        transaction.on_commit(ask, robust=True)


@cache
def _asker(task: str) -> Callable[[], None]:
    def ask() -> None:
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(task, allow_unknown=True, queueing_lock=task).defer(timestamp=0)

    return ask
