"""Plans keep the hard rules, are as good as they say, and are the same each time."""

from dataclasses import replace

import numpy as np
import pytest

from jishiyu.engine.pairing import bounded, exact
from jishiyu.engine.pairing.budget import MOST_SECONDS, Budget, usual_limit
from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.model import Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.pack import pack
from jishiyu.engine.pairing.points import breaches, judge, weigh
from jishiyu.engine.pairing.prices import Prices, Relaxation, no_prices
from jishiyu.engine.pairing.problems import PinNoTeam, PinNotFree, PinOutsideWindow, PinsTogether, PinTwice, PinUnknown
from jishiyu.engine.pairing.search import Search
from jishiyu.engine.pairing.solve import propose
from tests.engine.pairing.brute import best_score


def tiny(seed: int) -> Round:
    """Return a round that can be tried out: three needs, seven people, five half-days."""
    round_ = invent(3, 7, 5, seed=seed)
    return Round(round_.needs, round_.people)


@pytest.mark.parametrize("seed", range(1, 9))
def test_small_rounds_are_solved_to_the_very_best_plan(seed: int) -> None:
    round_ = tiny(seed)
    plan = propose(round_.needs, round_.people)
    assert plan.status == "optimal"
    assert breaches(round_, plan.visits) == []
    assert plan.score == plan.bound == best_score(round_, weigh(round_))
    assert plan.gap == 0
    assert sum(plan.points.values()) == plan.score


@pytest.mark.parametrize("seed", range(1, 7))
def test_the_bound_of_the_search_is_never_below_the_best_plan(seed: int) -> None:
    round_ = tiny(seed)
    weights = weigh(round_)
    plan = bounded.search(round_, weights, Budget(0.05, 1.0, None, None), lambda step, count: None, 1, None)
    best = best_score(round_, weights)
    assert best is not None
    assert breaches(round_, plan.visits) == []
    assert plan.score <= best <= plan.bound
    assert plan.gap >= (best - plan.score) / best


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_aims_are_bounded_by_what_the_exact_model_proves(seed: int) -> None:
    round_ = invent(24, 20, 12, seed=seed)
    exactly = propose(round_.needs, round_.people)
    assert exactly.status == "optimal"
    searched = bounded.search(round_, weigh(round_), Budget(1.0, 1.0, None, None), lambda step, count: None, 1, None)
    assert searched.score <= exactly.score <= searched.bound
    assert searched.aims["served"].bound is not None
    assert searched.aims["served"].bound >= exactly.parts.served
    if searched.parts.served == exactly.parts.served:
        assert searched.aims["waiting"].bound is not None
        assert searched.aims["waiting"].bound <= exactly.parts.waiting <= searched.parts.waiting


def test_any_prices_prove_a_bound() -> None:
    round_ = tiny(3)
    weights = weigh(round_)
    arrays = pack(round_, weights)
    best = best_score(round_, weights)
    assert best is not None
    relaxation = Relaxation(arrays)
    from concurrent.futures import ThreadPoolExecutor

    dice = np.random.default_rng(5)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(30):
            prices = no_prices(arrays)
            times = dice.integers(0, weights.served, prices.times.shape)
            weekly = dice.integers(0, weights.served, prices.weekly.shape)
            assert relaxation.evaluate(Prices(times, weekly, 0), pool) >= best


def test_the_same_input_and_seed_give_the_same_plan() -> None:
    round_ = invent(70, 36, 14, seed=4)
    one, two = (propose(round_.needs, round_.people, seconds=0.5, seed=9) for _ in range(2))
    assert one.visits == two.visits
    assert (one.score, one.bound, one.aims) == (two.score, two.bound, two.aims)


def test_the_search_is_never_below_the_greedy_plan_and_keeps_every_rule() -> None:
    round_ = invent(90, 45, 16, seed=2)
    plan = propose(round_.needs, round_.people, seconds=1)
    search = Search(round_, pack(round_, weigh(round_)), weigh(round_))
    greedy = search.greedy()
    assert greedy is not None
    assert breaches(round_, plan.visits) == []
    assert plan.score >= search.score(greedy)
    assert plan.score == plan.weights.score(judge(round_, plan.visits))
    assert plan.bound >= plan.score
    assert plan.scarce


