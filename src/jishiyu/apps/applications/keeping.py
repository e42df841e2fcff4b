"""Where papers lie: sealed, each under a random name, in a folder that no web server serves.

What somebody called their file is text in the database and never part of a path. A file is bound to its name: put in
the place of another one it does not open.
"""

import contextlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings

from jishiyu.apps.people.sealing import open_many, seal_many

NAME = re.compile(r"[0-9a-f]{32}")


def keep(content: bytes) -> str:
    """This function will seal bytes into a new file and return its random name; on the disk when this returns."""
    name = secrets.token_hex(16)
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = seal_many([content], purpose=_purpose(name))[0]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(token)
        file.flush()
        os.fsync(file.fileno())
    for folder in (path.parent, path.parent.parent):
        _flush(folder)
    return name


def fetch(name: str) -> bytes:
    """This function will return the bytes of a file. Raises `TokenDoesNotOpen` for one that was changed or exchanged."""
    return open_many([_path(name).read_bytes()], purpose=_purpose(name))[0]


def forget(name: str) -> None:
    """This function will remove a file; that it is gone already is no mistake."""
    with contextlib.suppress(FileNotFoundError):
        _path(name).unlink()


def names_kept() -> set[str]:
    """This function will return the names of all files that lie here."""
    return {path.name for path in Path(settings.PAPERS_FOLDER).glob("*/*") if NAME.fullmatch(path.name)}


def age_of(name: str) -> int:
    """This function will return when a file was written, in seconds of the file system's clock."""
    return int(_path(name).stat().st_mtime)


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a paper")
    return Path(settings.PAPERS_FOLDER) / name[:2] / name


def _purpose(name: str) -> str:
    return f"applications_paper.file {name}"


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
