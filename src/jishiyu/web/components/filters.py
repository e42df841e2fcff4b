"""The query row above a list: each filter reads one value of the address and narrows the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the query row. `narrow(rows, value)` returns fewer rows; `value` is never empty.

    `kind`: `text`, `day` (native date input; the value is a date), or `choice` with `choices` of (value, words).
    """

    key: str
    words: Words
    narrow: Callable[[Any, Any], Any]
    kind: str = "text"
    choices: Sequence[tuple[str, Words]] | Callable[[], Sequence[tuple[str, Words]]] = ()

    def options(self) -> Sequence[tuple[str, Words]]:
        """Return the choices, asked for when the page is made."""
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, slots=True)
class Asked:
    """One filter with what was asked for."""

    filter: Filter
    text: str
    value: Any
    options: Sequence[tuple[str, Words]] = ()


def asked(request: HttpRequest, filters: Sequence[Filter]) -> list[Asked]:
    """Return every filter with its value; what cannot be one (a day that does not exist) counts as not asked."""
    found = []
    for one in filters:
        text, options = request.GET.get(one.key, "").strip()[:200], one.options()
        found.append(Asked(one, text, _value(one, text, options), options))
    return found


def narrowed(rows: Any, asked: Sequence[Asked]) -> Any:
    """Return the rows that every filter lets through."""
    for one in asked:
        if one.value not in (None, ""):
            rows = one.filter.narrow(rows, one.value)
    return rows


def _value(one: Filter, text: str, options: Sequence[tuple[str, Words]]) -> Any:
    if "\x00" in text:
        return ""
    if one.kind == "day":
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            return None
    if one.kind == "choice":
        return text if text in {key for key, _ in options} else ""
    return text
