"""The work bench: one base, and what any policy would pay on it. What was measured once for one variant serves all others."""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import polars as pl

from jishiyu.engine.decide import judge_and_limit
from jishiyu.engine.laboratory.base import Base
from jishiyu.engine.laboratory.loops import Integers, Small, pay
from jishiyu.engine.laboratory.pieces import LARGEST_BASE_FEN, Plain, plain
from jishiyu.engine.policy.judge import requirements_alone
from jishiyu.engine.policy.limits import label
from jishiyu.engine.policy.model import Policy, Requirement

_KEPT = 6  # sets of requirements whose slices stay in memory: sliders come back to where they were
_KEPT_MET = 24  # requirements whose answers stay there: a moved slider changes one of them
Kept = TypeVar("Kept")
_SORTED_BY = ("settled_at", "last_settlement_id")  # as `measured` leaves the rows


@dataclass(frozen=True)
class Slice:
    """The events that meet one set of requirements, in order of payment: `at` are their rows in the base, `amounts` their
    bases (fen; `largest` without its sign), `people` their persons; `starts` parts them into windows of one person (the
    last one is their number)."""

    at: Integers
    amounts: Integers
    people: Integers
    starts: Integers
    largest: int

    @property
    def groups(self) -> Integers:
        """Return the numbers of all windows."""
        return np.arange(len(self.starts) - 1)


@dataclass(frozen=True)
class Judged:
    """What a policy pays, one value per row of the base: fen before and after limits, and the number of the bracket."""

    uncapped: Integers
    payable: Integers
    brackets: Small


class Bench:
    """Judges policies on a base; holds what they have in common."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self._slices: OrderedDict[object, Slice] = OrderedDict()
        self._met: OrderedDict[object, pl.DataFrame] = OrderedDict()

    def judged(self, policy: Policy) -> Judged:
        """Return what a policy pays on the whole history, whatever days it holds for: the question is what if."""
        found = self.plain(policy)
        return self._by_decide(policy) if found is None else self._by_pieces(policy, found)

    def plain(self, policy: Policy) -> Plain | None:
        """Return a policy as pieces where that is exact for every amount of this history."""
        found = plain(policy)
        if found is None:
            return None
        return found if self.slice(policy).largest <= LARGEST_BASE_FEN else None

    def slice(self, policy: Policy) -> Slice:
        """Return the events that meet a policy's requirements; formulas, thresholds and limits share it."""
        key = repr(([_words(one) for one in policy.requirements], policy.order, *_ground(policy)))
        return _remembered(self._slices, key, _KEPT, lambda: self._slice(policy))

    def _keep(self, policy: Policy) -> pl.Series:
        """Return which events meet all requirements: each is asked alone, for a moved slider changes but one."""
        keep = self._meets(policy, None)["met"]
        for one in policy.requirements:
            keep &= self._meets(policy, one)["met"]
        return keep

    def _meets(self, policy: Policy, one: Requirement | None) -> pl.DataFrame:
        """Return `met` for one requirement of a policy, or `met` and `base_fen` for what holds without any."""
        alone = dataclasses.replace(policy, requirements=(one,) if one else ())
        columns = ["met"] if one else ["met", "base_fen"]
        return _remembered(
            self._met,
            repr((one and _words(one), *_ground(policy))),
            _KEPT_MET,
            lambda: requirements_alone(alone, self.base.rows).select(columns),
        )

    def _slice(self, policy: Policy) -> Slice:
        rows, window = self.base.rows, policy.window
        known = self._meets(policy, None)
        at = self._keep(policy).arg_true().to_numpy().astype(np.int64)
        people = rows["person_key"].gather(at)
        years = rows.select("anchor_date", _window=label(window, pl.col("anchor_date")).cast(pl.Int64))[
            "_window"
        ].gather(at)
        amounts = known["base_fen"].gather(at)
        as_measured = tuple(policy.order) == _SORTED_BY and (window is None or window.window == "calendar_year")
        if not as_measured:
            frame = rows.select(*dict.fromkeys(["event_id", *policy.order])).select(pl.all().gather(at))
            places = frame.with_columns(_who=people, _window=years).select(
                pl.arg_sort_by("_who", "_window", *policy.order, "event_id")
            ).to_series()  # fmt: skip
            at, people, years, amounts = (
                at[places.to_numpy()],
                people.gather(places),
                years.gather(places),
                amounts.gather(places),
            )
        who, when = people.to_numpy(), years.to_numpy()
        first = np.ones(len(at), np.bool_)
        first[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
        starts = np.append(np.flatnonzero(first), len(at)).astype(np.int64)
        bases = np.ascontiguousarray(amounts.to_numpy())
        return Slice(at, bases, np.ascontiguousarray(who), starts, int(np.abs(bases).max()) if len(bases) else 0)

    def _by_pieces(self, policy: Policy, found: Plain) -> Judged:
        mine = self.slice(policy)
        uncapped, payable, brackets = paid(mine, found)
        size = self.base.rows.height
        whole = Judged(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int32))
        whole.uncapped[mine.at], whole.payable[mine.at], whole.brackets[mine.at] = uncapped, payable, brackets
        return whole

    def _by_decide(self, policy: Policy) -> Judged:
        """Judge row by row with the columnar functions of `decide`, for formulas that are not pieces of a line."""
        always = dataclasses.replace(policy, starts=date.min, until=None)
        numbered = self.base.rows.with_row_index("_row")
        rows = judge_and_limit((always,), numbered, [("", "")], None).sort("_row")
        columns = rows.select("uncapped_fen", "payable_fen", pl.col("bracket").fill_null(0).cast(pl.Int32))
        uncapped, payable, brackets = (columns[name].to_numpy().copy() for name in columns.columns)
        return Judged(uncapped, payable, np.where(payable > 0, brackets, 0).astype(np.int32))


def _words(one: Requirement) -> tuple[object, ...]:
    """Return what a requirement asks, in an order of its own."""
    return one.test, sorted(one.options.items()), sorted(one.when.items()), one.otherwise


def _ground(policy: Policy) -> tuple[object, ...]:
    """Return what requirements rest on beside their own words: base, window and the day that counts."""
    window = policy.window
    return policy.base, (window.window, window.starts) if window else None, policy.anchor


def _remembered(kept: OrderedDict[object, Kept], key: object, most: int, make: Callable[[], Kept]) -> Kept:
    """Return what is kept under a key, made when it is not there; what was not asked for longest is forgotten."""
    if key not in kept:
        kept[key] = make()
        while len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def arrays(found: Plain) -> tuple[Integers, Integers, Integers]:
    """This function will return pieces, rules and limits as the compiled loops take them."""
    pieces = [(one.low, one.high, one.constant, one.rate_ppm, one.bracket) for one in found.pieces]
    return (
        np.array(pieces, np.int64).reshape(-1, 5),
        np.array([found.unit, found.lift, found.least], np.int64),
        np.array(found.limits, np.int64).reshape(-1, 3),
    )


def paid(mine: Slice, found: Plain, groups: Integers | None = None) -> tuple[Integers, Integers, Small]:
    """This function will pay the events of a slice, or of some of its windows: uncapped, payable, bracket (0 elsewhere)."""
    uncapped, payable = np.zeros(len(mine.at), np.int64), np.zeros(len(mine.at), np.int64)
    brackets = np.zeros(len(mine.at), np.int32)
    pay(
        mine.amounts,
        mine.starts,
        mine.groups if groups is None else groups,
        *arrays(found),
        uncapped,
        payable,
        brackets,
    )
    return uncapped, payable, np.where(uncapped > 0, brackets, 0).astype(np.int32)
