"""Figures as plain JSON values and back, for answers that are kept."""

from collections.abc import Sequence
from typing import Any

from jishiyu.engine.words import Words
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit


def to_plain(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """Return figures as JSON values; words keep both languages, shares their two numbers."""
    return [
        {
            "key": one.key, "title": _cell(one.title), "rows": [[_cell(cell) for cell in row] for row in one.rows],
            "columns": [{"key": column.key, "heading": _cell(column.heading), "unit": column.unit.value} for column in one.columns],
            "foot": [_cell(cell) for cell in one.foot] if one.foot else None, "notes": [_cell(note) for note in one.notes],
        }
        for one in figures
    ]  # fmt: skip


def from_plain(values: Sequence[dict[str, Any]]) -> list[Figure]:
    """Return the figures again."""
    return [
        Figure(
            one["key"], _say(one["title"]),
            tuple(Column(column["key"], _say(column["heading"]), Unit(column["unit"])) for column in one["columns"]),
            tuple(tuple(_value(cell) for cell in row) for row in one["rows"]),
            tuple(_value(cell) for cell in one["foot"]) if one["foot"] else None, tuple(_say(note) for note in one["notes"]),
        )
        for one in values
    ]  # fmt: skip


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Words):
        return {"zh": cell.zh, "en": cell.en}
    return list(cell) if isinstance(cell, tuple) else cell


def _value(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return _say(cell)
    return (int(cell[0]), int(cell[1])) if isinstance(cell, list) else cell


def _say(words: dict[str, str]) -> Say:
    return Say(words["zh"], words["en"])
