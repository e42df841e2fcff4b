"""PostgreSQL itself goes down without a checkpoint while a feed is taken, and comes up again: the same promises.

The server is one of its own, with the settings of an installation. It is shut down at once (`immediate`: what a crash
leaves), by its own process number, while the client stands still at a chosen moment.
"""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jishiyu.conf.database import EmbeddedServer
from tests.faults.databases import Databases
from tests.faults.processes import Nursery
from tests.faults.world import World, ended_in_words

NOW = "faults_now"


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    """Start a server that nothing else uses.

    Not below pytest's own folder: another run closes that to the system user under which root's server runs. Beside the
    server of this run: in memory where that is.
    """
    folder = Path(tempfile.mkdtemp(prefix="jishiyu-crash-", dir=Path(os.environ["JISHIYU_HOME"]).parent))
    made = EmbeddedServer(folder)
    made.options["fsync"] = "off"  # what the system was given outlives the server; all else is as in an installation
    made.start()
    yield made
    crash(made)  # what it would write down goes away with its folder
    made.leave()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def own_world(server: EmbeddedServer, nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give the situations on that server."""
    made = World(nursery, Databases(server.url()), tmp_path_factory.mktemp("fund"))
    yield made
    made.databases.leave()


@pytest.mark.parametrize(
    ("situation", "after", "at"),
    [
        ("founded", "fed", "copy_end"),  # lines on their way
        ("founded", "fed", "first COMMIT"),
        ("founded", "fed", "INSERT INTO subsidies_entitlement"),
        ("founded", "fed", "last COMMIT"),
        ("approved", "sent", "os.rename"),
        ("sent", "answered", "last COMMIT"),
    ],
)
def test_the_server_goes_down(
    own_world: World, server: EmbeddedServer, folder: Path, situation: str, after: str, at: str
) -> None:
    words = [str(folder) if word == str(own_world.bank) else word for word in own_world.way(after)[1]]
    goal = own_world.goal(after)
    url = own_world.fresh(situation, NOW)
    client = own_world.start(url, words, at=moment_of(own_world.moments[after], at), how="freeze", folder=folder)
    assert client.wait() == "stopped"
    own_world.databases.leave()
    crash(server)
    server.start()
    client.go_on()
    client.wait()
    found = own_world.sound(url)
    assert client.status != 1, client.said()  # nothing was refused
    assert client.status != 0 or found == goal  # what it was told is done, is done
    ended_in_words(own_world.start(url, words, folder=folder))
    facts = own_world.sound(url, folder=folder)
    assert {name: rows for name, rows in facts.items() if rows != goal[name]} == {}


def moment_of(moments: list[str], what: str) -> int:
    """Return the number of a moment: the first or last COMMIT, or the first whose words begin so."""
    commits = [number for number, moment in enumerate(moments, 1) if moment.startswith("_commit_gen")]
    if what.endswith("COMMIT"):
        return commits[0 if what.startswith("first") else -1]
    return next(number for number, moment in enumerate(moments, 1) if what in moment)


def crash(server: EmbeddedServer) -> None:
    """Shut the server down at once, without a checkpoint, and wait until it is gone."""
    process = int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(process, signal.SIGQUIT)
    end = time.monotonic() + 30
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert not Path(f"/proc/{process}").exists()
