"""Real processes at the same moment, and processes killed on the way: nothing lost, nothing doubled."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jishiyu.apps.intake.models import Fate, Feed, Line
from jishiyu.apps.ledger.models import Entry
from jishiyu.apps.subsidies.models import Decision, Entitlement
from tests.apps.subsidies.situations import FEED, SAMPLE, check_books, enrol, member, owed, sample_roster, stay, write

pytestmark = pytest.mark.django_db(transaction=True)
EXPECTED = json.loads((SAMPLE / "expected.json").read_text())
KILLED_AT = """
import os, signal, sys
from datetime import date
from pathlib import Path
from jishiyu.conf.start import ready
ready()
from django.db import connection
from jishiyu.apps.intake import copying
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.subsidies.operations import post_feed
left = int(sys.argv[2])
def count(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(count):
    feed = take_feed(path=Path(sys.argv[1]), by="li.na", as_of=date(2026, 1, 1))
    post_feed(feed=feed, by="li.na")
print("done")
"""


def start(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "jishiyu.cli", "load", "feed", str(path), "--as-of", "2026-01-01", "--by", "li.na"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip


def decided() -> dict[str, list[object]]:
    rows = Decision.objects.filter(newest=True).values_list("stay_id", "bucket", "payable_fen")
    return {stay_id.split("/")[1]: [bucket, fen] for stay_id, bucket, fen in rows}


def test_of_two_processes_with_the_same_feed_one_wins(tmp_path: Path, database_url: str) -> None:
    sample_roster(tmp_path)
    both = [start(SAMPLE / "feed.csv") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert sorted(process.returncode for process in both) == [0, 1], said
    assert sum("was taken before" in errors for _, errors in said) == 1
    assert decided() == EXPECTED["payable"]
    assert (Feed.objects.count(), Fate.objects.count()) == (1, EXPECTED["lines"])
    check_books()


def test_two_feeds_of_one_member_at_once_stay_within_the_limit(tmp_path: Path, database_url: str) -> None:
    enrol(tmp_path, member(1))
    for name, day in (("a", "10"), ("b", "20")):
        lines = [stay(1, f"{name}{n}", "100000.00", setl_time=f"2025-03-{day} 10:00:0{n}") for n in range(8)]
        write(tmp_path / f"{name}.csv", FEED, lines)
    both = [start(tmp_path / f"{name}.csv") for name in "ab"]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum(row[1] - row[2] for row in owed()) == 5_000_000
    assert Decision.objects.filter(newest=True, bucket="auto").count() == 10
    check_books()


def test_killed_at_any_statement_it_goes_on_where_it_stopped(tmp_path: Path, database_url: str) -> None:
    sample_roster(tmp_path)
    states = set()
    for statement in (2, 4, 7, 12, 20, 27, 34, 41, 48):
        done = run_until(statement)
        if done:
            break
        states.add(Feed.objects.values_list("state", flat=True).first())
        assert Decision.objects.count() == Entitlement.objects.count() == Entry.objects.count() == 0
        assert Line.objects.count() in (0, EXPECTED["lines"])
    assert states == {None, "stored"}
    assert done or run_until(10_000)
    assert decided() == EXPECTED["payable"]
    assert (Feed.objects.get().state, Fate.objects.count()) == ("posted", EXPECTED["lines"])
    check_books()


def run_until(statement: int) -> bool:
    """Take the sample feed in a process that dies before this statement; tell whether it came to its end."""
    command = [sys.executable, "-c", KILLED_AT, str(SAMPLE / "feed.csv"), str(statement)]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120, env=dict(os.environ), check=False)
    assert process.returncode in (0, -signal.SIGKILL), process.stderr
    return process.returncode == 0
