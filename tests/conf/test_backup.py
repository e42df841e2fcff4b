"""A backup brings everything back in another place: rows, sealed files, keys; and is refused where it is not as it was saved."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jishiyu.conf.backup import BackupUnusable, DatabaseInUse, KeysWithData, PlaceNotEmpty, back_up, restore
from tests.apps.subsidies.situations import AT, enrol, load, member, stay

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
