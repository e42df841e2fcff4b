"""Drawings of the boards as SVG that the server writes: the calendar of visits, the load, the map of sites.

Places are worked out here, words and shapes stand in the templates. Colour never says what a shape or word does not say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from jishiyu.apps.enterprises.boards import Card, Standing
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.visits.boards import Bar, Load, days_of
from jishiyu.web.boards.apart import apart
from jishiyu.web.boards.words import HALVES, NOBODY, PARTS, VISITS
from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.language import language

ROW, DAY_WIDTH, NAMES, HEAD = 22, 26, 150, 40
WEEKDAYS = 5
LETTERS = 10  # of a name beside its row


@dataclass(frozen=True, slots=True)
class Box:
    """One bar of the calendar."""

    x: int
    y: int
    width: int
    done: bool
    need_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line with words: a day, a row, a step of a scale."""

    at: int
    words: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of visits: rows of people or teams, columns of days."""

    width: int
    height: int
    days: list[Mark]
    weeks: list[Mark]
    rows: list[Mark]
    boxes: list[Box]
    today: int | None
    names: int = NAMES
    head: int = HEAD


def calendar(found: Sequence[Bar], *, since: date, until: date, today: date, by: str) -> Calendar:
    """Return the calendar of visits in `[since, until)` by person (`expert`) or by the steward who leads the team (`team`).

    A day of a weekend has a column where somebody goes on it.
    """
    taken = {day for bar in found for day in days_of(bar)}
    days = [day for day in _days(since, until) if day.weekday() < WEEKDAYS or day in taken]
    places = {day: NAMES + at * DAY_WIDTH for at, day in enumerate(days)}
    shown = [bar for bar in found if any(day in places for day in days_of(bar))]
    rows = _rows(shown, by)
    boxes = [
        box for at, (_, bars) in enumerate(rows) for bar in bars for box in _boxes(bar, HEAD + at * ROW, places)
    ]  # fmt: skip
    weeks = [Mark(places[day], f"{day:%m-%d}") for day in days if day.weekday() == 0 or day == days[0]]
    return Calendar(
        width=NAMES + len(days) * DAY_WIDTH + 4, height=HEAD + max(1, len(rows)) * ROW + 6,
        days=[Mark(places[day], f"{day.day}", strong=day.weekday() == 0) for day in days], weeks=weeks,
        rows=[Mark(HEAD + at * ROW, name) for at, (name, _) in enumerate(rows)], boxes=boxes, today=places.get(today),
    )  # fmt: skip


def _rows(shown: Sequence[Bar], by: str) -> list[tuple[str, list[Bar]]]:
    rows: dict[tuple[str, int, str], list[Bar]] = {}
    for bar in shown:
        if by == "team":
            rows.setdefault(("", 0, bar.steward or NOBODY(language())), []).append(bar)
        else:
            for one in bar.team:
                rows.setdefault((one.part, one.expert_id, one.name), []).append(bar)
    order = {"": 0, "steward": 1, "officer": 2, "expert": 0}
    return [
        (key[2][:LETTERS], rows[key]) for key in sorted(rows, key=lambda key: (order.get(key[0], 3), key[2], key[1]))
    ]


def _boxes(bar: Bar, y: int, places: dict[date, int]) -> Iterable[Box]:
    spoken, left, half = language(), bar.halfdays, bar.half
    words = f"{bar.on} {HALVES[bar.half](spoken)} · {bar.number} {bar.enterprise} · {VISITS[bar.state](spoken)}"
    for day in days_of(bar):
        count = min(left, 1 if half == "pm" else 2)
        if day in places:
            x = places[day] + (DAY_WIDTH // 2 if half == "pm" else 0)
            yield Box(x + 1, y + 3, count * DAY_WIDTH // 2 - 2, bar.state == "done", bar.need_id, words)
        left, half = left - count, "am"


@dataclass(frozen=True, slots=True)
class Strip:
    """One person's half-days: done, then planned, and a mark where what they offer ends."""

    y: int
    name: str
    part: str
    done: int
    planned: int
    offered: int
    words: str


