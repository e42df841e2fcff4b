"""Two policies side by side: every figure counted again by hand from what `decide` pays."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.engine.decide import decide
from jishiyu.engine.laboratory.base import measured
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.compare import Comparer, Comparison
from jishiyu.engine.laboratory.groups import FEWEST, merged
from jishiyu.engine.laboratory.inequality import index, spread
from jishiyu.engine.policy.shelf import Shelf
from tests.engine.laboratory.cities import always, changed, city, today

OTHER = changed(
    kind="marginal",
    over=400_000,
    limit=3_000_000,
    age=63,
    rates=[20_000, 25_000, 40_000, 60_000, 90_000, 100_000, 120_000],
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return Comparer(Bench(measured(city(), [today()]))).compare(today(), OTHER)


@pytest.fixture(scope="module")
def paid() -> list[dict[str, Any]]:
    """Every event of a member with what each policy pays, its cash, person and year."""
    rows: dict[str, dict[str, Any]] = {}
    for side, policy in (("a", today()), ("b", always(OTHER))):
        for row in decide(city().events, city().roster, None, Shelf({policy.name: (policy,)})).iter_rows(named=True):
            if row["policy"]:
                rows.setdefault(row["stay_id"], {"person": row["person_key"], "year": row["anchor_date"].year})[
                    side
                ] = row["payable_fen"]
    facts = {row["event_id"]: row for row in city().events.iter_rows(named=True)}
    return [
        {**row, **{name: facts[stay][name] for name in ("cash_fen", "sex", "hospital_level")}}
        for stay, row in rows.items()
    ]


def test_both_sides_cost_what_decide_pays(found: Comparison, paid: list[dict[str, Any]]) -> None:
    for side, key in ((found.first, "a"), (found.second, "b")):
        assert side.totals.fen == sum(row[key] for row in paid) > 0
        assert side.totals.person_times == sum(row[key] > 0 for row in paid)
        assert side.totals.people == len({row["person"] for row in paid if row[key]})
    assert found.cash_fen == sum(row["cash_fen"] for row in paid)
    assert found.events == len(paid)


@pytest.mark.parametrize(("key", "field"), [("sex", "sex"), ("year", "year"), ("hospital_level", "hospital_level")])
def test_groups_hold_what_a_count_by_hand_gives(
    found: Comparison, paid: list[dict[str, Any]], key: str, field: str
) -> None:
    by_hand = defaultdict(list)
    for row in paid:
        by_hand[row[field]].append(row)
    counted = sorted(
        (
            sum(row["cash_fen"] for row in rows),
            sum(row["a"] for row in rows),
            len({row["person"] for row in rows if row["b"]}),
        )
        for rows in by_hand.values()
    )
    assert sorted((row.cash_fen, row.first.fen, row.second.people) for row in found.groups[key]) == counted


def test_every_grouping_adds_up_to_the_whole(found: Comparison) -> None:
    for key, rows in found.groups.items():
        assert sum(row.first.fen for row in rows) == found.first.totals.fen, key
        assert sum(row.second.person_times for row in rows) == found.second.totals.person_times, key
        assert sum(row.cash_fen for row in rows) == found.cash_fen, key
        assert all(row.first.people >= FEWEST or not row.first.people for row in rows), key
    assert sum(part.fen for _, part in found.first.brackets) == found.first.totals.fen


def test_winners_and_losers_are_people_over_the_whole_history(found: Comparison, paid: list[dict[str, Any]]) -> None:
    change: dict[str, int] = defaultdict(int)
    for row in paid:
        if row["a"] or row["b"]:
            change[row["person"]] += row["b"] - row["a"]
    assert sum(one.people for one in found.changes) == len(change)
    assert (
        sum(one.fen for one in found.changes)
        == sum(change.values())
        == found.second.totals.fen - found.first.totals.fen
    )
    assert all(one.people >= FEWEST for one in found.changes)
    assert sum(one.people for one in found.changes if one.fen < 0) <= sum(fen < 0 for fen in change.values()) + FEWEST


def test_tenths_of_burden_are_equal_in_number_and_rise(found: Comparison, paid: list[dict[str, Any]]) -> None:
    cash: dict[tuple[str, int], int] = defaultdict(int)
    for row in paid:
        cash[row["person"], row["year"]] += row["cash_fen"]
    ordered = sorted(cash.values())
    rows = found.groups["burden"]
    assert [row.cash_fen for row in rows] == sorted(row.cash_fen for row in rows)
    assert len(rows) == 10
    assert rows[-1].cash_fen == sum(ordered[-(len(ordered) // 10) :])


def gini(values: list[int]) -> Fraction:
    """Return the mean difference of all pairs over twice the mean."""
    count, total = len(values), sum(values)
    return Fraction(sum(abs(a - b) for a in values for b in values), 2 * count * total)


def test_gini_is_that_of_all_pairs(found: Comparison, paid: list[dict[str, Any]]) -> None:
    cash: dict[tuple[str, int], int] = defaultdict(int)
    left: dict[tuple[str, int], int] = defaultdict(int)
    for row in paid:
        cash[row["person"], row["year"]] += row["cash_fen"]
        left[row["person"], row["year"]] += row["cash_fen"] - row["b"]
    assert found.second.spread.before == int(gini(list(cash.values())) * 1_000_000)
    assert found.second.spread.after == int(gini(list(left.values())) * 1_000_000)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=2500))
def test_the_index_is_exact_over_blocks(values: list[int]) -> None:
    ordered = np.sort(np.array(values, np.int64))
    count, total = len(values), int(ordered.astype(object).sum())
    by_hand = None
    if total:
        weighted = sum(at * int(value) for at, value in enumerate(ordered, start=1))
        by_hand = (Fraction(2 * weighted, count * total) - Fraction(count + 1, count)) * 1_000_000 // 1
    assert index(ordered) == by_hand


def test_a_subsidy_in_proportion_is_as_concentrated_as_the_burden() -> None:
    cash = np.array([100, 900, 300, 300, 5_000, 20], np.int64) * 1_000
    found = spread(cash, cash // 100, np.argsort(cash, kind="stable"))
    assert found.kakwani == 0
    all_to_the_heaviest = np.where(cash == cash.max(), 1_000, 0)
    assert (spread(cash, all_to_the_heaviest, np.argsort(cash, kind="stable")).kakwani or 0) > 0


@given(st.lists(st.integers(0, 60), max_size=12), st.booleans())
def test_no_shown_group_is_small_unless_all_together_are(people: list[int], ordered: bool) -> None:
    parts = merged(people, ordered=ordered)
    sizes = [sum(people[at] for at in part) for part in parts]
    assert sum(sizes) == sum(people)
    assert all(size >= FEWEST for size in sizes) or len(parts) <= 1
    if ordered:
        assert [at for part in parts for at in part] == [at for at, count in enumerate(people) if count]


def test_jumps_name_who_is_overtaken_and_price_them(found: Comparison) -> None:
    policy = today()
    edges = [one.edge_fen for one in found.first.jumps]
    assert edges == [one.edge_fen for one in policy.formula.brackets]
    ten = found.first.jumps[4]
    assert (ten.below_fen, ten.above_fen) == (500_000, 800_000)
    bench = Bench(measured(city(), [policy]))
    mine = bench.slice(policy)
    plain = bench.plain(policy)
    assert plain is not None
    for one in found.first.jumps:
        left = one.edge_fen + 1 - one.above_fen
        below = [
            (int(base) - plain.amount(int(base)), person)
            for base, person in zip(mine.amounts, mine.people, strict=True)
            if base <= one.edge_fen
        ]
        overtaken = {person for bears, person in below if bears > left}
        price = sum(bears - left for bears, _ in below if bears > left)
        small = 0 < len(overtaken) < FEWEST
        assert (one.overtaken, one.price_fen) == ((None, None) if small else (len(overtaken), price))
    assert found.second.jumps == [] or all(
        one.edge_fen == 400_000 for one in found.second.jumps
    )  # marginal scales do not jump


def test_a_policy_beside_itself_changes_nothing() -> None:
    same = Comparer(Bench(measured(city(), [today()]))).compare(today(), today())
    assert [(one.words[1], one.fen) for one in same.changes] == [("no change", 0)]
    assert same.first.totals == same.second.totals


def test_a_group_whose_people_are_few_is_not_shown_alone() -> None:
    events = city().events.with_columns(
        hospital_level=pl.when(pl.col("person_key").is_in(["P0001", "P0002", "P0003"]))
        .then(pl.lit("1"))
        .otherwise(pl.lit("3"))
    )
    history = type(city())(events, city().roster)
    found = Comparer(Bench(measured(history, [today()]))).compare(today(), OTHER)
    assert len(found.groups["hospital_level"]) == 1
