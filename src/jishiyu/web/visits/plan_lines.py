"""The lines of a survey plan as a form: one row each, with what is measured chosen from a list; an empty row is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from jishiyu.engine.inspection.units import UNITS
from jishiyu.web.visits.survey import vocabulary

FIELDS = ("key", "zh", "en", "quantity", "kind", "unit", "point")
EMPTY_LINES = 3  # offered below a plan
MOST_LINES = 60
Option = tuple[str, str, bool]  # value, words, chosen


@dataclass(frozen=True, slots=True)
class Row:
    """One line with what can be chosen for it."""

    line: Mapping[str, str]
    quantities: list[Option]
    kinds: list[Option]
    units: list[Option]


def rows_of(lines: Sequence[Mapping[str, Any]], language: str) -> list[Row]:
    """Return the rows of a form about these lines, with some empty ones below."""
    words = vocabulary(language)
    quantities = [(str(one["name"]), str(one["words"])) for one in words["quantities"]]
    kinds = [(str(kind), str(said)) for kind, said in words["kinds"]]
    units = [(unit.symbol, unit.symbol) for unit in UNITS.values()]
    return [
        Row(
            line, _options(quantities, line.get("quantity", "")), _options(kinds, line.get("kind", "")),
            _options(units, line.get("unit", "")),
        )
        for line in [*lines, *({} for _ in range(EMPTY_LINES))]
    ]  # fmt: skip


def given_lines(request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows of the form that say something."""
    columns = [request.POST.getlist(name)[:MOST_LINES] for name in FIELDS]
    rows = [
        {name: text.replace("\x00", "").strip() for name, text in zip(FIELDS, row, strict=True)}
        for row in zip(*columns, strict=False)
    ]
    return [row for row in rows if row["zh"] or row["en"]]


def _options(known: Sequence[tuple[str, str]], chosen: str) -> list[Option]:
    """Return what can be chosen; what stands there but is not known stays."""
    listed = [("", "—"), *dict(known).items()]
    if chosen not in dict(listed):
        listed.append((chosen, chosen))
    return [(value, words, value == chosen) for value, words in listed]
