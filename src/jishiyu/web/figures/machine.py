"""Figures as JSON: keys instead of headings, amounts as strings with two places, so that no reader makes floats."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jishiyu.engine.money import fen_to_yuan
from jishiyu.engine.words import Words
from jishiyu.web.figures.figure import AN_HOUR, Cell, Figure, Unit, per_cent, tenths


def as_json(figures: Sequence[Figure], *, about: Mapping[str, Any]) -> str:
    """Return `{"about": …, "figures": {key: {title, rows, total, notes}}}`; shares are per cent, times hours, days ISO."""
    found = {
        figure.key: {
            "title": _value(figure.title, Unit.TEXT),
            "rows": [_row(figure, row) for row in figure.rows],
            "total": _row(figure, figure.foot) if figure.foot else None,
            "notes": [_value(note, Unit.TEXT) for note in figure.notes],
        }
        for figure in figures
    }
    return json.dumps({"about": dict(about), "figures": found}, ensure_ascii=False, indent=2) + "\n"


def _row(figure: Figure, row: tuple[Cell, ...]) -> dict[str, Any]:
    return {column.key: _value(cell, column.unit) for column, cell in zip(figure.columns, row, strict=True)}


def _value(cell: Cell, unit: Unit) -> Any:
    if isinstance(cell, Words):
        return {"zh": cell.zh, "en": cell.en}
    if isinstance(cell, tuple):
        share = tenths(*cell) if unit is Unit.MEAN else per_cent(*cell)
        return None if share is None else str(share)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) and unit is Unit.HOURS:
        return str(tenths(cell, AN_HOUR))
    return str(fen_to_yuan(cell)) if isinstance(cell, int) and unit is Unit.FEN else cell
