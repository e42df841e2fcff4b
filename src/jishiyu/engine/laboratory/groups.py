"""The groups by which the laboratory tells results, and how small ones are merged so that nobody is recognised."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from jishiyu.engine.laboratory.base import Base
from jishiyu.engine.laboratory.loops import Integers, Small
from jishiyu.engine.policy.requirements import full_years

FEWEST = 10  # people: smaller groups are merged with a neighbour
_AGE_EDGES = (20, 30, 40, 50, 60)  # as the statistics have them
DECILES = 10
UNKNOWN = ("未知", "unknown")

Words = tuple[str, str]  # Chinese, English


@dataclass(frozen=True)
class Grouping:
    """How events are grouped: `codes` per row of the base (below zero: in none), `labels` of the codes, and whether they
    have an order, so that a small group is merged with its neighbour and not with the smallest other one."""

    key: str
    codes: Small
    labels: list[Words]
    ordered: bool


def groupings(base: Base) -> list[Grouping]:
    """This function will group the events of a base by year, age, sex, district, level of hospital and burden."""
    rows = base.rows
    found = [
        _years(rows),
        _ages(rows),
        _named("sex", rows, {"1": ("男", "men"), "2": ("女", "women")}),
        _district(rows),
    ]
    if "hospital_level" in rows.columns:
        found.append(_levels(rows))
    return [*found, burden(base)]


def burden(base: Base) -> Grouping:
    """This function will part the people of each calendar year into tenths by what they paid in cash in that year.

    The order is that of the cash, then of the person: the tenths are as equal as numbers allow.
    """
    cells, cash = member_years(base)
    ranks = np.empty(len(cash), np.int64)
    ranks[np.argsort(cash, kind="stable")] = np.arange(len(cash))
    tenths = (ranks * DECILES // max(len(cash), 1)).astype(np.int32)
    labels = [
        (f"第 {at} 组" if at > 1 else "第 1 组(负担最轻)", f"tenth {at}" if at > 1 else "tenth 1 (lightest)")
        for at in range(1, DECILES)
    ]
    return Grouping("burden", tenths[cells], [*labels, ("第 10 组(负担最重)", "tenth 10 (heaviest)")], ordered=True)


def member_years(base: Base) -> tuple[Integers, Integers]:
    """This function will number the years of the people: the number per row of the base, and the cash (fen) of each."""
    people, years = base.rows["person_key"].to_numpy(), base.rows["year"].to_numpy()
    first = np.ones(len(people), np.bool_)
    first[1:] = (people[1:] != people[:-1]) | (years[1:] != years[:-1])
    cells = np.cumsum(first) - 1
    cash = base.cash()
    return cells, np.add.reduceat(cash, np.flatnonzero(first)) if len(cash) else cash


def _years(rows: pl.DataFrame) -> Grouping:
    years = sorted(rows["year"].unique())
    codes = np.searchsorted(np.array(years), rows["year"].to_numpy()).astype(np.int32)
    return Grouping("year", codes, [(f"{year} 年", str(year)) for year in years], ordered=True)


def _ages(rows: pl.DataFrame) -> Grouping:
    ages = full_years(rows["birth_date"], rows["anchor_date"])
    codes = np.searchsorted(np.array(_AGE_EDGES), ages.fill_null(-1).to_numpy(), side="right").astype(np.int32)
    codes[ages.is_null().to_numpy()] = len(_AGE_EDGES) + 1
    bands = [f"{low}—{high - 1}" for low, high in pairwise(_AGE_EDGES)]
    labels = [
        ("20 岁以下", "under 20"),
        *((f"{band} 岁", band.replace("—", " to ")) for band in bands),
        ("60 岁及以上", "60 and over"),
        UNKNOWN,
    ]
    return Grouping("age", codes, labels, ordered=True)


def _named(key: str, rows: pl.DataFrame, words: dict[str, Words]) -> Grouping:
    numbers = {value: at for at, value in enumerate(words)}
    codes = rows[key].replace_strict(numbers, default=len(words), return_dtype=pl.Int32).fill_null(len(words))
    return Grouping(key, codes.to_numpy(), [*words.values(), UNKNOWN], ordered=False)


def _district(rows: pl.DataFrame) -> Grouping:
    return _named("district", rows, {name: (name, name) for name in sorted(rows["district"].drop_nulls().unique())})


def _levels(rows: pl.DataFrame) -> Grouping:
    """Fold the codes of feeds to the levels that figures show."""
    folded = {name: level for level, entry in hospital_levels().items() for name in entry["names"]}
    levels = rows.select(
        pl.col("hospital_level").replace_strict(folded, default=pl.col("hospital_level"), return_dtype=pl.String)
    )
    words = {level: (str(entry["zh"]), str(entry["en"])) for level, entry in hospital_levels().items()}
    strange = sorted(set(levels["hospital_level"].drop_nulls().unique()) - set(words))
    return _named("hospital_level", levels, words | {code: (code, code) for code in strange})


@cache
def hospital_levels() -> dict[str, dict[str, Any]]:
    """This function will return the levels of hospitals: words and the codes folded into each."""
    text = (resources.files("jishiyu.policies") / "codes" / "hospital_levels.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["levels"])


def merged(people: list[int], *, ordered: bool) -> list[list[int]]:
    """This function will put groups together until none has between 1 and 9 people; returns which groups each new one holds.

    An ordered group goes to its smaller neighbour, another one to the smallest other. Empty groups are left out. One small
    group alone stays: the whole says as much, and the caller does not show it.
    """
    parts = [[at] for at, count in enumerate(people) if count]
    size = {tuple(part): people[part[0]] for part in parts}
    while len(parts) > 1:
        small = min(range(len(parts)), key=lambda at: (size[tuple(parts[at])], at))
        if size[tuple(parts[small])] >= FEWEST:
            break
        near = [at for at in (small - 1, small + 1) if 0 <= at < len(parts)]
        others = near if ordered else [at for at in range(len(parts)) if at != small]
        other = min(others, key=lambda at: (size[tuple(parts[at])], at))
        first, second = sorted((small, other))
        joined = [*parts[first], *parts[second]]
        size[tuple(joined)] = size[tuple(parts[first])] + size[tuple(parts[second])]
        parts[first] = joined
        del parts[second]
    return parts
