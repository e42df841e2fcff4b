"""What a meeting asks of the engine: rounds as JSON and back, supply against what is asked for, who could come as well."""

import json

import pytest

from jishiyu.engine.pairing.asking import who_could_join, why_not
from jishiyu.engine.pairing.frozen import (
    frozen_plan,
    frozen_reasons,
    frozen_round,
    frozen_score,
    thawed_plan,
    thawed_reasons,
    thawed_round,
)
from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.model import OFFICER, STEWARD, Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.points import breaches, judge
from jishiyu.engine.pairing.proposal import Proposal
from jishiyu.engine.pairing.reasons import left_out_reasons, pairing_reasons
from jishiyu.engine.pairing.scarcity import supply
from jishiyu.engine.pairing.solve import propose


@pytest.fixture(scope="module")
def solved() -> Proposal:
    round_ = invent(8, 12, 10, seed=3)
    return propose(round_.needs, round_.people, pins=[Pin(round_.needs[0].need_id, ban=True)])


def through_json(value: object) -> object:
    return json.loads(json.dumps(value, ensure_ascii=False))


def test_a_round_a_plan_and_its_reasons_come_back_from_json_as_they_were(solved: Proposal) -> None:
    before = Round(solved.round.needs, solved.round.people, solved.round.pins, solved.visits)
    back = thawed_round(through_json(frozen_round(before)))  # type: ignore[arg-type]
    assert set(back.previous or ()) == set(solved.visits)
    assert (back.people, back.pins) == (before.people, before.pins)
    assert back.needs == before.needs
    assert set(thawed_plan(through_json(frozen_plan(solved.visits)))) == set(solved.visits)  # type: ignore[arg-type]
    reasons = [
        *pairing_reasons(solved.round, solved.visits), *left_out_reasons(solved.round, solved.visits, solved.left_out),
    ]  # fmt: skip
    again = thawed_reasons(through_json(frozen_reasons(reasons)))  # type: ignore[arg-type]
    assert [one.say("zh") for one in again] == [one.say("zh") for one in reasons]
    assert [one.say("en") for one in again] == [one.say("en") for one in reasons]


def test_the_score_of_a_proposal_is_json_with_bound_gap_and_aims(solved: Proposal) -> None:
    score = through_json(frozen_score(solved))
    assert isinstance(score, dict)
    assert (score["score"], score["bound"], score["gap"]) == (solved.score, solved.bound, solved.gap)
    assert sum(score["points"].values()) == score["score"]


def test_whoever_could_join_really_can_and_costs_what_is_said(solved: Proposal) -> None:
    found = 0
    for visit in solved.visits:
        for one in who_could_join(solved.round, solved.visits, solved.weights, visit.need_id):
            grown = Visit(visit.need_id, visit.start, (*visit.people, one.person_id))
            larger = [grown if other.need_id == visit.need_id else other for other in solved.visits]
            assert breaches(solved.round, larger) == []
            assert solved.weights.score(judge(solved.round, larger)) - solved.score == one.score
            found += 1
    assert found > 0
    full = Need("N", "X", (), 1, 0, 1, team_min=2, team_max=2)
    people = [Person(f"P{at}", role, {}, ((0, 9),)) for at, role in enumerate((STEWARD, OFFICER, STEWARD))]
    round_ = Round((full,), tuple(people))
    assert who_could_join(round_, (Visit("N", 0, ("P0", "P1")),), solved.weights, "N") == ()


def test_more_than_five_candidates_are_ranked_when_more_are_asked_for(solved: Proposal) -> None:
    visit = solved.visits[0]
    few = why_not(solved.round, solved.visits, solved.weights, visit.need_id, visit.people[0]).alternatives
    many = why_not(solved.round, solved.visits, solved.weights, visit.need_id, visit.people[0], most=50).alternatives
    assert len(few) <= 5 <= max(5, len(many))
    assert many[: len(few)] == few


def test_supply_counts_half_days_within_the_week_and_who_lacks_one_level() -> None:
    need = Need("N", "X", (("thermal", 3),), 2, 0, 9)
    people = (
        Person("A", "expert", {"thermal": 4}, ((0, 9),), per_week=3),
        Person("B", "expert", {"thermal": 2}, ((0, 19),)),
        Person("S", STEWARD, {}, ((0, 3), (12, 15))),
    )
    found = {(item.kind, item.name): item for item in supply(Round((need,), people))}
    thermal, officer, steward = found["skill", "thermal"], found["role", OFFICER], found["role", STEWARD]
    assert (thermal.wanted, thermal.able, thermal.near, thermal.open) == (2, 1, 1, 3)
    assert (officer.able, officer.open, officer.short) == (0, 0, True)
    assert steward.open == 4  # what lies after the last half-day that matters is no help
    assert next(iter(supply(Round((need,), people)))).name == OFFICER
