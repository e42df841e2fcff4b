"""The embedded server: started by whoever comes first, stopped by whoever leaves last."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jishiyu.conf.database import DatabaseDidNotStart, EmbeddedServer

USE = """
import sys
from pathlib import Path
from jishiyu.conf.database import EmbeddedServer
import psycopg
server = EmbeddedServer(Path(sys.argv[1]), scratch=True)
with psycopg.connect(server.start()) as connection:
    print(connection.execute("SELECT current_setting('server_version_num')::int / 10000").fetchone()[0], flush=True)
sys.stdin.read()
"""


def use(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def runs(folder: Path) -> bool:
    return (folder / "postgres" / "postmaster.pid").exists()


def test_processes_that_start_at_once_share_one_server_and_the_last_one_stops_it(tmp_path: Path) -> None:
    processes = [use(tmp_path) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "18\n"
    for process in processes[:2]:
        process.communicate()
        assert process.returncode == 0
        assert runs(tmp_path)
    processes[2].communicate()
    assert not runs(tmp_path)


def test_a_killed_process_does_not_keep_the_server_up(tmp_path: Path) -> None:
    killed, ends = use(tmp_path), use(tmp_path)
    for process in (killed, ends):
        assert process.stdout is not None
        process.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert runs(tmp_path)
    ends.communicate()
    assert not runs(tmp_path)


def test_a_long_path_and_spaces_work_too(tmp_path: Path) -> None:
    folder = tmp_path / ("a long name " * 12).strip()
    server = EmbeddedServer(folder, scratch=True)
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT '工会' COLLATE \"C\" < '会员'").fetchone() == (False,)
    server.leave()
    assert not runs(folder)


def test_other_users_of_the_machine_cannot_reach_the_data(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "home", scratch=True)
    server.start()
    data = tmp_path / "home" / "postgres"
    assert data.stat().st_mode & 0o077 == 0
    assert (data / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    server.leave()


def test_says_what_is_wrong_when_the_data_cannot_be_used(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    server = EmbeddedServer(tmp_path)
    with pytest.raises(DatabaseDidNotStart, match="JISHIYU_DATABASE_URL"):
        server.start()
    os.remove(data / "PG_VERSION")
