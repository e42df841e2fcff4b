"""Reasons say what is so: each pairing, each smallest change, each “why not”."""

from dataclasses import replace

import pytest

from jishiyu.engine.pairing.asking import why_not
from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.model import Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.points import breaches, judge
from jishiyu.engine.pairing.proposal import Proposal
from jishiyu.engine.pairing.reasons import left_out_reasons, pairing_reasons
from jishiyu.engine.pairing.scarcity import bottlenecks
from jishiyu.engine.pairing.sentences import Reason, slot
from jishiyu.engine.pairing.solve import propose


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    round_ = invent(26, 18, 10, seed=5)
    return propose(round_.needs, round_.people)


def person(number: str, role: str = "expert", free: tuple[int, int] = (0, 9), **skills: int) -> Person:
    return Person(number, role, skills, (free,))


CROWD = (person("E1", 谐波治理=4), person("S1", "steward"), person("O1", "officer"))
NEED = Need("N1", "厂一", (("谐波治理", 4),), 1, 2, 3, steward="S1", x_m=3100)


def only_reason(need: Need, people: tuple[Person, ...], visits: tuple[Visit, ...] = ()) -> Reason:
    (reason,) = left_out_reasons(Round((need,), people), visits, [need])
    return reason


def test_a_half_day_has_a_name() -> None:
    assert slot(2, "zh") == "第 1 周周二上午"
    assert slot(19, "en") == "Fri pm of week 2"


def test_each_member_has_a_reason_that_is_so(proposal: Proposal) -> None:
    reasons = pairing_reasons(proposal.round, proposal.visits)
    assert len(reasons) == sum(len(visit.people) for visit in proposal.visits)
    by_need: dict[str, set[str]] = {}
    for reason in reasons:
        person = proposal.round.person(reason.person_id)
        for part in reason.parts:
            if part.code == "covers":
                assert person.skills[part.details["skill"]] >= part.details["level"]
                by_need.setdefault(reason.need_id, set()).add(part.details["skill"])
        assert "{" not in reason.say("zh") + reason.say("en")
    for visit in proposal.visits:
        assert by_need[visit.need_id] == {skill for skill, _ in proposal.round.need(visit.need_id).skills}


def test_the_sentence_names_skill_level_time_way_and_visit() -> None:
    round_ = Round((NEED, replace(NEED, need_id="N2")), CROWD)
    plan = propose(round_.needs, round_.people)
    reasons = {(r.need_id, r.person_id): r for r in pairing_reasons(plan.round, plan.visits)}
    later = max(plan.visits, key=lambda visit: visit.start)
    assert later.start == 3
    text = reasons[later.need_id, "E1"].say("zh")
    assert text == "覆盖谐波治理 4 级(本人 4 级),第 1 周周二下午空闲,相距 3.1 公里,第 2 次到该企业。"
    assert (
        reasons[later.need_id, "E1"].say("en").startswith("covers 谐波治理 level 4 (has 4), free Tue pm of week 1, 3.1")
    )
    assert "own_steward" in reasons[later.need_id, "S1"].codes


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        ((replace(CROWD[0], free=()), *CROWD[1:]), ("person_free",)),
        ((replace(CROWD[0], free=((0, 1),)), *CROWD[1:]), ("earlier",)),
        ((replace(CROWD[0], skills={"谐波治理": 1}), *CROWD[1:]), ("recruit_skill",)),
        ((replace(CROWD[0], per_week=0, free=()), *CROWD[1:]), ("person_free", "more_hours")),
        ((replace(CROWD[0], skills={"谐波治理": 3}), *CROWD[1:]), ("one_level_more",)),
        ((replace(CROWD[0], per_week=0), *CROWD[1:]), ("more_hours",)),
        ((replace(CROWD[0], free=((4, 9),)), *CROWD[1:]), ("later",)),
        (CROWD[1:], ("recruit_skill",)),
        (CROWD[:2], ("recruit_role",)),
    ],
)
def test_the_smallest_change_for_a_need_left_out(people: tuple[Person, ...], codes: tuple[str, ...]) -> None:
    reason = only_reason(NEED, people)
    assert reason.codes == codes
    assert "{" not in reason.say("zh") + reason.say("en")
    assert reason.say("zh").startswith("未安排:")


def test_a_team_that_is_too_small_and_a_ban_are_named() -> None:
    assert only_reason(replace(NEED, team_min=1, team_max=2), CROWD).codes == ("larger_team",)
    round_ = Round((NEED,), CROWD, (Pin("N1", ban=True),))
    assert left_out_reasons(round_, (), [NEED])[0].codes == ("banned",)


