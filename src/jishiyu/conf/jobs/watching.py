"""The watched folder: a file that has stopped growing is taken, then lies in `taken/`, or in `refused/` with the reason.

Files are never deleted and never overwrite one another. Killed at any moment, the next look goes on: what is in the
folder still has to be taken, or was posted by the folder's own account and only has to be moved.
"""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.timezone import localtime

from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.intake.operations import moment, taken_before
from jishiyu.apps.jobs.models import ENDS, Kind, Progress, Seen
from jishiyu.conf.jobs.feeds import take_file
from jishiyu.engine.problems import Problem

WATCHER = "watched-folder"
STILL = timedelta(seconds=20)  # as long as a file must look the same
HIDDEN = (".", "~")
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def look(folder: Path, *, still: timedelta = STILL) -> list[str]:
    """This function will take every file of the folder that looks as it did at the last look, `still` ago or more.

    Returns one word per file that was dealt with: `taken NAME` or `refused NAME`.
    """
    said = []
    names = set()
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith(HIDDEN) or path.suffix.lower() in UNFINISHED:
            continue
        names.add(path.name)
        if _is_still(path, moment(), still):
            said.append(_deal_with(folder, path))
    Seen.objects.exclude(name__in=names).delete()
    return said


def _is_still(path: Path, now: datetime, still: timedelta) -> bool:
    """Tell whether a file looks as it did at an earlier look; else note how it looks now."""
    stat = path.stat()
    looks = (stat.st_size, stat.st_mtime_ns)
    before = Seen.objects.filter(name=path.name).first()
    if before is not None and (before.size_bytes, before.changed_ns) == looks:
        return now - before.seen_at >= still
    Seen.objects.update_or_create(
        name=path.name, defaults={"size_bytes": looks[0], "changed_ns": looks[1], "seen_at": now}
    )
    return False


def _deal_with(folder: Path, path: Path) -> str:
    row = _row(path)
    try:
        feed = _taken(path, row)
    except Problem as problem:
        place = _move(path, folder / "refused")
        said = f"{problem.say('zh')}\n{problem.say('en')}\n"
        place.with_name(f"{place.name}.txt").write_text(said, encoding="utf-8")
        ended: dict[str, object] = {"state": "refused", "zh": problem.say("zh"), "en": problem.say("en")}
        word = "refused"
    else:
        _move(path, folder / "taken")
        ended = {"state": "done", "result": {"feed_id": feed.pk, "line_count": feed.line_count}}
        word = "taken"
    Progress.objects.filter(pk=row.pk).exclude(state__in=ENDS).update(ended_at=moment(), **ended)
    Seen.objects.filter(name=path.name).delete()
    return f"{word} {path.name}"


def _row(path: Path) -> Progress:
    """Return the open row of this file, or a new one; there is one visitor at a time."""
    once = f"watched {path.name}"
    now = moment()
    made, _ = Progress.objects.exclude(state__in=ENDS).get_or_create(
        once=once,
        defaults={"kind": Kind.TAKE_FEED, "subject": path.name, "by": WATCHER, "state": "running", "queued_at": now,
                  "started_at": now, "step_zh": "读取并存入", "step_en": "reading and storing"},
    )  # fmt: skip
    return made


def _taken(path: Path, row: Progress) -> Feed:
    """Take and post the file; one that this row posted before it was killed is returned as it is."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    known = taken_before(sha256=digest)
    if (
        known is not None and known.state == FeedState.POSTED and known.taken_by == WATCHER
        and known.posted_at is not None and row.started_at is not None and known.posted_at >= row.started_at
    ):  # fmt: skip
        return known
    take_file(path, by=WATCHER, as_of=localtime(moment()).date(), job=row)
    return Feed.objects.get(sha256=digest, state=FeedState.POSTED)


def _move(path: Path, to: Path) -> Path:
    """Move a file into a folder under a name that nothing has; a hard link never replaces what is there."""
    to.mkdir(exist_ok=True)
    number = 0
    while True:
        target = to / (path.name if not number else f"{path.stem} ({number}){path.suffix}")
        try:
            os.link(path, target)
        except FileExistsError:
            number += 1
            continue
        except OSError:  # a share without hard links
            if target.exists():
                number += 1
                continue
            path.rename(target)
            return target
        path.unlink()
        return target
