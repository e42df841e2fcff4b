"""The worker: what is queued is done, once, also when it is killed; and says on its row what came of it."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from jishiyu.apps.intake.models import Feed
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Kind, Progress, State
from jishiyu.apps.jobs.operations import begin, queue
from jishiyu.apps.jobs.queries import job, jobs
from jishiyu.apps.jobs.uploads import bytes_of, folder, keep_upload
from jishiyu.apps.members.models import RosterImport
from jishiyu.apps.subsidies.models import Entitlement
from jishiyu.conf.jobs import watching
from tests.apps.subsidies.situations import (
    AT,
    FEED,
    ROSTER,
    check_books,
    enrol,
    load,
    member,
    number,
    owed,
    stay,
    write,
)
from tests.conf.working import do_what_is_queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]


@pytest.fixture
def until_done() -> Callable[[], None]:
    """Do all that is queued, here and now."""
    return do_what_is_queued


def queue_feed(path: Path) -> Progress:
    with transaction.atomic():
        upload = keep_upload(pieces=[path.read_bytes()], name=path.name, by="li.na", at=AT)
        return queue(
            kind=Kind.TAKE_FEED, by="li.na", at=AT, subject=path.name, upload=upload, arguments={"as_of": "2026-01-01"}
        )


def test_an_uploaded_feed_is_posted_and_its_row_says_so(tmp_path: Path, until_done: Callable[[], None]) -> None:
    enrol(tmp_path, member(1))
    queued = queue_feed(write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")]))
    assert job(job_id=queued.pk).state == State.QUEUED
    until_done()
    found = job(job_id=queued.pk)
    assert (found.state, found.attempts, found.result["buckets"]) == (State.DONE, 1, {"auto": 1})
    assert owed() == [("H1/V1", 40_000, 0, "owed")]
    check_books()


def _steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Keep what another connection sees at each step that is told, while the work is under way."""
    seen: list[tuple[str, int, int]] = []
    step = operations.step

    def look() -> None:
        seen.append(Progress.objects.values_list("step_en", "done", "of").order_by("-id")[0])
        connection.close()

    def told(**said: Any) -> None:
        step(**said)
        with ThreadPoolExecutor(1) as other:
            other.submit(look).result()

    monkeypatch.setattr(operations, "step", told)
    return seen


STEPS = [
    "reading and storing", "gathering what belongs together (1 lines)", "deciding (1 lines)", "writing decisions (1 lines)",
    "posting the differences (1 lines)", "following up cases and lines (1 lines)",
]  # fmt: skip


