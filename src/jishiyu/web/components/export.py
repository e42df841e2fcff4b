"""What is filtered, as a file: Excel or CSV, streamed row by row, with a cover that says who, when, which filter."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.audit.operations import record
from jishiyu.engine.money import fen_to_yuan
from jishiyu.web.components.badge import Badge
from jishiyu.web.components.filters import Asked
from jishiyu.web.components.names import Named
from jishiyu.web.components.sheet import sheets
from jishiyu.web.figures.figure import Unit
from jishiyu.web.gate import who
from jishiyu.web.language import spoken_on

if TYPE_CHECKING:
    from jishiyu.web.components.listing import Listing

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for a formula gets an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(
    request: HttpRequest, listing: "Listing", rows: Iterator[Any], *, asked: Sequence[Asked], kind: str, at: datetime
) -> StreamingHttpResponse:
    """Return the rows as a file that starts at once; that it was taken stands in the trail."""
    said = [(str(one.filter.words), one.text) for one in asked if one.value not in (None, "")]
    in_full = [str(column.heading) for column in listing.columns if column.in_full]
    cover = cover_of(request, title=str(listing.title), said=said, at=at, in_full=in_full)
    headings = [str(column.heading) for column in listing.columns]
    known: dict[str, str] = {}
    values = ([_plain(column.value(row), column.unit, known) for column in listing.columns] for row in rows)
    details = {"list": listing.name, "kind": kind, "filter": {one.filter.key: one.text for one in asked if one.text}}
    with whole():
        record(by=who(request).name, action="export", record=f"list {listing.name}", details=details, at=at)
    name = f"{listing.name}-{timezone.localtime(at):%Y%m%d-%H%M}.{kind}"
    made = _csv(cover, headings, values) if kind == "csv" else sheets(cover=cover, headings=headings, rows=values)
    response = StreamingHttpResponse(
        spoken_on(made), content_type="text/csv; charset=utf-8" if kind == "csv" else EXCEL
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def cover_of(
    request: HttpRequest, *, title: str, said: Sequence[tuple[str, str]], at: datetime, in_full: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return the lines of a cover: who, when, which filter (`said`: what was asked for, in words), masked or not.

    `in_full` are the headings under which names of people stand unmasked.
    """
    account = who(request).account
    by = f"{account.full_name} ({account.name})" if account is not None else ""
    filters = "; ".join(f"{words} = {value}" for words, value in said)
    masked = _("masked") if not in_full else _("masked, but in full: %(columns)s") % {"columns": ", ".join(in_full)}
    return [
        (title, ""),
        (_("Exported by"), by),
        (_("Exported at"), timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")),
        (_("Filter"), filters or _("none")),
        (_("Personal data"), masked),
    ]


def _plain(value: Any, unit: Unit, known: dict[str, str]) -> Any:
    """Return a value as a spreadsheet keeps it: amounts in yuan, days as days, staff by name (`known` so far), the rest as text."""
    if isinstance(value, Named):
        return value.say(known)
    if isinstance(value, Badge):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) and not isinstance(value, bool):
        return fen_to_yuan(value) if unit is Unit.FEN else value
    if value is None or isinstance(value, date):
        return value
    return str(value)


def _csv(cover: Sequence[tuple[str, str]], headings: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # so that Excel reads UTF-8
    for line in cover:
        writer.writerow([_harmless(cell) for cell in line])
    writer.writerow([])
    writer.writerow([_harmless(heading) for heading in headings])
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        if buffer.tell() > 32_768:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else "" if cell is None else cell