@dataclass(frozen=True, slots=True)
class Strips:
    """The load of everybody, one strip each."""

    width: int
    height: int
    strips: list[Strip]
    steps: list[Mark]
    names: int = 190
    head: int = 24


def strips(found: Sequence[Load]) -> Strips:
    """Return the load as strips on one scale."""
    names, room, head, spoken = 190, 640, 24, language()
    most = max([1, *(max(one.done + one.planned, one.offered) for one in found)])
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10_000) if most / size <= 12)

    def wide(halfdays: int) -> int:
        return halfdays * room // most

    made = [
        Strip(head + at * ROW, one.name[:LETTERS], PARTS[one.part](spoken), wide(one.done), wide(one.planned), wide(one.offered),
              f"{one.done} + {one.planned} / {one.offered}")
        for at, one in enumerate(found)
    ]  # fmt: skip
    steps = [Mark(names + wide(value), str(value)) for value in range(0, most + 1, step)]
    return Strips(names + room + 90, head + max(1, len(found)) * ROW + 8, made, steps)


# How an enterprise looks on the map, the gravest first: what is late, what is due today, what is under way, what has ended.
LATE, DUE, UNDER_WAY, ENDED = "late", "due", "way", "ended"
KINDS: dict[str, Say] = {
    LATE: Say("有需求超时", "something overdue"), DUE: Say("有需求今日到期", "something due today"),
    UNDER_WAY: Say("办理中", "under way"), ENDED: Say("全部办结", "all ended"),
}  # fmt: skip
# The map in pixels of a screen of 1366 × 768: it ends where the screen does, and the list of its enterprises fits beside it.
NARROW, WIDE, MOST_HEIGHT, MARGIN = 640, 830, 500, 30
STEPS_KM = (1, 2, 5, *(10**power for power in range(1, 10)))


@dataclass(frozen=True, slots=True)
class Site:
    """An enterprise on the map: its number in the table, where it is drawn, how it looks, and its place where that is covered."""

    number: int
    name: str
    participation_id: int
    kind: str
    x: int
    y: int
    needs: int
    open: int
    place: tuple[int, int] | None = None


@dataclass(slots=True)
class Map:
    """Sites on a plane with a grid of whole kilometres, the gravest first."""

    width: int
    height: int
    sites: list[Site] = field(default_factory=list)
    across: list[Mark] = field(default_factory=list)
    down: list[Mark] = field(default_factory=list)
    step_km: int = 1
    step: int = 0
    kinds: list[tuple[str, str, int]] = field(default_factory=list)
    unplaced: int = 0


def kind_of(cards: Sequence[Card], at: datetime) -> str:
    """Return how an enterprise with these needs looks."""
    now = {card.standing(at) for card in cards}
    if now & {Standing.OVERDUE, Standing.ESCALATED}:
        return LATE
    if Standing.TODAY in now:
        return DUE
    return ENDED if all(card.state in OVER for card in cards) else UNDER_WAY


def by_enterprise(found: Iterable[Card]) -> dict[int, list[Card]]:
    """Return needs by enterprise, in the order of their names."""
    groups: dict[int, list[Card]] = {}
    for card in sorted(found, key=lambda card: (card.enterprise, card.enterprise_id)):
        groups.setdefault(card.enterprise_id, []).append(card)
    return groups


