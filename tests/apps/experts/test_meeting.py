"""What the meeting decides: pins and bans that are possible, changes by hand that break no hard rule."""

from datetime import date

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.experts.halfdays import HalfDay, halfday_of
from jishiyu.apps.experts.models import Pin, Proposal, ProposalState
from jishiyu.apps.experts.operations import (
    add_member,
    current_plan,
    drop_member,
    exchange,
    pin,
    place,
    release,
    set_times,
)
from jishiyu.apps.experts.problems import (
    ExpertUnknown,
    NeedMovedOn,
    NeedNotInProposal,
    PinRefused,
    ProposalNotOpen,
    TeamRefused,
)
from tests.apps.experts.situations import AT, FIRST, LAST, person, settle, solved, waiting

pytestmark = pytest.mark.django_db
BY = {"by": "organiser", "at": AT}
ROUND = {"first_on": FIRST, "weeks": 4, **BY}


def team(proposal: Proposal, number: str) -> set[str]:
    proposal.refresh_from_db()
    return set(next(visit for visit in current_plan(proposal) if visit.need_id == number).people)


def test_a_time_a_person_and_a_team_are_pinned_and_released() -> None:
    one, _two = settle()
    start = HalfDay(date(2026, 3, 4), "am")
    pin(need_id=one.pk, start=start, people=["S1", "O1", "E1"], **ROUND)
    assert Pin.objects.filter(need=one).count() == 4
    pin(need_id=one.pk, start=start, people=["S1"], **ROUND)
    assert Pin.objects.filter(need=one).count() == 4
    found = solved(one.participation.campaign_id)
    visit = next(visit for visit in current_plan(found) if visit.need_id == one.number)
    assert halfday_of(visit.start, monday=found.monday) == start
    for row in Pin.objects.filter(need=one):
        release(pin_id=row.pk, **BY)
    assert not Pin.objects.exists()
    release(pin_id=1, **BY)
    assert Trail.objects.filter(action="pairing.release").count() == 4


def test_a_new_time_takes_the_place_of_the_old_one_and_a_ban_that_of_a_pin() -> None:
    one, _two = settle()
    pin(need_id=one.pk, start=HalfDay(date(2026, 3, 4), "am"), **ROUND)
    pin(need_id=one.pk, start=HalfDay(date(2026, 3, 5), "pm"), **ROUND)
    assert [row.on for row in Pin.objects.filter(need=one)] == [date(2026, 3, 5)]
    pin(need_id=one.pk, people=["E1"], **ROUND)
    pin(need_id=one.pk, people=["E1"], ban=True, **ROUND)
    assert list(Pin.objects.filter(need=one, expert__code="E1").values_list("ban", flat=True)) == [True]


def test_a_pin_that_breaks_a_hard_rule_is_told_in_names_and_days_and_not_stored() -> None:
    one, _two = settle()
    set_times(
        expert_id=person("E8", levels={"harmonics": 4}, name="甲无空").pk,
        offered=(),
        first=FIRST,
        last=LAST,
        source="own",
        **BY,
    )
    cases = [
        (
            {"start": HalfDay(date(2026, 3, 4), "am"), "people": ["E8"]},
            "甲无空 从3月4日(周三)上午起没有连续 1 个半天的空闲",
        ),
        ({"start": HalfDay(date(2026, 5, 4), "am")}, "之间进行"),
        ({"people": ["S1"], "ban": True}, "没有空闲的管家"),
    ]
    pin(need_id=one.pk, **ROUND)
    for words, said in cases:
        with pytest.raises(PinRefused) as problem:
            pin(need_id=one.pk, **words, **ROUND)
        assert said in problem.value.say("zh")
        assert one.number in problem.value.say("en")
        assert Pin.objects.filter(need=one).count() == 1
    with pytest.raises(ExpertUnknown):
        pin(need_id=one.pk, people=["nobody"], **ROUND)


def test_the_skill_a_pin_leaves_without_anybody_is_named_in_words() -> None:
    one, _two = settle()
    pin(need_id=one.pk, people=["E1"], ban=True, **ROUND)
    pin(need_id=one.pk, **ROUND)
    with pytest.raises(PinRefused) as problem:
        pin(need_id=one.pk, people=["E2"], ban=True, **ROUND)
    assert "没有空闲人员具备谐波治理 4 级" in problem.value.say("zh")
    assert "Harmonics" in problem.value.say("en")


