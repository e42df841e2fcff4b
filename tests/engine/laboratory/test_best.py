"""The best brackets: nothing that a search of all tables finds is better, and the bound is one."""

import dataclasses
from itertools import combinations_with_replacement

import pytest

from jishiyu.engine.laboratory.base import measured
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.best import best_brackets
from jishiyu.engine.laboratory.cells import Cells, Wish, with_brackets
from jishiyu.engine.laboratory.problems import BudgetTooSmall, NotBrackets
from jishiyu.engine.laboratory.variants import Variants
from tests.engine.laboratory.cities import changed, city, today

EDGES = [1_000_000, 3_000_000, 10_000_000, 30_000_000]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(measured(city(), [today()]))


@pytest.fixture(scope="module")
def cost(bench: Bench) -> int:
    return Variants(bench).totals([today()])[0].fen


def every_table(cells: Cells, most: int) -> list[tuple[int, float]]:
    """Return cost and protection of every table that there is."""
    found = []
    for chosen in combinations_with_replacement(range(len(cells.rates)), len(cells.edges)):
        if len(set(chosen)) <= most:
            cost = sum(int(cells.cost[at, rate]) for at, rate in enumerate(chosen))
            found.append((cost, sum(float(cells.value[at, rate]) for at, rate in enumerate(chosen))))
    return found


@pytest.mark.parametrize("brackets", [1, 2, 3])
@pytest.mark.parametrize("share", [40, 70, 100])
def test_no_table_of_all_protects_more(bench: Bench, cost: int, brackets: int, share: int) -> None:
    policy = changed(edges=[500_000, *EDGES], rates=[10_000] * 5)
    wish = Wish(budget_fen=cost * share // 50, least_ppm=10_000, most_ppm=60_000, brackets=brackets, edges_fen=EDGES)
    found = best_brackets(bench, policy, wish)
    tables = [one for one in every_table(Cells(bench, policy, wish), brackets) if one[0] <= wish.budget_fen]
    most = max(value for _, value in tables)
    assert found.table.protection == int(most * 1_000_000)
    assert found.bound >= found.table.protection
    assert found.bound - found.table.protection <= 2  # proved, but for the rounding of the measure to millionths
    assert found.table.cost_fen <= wish.budget_fen
    assert len(found.table.brackets) <= brackets
    rates = [rate for _, rate in found.table.brackets]
    assert rates == sorted(rates)
    assert all(rate % 5_000 == 0 and 10_000 <= rate <= 60_000 for rate in rates)


def test_a_table_costs_what_decide_would_pay(bench: Bench, cost: int) -> None:
    found = best_brackets(bench, today(), Wish(budget_fen=cost * 2, most_ppm=150_000))
    each = dataclasses.replace(found.policy, limits=(dataclasses.replace(today().limits[0], window="payment"),))
    assert Variants(bench).totals([each])[0].fen == found.table.cost_fen
    assert Variants(bench).totals([found.policy])[0] == found.table.totals
    assert found.table.totals.fen < found.table.cost_fen  # several events of a year share the limit
    assert found.today is not None
    assert found.today.totals.fen == cost


def test_nothing_on_the_curve_is_outdone_by_a_cheaper_table(bench: Bench, cost: int) -> None:
    wish = Wish(budget_fen=cost, least_ppm=10_000, most_ppm=60_000, brackets=2, edges_fen=EDGES)
    policy = changed(edges=[500_000, *EDGES], rates=[10_000] * 5)
    found = best_brackets(bench, policy, wish)
    tables = every_table(Cells(bench, policy, wish), 2)
    costs = [one.cost_fen for one in found.curve]
    assert costs == sorted(costs)
    for one in found.curve:
        assert one.protection == int(max(value for cost, value in tables if cost <= one.cost_fen) * 1_000_000)


def test_a_budget_below_the_lowest_rate_is_refused(bench: Bench) -> None:
    with pytest.raises(BudgetTooSmall):
        best_brackets(bench, today(), Wish(budget_fen=100))


def test_a_policy_without_such_brackets_is_refused(bench: Bench) -> None:
    with pytest.raises(NotBrackets):
        best_brackets(bench, changed(kind="marginal"), Wish(budget_fen=10**12))


def test_brackets_put_into_a_policy_are_over_their_edge() -> None:
    policy = with_brackets(today(), [(500_000, 20_000), (2_000_000, 40_000)])
    assert [(one.edge_fen, one.strict, one.rate_ppm) for one in policy.formula.brackets] == [
        (500_000, True, 20_000),
        (2_000_000, True, 40_000),
    ]