def test_somebody_elsewhere_is_named_with_the_need_that_would_give_way() -> None:
    other = replace(NEED, need_id="N2", earliest=0, latest=9)
    need = replace(NEED, latest=2)
    visits = (Visit("N2", 2, ("E1", "O1", "S1")),)
    (reason,) = left_out_reasons(Round((need, other), CROWD), visits, [need])
    # One half-day later everybody is free: that asks for less than taking three people from another enterprise.
    assert reason.codes == ("later",)


def test_every_change_of_people_and_times_really_serves_the_need(proposal: Proposal) -> None:
    tried = 0
    for reason in left_out_reasons(proposal.round, proposal.visits, proposal.left_out):
        if any(part.code.startswith(("recruit", "instead", "larger", "banned")) for part in reason.parts):
            continue
        assert serves(proposal, reason), reason.say("en")
        tried += 1
    assert tried


def serves(proposal: Proposal, reason: Reason) -> bool:
    """Return whether the plan as it is and the need beside it keep every rule once the change is made."""
    people = {person.person_id: person for person in proposal.round.people}
    needs = {need.need_id: need for need in proposal.round.needs}
    for part in reason.parts:
        who = part.details.get("person", "")
        if part.code == "person_free":
            people[who] = replace(people[who], free=(*people[who].free, *((at, at) for at in part.details["halfdays"])))
        elif part.code == "more_hours":
            people[who] = replace(people[who], per_week=people[who].per_week + part.details["count"])
        elif part.code == "one_level_more":
            skills = {**people[who].skills, part.details["skill"]: part.details["level"]}
            people[who] = replace(people[who], skills=skills)
        elif part.code == "later":
            need = needs[reason.need_id]
            needs[reason.need_id] = replace(need, latest=need.latest + part.details["count"])
        elif part.code == "earlier":
            need = needs[reason.need_id]
            needs[reason.need_id] = replace(need, earliest=need.earliest - part.details["count"])
    pins = [Pin(visit.need_id, visit.start) for visit in proposal.visits]
    pins += [Pin(visit.need_id, None, who) for visit in proposal.visits for who in visit.people]
    kept = [*(needs[visit.need_id] for visit in proposal.visits), needs[reason.need_id]]
    whole = [replace(need, team_max=len(visit.people)) for need, visit in zip(kept, proposal.visits, strict=False)]
    plan = propose([*whole, kept[-1]], list(people.values()), pins=pins)
    return reason.need_id in {visit.need_id for visit in plan.visits}


def test_why_not_names_what_speaks_against_a_person_and_five_who_could_come(proposal: Proposal) -> None:
    seen = set()
    for visit in proposal.visits:
        for other in proposal.round.people:
            answer = why_not(proposal.round, proposal.visits, proposal.weights, visit.need_id, other.person_id)
            seen |= set(answer.reason.codes)
            assert "{" not in answer.reason.say("zh") + answer.reason.say("en")
            assert len(answer.alternatives) <= 5
            for swap in answer.alternatives[:2]:
                swapped = tuple(
                    replace(v, people=tuple(sorted((*(set(v.people) - {swap.instead_of}), swap.person_id))))
                    if v.need_id == visit.need_id
                    else v
                    for v in proposal.visits
                )
                assert breaches(proposal.round, swapped) == []
                assert proposal.weights.score(judge(proposal.round, swapped)) - proposal.score == swap.score
    assert {"in_the_team", "not_free", "elsewhere", "brings_nothing"} <= seen


def test_why_not_for_a_need_that_was_left_out(proposal: Proposal) -> None:
    need = proposal.left_out[0]
    answer = why_not(
        proposal.round, proposal.visits, proposal.weights, need.need_id, proposal.round.people[0].person_id
    )
    assert answer.reason.codes[0] == "not_planned"
    assert answer.alternatives == ()


def test_a_scarce_skill_has_a_price_and_a_plentiful_one_has_none() -> None:
    needs = [replace(NEED, need_id=f"N{at}", earliest=2, latest=2) for at in range(4)]
    people = (
        *CROWD,
        *(person(f"S{at}", "steward") for at in range(2, 6)),
        *(person(f"O{at}", "officer") for at in range(2, 6)),
    )
    plan = propose(needs, people)
    assert len(plan.visits) == 1
    names = {(item.kind, item.name) for item in plan.scarce}
    assert ("skill", "谐波治理") in names
    assert ("role", "steward") not in names
    assert all("{" not in item.say("zh") + item.say("en") for item in plan.scarce)
    assert plan.half_days is not None
    assert bottlenecks(plan.round, plan.half_days * 0) == []
