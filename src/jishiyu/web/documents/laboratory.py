"""The answer of the policy laboratory on paper: every table, and the two policies word for word."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jishiyu.web.figures.figure import LEFT, Figure, text


def document(
    figures: Sequence[Figure],
    policies: Mapping[str, bytes],
    *,
    issuer: str,
    history: str,
    by: str,
    made_on: date,
    language: str,
) -> dict[str, Any]:
    """Return the data of the document."""
    zh = language == "zh"
    return {
        "title": "政策实验室测算" if zh else "Policy laboratory", "issuer": issuer, "number": made_on.isoformat(),
        "left": f"{'历史数据' if zh else 'history'}: {history}", "footer": f"{by} · {made_on.isoformat()}",
        "tables": [_table(figure, language) for figure in figures if figure.rows],
        "policies": [
            {"title": f"{'方案' if zh else 'policy '}{name} · SHA-256 {hashlib.sha256(content).hexdigest()}", "text": content.decode()}
            for name, content in policies.items()
        ],
    }  # fmt: skip


def _table(figure: Figure, language: str) -> dict[str, Any]:
    rows = [*figure.rows, *([figure.foot] if figure.foot else [])]
    return {
        "title": figure.title(language), "notes": [note(language) for note in figure.notes],
        "columns": [{"heading": column.heading(language), "number": column.unit not in LEFT} for column in figure.columns],
        "rows": [[text(cell, column.unit, language) for cell, column in zip(row, figure.columns, strict=True)] for row in rows],
    }  # fmt: skip
