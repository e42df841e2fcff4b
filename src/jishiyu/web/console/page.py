"""What a page of the console is made of: cards, paragraphs, tables. All words are ready for the template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jishiyu.web.figures.figure import LEFT, Figure, Say, text
from jishiyu.web.figures.figure import Cell as Value
from jishiyu.web.figures.typography import chinese

PAGE_ROWS = 100
SECTIONS = (
    ("overview", Say("概览", "Overview")),
    ("feeds", Say("数据接收", "Feeds")),
    ("figures", Say("统计", "Figures")),
    ("calls", Say("联系清单", "Call lists")),
    ("batches", Say("发放", "Payments")),
    ("ledger", Say("账簿", "Ledger")),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One number that matters, with what it is and a line beneath it."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `bar` is a share in thousandths to draw."""

    text: str
    number: bool
    href: str = ""
    bar: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready for the template."""

    key: str
    title: str
    headings: list[Cell]
    rows: list[list[Cell]]
    foot: list[Cell]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    text: str
    href: str


@dataclass(slots=True)
class Page:
    """One page; parts are shown in the order of the fields."""

    section: str
    title: str
    lead: str = ""
    cards: list[Card] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def table(figure: Figure, language: str, links: Mapping[tuple[int, int], str] | None = None) -> Table:
    """Return a figure as a table; `links` leads cells (row, column) somewhere."""
    found = links or {}
    say = printed(language)
    headings = [Cell(say(column.heading(language)), column.unit not in LEFT) for column in figure.columns]

    def cells(row: tuple[Value, ...], line: int | None) -> list[Cell]:
        made = []
        for at, (value, column) in enumerate(zip(row, figure.columns, strict=True)):
            shown = "" if value is None and line is None else say(text(value, column.unit, language))
            share = value[0] * 1000 // value[1] if isinstance(value, tuple) and value[1] and line is not None else None
            href = found.get((line, at), "") if line is not None else ""
            made.append(Cell(shown, headings[at].number, href, share))
        return made

    return Table(
        key=figure.key, title=say(figure.title(language)), headings=headings,
        rows=[cells(row, line) for line, row in enumerate(figure.rows)],
        foot=cells(figure.foot, None) if figure.foot else [], notes=[say(note(language)) for note in figure.notes],
    )  # fmt: skip


def said(words: Say, language: str) -> str:
    """Return words as they are printed in a language."""
    return printed(language)(words(language))


def printed(language: str) -> Callable[[str], str]:
    """Return what sets a text as it is printed in a language."""
    return chinese if language == "zh" else str
