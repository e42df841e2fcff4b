"""Figures as aligned text: Chinese characters take two columns of a terminal."""

import unicodedata

from jishiyu.web.figures.figure import LEFT, Cell, Figure, text
from jishiyu.web.figures.typography import chinese

GAP = "  "


def width(line: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Me", "Mn")
        else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in line
    )  # fmt: skip


def pad(line: str, columns: int, *, right: bool) -> str:
    """Return a text filled up with spaces to a width, to the left of it where `right`."""
    space = " " * max(0, columns - width(line))
    return space + line if right else line + space


def table(figure: Figure, language: str = "zh") -> str:
    """Return a figure as lines of text with title, heading, rows, foot and notes."""
    say = chinese if language == "zh" else str
    headings = [say(column.heading(language)) for column in figure.columns]
    body = [_texts(row, figure, language) for row in figure.rows]
    foot = [_texts(figure.foot, figure, language)] if figure.foot else []
    widths = [max(width(row[at]) for row in [headings, *body, *foot]) for at in range(len(headings))]
    right = [column.unit not in LEFT for column in figure.columns]

    def line(cells: list[str]) -> str:
        return GAP.join(
            pad(cell, size, right=side) for cell, size, side in zip(cells, widths, right, strict=True)
        ).rstrip()

    rule = "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [say(figure.title(language)), rule, line(headings), rule, *map(line, body)]
    if foot:
        lines += [rule, *map(line, foot)]
    return "\n".join([*lines, rule, *(say(note(language)) for note in figure.notes)])


def _texts(row: tuple[Cell, ...], figure: Figure, language: str) -> list[str]:
    return [_plain(text(cell, column.unit, language)) for cell, column in zip(row, figure.columns, strict=True)]


def _plain(line: str) -> str:
    # A name from a file may carry control characters; a terminal would obey them.
    return "".join(letter if letter.isprintable() else " " for letter in line)
