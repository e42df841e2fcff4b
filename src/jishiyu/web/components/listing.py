"""The one list: query row, toolbar, dense table, pages, selection, export of what is filtered.

LIST = Listing("cases", _("Call lists"), columns=(...), filters=(...))

def cases(request):
    return LIST.answer(request, QueryRows)  # see `answer`
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from jishiyu.web.components.badge import Badge
from jishiyu.web.components.export import exported
from jishiyu.web.components.filters import Asked, Filter, asked, narrowed
from jishiyu.web.components.names import Named, learn
from jishiyu.web.components.rows import QueryRows, Rows
from jishiyu.web.figures.figure import Unit, text
from jishiyu.web.language import language

SIZES = (25, 50, 100, 200)
COUNTED = 10_000  # more are not counted, and not paged through: narrow the list or export it
Words = str | Promise
MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` takes a row and returns what stands there: text, number, fen, day, moment, a Badge or Named staff.

    `href` leads somewhere; `order` are the fields a click on the heading sorts by. A masked value stays masked in
    the export; `in_full` are names of people that are not (staff, experts), which the cover of an export says. `wide`
    keeps room for long names where the other columns would press them into a few signs a line.
    """

    key: str
    heading: Words
    value: Callable[[Any], Any]
    unit: Unit = Unit.TEXT
    href: Callable[[Any], str] | None = None
    order: Sequence[str] = ()
    in_full: bool = False
    wide: bool = False

    @property
    def kind(self) -> str:
        """Return the style of its cells."""
        if self.unit is Unit.TEXT:
            return "wide" if self.wide else ""
        return "day" if self.unit is Unit.DAY else "number"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready for the template."""

    text: str
    heading: str
    kind: str
    href: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: its key (for the selection) and its cells."""

    key: str
    cells: list[Cell]


@dataclass(slots=True)
class Shown:
    """What the template `components/list.html` needs."""

    title: str
    columns: list[dict[str, Any]]
    lines: list[Line]
    asked: list[Asked]
    found: int
    more: bool
    page: int
    pages: int
    size: int
    sizes: Sequence[int]
    query: str
    selectable: bool
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list by its columns and filters; `key` names a row where rows can be selected."""

    name: str
    title: Words
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    key: Callable[[Any], Any] | None = None
    template: str = "components/list_page.html"

    def answer(self, request: HttpRequest, rows: Any, **context: Any) -> HttpResponseBase:
        """Return the page, or the export where the address asks for one (`?export=xlsx` or `csv`).

        `rows` is what the filters narrow: a query set, or anything else that becomes `Rows` in the end.
        """
        wanted = asked(request, self.filters)
        found = self.rows(narrowed(rows, wanted))
        order = self._order(request)
        if request.GET.get("export") in ("xlsx", "csv"):
            return exported(
                request, self, found.walk(order), asked=wanted, kind=request.GET["export"], at=timezone.now()
            )
        return render(request, self.template, {"list": self.shown(request, found, wanted), **context})

    def rows(self, narrowed: Any) -> Rows:
        """Return narrowed rows as `Rows`."""
        found: Rows = QueryRows(narrowed) if isinstance(narrowed, QuerySet) else narrowed
        return found

    def filtered(self, request: HttpRequest, rows: Any) -> Any:
        """Return the rows as the address filters them, for an operation on all that were found."""
        return narrowed(rows, asked(request, self.filters))

    def shown(self, request: HttpRequest, rows: Rows, wanted: Sequence[Asked] = ()) -> Shown:
        """Return one page of the list, ready for the template."""
        size = _number(request.GET.get("size"), SIZES[1])
        size = size if size in SIZES else SIZES[1]
        found = rows.count(COUNTED + 1)
        pages = max(1, -(-min(found, COUNTED) // size))
        page = min(max(1, _number(request.GET.get("page"), 1)), pages)
        query = request.GET.copy()
        for name in ("page", "export"):
            query.pop(name, None)
        lines = self._lines(rows.page((page - 1) * size, size, self._order(request)))
        return Shown(
            title=str(self.title), columns=self._headings(request), lines=lines, asked=list(wanted),
            found=min(found, COUNTED), more=found > COUNTED, page=page, pages=pages, size=size, sizes=SIZES,
            query=query.urlencode(), selectable=self.key is not None,
        )  # fmt: skip

    def _lines(self, rows: Sequence[Any]) -> list[Line]:
        """Return rows as lines; who is named on the page is asked for once."""
        values = [[column.value(row) for column in self.columns] for row in rows]
        known = learn({name for row in values for one in row if isinstance(one, Named) for name in one.accounts})
        return [self._line(row, said, known) for row, said in zip(rows, values, strict=True)]

    def _line(self, row: Any, values: Sequence[Any], known: dict[str, str]) -> Line:
        cells = []
        for column, said in zip(self.columns, values, strict=True):
            value = said.say(known) if isinstance(said, Named) else said
            badge = value if isinstance(value, Badge) else None
            href = column.href(row) if column.href is not None else ""
            cells.append(Cell(shown(value, column.unit), str(column.heading), column.kind, href, badge))
        return Line("" if self.key is None else str(self.key(row)), cells)

    def _headings(self, request: HttpRequest) -> list[dict[str, Any]]:
        now = request.GET.get("order", "")
        made = []
        for column in self.columns:
            query = request.GET.copy()
            for name in ("page", "export"):
                query.pop(name, None)
            query["order"] = f"-{column.key}" if now == column.key else column.key
            sorted_by = "ascending" if now == column.key else "descending" if now == f"-{column.key}" else ""
            made.append({
                "words": column.heading, "kind": column.kind, "sorted": sorted_by,
                "href": f"?{query.urlencode()}" if column.order else "",
            })  # fmt: skip
        return made

    def _order(self, request: HttpRequest) -> list[str]:
        given = request.GET.get("order", "")
        column = next((one for one in self.columns if one.order and one.key == given.lstrip("-")), None)
        if column is None:
            return []
        if not given.startswith("-"):
            return list(column.order)
        return [name[1:] if name.startswith("-") else f"-{name}" for name in column.order]


def shown(value: Any, unit: Unit) -> str:
    """Return a value as people read it; nothing is an em dash, a moment is in the city's time."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "✓" if value else "—"
    if isinstance(value, str | int | date):
        return text(value, unit, language())
    return str(value)


def _number(given: str | None, otherwise: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 9 else otherwise