def test_a_feed_says_each_step_while_it_is_decided_and_posted(
    tmp_path: Path, until_done: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(tmp_path, member(1))
    queue_feed(write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")]))
    seen = _steps(monkeypatch)
    until_done()
    assert seen == [(words, number, 6) for number, words in enumerate(STEPS)]


def test_a_file_of_the_watched_folder_says_each_step_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enrol(tmp_path, member(1))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox / "a.csv", FEED, [stay(1, "1", "20000.00")])
    seen = _steps(monkeypatch)
    watching.look(inbox, still=timedelta(0))
    assert watching.look(inbox, still=timedelta(0)) == ["taken a.csv"]
    assert [words for words, *_ in seen] == STEPS


def test_job_and_data_commit_together_or_not_at_all(tmp_path: Path, until_done: Callable[[], None]) -> None:
    path = write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")])
    with transaction.atomic():
        queue_feed(path)
        transaction.set_rollback(True)
    until_done()
    assert (Progress.objects.count(), Feed.objects.count()) == (0, 0)


def test_what_the_user_can_put_right_stands_on_the_row(tmp_path: Path, until_done: Callable[[], None]) -> None:
    enrol(tmp_path, member(1))
    path = write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")])
    queue_feed(path)
    again = queue_feed(path)
    until_done()
    found = job(job_id=again.pk)
    assert found.state == State.REFUSED
    assert "此前已接收过" in found.zh
    assert "was taken before" in found.en
    assert Feed.objects.count() == 1


def test_a_bug_ends_the_row_with_a_sentence_and_the_number(until_done: Callable[[], None]) -> None:
    broken = queue(
        kind=Kind.CHECK_ROSTER, by="li.na", at=AT, upload=keep_upload(pieces=[b"x"], name="x", by="l", at=AT)
    )
    until_done()  # `as_of` is missing
    found = job(job_id=broken.pk)
    assert found.state == State.FAILED
    assert str(broken.pk) in found.zh
    assert str(broken.pk) in found.en


def test_work_of_one_name_waits_once_and_one_more_time_behind_what_runs() -> None:
    first = queue(kind=Kind.DECIDE_CHANGED, by="a", at=AT, once="decide")
    assert queue(kind=Kind.DECIDE_CHANGED, by="b", at=AT, once="decide").pk == first.pk
    begin(progress_id=first.pk, at=AT)
    second = queue(kind=Kind.DECIDE_CHANGED, by="c", at=AT, once="decide")
    assert second.pk != first.pk
    assert queue(kind=Kind.DECIDE_CHANGED, by="d", at=AT, once="decide").pk == second.pk
    assert [row.pk for row in jobs(running=True)] == [second.pk, first.pk]


def test_two_who_ask_at_the_same_moment_get_the_same_job() -> None:
    def ask(_: int) -> int:
        try:
            return queue(kind=Kind.DECIDE_CHANGED, by="a", at=AT, once="decide").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        assert len(set(people.map(ask, range(12)))) == 1
    assert Progress.objects.count() == 1


def test_a_job_whose_worker_was_killed_after_posting_is_done_the_second_time(
    tmp_path: Path, until_done: Callable[[], None]
) -> None:
    enrol(tmp_path, member(1))
    queued = queue_feed(write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")]))
    until_done()
    # As it stands when the worker is killed between the commit of the feed and the end of the row.
    Progress.objects.filter(pk=queued.pk).update(state=State.RUNNING, ended_at=None, result={})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = %s", [Kind.TAKE_FEED.value])
        cursor.execute("SET session_replication_role = origin")
    until_done()
    found = job(job_id=queued.pk)
    assert (found.state, found.attempts) == (State.DONE, 2)
    assert Entitlement.objects.count() == 1
    check_books()


def test_a_roster_goes_in_by_steps_and_everybody_is_decided_again(
    tmp_path: Path, until_done: Callable[[], None]
) -> None:
    enrol(tmp_path, member(2))
    queue_feed(write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")]))
    path = write(tmp_path / "r.csv", ROSTER, [member(1)])
    upload = keep_upload(pieces=[path.read_bytes()], name=path.name, by="li.na", at=AT)
    checked = queue(kind=Kind.CHECK_ROSTER, by="li.na", at=AT, upload=upload, arguments={"as_of": "2026-01-01"})
    until_done()
    import_id = job(job_id=checked.pk).result["import_id"]
    assert RosterImport.objects.get(pk=import_id).new == 1
    assert owed() == []
    arguments = {"import_id": import_id, "on": "2026-01-01"}
    confirmed = queue(kind=Kind.CONFIRM_ROSTER, by="li.na", at=AT, arguments=arguments)
    until_done()
    assert job(job_id=confirmed.pk).result["entitlements"] == 1
    assert owed() == [("H1/V1", 40_000, 0, "owed")]
    Progress.objects.filter(pk=confirmed.pk).update(state=State.RUNNING, ended_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = %s", [Kind.CONFIRM_ROSTER.value]
        )
        cursor.execute("SET session_replication_role = origin")
    until_done()  # killed after the commit: done again, nothing more happens
    assert job(job_id=confirmed.pk).state == State.DONE
    check_books()


def test_the_night_checks_the_trail_and_notices_when_its_end_was_cut_off(
    tmp_path: Path, until_done: Callable[[], None]
) -> None:
    enrol(tmp_path, member(1))
    first = queue(kind=Kind.VERIFY_AUDIT, by="system", at=AT)
    clean = queue(kind=Kind.CLEAN_UP, by="system", at=AT)
    until_done()
    assert job(job_id=first.pk).result["rows"] > 0
    assert job(job_id=clean.pk).state == State.DONE
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM audit_trail WHERE seq = (SELECT max(seq) FROM audit_trail)")
        cursor.execute("SET session_replication_role = origin")
    second = queue(kind=Kind.VERIFY_AUDIT, by="system", at=AT)
    until_done()
    assert job(job_id=second.pk).state == State.REFUSED
    assert "审计记录不完整" in job(job_id=second.pk).zh


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a worker that is killed at the end whatever went wrong, so that nothing waits for it for ever."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_a_worker_that_is_killed_leaves_nothing_half_and_another_goes_on(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    queued = queue_feed(write(tmp_path / "a.csv", FEED, [stay(1, str(at), "20000.00") for at in range(2000)]))
    command = [sys.executable, "-m", "jishiyu.cli", "work"]
    environment = {**os.environ, "JISHIYU_HOME": str(folder().parent), "JISHIYU_KEY_FILE": _key_file()}
    # What it would write is held, so that it is still at work when it is killed.
    with transaction.atomic(), connection.cursor() as cursor, started(command, environment) as worker:
        cursor.execute("LOCK TABLE subsidies_entitlement IN EXCLUSIVE MODE")
        _wait(lambda: job(job_id=queued.pk).state == State.RUNNING)
        worker.kill()
        worker.wait(30)
    check_books()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    with started([*command, "--with-parent"], environment) as worker:
        from jishiyu.conf.jobs.tasks import start_again

        with suppress(AlreadyEnqueued):  # the timetable was faster
            start_again.defer(timestamp=0)
        _wait(lambda: job(job_id=queued.pk).state == State.DONE)
        assert worker.stdin is not None
        worker.stdin.close()  # the process that started it is gone
        assert worker.wait(30) == 0  # and so does the worker that it kept going
    assert sum(amount - taken for _, amount, taken, _ in owed()) == 5_000_000  # the limit of the year
    check_books()


def test_the_watched_folder_takes_what_has_stopped_growing(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = write(inbox / "a.csv", FEED, [stay(1, "1", "20000.00")])
    (inbox / "b.csv.part").write_bytes(b"half")
    no_wait = timedelta(0)
    assert watching.look(inbox, still=no_wait) == []  # seen for the first time
    with path.open("ab") as file:
        file.write(b"\n")
    assert watching.look(inbox, still=no_wait) == []  # has grown
    assert watching.look(inbox, still=timedelta(hours=1)) == []  # still, but not for long enough
    assert watching.look(inbox, still=no_wait) == ["taken a.csv"]
    assert sorted(entry.name for entry in inbox.iterdir()) == ["b.csv.part", "taken"]
    assert owed() == [("H1/V1", 40_000, 0, "owed")]
    assert [(row.state, row.subject) for row in jobs()] == [("done", "a.csv")]


def test_what_is_refused_lies_apart_with_the_sentence_beside_it(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for _ in range(2):
        (inbox / "a.csv").write_text("这不是结算数据\n", encoding="utf-8")
        watching.look(inbox, still=timedelta(0))
        assert watching.look(inbox, still=timedelta(0)) == ["refused a.csv"]
    names = sorted(entry.name for entry in (inbox / "refused").iterdir())
    assert names == ["a (1).csv", "a (1).csv.txt", "a.csv", "a.csv.txt"]
    said = (inbox / "refused" / "a.csv.txt").read_text(encoding="utf-8")
    assert jobs()[0].zh in said
    assert jobs()[0].en in said


def test_a_folder_whose_visitor_was_killed_before_the_file_was_moved_goes_on(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = write(inbox / "a.csv", FEED, [stay(1, "1", "20000.00")])
    watching.look(inbox, still=timedelta(0))
    watching._taken(path, watching._row(path))
    assert watching.look(inbox, still=timedelta(0)) == ["taken a.csv"]
    assert [row.state for row in jobs()] == ["done"]
    assert Feed.objects.count() == 1


def test_an_export_is_kept_sealed_with_a_cover_and_masked(tmp_path: Path, until_done: Callable[[], None]) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "20000.00"), stay(1, "=1+1", "x"), stay(2, "3", "9000.00", med_type="99"))
    feed = Feed.objects.get()
    wanted = queue(kind=Kind.EXPORT, by="li.na", at=AT, arguments={"what": "feed_problems", "feed_id": feed.pk})
    books = queue(kind=Kind.EXPORT, by="li.na", at=AT, arguments={"what": "ledger"})
    unknown = queue(kind=Kind.EXPORT, by="li.na", at=AT, arguments={"what": "everything"})
    until_done()
    assert job(job_id=unknown.pk).state == State.REFUSED
    assert job(job_id=books.pk).result["rows"] > 0
    made = job(job_id=wanted.pk)
    assert made.made is not None
    book = openpyxl.load_workbook(io.BytesIO(b"".join(bytes_of(made.made))))
    assert book["封面"]["B1"].value == "li.na"
    rows = [[cell.value for cell in row] for row in book["问题数据"].rows]
    assert [(row[1], row[2], row[12]) for row in rows[1:]] == [("3", "S=1+1", "invalid"), ("4", "S3", "held")]
    assert number(2) not in str(rows)
    assert all(row[13] for row in rows)


def _wait(reached: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        time.sleep(0.02)


def _key_file() -> str:
    from django.conf import settings

    return str(settings.KEY_FILE)
