"""Two policies on one history: what each costs, whom each reaches, who wins and who loses."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jishiyu.engine.laboratory.bench import Bench, Judged
from jishiyu.engine.laboratory.groups import Grouping, Words, groupings, member_years, merged
from jishiyu.engine.laboratory.inequality import Spread, spread
from jishiyu.engine.laboratory.jumps import Jump, jumps
from jishiyu.engine.laboratory.loops import Integers, Small, add_up, group_sums
from jishiyu.engine.laboratory.variants import Totals, added
from jishiyu.engine.policy.model import Policy

_BANDS = (1, 10_000, 50_000, 100_000, 500_000, 1_000_000)  # fen: sizes of change
_REMEMBERED = 3  # policies whose results stay in memory


@dataclass(frozen=True)
class Part:
    """What a policy pays to one group."""

    fen: int
    person_times: int
    people: int


@dataclass(frozen=True)
class Row:
    """One group, after small ones were merged: cash its people paid (fen), and both policies."""

    words: Words
    cash_fen: int
    first: Part
    second: Part


@dataclass(frozen=True)
class Change:
    """People whose sum over the whole history changes by `low` up to below `high` fen (None: open), more or less."""

    words: Words
    people: int
    fen: int


@dataclass(frozen=True)
class Side:
    """One policy and what it does on the whole."""

    policy: Policy
    totals: Totals
    brackets: list[tuple[Words, Part]]
    spread: Spread
    jumps: list[Jump]


@dataclass(frozen=True)
class Comparison:
    """`first` beside `second`; `groups` by key; `changes` from the greatest loss to the greatest gain."""

    first: Side
    second: Side
    groups: dict[str, list[Row]]
    changes: list[Change]
    events: int
    people: int
    cash_fen: int
    left_out: dict[str, int]


class Comparer:
    """Compares policies on a bench; keeps what does not depend on them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._groupings = groupings(bench.base)
        self._people: Integers = bench.base.rows["person_key"].to_numpy()
        cells, self._cash = member_years(bench.base)
        self._cells = cells.astype(np.int32)
        self._order = np.argsort(self._cash, kind="stable")
        self._persons = self._people.astype(np.int32)
        self._before = spread(self._cash, np.zeros_like(self._cash), self._order)
        self._sides: dict[Policy, tuple[Side, Judged, dict[str, list[Part]]]] = {}
        everybody = np.ones(len(self._people), np.int64)
        self._whole = {one.key: self._parts(one.codes, len(one.labels), everybody) for one in self._groupings}
        self._cash_of = {grouping.key: self._sums(grouping, bench.base.cash()) for grouping in self._groupings}

    def compare(self, first: Policy, second: Policy) -> Comparison:
        """Return both policies side by side. The last two that were asked for are remembered."""
        (one, a, mine), (other, b, theirs) = self._side(first), self._side(second)
        return Comparison(
            first=one, second=other,
            groups={
                grouping.key: self._rows(grouping, (a, b), (mine[grouping.key], theirs[grouping.key]))
                for grouping in self._groupings
            },
            changes=self._changes(a, b),
            events=len(self._people), people=int(self._people.max()) if len(self._people) else 0,
            cash_fen=int(self._cash.sum()), left_out=self.bench.base.left_out,
        )  # fmt: skip

    def _sums(self, grouping: Grouping, values: Integers) -> Integers:
        sums = np.zeros(len(grouping.labels), np.int64)
        add_up(grouping.codes, values, sums)
        return sums

    def _side(self, policy: Policy) -> tuple[Side, Judged, dict[str, list[Part]]]:
        if policy not in self._sides:
            judged = self.bench.judged(policy)
            paid = np.zeros(len(self._cash), np.int64)
            add_up(self._cells, judged.payable, paid)
            side = Side(
                policy=policy, totals=added(judged.payable, self._people), brackets=self._brackets(policy, judged),
                spread=spread(self._cash, paid, self._order, self._before), jumps=jumps(self.bench, policy),
            )  # fmt: skip
            parts = {one.key: self._parts(one.codes, len(one.labels), judged.payable) for one in self._groupings}
            self._sides[policy] = side, judged, parts
            while len(self._sides) > _REMEMBERED:
                del self._sides[next(iter(self._sides))]
        self._sides[policy] = self._sides.pop(policy)  # the one asked for last is forgotten last
        return self._sides[policy]

    def _brackets(self, policy: Policy, judged: Judged) -> list[tuple[Words, Part]]:
        size = len(policy.formula.brackets) + 1
        words = [("全部", "all"), *((f"第 {at} 档", f"bracket {at}") for at in range(1, size))]
        parts = self._parts(judged.brackets, size, judged.payable)
        groups = merged([part.people for part in parts], ordered=True)
        parts = self._together(parts, groups, judged.brackets, judged.payable)
        return [(_joined([words[at] for at in group]), part) for group, part in zip(groups, parts, strict=True)]

    def _parts(self, codes: Small, size: int, paid: Integers) -> list[Part]:
        sums = np.zeros((4, size), np.int64)
        group_sums(self._people, codes, paid, sums)
        return [Part(*map(int, column)) for column in sums[:3].T]

    def _together(self, parts: list[Part], groups: list[list[int]], codes: Small, paid: Integers) -> list[Part]:
        """Return the parts of merged groups; people are counted again, for one may be in several of them."""
        if all(len(group) == 1 for group in groups):
            return [parts[group[0]] for group in groups]
        places = np.full(len(parts), -1, np.int32)
        for number, group in enumerate(groups):
            places[group] = number
        return self._parts(np.where(codes >= 0, places[codes], -1), len(groups), paid)

    def _rows(
        self, grouping: Grouping, judged: tuple[Judged, Judged], parts: tuple[list[Part], list[Part]]
    ) -> list[Row]:
        cash = self._cash_of[grouping.key]
        # Neither the people of a group nor those whom one of the policies pays may be fewer than ten.
        fewest = [
            min((number for number in (whole.people, one.people, other.people) if number), default=0)
            for whole, one, other in zip(self._whole[grouping.key], *parts, strict=True)
        ]
        groups = merged(fewest, ordered=grouping.ordered)
        sides = [
            self._together(mine, groups, grouping.codes, side.payable) for mine, side in zip(parts, judged, strict=True)
        ]
        return [
            Row(_joined([grouping.labels[at] for at in group]), sum(int(cash[at]) for at in group), one, other)
            for group, one, other in zip(groups, *sides, strict=True)
        ]

    def _changes(self, a: Judged, b: Judged) -> list[Change]:
        """Add up each person's change over the history and part people by its size."""
        sums = np.zeros(int(self._people.max()) + 1 if len(self._people) else 1, np.int64)
        add_up(self._persons, b.payable - a.payable, sums)
        received = np.zeros(len(sums), np.int64)
        add_up(self._persons, np.maximum(a.payable, b.payable), received)
        sums = sums[received > 0]
        edges = [-edge + 1 for edge in reversed(_BANDS)] + list(_BANDS)
        codes = np.searchsorted(np.array(edges), sums, side="right")
        people = np.bincount(codes, minlength=len(edges) + 1).tolist()
        fen = np.zeros(len(edges) + 1, np.int64)
        add_up(codes.astype(np.int32), sums, fen)
        words = _band_words()
        middle = len(_BANDS)
        found = []
        # Losses, no change and gains are never merged with each other as long as each is large enough.
        for low, high in ((0, middle), (middle, middle + 1), (middle + 1, len(words))):
            found += [
                ([low + at for at in group], sum(people[low + at] for at in group))
                for group in merged(people[low:high], ordered=True)
            ]
        parts = merged([count for _, count in found], ordered=True)
        return [
            Change(
                _joined([words[at] for one in part for at in found[one][0]]), sum(found[one][1] for one in part),
                sum(int(fen[at]) for one in part for at in found[one][0]),
            )
            for part in parts
        ]  # fmt: skip


def _band_words() -> list[Words]:
    yuan = [f"{edge // 100:,}" for edge in _BANDS]
    up = [("不到 100 元", "under 100 yuan"), *((f"{a}—{b} 元", f"{a} to {b} yuan") for a, b in pairwise(yuan[1:]))]
    up.append((f"{yuan[-1]} 元及以上", f"{yuan[-1]} yuan and over"))
    losses = [(f"减少 {zh}", f"less by {en}") for zh, en in reversed(up)]
    return [*losses, ("不变", "no change"), *((f"增加 {zh}", f"more by {en}") for zh, en in up)]


def _joined(words: list[Words]) -> Words:
    """Return what a merged group is called: first and last where there are several."""
    if len(words) < 3:
        return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
    return f"{words[0][0]} 至 {words[-1][0]}(合并)", f"{words[0][1]} to {words[-1][1]} (merged)"


def _added(parts: list[Part], people: int) -> Part:
    return Part(sum(one.fen for one in parts), sum(one.person_times for one in parts), people)