def site_map(found: Iterable[Card], at: datetime) -> Map:
    """Return the map of the enterprises of some needs; a grid of whole kilometres, north at the top.

    It is as wide as a place that is wider than high asks for; another one stands in the middle. Who is at the place of
    another is drawn beside it, with a line to the place.
    """
    groups = by_enterprise(found)
    placed = [
        (number, cards)
        for number, cards in enumerate(groups.values(), 1)
        if cards[0].x_m is not None and cards[0].y_m is not None
    ]
    if not placed:
        return Map(NARROW, 120, unplaced=len(groups))
    xs, ys = [cards[0].x_m or 0 for _, cards in placed], [cards[0].y_m or 0 for _, cards in placed]
    span = max(max(xs) - min(xs), 1_000)
    tall = max(max(ys) - min(ys), 600)
    width = min(max(span * (MOST_HEIGHT - 2 * MARGIN) // tall + 2 * MARGIN, NARROW), WIDE)
    wide = width - 2 * MARGIN
    height = min(wide * tall // span + 2 * MARGIN, MOST_HEIGHT)
    metres_wide = max(span, tall * wide // (height - 2 * MARGIN))
    west = min(xs) - (metres_wide - (max(xs) - min(xs))) // 2

    def x(metres: int) -> int:
        return MARGIN + (metres - west) * wide // metres_wide

    def y(metres: int) -> int:
        return height - MARGIN - (metres - min(ys)) * wide // metres_wide

    made = Map(width, height, unplaced=len(groups) - len(placed))
    made.step_km = next(km for km in STEPS_KM if metres_wide <= 15_000 * km)
    made.step = made.step_km * 1_000 * wide // metres_wide
    step = made.step_km * 1_000
    made.across = [
        Mark(x(at_m), f"{at_m // 1_000}") for at_m in range(-(-west // step) * step, west + metres_wide + 1, step)
    ]
    made.down = [Mark(y(at_m), f"{at_m // 1_000}") for at_m in range(-(-min(ys) // step) * step, max(ys) + 1, step)]
    for number, cards in placed:
        kind, first = kind_of(cards, at), cards[0]
        still = sum(card.state not in OVER for card in cards)
        made.sites.append(
            Site(
                number,
                first.enterprise,
                first.participation_id,
                kind,
                x(first.x_m or 0),
                y(first.y_m or 0),
                len(cards),
                still,
            )
        )
    spoken = language()
    made.kinds = [(kind, words(spoken), sum(site.kind == kind for site in made.sites)) for kind, words in KINDS.items()]
    made.sites.sort(key=lambda site: (list(KINDS).index(site.kind), site.number))
    drawn = apart([(site.x, site.y) for site in made.sites], width=width, height=height)
    made.sites = [
        site if (site.x, site.y) == at else replace(site, x=at[0], y=at[1], place=(site.x, site.y))
        for site, at in zip(made.sites, drawn, strict=True)
    ]
    return made


def sites_figure(found: Iterable[Card], at: datetime) -> Figure:
    """Return the enterprises of the map as a table, numbered as on it."""
    columns = (
        Column("number", Say("编号", "number"), Unit.COUNT), Column("enterprise", Say("企业", "enterprise"), Unit.TEXT),
        Column("needs", Say("需求", "needs"), Unit.COUNT), Column("open", Say("在办", "open"), Unit.COUNT),
        Column("looks", Say("情况", "how it stands"), Unit.TEXT), Column("steward", Say("专属管家", "steward"), Unit.TEXT, in_full=True),
        Column("east_km", Say("东(公里)", "east (km)"), Unit.NUMBER), Column("north_km", Say("北(公里)", "north (km)"), Unit.NUMBER),
    )  # fmt: skip
    rows = tuple(
        (number, cards[0].enterprise, len(cards), sum(card.state not in OVER for card in cards), KINDS[kind_of(cards, at)],
         cards[0].steward or NOBODY, _km(cards[0].x_m), _km(cards[0].y_m))
        for number, cards in enumerate(by_enterprise(found).values(), 1)
    )  # fmt: skip
    note = Say("位置为平面坐标,不使用外部地图。", "Places are coordinates on a plane; no outside map is used.")
    return Figure("sites", Say("企业分布", "Sites"), columns, rows, None, (note,))


def _km(metres: int | None) -> str | None:
    return None if metres is None else f"{metres / 1_000:.1f}"


def _days(since: date, until: date) -> Iterable[date]:
    while since < until:
        yield since
        since += timedelta(days=1)
