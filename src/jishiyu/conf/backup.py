"""The backup of an installation: database and sealed files in one folder, keys in another; and the way back.

The database goes first: a file that its rows name was there before. `backup.json` says what was saved, with a hash of
each file and where the audit trail stood. docs/howto/operate.md
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from jishiyu.conf.dumping import bring_back, dump
from jishiyu.conf.home import ensure_home, home, key_file
from jishiyu.conf.start import load
from jishiyu.engine.problems import Problem

DUMP, LIST, FORMAT = "database.dump", "backup.json", 1
# What an installation has beside its database. What the laboratory measured is measured again.
FOLDERS, FILES = ("papers", "help", "uploads", "calendar"), ("console.json",)
KEYS, SESSIONS = "keys.json", "session.key"
TRAIL = "SELECT seq, encode(hash, 'hex') FROM audit_trail WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"


class PlaceNotEmpty(Problem):
    """Where something is to be written, there is something already."""

    en = "{place} is not empty. Name an empty or new folder; nothing was written."
    zh = "{place} 不是空的。请另选空文件夹或新文件夹;没有写入任何内容。"


class KeysWithData(Problem):
    """The keys would lie in the same folder as what they open."""

    en = (
        "{keys} lies in {folder}. With the keys beside it a stolen backup can be read: name a folder on another medium."
    )
    zh = "{keys} 在 {folder} 之内。密钥与数据同放,备份被盗即可被读取:请指定另一介质上的文件夹。"


class BackupUnusable(Problem):
    """A file of a backup is missing or is not what was saved."""

    en = "{file} of the backup is missing or not as it was saved. Take another backup; nothing was restored."
    zh = "备份中的 {file} 缺失或与保存时不一致。请改用另一份备份;没有恢复任何内容。"


class DatabaseInUse(Problem):
    """The database that a backup would be restored into holds tables."""

    en = "The database of this installation holds tables already. Restore into an empty one (JISHIYU_HOME, JISHIYU_DATABASE_URL)."
    zh = "本安装的数据库中已有数据表。请恢复到空的数据库(JISHIYU_HOME、JISHIYU_DATABASE_URL)。"


class NotCopied(Problem):
    """A file could not be copied: the disk is full, or what is removed at night was removed meanwhile."""

    en = "A file could not be copied: {why}. Start the backup again into a new folder."
    zh = "有文件未能复制:{why}。请另选新文件夹重新备份。"


def back_up(*, folder: Path, keys: Path | None, at: datetime) -> dict[str, Any]:
    """This function will save the database and the files into `folder`, the keys into `keys`; returns the list.

    Both folders are made, or are empty. Raises `PlaceNotEmpty`, `KeysWithData`, `NotCopied`, `ProgramFailed`.
    """
    folder = folder.resolve()
    if keys is not None and keys.resolve().is_relative_to(folder):
        raise KeysWithData(keys=keys, folder=folder)
    for place in (folder, keys):
        if place is not None:
            _make_empty(place)
    url = os.environ["JISHIYU_DATABASE_URL"]
    with psycopg.connect(url) as connection:
        rows, head = connection.execute(TRAIL).fetchone() or (0, "")
    dump(url=url, into=folder / DUMP)
    try:
        _copy(home(), folder)
    except (OSError, shutil.Error) as error:
        raise NotCopied(why=error) from error
    found = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "trail_rows": rows,
        "trail_head": head,
        "files": _hashes(folder),
    }
    (folder / LIST).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if keys is not None:
        for source, name in ((key_file(), KEYS), (home() / SESSIONS, SESSIONS)):
            shutil.copyfile(source, keys / name)
            (keys / name).chmod(0o600)
    return found


def restore(*, folder: Path, keys: Path) -> dict[str, Any]:
    """This function will bring a backup back into an empty installation and return its list.

    Everything is looked at before anything is written. Raises `BackupUnusable`, `PlaceNotEmpty`, `DatabaseInUse`,
    `ProgramFailed`, `RolesNotAllowed`.
    """
    found = _whole(folder)
    for name in (KEYS, SESSIONS):
        if not (keys / name).is_file():
            raise BackupUnusable(file=keys / name)
    here = ensure_home()
    for place in (*(here / name for name in (*FOLDERS, *FILES, SESSIONS)), key_file()):
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise PlaceNotEmpty(place=place)
    load()
    url = os.environ["JISHIYU_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
            raise DatabaseInUse
    from jishiyu.apps.accounts.rows import make_roles

    make_roles()  # they belong to a server and not to a database
    bring_back(url=url, dumped=folder / DUMP)
    _copy(folder, here)
    key_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for source, place in ((keys / KEYS, key_file()), (keys / SESSIONS, here / SESSIONS)):
        shutil.copyfile(source, place)
        place.chmod(0o600)
    return found


def _copy(source: Path, target: Path) -> None:
    for name in FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
    for name in FILES:
        if (source / name).is_file():
            shutil.copy2(source / name, target / name)


def _make_empty(place: Path) -> None:
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise PlaceNotEmpty(place=place)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)


def _hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a backup by its name in it."""
    return {name: _sha256(folder / name) for name in sorted(_names(folder)) if name != LIST}


def _names(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole(folder: Path) -> dict[str, Any]:
    """Return the list of a backup whose files are all as they were saved."""
    try:
        found: dict[str, Any] = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupUnusable(file=LIST) from error
    for name, digest in found["files"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != digest:
            raise BackupUnusable(file=name)
    return found
