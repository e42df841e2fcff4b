"""What the system administrator changes about the way outside; each change stands in the trail without its secrets."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.outside.models import Name, Setting
from jishiyu.apps.outside.problems import FolderOfOurOwn, FolderUnusable, SetByVariable
from jishiyu.apps.outside.queries import SEALED, gateways, hidden, mark, set_by_variable, watched_folder
from jishiyu.apps.people.sealing import seal_many

LOCK = "SELECT pg_advisory_xact_lock(7462031)"


@transaction.atomic
def set_gateways(*, add: Sequence[str], drop: Sequence[str], by: str, at: datetime) -> tuple[str, ...]:
    """This function will add addresses of Apprise and drop those with the given marks, and return what holds now.

    The trail names each by its scheme and host, and the beginning of its keyed hash. Raises `SetByVariable`.
    """
    _alone(Name.GATEWAYS)
    before = gateways()
    kept = [url for url in before if mark(url) not in drop]
    after = tuple(dict.fromkeys([*kept, *add]))
    if after != before:
        _keep(Name.GATEWAYS, list(after), by, at)
        changes = {"gateways": ([_trace(url) for url in before], [_trace(url) for url in after])}
        record(by=by, action="settings.outside", record="installation", details={}, at=at, changes=changes)
    return after


@transaction.atomic
def set_watched_folder(*, path: str, by: str, at: datetime) -> str:
    """This function will say which folder is watched (empty: none); raises SetByVariable, FolderUnusable, FolderOfOurOwn."""
    _alone(Name.WATCHED_FOLDER)
    before, after = watched_folder(), path and str(_usable(path))
    if after != before:
        _keep(Name.WATCHED_FOLDER, after, by, at)
        changes = {"watched_folder": (before, after)}
        record(by=by, action="settings.outside", record="installation", details={}, at=at, changes=changes)
    return after


def _alone(name: Name) -> None:
    """Let nobody else change settings until the end of the transaction, and nobody where the environment says it."""
    if variable := set_by_variable(name):
        raise SetByVariable(variable=variable)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _keep(name: Name, value: Any, by: str, at: datetime) -> None:
    token = seal_many([json.dumps(value, ensure_ascii=False).encode()], purpose=SEALED)[0]
    Setting.objects.update_or_create(
        name=name, defaults={"sealed": token, "changed_by": by, "changed_at": at}
    )  # fmt: skip


def _trace(url: str) -> str:
    return f"{hidden(url)} #{mark(url)}"


def _usable(path: str) -> Path:
    """Return the folder without links in its path."""
    folder = Path(path)
    if not folder.is_absolute() or not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise FolderUnusable(path=path)
    real = folder.resolve()
    own = [Path(one).resolve() for one in (settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER, settings.KEY_FILE)]
    own.append(Path(settings.CONSOLE_FILE).resolve().parent)  # the data folder, with the database
    if any(real.is_relative_to(one) or one.is_relative_to(real) for one in own):
        raise FolderOfOurOwn(path=path)
    return real
