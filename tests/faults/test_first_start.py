"""The first start makes the tables. Killed on the way it leaves nothing behind that the next start stumbles over."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from jishiyu.conf.database import BINARIES
from tests.faults.world import World

NAME = "faults_empty"
LEFT = """SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace)"""
SERVER = """
import sys
from pathlib import Path
from jishiyu.conf.database import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), scratch=True)
print(server.start())
"""
EVERYTHING = os.environ.get("JISHIYU_FAULTS") == "all"


def left(url: str) -> int:
    """Return how many tables, indexes, sequences, functions and types a database holds; 0 is what a new one has."""
    with psycopg.connect(url) as connection:
        row = connection.execute(LEFT).fetchone()
    assert row is not None
    return int(row[0])


def test_a_first_start_that_is_killed_can_be_done_again(world: World) -> None:
    world.reach(
        "founded"
    )  # the first start on a server makes roles for all its databases, which are moments of their own
    url = world.databases.make(NAME)
    alone = world.nursery.start(url, "start")
    assert alone.wait() == 0, alone.said()
    whole, moments, done_again = left(url), alone.moments(), set[int]()
    commits = {number for number, moment in enumerate(moments, 1) if moment.startswith("_commit_gen")}
    stride = 1 if EVERYTHING else len(moments) // 2
    for at in sorted(commits | set(range(1, len(moments) + 1, stride))):
        url = world.databases.make(NAME)
        killed = world.nursery.start(url, "start", at=at)
        assert killed.wait() == -signal.SIGKILL
        world.databases.quiet(NAME)
        remains = left(url)
        assert remains in (0, whole), f"killed at {at}: {moments[at - 1]}"
        if EVERYTHING or remains not in done_again:
            world.nursery.do(url, "start")
            done_again.add(remains)
    assert done_again == {0, whole}
    world.databases.remove(NAME)


def schema(url: str) -> list[str]:
    """Return what makes the tables of a database, but the worker's table of jobs and what is drawn anew for each dump.

    Its columns stand in another order where its migrations were walked one after the other.
    """
    place = conninfo_to_dict(url)
    dump = subprocess.run(
        [BINARIES / "pg_dump", "--schema-only", "--exclude-table", "procrastinate_jobs", "--host", place["host"],
         "--username", place["user"], place["dbname"]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line for line in dump.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


@pytest.mark.django_db
def test_a_first_start_makes_the_tables_that_django_makes_by_itself(world: World, database_url: str) -> None:
    made = schema(world.databases.of(world.reach("founded")))
    assert made == schema(database_url)
    assert sum(line.startswith("CREATE TABLE ") for line in made) > 100


def test_two_first_starts_at_once(world: World) -> None:
    url = world.databases.make(NAME)
    both = [world.nursery.start(url, "start", barrier=True) for _ in range(2)]
    assert [child.wait() for child in both] == ["stopped", "stopped"]
    for child in both:
        child.go_on()
    assert [child.wait() for child in both] == [0, 0], [child.said() for child in both]
    world.databases.remove(NAME)


def test_a_server_whose_making_was_killed_is_made_again() -> None:
    folder = Path(tempfile.mkdtemp(prefix="jishiyu-crash-"))
    making = subprocess.Popen([sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not list(folder.glob("*/PG_VERSION")):
        assert time.monotonic() < end
        time.sleep(0.002)
    making.kill()
    assert making.wait() == -signal.SIGKILL
    again = subprocess.run(
        [sys.executable, "-c", SERVER, str(folder)], capture_output=True, text=True, timeout=120, check=False
    )
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("postgresql://")
    shutil.rmtree(folder, ignore_errors=True)
