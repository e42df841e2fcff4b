"""Jobs that take files in: a feed that was uploaded, a roster in its steps."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.intake.operations import moment, take_feed, taken_before
from jishiyu.apps.intake.queries import buckets_of_feed
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.jobs.problems import UploadGone
from jishiyu.apps.jobs.uploads import opened_upload
from jishiyu.apps.members.importing import check_roster, confirm_roster
from jishiyu.apps.members.models import ImportState, RosterImport
from jishiyu.apps.subsidies.operations import POSTING, post_feed, redecide, rematch, take_back_feed
from jishiyu.conf.jobs.running import Done
from jishiyu.conf.jobs.telling import beside
from jishiyu.engine.settlement.totals import Totals


def take_uploaded_feed(job: Progress) -> Done:
    """This function will take and post the feed of an upload; `arguments`: `as_of` (ISO day), `stated` (totals or null)."""
    upload = job.upload
    if upload is None:
        raise UploadGone(name=job.subject, upload="—")
    before = _ours(upload.sha256, job)
    if before is not None:
        return _told(before)
    with opened_upload(upload) as path:
        given = job.arguments.get("stated")
        stated = [Totals(**given)] if given else []
        as_of = date.fromisoformat(job.arguments["as_of"])
        return take_file(path, by=job.by, as_of=as_of, job=job, stated=stated)


def take_file(path: Path, *, by: str, as_of: date, job: Progress, stated: Sequence[Totals] = ()) -> Done:
    """This function will store, decide and post one file, saying at which step it is: reading, then each of POSTING."""
    size, of = path.stat().st_size, 1 + len(POSTING)
    operations.step(progress_id=job.pk, zh="读取并存入", en="reading and storing", done=0, of=of)
    feed = take_feed(path=path, by=by, as_of=as_of, stated=stated)
    with beside(job.pk) as tell:

        def told(step: int) -> None:
            zh, en = POSTING[step]
            tell(f"{zh}({feed.line_count:,} 行)", f"{en} ({feed.line_count:,} lines)", 1 + step, of)

        done = post_feed(feed=feed, by=by, told=told)
    return _told(Feed.objects.get(pk=feed.pk), bytes=size, **asdict(done))


def take_feed_back(job: Progress) -> Done:
    """This function will take a whole feed back; `arguments`: `feed_id`, `because`, `on` (ISO day).

    Done twice (its worker was killed after the commit) it says again what was done.
    """
    feed_id = int(job.arguments["feed_id"])
    operations.step(progress_id=job.pk, zh="撤回并重新核定", en="taking back and deciding again")
    found = Feed.objects.filter(pk=feed_id).first()
    began = job.started_at
    if (
        job.attempts > 1 and found is not None and found.state == FeedState.WITHDRAWN and found.withdrawn_by == job.by
        and began is not None and found.withdrawn_at is not None and found.withdrawn_at >= began
    ):  # fmt: skip
        return Done({"feed_id": feed_id})
    done = take_back_feed(
        feed_id=feed_id, because=job.arguments["because"], by=job.by, on=date.fromisoformat(job.arguments["on"])
    )
    return Done({"feed_id": feed_id, **asdict(done)})


def check_uploaded_roster(job: Progress) -> Done:
    """This function will check an uploaded roster; `arguments`: `as_of`, `absent_left_on` (ISO days, the second or null).

    Also `union_ids`, where whoever brought it answers for some unions only.
    Done twice (its worker was killed) it checks twice; a check changes no membership.
    """
    upload = job.upload
    if upload is None:
        raise UploadGone(name=job.subject, upload="—")
    absent = job.arguments.get("absent_left_on")
    operations.step(progress_id=job.pk, zh="读取并与名册比较", en="reading and comparing with the roster")
    with opened_upload(upload) as path:
        found = check_roster(
            path=path, as_of=date.fromisoformat(job.arguments["as_of"]), by=job.by, at=moment(),
            absent_left_on=date.fromisoformat(absent) if absent else None, union_ids=job.arguments.get("union_ids"),
        )  # fmt: skip
    return Done({"import_id": found.pk, "lines": found.lines, "refused": found.refused})


def confirm_checked_roster(job: Progress) -> Done:
    """This function will take in a roster that somebody looked at and decide again; `arguments`: `import_id`, `on`."""
    import_id = int(job.arguments["import_id"])
    operations.step(progress_id=job.pk, zh="名册入库", en="taking the roster in", done=0, of=2)
    found = RosterImport.objects.filter(pk=import_id).first()
    again = job.attempts > 1 and found is not None and found.confirmed_by == job.by
    if not (again and found is not None and found.state == ImportState.CONFIRMED):
        confirm_roster(import_id=import_id, by=job.by, at=moment())
    operations.step(progress_id=job.pk, zh="重新核定", en="deciding again", done=1, of=2)
    return Done({"import_id": import_id, **asdict(rematch(by=job.by, on=date.fromisoformat(job.arguments["on"])))})


def decide_changed(job: Progress) -> Done:
    """This function will decide everybody again whose roster data has changed; `arguments`: `on` (ISO day).

    With `since` (ISO day) and `because`: everybody with a decision anchored on that day or later (a policy changed).
    """
    operations.step(progress_id=job.pk, zh="重新核定", en="deciding again")
    on, since = date.fromisoformat(job.arguments["on"]), job.arguments.get("since")
    if since is None:
        return Done(asdict(rematch(by=job.by, on=on)))
    because = str(job.arguments.get("because", ""))
    return Done(asdict(redecide(by=job.by, on=on, since=date.fromisoformat(since), because=because)))


def _ours(sha256: str, job: Progress) -> Feed | None:
    """Return the feed that this very job posted before its worker was killed, if it did."""
    known = taken_before(sha256=sha256)
    if known is None or known.state != FeedState.POSTED or job.attempts < 2 or known.taken_by != job.by:
        return None
    began, posted = job.started_at, known.posted_at
    return known if began is not None and posted is not None and posted >= began else None


def _told(feed: Feed, **more: object) -> Done:
    buckets = {count.bucket: count.lines for count in buckets_of_feed(feed_id=feed.pk)}
    return Done({"feed_id": feed.pk, "line_count": feed.line_count, "buckets": buckets, **more})
