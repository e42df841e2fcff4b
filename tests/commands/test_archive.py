"""`jishiyu archive`: make and verify, as a person would."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from jishiyu.cli import main
from tests.apps.visits.test_archiving import changed, close, whole

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")
    monkeypatch.setattr("jishiyu.conf.start.ready", lambda: None)  # the tests' own database stands


def test_an_archive_is_made_and_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    close(whole())
    out = tmp_path / "archive.zip"
    assert main(["archive", "make", "power-1", "E1", "--out", str(out)]) == 0
    assert "已归档" in capsys.readouterr().out
    assert main(["archive", "verify", str(out)]) == 0
    told = capsys.readouterr().out
    assert "与归档时的哈希一致" in told
    assert "档案完整" in told
    assert main(["archive", "verify", str(out), "--alone"]) == 0


def test_what_was_changed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    close(whole())
    out = tmp_path / "archive.zip"
    main(["archive", "make", "power-1", "E1", "--out", str(out)])

    def meddle(files: dict[str, bytes]) -> None:
        files["needs.csv"] += b"x"
        del files["actions.csv"]

    out.write_bytes(changed(out.read_bytes(), meddle))
    capsys.readouterr()
    assert main(["archive", "verify", str(out)]) == 1
    told = capsys.readouterr().out
    assert "已改动 / changed: needs.csv" in told
    assert "缺失 / missing: actions.csv" in told
    assert "不一致" in told


def test_what_is_no_archive_or_unknown_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("a", "b")
    assert main(["archive", "verify", str(other), "--alone"]) == 1
    assert main(["archive", "verify", str(tmp_path / "none.zip"), "--alone"]) == 1
    assert main(["archive", "make", "power-9", "E1", "--out", str(tmp_path / "x.zip")]) == 1
    assert "power-9" in capsys.readouterr().err