def test_who_asks_to_stop_gets_the_plan_so_far() -> None:
    round_ = invent(90, 45, 16, seed=2)
    heard: list[str] = []
    plan = propose(
        round_.needs,
        round_.people,
        seconds=3,
        progress=lambda step, count: heard.append(step),
        should_stop=lambda: heard.count("plan") >= 2,
    )
    assert plan.status == "stopped"
    assert breaches(round_, plan.visits) == []
    assert {"prices", "plan"} <= set(heard)


def test_the_clock_ends_the_work() -> None:
    round_ = invent(90, 45, 16, seed=2)
    ticks = iter(range(10**9))
    plan = propose(round_.needs, round_.people, seconds=60, clock=lambda: next(ticks) * 1.0)
    assert plan.status == "stopped"
    assert breaches(round_, plan.visits) == []


@pytest.mark.parametrize("size", [(40, 30, 14), (90, 45, 16)])
def test_where_no_seconds_are_asked_for_the_clock_ends_what_takes_too_long(size: tuple[int, int, int]) -> None:
    round_ = invent(*size, seed=2)
    limit = usual_limit(size[0])
    begun, late = iter((0.0,)), limit + 1.0
    plan = propose(round_.needs, round_.people, clock=lambda: next(begun, late))
    assert plan.status == "stopped"
    assert breaches(round_, plan.visits) == []
    assert plan.bound >= plan.score
    assert 0 <= plan.gap < 1


def test_the_limit_grows_with_the_round_and_has_an_end() -> None:
    assert [usual_limit(needs) for needs in (1, 60, 61, 400, 1_000, 5_000)] == [90, 90, 120, 120, 300, MOST_SECONDS]


@pytest.mark.parametrize("size", [(18, 18, 10), (80, 40, 14)])
def test_pins_and_bans_hold(size: tuple[int, int, int]) -> None:
    round_ = invent(*size, seed=6)
    first = propose(round_.needs, round_.people, seconds=1)
    visit, other = first.visits[0], first.visits[1]
    pins = (Pin(visit.need_id, visit.start), *(Pin(visit.need_id, None, who) for who in visit.people))
    bans = (Pin(other.need_id, None, other.people[0]), Pin(first.visits[2].need_id))
    plan = propose(round_.needs, round_.people, pins=pins, bans=bans, seconds=1)
    assert breaches(plan.round, plan.visits) == []
    kept = next(found for found in plan.visits if found.need_id == visit.need_id)
    assert kept.start == visit.start
    assert set(visit.people) <= set(kept.people)
    assert first.visits[2].need_id not in {found.need_id for found in plan.visits}


def test_only_the_time_can_be_pinned() -> None:
    round_ = invent(18, 18, 10, seed=6)
    first = propose(round_.needs, round_.people)
    need = next(need for need in round_.needs if need.need_id == first.visits[0].need_id)
    plan = propose(round_.needs, round_.people, pins=[Pin(need.need_id, first.visits[0].start)])
    assert next(v for v in plan.visits if v.need_id == need.need_id).start == first.visits[0].start


def person(number: str, role: str = "expert", free: tuple[int, int] = (0, 9), **skills: int) -> Person:
    return Person(number, role, skills, (free,))


CROWD = (person("E1", a=3), person("E2", a=5, free=(2, 5)), person("S1", "steward"), person("O1", "officer"))


def need(number: str, skills: tuple[tuple[str, int], ...] = (("a", 3),), **words: int) -> Need:
    return replace(Need(number, number, skills, 1, 0, 3), **words)  # type: ignore[arg-type]


