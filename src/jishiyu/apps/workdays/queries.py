"""The working days everybody counts by: those that are shipped, and those that were entered here."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from jishiyu.engine.calendar import SHIPPED, Calendar, Notice, load_calendar, read_notice, shipped_calendar

ASKED_FROM = (12, 1)  # of a year, for the next one: its notice is published in November


def known_calendar() -> Calendar:
    """This function will return the working days of all years that are shipped or were entered on this installation."""
    folder = Path(settings.CALENDAR_FOLDER)
    stamps = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.toml")))
    return _calendar(folder, stamps)


@lru_cache(maxsize=4)
def _calendar(folder: Path, stamps: tuple[tuple[str, int], ...]) -> Calendar:
    """Read the notices once, and again when one of them (`stamps`) has changed."""
    return load_calendar(SHIPPED, folder)


def notices() -> list[tuple[Notice, bool]]:
    """This function will return every known notice, the newest year first, and whether it comes with the product."""
    found = {one.year: (one, True) for one in map(read_notice, SHIPPED.glob("*.toml"))}
    entered = {one.year: (one, False) for one in map(read_notice, Path(settings.CALENDAR_FOLDER).glob("*.toml"))}
    return [(entered | found)[year] for year in sorted({*found, *entered}, reverse=True)]


def is_shipped(year: int) -> bool:
    """This function will tell whether a year's notice comes with the product."""
    return year in shipped_calendar().years


def year_to_enter(*, on: date, until: date | None = None) -> int | None:
    """This function will return the first year whose notice has to be entered now, None where none has to.

    That is this year; from December on the next one; and any year up to the day `until`, where something goes on
    until then.
    """
    last = on.year + ((on.month, on.day) >= ASKED_FROM)
    if until is not None:
        last = max(last, until.year)
    known = known_calendar().years
    return next((year for year in range(on.year, last + 1) if year not in known), None)
