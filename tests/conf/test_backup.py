"""A backup brings everything back in another place: rows, sealed files, keys; and is refused where it is not as it was saved."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jishiyu.conf.backup import BackupUnusable, DatabaseInUse, KeysWithData, PlaceNotEmpty, back_up, restore
from jishiyu.conf.database import BINARIES, SYSTEM_USER
from jishiyu.conf.dumping import ProgramFailed, bring_back, dump
from tests.apps.subsidies.situations import AT, enrol, load, member, stay

OLDER = BINARIES.parents[1] / "pginstall" / "bin"  # the wheel brings version 16 too
pytestmark = pytest.mark.django_db(transaction=True)
SEALED = b"a paper, sealed"
NAMES = """
from jishiyu.conf.start import ready
ready()
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.models import Decision
print(*identities(person_ids=list(Person.objects.values_list("pk", flat=True)))["name"], Decision.objects.get().payable_fen)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a data folder with the keys of this run, a paper, and a member who was paid."""
    folder = tmp_path / "home"
    (folder / "papers" / "ab").mkdir(parents=True)
    (folder / "papers" / "ab" / "paper").write_bytes(SEALED)
    (folder / "session.key").write_text("signs sessions")
    shutil.copy(settings.KEY_FILE, folder / "keys.json")
    monkeypatch.setenv("JISHIYU_HOME", str(folder))
    enrol(tmp_path, member(1, name="王小明"))
    load(tmp_path, "feed", stay(1, "A", "20000.00", psn_name="王小明"))
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, database_server: str) -> Iterator[dict[str, str]]:
    """Give the variables of an empty installation: another data folder, another database of the server."""
    parts = conninfo_to_dict(database_server)
    with psycopg.connect(make_conninfo(**{**parts, "dbname": "postgres"}), autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
        yield {
            "JISHIYU_HOME": str(tmp_path / "elsewhere"),
            "JISHIYU_DATABASE_URL": make_conninfo(**{**parts, "dbname": "restored"}),
        }
        connection.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def of_their_own() -> Iterator[str]:
    """Give a server of the city's own as its administrator runs it: an older version, reached by port and password."""
    folder, user = Path(tempfile.mkdtemp(prefix="jishiyu-own-")), SYSTEM_USER if os.geteuid() == 0 else None
    password, data, port = folder / "password", folder / "data", free_port()
    password.write_text("a superuser's")
    data.mkdir(mode=0o700)
    for path in (folder, password, data):
        shutil.chown(path, user, user) if user else None

    def call(*words: str) -> None:
        subprocess.run(words, user=user, group=user, cwd="/", check=True, stdout=subprocess.DEVNULL)

    call(str(OLDER / "initdb"), "-D", str(data), "-U", "dba", f"--pwfile={password}", "--auth=scram-sha-256",
         "--encoding=UTF8", "--no-locale", "--no-sync")  # fmt: skip
    control = (str(OLDER / "pg_ctl"), "-w", "-D", str(data))
    call(*control, "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off",
         "start")  # fmt: skip
    yield make_conninfo(host="127.0.0.1", port=port, user="dba", password="a superuser's", dbname="postgres")
    call(*control, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def their_database(of_their_own: str, tmp_path: Path) -> dict[str, str]:
    """Give the variables of an empty installation whose database belongs to an ordinary user of such a server."""
    with psycopg.connect(of_their_own, autocommit=True) as connection:
        connection.execute("CREATE ROLE \"zong gong hui\" LOGIN PASSWORD 'an owner''s'")
        connection.execute('CREATE DATABASE city OWNER "zong gong hui"')
    owner = make_conninfo(of_their_own, user="zong gong hui", password="an owner's", dbname="city")
    return {"JISHIYU_HOME": str(tmp_path / "elsewhere"), "JISHIYU_DATABASE_URL": owner}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def run(*words: str, variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


def test_what_was_saved_is_there_in_another_place(home: Path, elsewhere: dict[str, str], tmp_path: Path) -> None:
    folder, keys = tmp_path / "backup", tmp_path / "safe"
    saved = run("-m", "jishiyu.cli", "backup", str(folder), "--keys", str(keys), variables={})
    assert saved.returncode == 0, saved.stderr
    assert not list(folder.rglob("*.key")) + list(folder.rglob("keys.json"))
    assert {path.stat().st_mode & 0o077 for path in (folder, keys, keys / "keys.json", keys / "session.key")} == {0}
    back = run("-m", "jishiyu.cli", "restore", str(folder), "--keys", str(keys), variables=elsewhere)
    assert (back.returncode, "完整 / whole" in back.stdout) == (0, True), back.stderr
    noted = saved.stdout.split("--rows ")[1].split()
    verified = run("-m", "jishiyu.cli", "audit", "verify", "--rows", noted[0], "--head", noted[2], variables=elsewhere)
    assert (verified.returncode, f"{noted[0]} 行" in verified.stdout) == (0, True), verified.stdout + verified.stderr
    assert run("-c", NAMES, variables=elsewhere).stdout.split() == ["王小明", "40000"]
    there = Path(elsewhere["JISHIYU_HOME"])
    assert (there / "papers" / "ab" / "paper").read_bytes() == SEALED
    assert (there / "session.key").read_text() == "signs sessions"


def test_a_server_of_their_own_is_restored_into_and_saved_from(
    home: Path, of_their_own: str, their_database: dict[str, str], tmp_path: Path, database_server: str
) -> None:
    folder, keys = tmp_path / "backup", tmp_path / "safe"
    back_up(folder=folder, keys=keys, at=AT)
    words = ("-m", "jishiyu.cli", "restore", str(folder), "--keys", str(keys))
    refused = run(*words, variables=their_database)
    assert (refused.returncode, "CREATE ROLE jishiyu_city" in refused.stderr) == (1, True), refused.stderr
    asked = refused.stderr.strip().split("administrator to run: ")[1]
    with psycopg.connect(of_their_own, autocommit=True) as connection:
        connection.execute(asked)  # as the sentence says
    back = run(*words, variables=their_database)
    assert (back.returncode, "完整 / whole" in back.stdout) == (0, True), back.stderr
    assert run("-c", NAMES, variables=their_database).stdout.split() == ["王小明", "40000"]
    with psycopg.connect(their_database["JISHIYU_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE of_tomorrow (id integer)")  # what a new version makes is open to requests too
        may = "SELECT has_table_privilege('jishiyu_web', 'of_tomorrow', 'SELECT')"
        assert connection.execute(may).fetchone() == (True,)
    # And back again, over the port and with the password, to the embedded server and its owner.
    again = run("-m", "jishiyu.cli", "backup", str(tmp_path / "theirs"), variables=their_database)
    assert again.returncode == 0, again.stderr
    parts = conninfo_to_dict(database_server)
    with psycopg.connect(make_conninfo(**{**parts, "dbname": "postgres"}), autocommit=True) as connection:
        connection.execute("CREATE DATABASE home_again")
        there = {
            "JISHIYU_HOME": str(tmp_path / "home again"),
            "JISHIYU_DATABASE_URL": make_conninfo(**{**parts, "dbname": "home_again"}),
        }
        back = run("-m", "jishiyu.cli", "restore", str(tmp_path / "theirs"), "--keys", str(keys), variables=there)
        assert (back.returncode, "完整 / whole" in back.stdout) == (0, True), back.stderr
        assert run("-c", NAMES, variables=there).stdout.split() == ["王小明", "40000"]
        connection.execute("DROP DATABASE home_again WITH (FORCE)")


def test_half_a_dump_leaves_nothing_behind(home: Path, elsewhere: dict[str, str], tmp_path: Path) -> None:
    whole, half = tmp_path / "whole", tmp_path / "half"
    dump(url=os.environ["JISHIYU_DATABASE_URL"], into=whole)
    half.write_bytes(whole.read_bytes()[:-2000])
    url = elsewhere["JISHIYU_DATABASE_URL"]
    with pytest.raises(ProgramFailed, match="pg_restore"):
        bring_back(url=url, dumped=half)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE TABLE django_migrations (id integer)")
    with pytest.raises(ProgramFailed, match=r"psql.*django_migrations"):
        bring_back(url=url, dumped=whole)


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    nowhere = {
        "JISHIYU_HOME": str(tmp_path / "new"),
        "JISHIYU_DATABASE_URL": f"postgresql://a:geheim@127.0.0.1:{free_port()}/city",
    }
    refused = run("-m", "jishiyu.cli", "backup", str(tmp_path / "backup"), variables=nowhere)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 2)
    assert "JISHIYU_DATABASE_URL" in refused.stderr
    assert "geheim" not in refused.stderr


def test_a_backup_that_was_changed_is_not_restored(
    home: Path, elsewhere: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, keys = tmp_path / "backup", tmp_path / "safe"
    found = back_up(folder=folder, keys=keys, at=AT)
    assert set(found["files"]) == {"database.dump", "papers/ab/paper"}
    (folder / "papers" / "ab" / "paper").write_bytes(b"another paper")
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BackupUnusable, match="papers/ab/paper"):
        restore(folder=folder, keys=keys)
    (folder / "papers" / "ab" / "paper").write_bytes(SEALED)
    (keys / "session.key").unlink()
    with pytest.raises(BackupUnusable, match=r"session\.key"):
        restore(folder=folder, keys=keys)
    assert not Path(elsewhere["JISHIYU_HOME"]).exists()
    (folder / "backup.json").write_text(json.dumps(found)[:-5])
    with pytest.raises(BackupUnusable, match=r"backup\.json"):
        restore(folder=folder, keys=keys)


def test_nothing_that_is_there_is_written_over(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, keys = tmp_path / "backup", tmp_path / "safe"
    with pytest.raises(KeysWithData):
        back_up(folder=folder, keys=folder / "keys", at=AT)
    back_up(folder=folder, keys=keys, at=AT)
    with pytest.raises(PlaceNotEmpty):
        back_up(folder=folder, keys=None, at=AT)
    with pytest.raises(PlaceNotEmpty):
        restore(folder=folder, keys=keys)
    monkeypatch.setenv("JISHIYU_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(DatabaseInUse):
        restore(folder=folder, keys=keys)
