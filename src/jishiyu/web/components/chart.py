"""A chart made of a figure: the same numbers as a picture, as a table, and as Excel. Nothing is drawn that is not listed.

The numbers travel in a `<script type="application/json">` that a browser does not run; `static/jishiyu/chart.js`
makes the options for ECharts from them, which it fetches when the first chart comes into view. A page with charts has
`{% block head %}{% include "components/chart_scripts.html" %}{% endblock %}`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.audit.operations import record
from jishiyu.web.components.export import EXCEL, cover_of
from jishiyu.web.figures.figure import LEFT, Figure, Say, Unit, text
from jishiyu.web.figures.workbook import workbook
from jishiyu.web.gate import who
from jishiyu.web.language import language


class Shape(StrEnum):
    """How a figure is drawn."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"
    RING = "ring"
    FUNNEL = "funnel"
    SANKEY = "sankey"  # columns: from, to, value
    CURVE = "curve"  # `label` is a number too: both axes are measured


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and its picture: `label` is the column along the axis, `values` the columns that are drawn."""

    figure: Figure
    shape: Shape
    label: int = 0
    values: tuple[int, ...] = (1,)
    tall: bool = False

    @property
    def key(self) -> str:
        """Return the name of its places in the page."""
        return f"chart-{self.figure.key}"

    @property
    def data_key(self) -> str:
        """Return the name of the place of its numbers."""
        return f"{self.key}-data"

    @property
    def title(self) -> str:
        """Return its title."""
        return self.figure.title(language())

    @property
    def data(self) -> dict[str, Any]:
        """Return what the script draws: numbers as integers, with the words of each value beside them."""
        columns, spoken = self.figure.columns, language()
        rows = self.figure.rows
        return {
            "shape": self.shape.value,
            "title": self.title,
            "labels": [text(row[self.label], columns[self.label].unit, spoken) for row in rows],
            "targets": [text(row[1], columns[1].unit, spoken) for row in rows] if self.shape is Shape.SANKEY else [],
            "axis": columns[self.label].heading(spoken),
            "places": [_drawn(row[self.label]) for row in rows] if self.shape is Shape.CURVE else [],
            "series": [
                {
                    "name": columns[at].heading(spoken),
                    "values": [_drawn(row[at]) for row in rows],
                    "words": [text(row[at], columns[at].unit, spoken) for row in rows],
                    "fen": columns[at].unit is Unit.FEN,
                    "hours": columns[at].unit is Unit.HOURS,
                    "share": columns[at].unit is Unit.SHARE,
                }
                for at in self.values
            ],
        }

    @property
    def table(self) -> dict[str, Any]:
        """Return the same numbers for the table beneath."""
        columns, spoken = self.figure.columns, language()

        def cells(row: Sequence[Any]) -> list[dict[str, Any]]:
            return [
                {"text": text(value, column.unit, spoken), "number": column.unit not in LEFT}
                for value, column in zip(row, columns, strict=True)
            ]

        return {
            "headings": [{"text": one.heading(spoken), "number": one.unit not in LEFT} for one in columns],
            "rows": [cells(row) for row in self.figure.rows],
            "foot": cells(self.figure.foot) if self.figure.foot else [],
            "notes": [note(spoken) for note in self.figure.notes],
        }


Said = Sequence[tuple[str, str]]


def excel(request: HttpRequest, figures: Sequence[Figure], *, title: Say, said: Said = ()) -> HttpResponse:
    """Return figures as Excel with the same cover as every export; that it was taken stands in the trail.

    `said` is what was asked for, in words: ("Subsidy", "all"); it stands on the cover and in the trail.
    """
    now = timezone.now()
    spoken = language()
    named = list(dict.fromkeys(one.heading(spoken) for figure in figures for one in figure.columns if one.in_full))
    cover = [
        (Say(first, first), second)
        for first, second in cover_of(request, title=title(spoken), said=said, at=now, in_full=named)[1:]
    ]
    with whole():
        details = {"figures": [figure.key for figure in figures], "filter": dict(said)}
        record(by=who(request).name, action="export", record=f"figures {title.en}", details=details, at=now)
    response = HttpResponse(workbook(figures, cover=cover, title=title, language=language()), content_type=EXCEL)
    name = f"{figures[0].key if len(figures) == 1 else 'figures'}-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def wanted(request: HttpRequest, charts: Sequence[Chart], said: Said = ()) -> HttpResponse | None:
    """Return the Excel of the chart that the address asks for (`?chart=KEY`), or None; `said` as in `excel`.

    In a view: `if (file := wanted(request, charts)) is not None: return file`.
    """
    key = request.GET.get("chart")
    found = next((one for one in charts if one.figure.key == key), None)
    return None if found is None else excel(request, [found.figure], title=found.figure.title, said=said)


def _drawn(value: Any) -> int | None:
    """Return a number to draw: fen and counts as they are, shares in millionths."""
    if isinstance(value, tuple):
        part, of = value
        return part * 1_000_000 // of if of else None
    return value if isinstance(value, int) else None
