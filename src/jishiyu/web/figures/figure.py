"""A figure: columns and rows with Chinese and English words, before it becomes a table, a sheet or a page."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words
from jishiyu.web.figures.typography import chinese


class Say(Words):
    """Words of a figure: called with a language, they say themselves as they are printed."""

    __slots__ = ()

    def __call__(self, language: str) -> str:
        """Return the words in `zh` or `en`."""
        return printed(self, language)


def printed(words: Words, language: str) -> str:
    """Return words in `zh` or `en`; Chinese has its own commas, colons and brackets."""
    said = words.say(language)
    return chinese(said) if language == "zh" else said


class Unit(StrEnum):
    """What the values of a column are."""

    TEXT = "text"  # str or Words
    NUMBER = "number"  # str: a number that is written already
    COUNT = "count"  # int
    FEN = "fen"  # int, shown as yuan with two places
    DAY = "day"  # date
    SHARE = "share"  # (part, whole), shown as per cent with one place
    HOURS = "hours"  # int: seconds, shown as hours with one place
    MEAN = "mean"  # (sum, number), shown with one place


Cell = str | Words | int | date | tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a key for machines, a heading for people, the unit of its values; `in_full`: names of people, unmasked."""

    key: str
    heading: Say
    unit: Unit
    in_full: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `foot` is its line of sums, `notes` say what is counted."""

    key: str
    title: Say
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] | None = None
    notes: tuple[Say, ...] = field(default=())


AN_HOUR = 3600
LEFT = (Unit.TEXT, Unit.DAY)  # the rest is set to the right


def per_cent(part: int, whole: int) -> Decimal | None:
    """Return the share in per cent with one place, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def tenths(part: int, whole: int) -> Decimal | None:
    """Return a quotient with one place, half up; None of nothing."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def text(value: Cell, unit: Unit, language: str) -> str:
    """Return a value as people read it; nothing is an em dash."""
    if value is None:
        return "—"
    if isinstance(value, Words):
        return printed(value, language)
    if isinstance(value, tuple) and unit is Unit.MEAN:
        mean = tenths(*value)
        return "—" if mean is None else str(mean)
    if isinstance(value, tuple):
        share = per_cent(*value)
        return "—" if share is None else f"{share} %"
    if isinstance(value, int) and unit is Unit.HOURS:
        return str(tenths(value, AN_HOUR))
    if isinstance(value, int):
        return yuan_text(value) if unit is Unit.FEN else f"{value:,}"
    return value.isoformat() if isinstance(value, date) else value
