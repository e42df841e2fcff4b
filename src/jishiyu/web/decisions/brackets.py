"""The bracket that applied between its neighbours: as a small picture, a table, and Excel of the same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jishiyu.engine.explain import neighbours
from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.model import Bracket, Policy
from jishiyu.engine.policy.regulation import per_cent
from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.figures.typography import chinese

COLUMNS = (
    Column("bracket", Say("档次", "bracket"), Unit.TEXT),
    Column("range", Say(chinese("基数范围(元)"), "base (yuan)"), Unit.TEXT),
    Column("rate", Say("比例", "rate"), Unit.NUMBER),
    Column("distance", Say("与本次的距离", "how far away"), Unit.TEXT),
    Column("status", Say("依据", "standing"), Unit.TEXT),
)
STATUS = {"published": Say("已公布", "published"), "assumed": Say("假定", "assumed")}
WIDE, HIGH, GAP, FOOT, HEAD = 104, 110, 12, 40, 26  # of the picture


@dataclass(frozen=True, slots=True)
class Bar:
    """One bracket of the picture, in its own units."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    rate: str
    name: str
    edge: str
    applies: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Up to three bars and where the base stands among them (None: below the first bracket)."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    ground: int
    base: str
    marker: int | None
    top: int


def brackets_figure(decision: Mapping[str, Any], rule: Policy | None) -> Figure | None:
    """Return the bracket below, the one that applies and the one above, with what separates the base from them."""
    shown = _shown(decision, rule)
    if rule is None or not shown:
        return None
    rows = tuple(
        (_name(rule, bracket, applies=applies), _range(rule, bracket), per_cent(bracket.rate_ppm),
         _distance(rule, bracket, decision, applies=applies), STATUS.get(bracket.proof.status, Say("", "")))
        for bracket, applies in shown
    )  # fmt: skip
    return Figure("brackets", Say("适用档次与相邻档次", "The bracket and its neighbours"), COLUMNS, rows)


def brackets_picture(decision: Mapping[str, Any], rule: Policy | None, spoken: str) -> Picture | None:
    """Return the same as bars: as high as the rate, with the base marked where it stands."""
    shown = _shown(decision, rule)
    if rule is None or not shown:
        return None
    top = max(bracket.rate_ppm for bracket, _ in shown)
    bars, marker, above = [], None, 0
    for at, (bracket, applies) in enumerate(shown):
        x = GAP + at * (WIDE + GAP)
        height = max(6, bracket.rate_ppm * HIGH // top) if top else 6
        name = _name(rule, bracket, applies=False)(spoken)
        bars.append(Bar(
            x, HEAD + HIGH - height, WIDE, height, x + WIDE // 2, per_cent(bracket.rate_ppm), name,
            yuan_text(bracket.edge_fen), applies,
        ))  # fmt: skip
        if applies:
            marker, above = x + _within(rule, bracket, decision["base_fen"]), HEAD + HIGH - height
    width = GAP + len(bars) * (WIDE + GAP)
    return Picture(tuple(bars), width, HEAD + HIGH + FOOT, HEAD + HIGH, yuan_text(decision["base_fen"]), marker, above)


def _shown(decision: Mapping[str, Any], rule: Policy | None) -> list[tuple[Bracket, bool]]:
    if rule is None or not rule.formula.brackets or decision["base_fen"] is None:
        return []
    below, here, above = neighbours(decision, rule)
    return [(bracket, bracket is here) for bracket in (below, here, above) if bracket is not None]


def _place(rule: Policy, bracket: Bracket) -> int:
    return next(at for at, one in enumerate(rule.formula.brackets) if one is bracket)


def _end(rule: Policy, bracket: Bracket) -> Bracket | None:
    every: Sequence[Bracket] = rule.formula.brackets
    at = _place(rule, bracket) + 1
    return every[at] if at < len(every) else None


def _name(rule: Policy, bracket: Bracket, *, applies: bool) -> Say:
    number = _place(rule, bracket) + 1
    mark = "✓ " if applies else ""
    return Say(f"{mark}第 {number} 档", f"{mark}bracket {number}")


def _range(rule: Policy, bracket: Bracket) -> Say:
    edge = yuan_text(bracket.edge_fen)
    zh, en = (f"超过 {edge}", f"over {edge}") if bracket.strict else (f"{edge} 起(含)", f"from {edge}")
    end = _end(rule, bracket)
    if end is None:
        return Say(zh, en)
    last = yuan_text(end.edge_fen)
    return (
        Say(chinese(f"{zh},至 {last}(含)"), f"{en} up to {last}, included")
        if end.strict
        else Say(chinese(f"{zh},不满 {last}"), f"{en} to under {last}")
    )


def _distance(rule: Policy, bracket: Bracket, decision: Mapping[str, Any], *, applies: bool) -> Say:
    base = decision["base_fen"]
    if applies:
        return Say("本次适用", "applies here")
    if base < bracket.edge_fen + int(bracket.strict):
        more = yuan_text(bracket.edge_fen + int(bracket.strict) - base)
        return Say(f"再多 {more} 元", f"{more} yuan more")
    end = _end(rule, bracket)
    less = yuan_text(base - end.edge_fen + int(not end.strict)) if end is not None else "—"
    return Say(f"再少 {less} 元", f"{less} yuan less")


def _within(rule: Policy, bracket: Bracket, base_fen: int) -> int:
    """Return how far into its bar the base stands; the last bracket has no end: its bar stands for twice its edge."""
    end = _end(rule, bracket)
    last = end.edge_fen if end is not None else max(2 * bracket.edge_fen, 1)
    span = max(last - bracket.edge_fen, 1)
    return min(max((base_fen - bracket.edge_fen) * WIDE // span, 3), WIDE - 3)
