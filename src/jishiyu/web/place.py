"""What this installation shows: the city, the period, and the scale beside published figures."""

import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.outside.queries import gateways

SPAN = "SELECT min(as_of), max(as_of) FROM intake_feed WHERE state <> 'withdrawn'"


@dataclass(frozen=True, slots=True)
class Place:
    """The period `[since, until)` that pages count, the day up to which data came in, and what to compare with."""

    issuer: str
    since: date
    until: date
    as_of: date
    compare: str
    scale: Fraction


def place() -> Place:
    """This function will read `console.json` in the data folder (`issuer`, `since`, `until`, `compare`, `scale`).

    Without it the period is made of the whole years in which feeds came in, and nothing is compared.
    """
    said = told(Path(settings.CONSOLE_FILE))
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last = cursor.fetchone()
    first, last = first or date(2000, 1, 1), last or date(2000, 1, 1)
    return Place(
        issuer=said.get("issuer", "市总工会"),
        since=date.fromisoformat(said["since"]) if "since" in said else date(first.year, 1, 1),
        until=date.fromisoformat(said["until"]) if "until" in said else date(last.year + 1, 1, 1),
        as_of=last,
        compare=said.get("compare", ""),
        scale=Fraction(said.get("scale", "1")),
    )


def issuer() -> str:
    """This function will return the name of the union this installation belongs to."""
    return str(told(Path(settings.CONSOLE_FILE)).get("issuer", "市总工会"))


def codes_in_log() -> bool:
    """This function will say whether one-time codes may be read in the notice log: only where `console.json` says so
    (`codes_in_log`, written by the demo) and no channel brings them. Who reads a code could sign in as the member."""
    with whole():  # whoever asks: a gateway that the reader's eyes do not see still brings codes
        return told(Path(settings.CONSOLE_FILE)).get("codes_in_log") is True and not gateways()


def told(path: Path) -> dict[str, Any]:
    """This function will return what the file says; nothing where there is none."""
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
