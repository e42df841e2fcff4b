"""The file `console.json`: read by every page, changed by the system administrator, each change in the trail."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.files.writing import write_safely
from jishiyu.engine.problems import Problem
from jishiyu.web.place import issuer, told

FIELDS = ("issuer", "since", "until", "compare", "scale")
LOCK = "SELECT pg_advisory_xact_lock(7462030)"


class SettingsNotKept(Problem):
    """The data folder does not let us write."""

    en = "The settings could not be written to {path}: {reason}. Nothing was changed. Let the user of the server write there."
    zh = "设置未能写入 {path}:{reason}。未作任何变更。请让服务器的运行用户对该处有写入权限。"


def change(*, fresh: Mapping[str, str | date | None], by: str, at: datetime) -> None:
    """This function will write the settings of the installation; it takes effect with the next page. Raises `SettingsNotKept`.

    An empty value leaves its line out of the file.
    """
    path = Path(settings.CONSOLE_FILE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)  # one at a time: what is recorded as before is what was there
        before = told(path)
        after = before | {name: str(fresh[name]) if fresh[name] else "" for name in FIELDS}
        after = {name: value for name, value in after.items() if value}
        if after == before:
            return
        changes = {name: (before.get(name), after.get(name)) for name in FIELDS}
        record(by=by, action="settings.change", record="installation", details={}, at=at, changes=changes)
        try:
            write_safely(path, (json.dumps(after, ensure_ascii=False) + "\n").encode())
        except OSError as error:
            raise SettingsNotKept(path=path, reason=error.strerror or "") from error


def now() -> dict[str, str]:
    """This function will return what the file says, with the scale that holds where it says none."""
    return {"issuer": issuer(), "scale": "1"} | told(Path(settings.CONSOLE_FILE))
