"""Where files lie: sealed, each under a random name, in folders that no web server serves.

What somebody called their file is text in the database and never part of a path. A file is bound to its name: put in
the place of another one it does not open.
"""

import contextlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jishiyu.apps.people.sealing import open_many, seal_many

NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Store:
    """One folder of sealed files: the setting that names it, and the purpose they are sealed for."""

    setting: str
    purpose: str

    def keep(self, content: bytes) -> str:
        """This function will seal bytes into a new file and return its random name; on the disk when this returns."""
        name = secrets.token_hex(16)
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = seal_many([content], purpose=self._purpose(name))[0]
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        for folder in (path.parent, path.parent.parent):
            _flush(folder)
        return name

    def fetch(self, name: str) -> bytes:
        """This function will return the bytes of a file. Raises `TokenDoesNotOpen` for one that was changed or exchanged."""
        return open_many([self._path(name).read_bytes()], purpose=self._purpose(name))[0]

    def forget(self, name: str) -> None:
        """This function will remove a file; that it is gone already is no mistake."""
        with contextlib.suppress(FileNotFoundError):
            self._path(name).unlink()

    def names_kept(self) -> set[str]:
        """This function will return the names of all files that lie here."""
        return {path.name for path in self._folder().glob("*/*") if NAME.fullmatch(path.name)}

    def age_of(self, name: str) -> int:
        """This function will return when a file was written, in seconds of the file system's clock."""
        return int(self._path(name).stat().st_mtime)

    def _folder(self) -> Path:
        return Path(getattr(settings, self.setting))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not the name of a file")
        return self._folder() / name[:2] / name

    def _purpose(self, name: str) -> str:
        return f"{self.purpose} {name}"


PAPERS = Store("PAPERS_FOLDER", "applications_paper.file")
HELP = Store("HELP_FOLDER", "enterprises_attachment.file")


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