def test_a_pin_that_breaks_a_rule_is_refused_with_its_line() -> None:
    needs = [need("N1"), need("N2")]
    for pins, problem in (
        ([Pin("N1", 0, "E2", line=7)], PinNotFree),
        ([Pin("N1", 9, line=7)], PinOutsideWindow),
        ([Pin("N9", 1, line=7)], PinUnknown),
        ([Pin("N1", 1, "E9", line=7)], PinUnknown),
        ([Pin("N1", 1, "S1", line=6), Pin("N2", 1, "S1", line=7)], PinTwice),
        ([Pin("N1", 1, line=7), Pin("N1", None, "E1", True, line=8)], PinNoTeam),
    ):
        with pytest.raises(problem) as caught:
            propose(needs, CROWD, pins=pins)
        assert "7" in caught.value.say("zh")
        assert "7" in caught.value.say("en")


@pytest.mark.parametrize("more", [0, 70])
def test_pins_that_cannot_hold_together_are_refused(more: int) -> None:
    needs = [need("N1"), need("N2"), *(need(f"M{at}") for at in range(more))]
    with pytest.raises(PinsTogether) as caught:
        propose(needs, CROWD, pins=[Pin("N1", 1), Pin("N2", 1)], seconds=0.1)
    assert "N1" in caught.value.say("en")


def test_a_need_nobody_can_serve_leaves_the_others_alone() -> None:
    plan = propose([need("N1"), need("N2", (("b", 1),))], CROWD)
    assert [visit.need_id for visit in plan.visits] == ["N1"]
    assert [left.need_id for left in plan.left_out] == ["N2"]
    assert plan.status == "optimal"


def test_weekly_capacity_and_team_size_are_kept() -> None:
    tired = tuple(replace(one, per_week=1) for one in CROWD)
    plan = propose([need("N1"), need("N2")], tired)
    assert len(plan.visits) == 1
    plan = propose([need("N1", team_max=2)], CROWD)
    assert plan.visits == ()
    plan = propose([need("N1", team_min=4)], (*CROWD, person("E3", a=4)))
    assert len(plan.visits[0].people) == 4


def test_the_important_need_goes_first_and_the_own_steward_comes() -> None:
    stewards = (person("S2", "steward"), *CROWD)
    plan = propose([need("N1", earliest=1, latest=1), need("N2", priority=5, earliest=1, latest=1)], CROWD)
    assert [visit.need_id for visit in plan.visits] == ["N2"]
    plan = propose([replace(need("N1"), steward="S1")], stewards)
    assert "S1" in plan.visits[0].people


@pytest.mark.parametrize("size", [(18, 18, 10), (80, 40, 14)])
def test_solving_again_without_a_change_changes_nothing_it_need_not(size: tuple[int, int, int]) -> None:
    round_ = invent(*size, seed=3)
    first = propose(round_.needs, round_.people, seconds=2)
    again = propose(round_.needs, round_.people, previous=first.visits, seconds=1)
    assert again.parts.served - again.parts.changes >= first.parts.served
    assert breaches(again.round, again.visits) == []
    assert again.bound >= again.score


@pytest.mark.parametrize("size", [(18, 18, 10), (80, 40, 14)])
def test_after_an_absence_little_else_changes(size: tuple[int, int, int]) -> None:
    round_ = invent(*size, seed=3)
    first = propose(round_.needs, round_.people, seconds=2)
    ill = next(who for who in first.visits[0].people if who.startswith("E"))
    people = [person for person in round_.people if person.person_id != ill]
    forced = sum(ill in visit.people for visit in first.visits)
    again = propose(round_.needs, people, previous=first.visits, seconds=1)
    assert breaches(again.round, again.visits) == []
    assert again.parts.changes <= forced + 3


def test_previous_pairings_of_needs_that_are_gone_do_not_count() -> None:
    plan = propose([need("N1")], CROWD, previous=[Visit("GONE", 1, ("E1", "S1", "O1"))])
    assert plan.parts.changes == 0
    assert len(plan.visits) == 1


def test_the_exact_model_counts_its_choices() -> None:
    assert exact.choices(Round((need("N1"),), CROWD)) == 4 * 3 + 2
