"""Files in the data folder are sealed, whole or refused, and gone when their time is over."""

from datetime import timedelta
from pathlib import Path

import pytest

from jishiyu.apps.jobs.models import Kind, Upload
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.problems import UploadChanged, UploadGone, UploadTooLarge
from jishiyu.apps.jobs.uploads import (
    PIECE,
    bytes_of,
    called_plainly,
    folder,
    keep_upload,
    opened_upload,
    remove_old_uploads,
    remove_strays,
)
from tests.apps.subsidies.situations import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]


def keep(*pieces: bytes, name: str = "结算.csv") -> Upload:
    return keep_upload(pieces=pieces, name=name, by="li.na", at=AT)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5])
def test_what_comes_out_is_what_went_in(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    upload = keep(*(data[at : at + 70_001] for at in range(0, size, 70_001)))
    assert b"".join(bytes_of(upload)) == data
    with opened_upload(upload) as path:
        assert (path.name, path.read_bytes()) == ("结算.csv", data)
    assert not path.exists()
    assert [entry.name for entry in folder().iterdir()] == [upload.place]


def test_nothing_of_it_stands_on_the_disk() -> None:
    upload = keep(b"220102198001010010,\xe5\xbc\xa0\xe4\xb8\x89")
    sealed = (folder() / upload.place).read_bytes()
    assert b"22010219800101" not in sealed
    assert (folder() / upload.place).stat().st_mode & 0o077 == 0


def test_a_name_is_never_a_path() -> None:
    assert keep(b"x", name="../../etc/passwd").name == "passwd"
    assert keep(b"x", name="C:\\temp\\a.csv").name == "a.csv"


@pytest.mark.parametrize("harm", ["cut", "swap", "bit"])
def test_a_harmed_file_is_refused(harm: str) -> None:
    upload = keep(b"a" * PIECE, b"b" * PIECE)
    path = folder() / upload.place
    sealed = path.read_bytes()
    half = len(sealed) // 2
    path.write_bytes({"cut": sealed[:half], "swap": sealed[half:] + sealed[:half],
                      "bit": sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]}[harm])  # fmt: skip
    with pytest.raises(UploadChanged):
        list(bytes_of(upload))


def test_too_large_is_refused_and_leaves_nothing() -> None:
    with pytest.raises(UploadTooLarge):
        keep_upload(pieces=[b"x" * 10, b"y" * 10], name="a", by="li.na", at=AT, largest=15)
    assert (list(folder().iterdir()), Upload.objects.count()) == ([], 0)


def test_old_ones_go_but_not_those_a_job_waits_for() -> None:
    gone, waited = keep(b"1"), keep(b"2")
    queue(kind=Kind.TAKE_FEED, by="li.na", at=AT, upload=waited)
    assert remove_old_uploads(before=AT + timedelta(days=1), at=AT) == 1
    assert b"".join(bytes_of(waited)) == b"2"
    with pytest.raises(UploadGone):
        list(bytes_of(Upload.objects.get(pk=gone.pk)))


def test_strays_go_and_known_files_stay() -> None:
    upload = keep(b"1")
    stray = folder() / "stray"
    stray.write_bytes(b"?")
    assert remove_strays(older_than=stray.stat().st_mtime) == 0
    assert remove_strays(older_than=stray.stat().st_mtime + 1) == 1
    assert [entry.name for entry in folder().iterdir()] == [upload.place]


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("三月.csv", "三月.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\march.xlsx", "march.xlsx"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nb\x00.csv", "ab.csv"),
        ("结" * 250 + ".csv", "结" * 38 + ".csv"),
        ("x" * 300, "x" * 120),
        (".csv", "csv"),
        ("read.me please, it is long", "read.me please, it is long"),
    ],
)
def test_a_file_is_called_so_that_any_disk_can_hold_it(given: str, called: str) -> None:
    assert called_plainly(given) == called
