"""Entering the State Council's notice of a year."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.files.writing import write_safely
from jishiyu.apps.workdays.problems import NoticeNotKept, YearIsShipped
from jishiyu.apps.workdays.queries import is_shipped
from jishiyu.engine.calendar import Notice, NoticeRefused, notice_of, read_notice

LOCK = "SELECT pg_advisory_xact_lock(7462032)"


def enter_notice(*, text: str, file: str, by: str, at: datetime) -> Notice:
    """This function will keep a year's notice, in the place of one that was entered before; everybody counts by it at once.

    Raises `NoticeRefused`, `YearIsShipped`, `NoticeNotKept`; then nothing was changed.
    """
    notice = notice_of(text, file=file)
    if is_shipped(notice.year):
        raise YearIsShipped(year=notice.year)
    path = Path(settings.CALENDAR_FOLDER) / f"{notice.year}.toml"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)  # one at a time: what is recorded as before is what was there
        before = _there(path)
        changes = {
            "off": (_spans(before.spans) if before else None, _spans(notice.spans)),
            "worked": (_listed(before.worked) if before else None, _listed(notice.worked)),
            "source": (before.source if before else None, notice.source),
        }
        record(by=by, action="workdays.entered", record=f"year {notice.year}", details={}, at=at, changes=changes)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_safely(path, text.encode())
        except OSError as error:
            raise NoticeNotKept(path=path, reason=error.strerror or "") from error
    return notice


def text_of(*, year: int, spans: Sequence[tuple[date, date]], worked: Sequence[date], source: str) -> str:
    """This function will return a notice as its file says it."""
    words = source.replace("\\", "/").replace('"', "'")
    words = "".join(sign if sign.isprintable() else " " for sign in words)
    lines = [
        f"year = {year}", f'source = "{words}"', 'status = "entered"',
        f"work = [{_listed(worked)}]",
    ]  # fmt: skip
    return "\n".join([*lines, *(f"\n[[holiday]]\nfirst = {first}\nlast = {last}" for first, last in spans)]) + "\n"


def _there(path: Path) -> Notice | None:
    """Return the notice that is there; one that somebody has spoiled by hand is none, and is put right by the new one."""
    try:
        return read_notice(path) if path.is_file() else None
    except NoticeRefused:
        return None


def _spans(spans: Sequence[tuple[date, date]]) -> str:
    return ", ".join(f"{first}" if first == last else f"{first} – {last}" for first, last in spans)


def _listed(days: Sequence[date]) -> str:
    return ", ".join(map(str, days))