def test_a_need_that_moved_on_is_not_pinned() -> None:
    one, _two = settle()
    move_need(need_id=one.pk, to=State.WITHDRAWN, what="withdrawn", sentence="不需要了", **BY)
    with pytest.raises(NeedMovedOn):
        pin(need_id=one.pk, **ROUND)


def test_somebody_is_exchanged_added_and_taken_out_by_hand() -> None:
    one, _two = settle()
    found = solved(one.participation.campaign_id)
    old = "E1" if "E1" in team(found, one.number) else "E2"
    new = "E2" if old == "E1" else "E1"
    exchange(proposal_id=found.pk, number=one.number, out=old, into=new, **BY)
    assert team(found, one.number) == {"S1", "O1", new}
    add_member(proposal_id=found.pk, number=one.number, into=old, **BY)
    assert team(found, one.number) == {"S1", "O1", new, old}
    drop_member(proposal_id=found.pk, number=one.number, out=new, **BY)
    assert team(found, one.number) == {"S1", "O1", old}
    assert Pin.objects.get(need=one, expert__code=new).ban
    assert Trail.objects.filter(action="pairing.change").count() == 3
    found.refresh_from_db()
    assert found.plan != found.changed


@pytest.mark.parametrize(
    ("out", "into", "said"),
    [
        ("E1", "E3", "队伍中没有人具备谐波治理 4 级"),
        ("S1", "E2", "队伍中没有专属管家"),
        ("O1", "E2", "队伍中没有驻企工会干部"),
    ],
)
def test_a_team_that_breaks_a_hard_rule_is_refused_with_the_rule(out: str, into: str, said: str) -> None:
    one, two = settle()
    pin(need_id=one.pk, people=["E1"], **ROUND)
    pin(need_id=one.pk, people=["E2"], ban=True, **ROUND)
    found = solved(one.participation.campaign_id)
    with pytest.raises(TeamRefused) as problem:
        exchange(proposal_id=found.pk, number=one.number, out=out, into=into, **BY)
    assert said in problem.value.say("zh")
    found.refresh_from_db()
    assert found.changed is None
    with pytest.raises(NeedNotInProposal):
        exchange(proposal_id=found.pk, number="N9999", out=out, into=into, **BY)
    with pytest.raises(ExpertUnknown):
        exchange(proposal_id=found.pk, number=two.number, out="S1", into="X", **BY)


def test_somebody_who_is_elsewhere_or_not_free_is_refused_by_name() -> None:
    one, two = settle()
    found = solved(one.participation.campaign_id)
    elsewhere = next(visit for visit in current_plan(found) if visit.need_id == two.number)
    with pytest.raises(TeamRefused) as problem:
        place(proposal_id=found.pk, number=one.number, start=elsewhere.start, people=["S1", "O1", "E1"], **BY)
    assert f"甲管家 当时在 {two.number}" in problem.value.say("zh")
    with pytest.raises(TeamRefused) as problem:
        place(proposal_id=found.pk, number=one.number, start=60, people=["S1", "O1", "E1"], **BY)
    assert "不空闲" in problem.value.say("zh")
    assert "不在企业可勘查的时间内" in problem.value.say("zh")


def test_a_need_left_out_is_placed_by_hand() -> None:
    one, _two = settle()
    pin(need_id=one.pk, ban=True, **ROUND)
    found = solved(one.participation.campaign_id)
    assert one.number not in {visit.need_id for visit in current_plan(found)}
    made = place(proposal_id=found.pk, number=one.number, start=12, people=["S1", "O1", "E1"], **BY)
    assert made.start == 12
    assert team(found, one.number) == {"S1", "O1", "E1"}
    assert Pin.objects.filter(need=one, ban=False).count() == 4


def test_a_replaced_proposal_is_not_changed() -> None:
    one, _two = settle()
    first = solved(one.participation.campaign_id)
    solved(one.participation.campaign_id)
    with pytest.raises(ProposalNotOpen) as problem:
        exchange(proposal_id=first.pk, number=one.number, out="E1", into="E2", **BY)
    assert ProposalState.REPLACED.label in problem.value.say("zh")


def test_a_team_is_never_larger_than_the_round_allows() -> None:
    one, _two = settle()
    campaign = one.participation.campaign
    campaign.team_max = 3
    campaign.save()
    waiting({"thermal": 3}, of=one.participation)
    found = solved(campaign.pk)
    missing = next(iter({"E1", "E2"} - team(found, one.number)))
    with pytest.raises(TeamRefused) as problem:
        add_member(proposal_id=found.pk, number=one.number, into=missing, **BY)
    assert "队伍须有 3 至 3 人" in problem.value.say("zh")
