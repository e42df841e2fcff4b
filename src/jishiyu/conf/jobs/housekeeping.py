"""Jobs of the night: the trail is checked, what is kept no longer is removed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.accounts.forgetting import forget_used_up
from jishiyu.apps.api.operations import forget_answers
from jishiyu.apps.applications.operations import close_overdue, forget_orphans
from jishiyu.apps.audit.operations import record
from jishiyu.apps.audit.queries import verify
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import last_whole
from jishiyu.apps.jobs.uploads import remove_old_uploads, remove_strays
from jishiyu.apps.members.duplicates import search_duplicates
from jishiyu.apps.notices.models import Kind as Told
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.subsidies.models import DECISION_STEP
from jishiyu.apps.tables.planner import look_at
from jishiyu.apps.tables.years import FEED_STEP, KEPT_BY_FEED, make_year
from jishiyu.apps.visits.operations import forget_lost_files
from jishiyu.conf.jobs.running import Done
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

SYSTEM = "system"
MOST_NAMED = 100  # places of a broken trail that are kept; the command names all of them
KEEP_UPLOADS = timedelta(days=30)
KEEP_STRAYS = timedelta(hours=12)
KEEP_TRIES = timedelta(days=1)  # codes and refused tries are counted over half an hour
KEEP_ANSWERS = timedelta(days=7)  # as long as another system may send the same request again
KEEP_FINISHED_JOBS = "30 days"  # of the worker's own table; what a page shows of them stays
OLD_JOBS = """
DELETE FROM procrastinate_jobs job
WHERE job.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
AND NOT EXISTS (
    SELECT FROM procrastinate_events event
    WHERE event.job_id = job.id AND event.at > now() - %s::interval
)
"""
KEPT_BY_YEAR = {**dict.fromkeys(KEPT_BY_FEED, FEED_STEP), "subsidies_decision": DECISION_STEP}
AHEAD = timedelta(days=31)
SESSIONS = "SELECT to_regclass('django_session') IS NOT NULL"


class TrailBroken(Problem):
    """The audit trail is not as it was written."""

    en = "The audit trail is NOT whole: row {rows} is {what}, {count} places in all. Stop, keep the database as it is, and compare with the last backup."
    zh = "审计记录不完整:第 {rows} 行{what},共 {count} 处。请停止操作,保留数据库现状,并与最近的备份核对。"


def verify_trail(job: Progress) -> Done:
    """This function will check the whole trail against the numbers noted by the last check; raises `TrailBroken`.

    Noting rows and head of each check elsewhere than in the trail shows also when its last rows were cut off. What is
    found broken stands on the job's row, in the trail, and is told to staff once a day.
    """
    noted = (last_whole(before=job.pk) or job).result
    expected = int(noted.get("rows", 0))

    def far(rows: int) -> None:
        operations.step(progress_id=job.pk, zh="逐行校验", en="checking row by row", done=rows, of=max(rows, expected))

    far(0)
    verdict = verify(expected_rows=noted.get("rows"), expected_head=noted.get("head"), far=far)
    found: dict[str, Any] = {"rows": verdict.rows, "head": verdict.head}
    if verdict.whole:
        return Done(found)
    first, count, at = verdict.breaks[0], len(verdict.breaks), moment()
    found |= {"count": count, "breaks": [asdict(gap) for gap in verdict.breaks[:MOST_NAMED]]}
    told = {"rows": first.rows, "count": str(count)}
    word = Word(kind=Told.TRAIL_BROKEN, once=f"trail broken {localtime(at).date()}", fields=told)
    with transaction.atomic():
        operations.note(progress_id=job.pk, result=found)
        details = {
            "kind": first.kind,
            **told,
            "english": first.en,
            "chinese": first.zh,
            "rows_in_all": verdict.rows,
            "head": verdict.head,
        }
        record(by=job.by, action="audit.broken", record="trail", details=details, at=at)
        queue_notices(words=[word], by=SYSTEM, at=at)
    raise TrailBroken(**told, what=Words(first.zh, first.en))


def search_for_duplicates(job: Progress) -> Done:
    """This function will search everybody for persons who may be one, in the place of what was found before."""
    operations.step(progress_id=job.pk, zh="查找疑似重复人员", en="searching for persons who may be one")
    return Done({"pairs": search_duplicates(at=moment())})


def end_overdue_applications(job: Progress) -> Done:
    """This function will end the applications whose time is over on the job's day; `arguments`: `on` (ISO day)."""
    operations.step(progress_id=job.pk, zh="办结到期申请", en="ending applications whose time is over")
    on = date.fromisoformat(job.arguments["on"])
    return Done({"ended": close_overdue(by=SYSTEM, on=on, at=moment())})


def clean_up(job: Progress) -> Done:
    """This function will remove what is used up: old uploads, strays of killed processes, papers that no application
    names, one-time codes, refused tries, answers told to other systems, ended sessions and the worker's old rows.
    What is kept by year gets its place for the coming one in December, and is looked at as a whole for the planner.

    The trail, lock-outs and notices are never removed: they are kept at least six months, and nothing here touches them.
    """
    now = moment()
    operations.step(progress_id=job.pk, zh="清理过期文件和会话", en="removing old files and sessions")
    uploads = remove_old_uploads(before=now - KEEP_UPLOADS, at=now)
    strays = remove_strays(older_than=(now - KEEP_STRAYS).timestamp())
    papers = forget_orphans(at=now, by=SYSTEM)
    files = forget_lost_files(at=now, by=SYSTEM)
    codes, refusals = forget_used_up(before=now - KEEP_TRIES)
    answers = forget_answers(before=now - KEEP_ANSWERS)
    with connection.cursor() as cursor:
        cursor.execute(OLD_JOBS, [KEEP_FINISHED_JOBS])
        jobs = cursor.rowcount
        cursor.execute(SESSIONS)
        sessions = 0
        if cursor.fetchone()[0]:
            cursor.execute("DELETE FROM django_session WHERE expire_date < %s", [now])
            sessions = cursor.rowcount
    # An empty year is looked into by every search: none is made long before it is needed.
    soon = (localtime(now) + AHEAD).year
    years = sum([make_year(table=table, year=soon, step=step) for table, step in KEPT_BY_YEAR.items()])
    look_at(*KEPT_BY_YEAR)
    return Done({"uploads": uploads, "years": years, "strays": strays, "papers": papers, "files": files, "codes": codes, "refusals": refusals,
                 "answers": answers, "jobs": jobs, "sessions": sessions})  # fmt: skip


def queue_daily(*, kinds: Sequence[Kind], at: datetime) -> list[Progress]:
    """This function will queue the work of a day, each kind once; the day is the city's."""
    day = localtime(at).date().isoformat()
    return [
        queue(kind=kind, by=SYSTEM, at=at, subject=day, arguments={"on": day}, once=f"{kind.value} {day}")
        for kind in kinds
    ]
