"""Rounds opened from data, carried on by a second one; stewards, hand-over; classification, plans, ends; records."""

from datetime import UTC, date, datetime

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.handing_in import Given
from jishiyu.apps.enterprises.models import Campaign, Enterprise, Level, Need, ServiceItem, Skill, State
from jishiyu.apps.enterprises.operations import (
    appoint_steward,
    classify_need,
    confirm_need,
    end_need,
    enrol_enterprise,
    forward_need,
    hand_in,
    move_need,
    note_call,
    open_campaign,
    take_up_again,
    write_plan,
)
from jishiyu.apps.enterprises.problems import (
    ItemUnknown,
    MoveNotAllowed,
    NetworkIncomplete,
    NotASteward,
    PlanLineWrong,
    RoundCodeTaken,
    RoundNotRunning,
    SameSteward,
    SentenceMissing,
    SkillUnknown,
)
from jishiyu.apps.enterprises.queries import alike, stewards_of, suggestions
from jishiyu.apps.notices.models import Kind, Notice
from jishiyu.engine.calendar import YearWithoutNotice
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises.situations import AT, LEVELS, WAY, need, need_in, participation, somebody, unions

pytestmark = pytest.mark.django_db
FILES = {name: path.read_text(encoding="utf-8") for name, path in shipped().items()}
LATER = datetime(2026, 9, 2, 2, tzinfo=UTC)


def opened(name: str = "power-1", **more: object) -> Campaign:
    unions()
    return open_campaign(definition=FILES[name], network=LEVELS, by="tests", at=AT, **more)  # type: ignore[arg-type]


def handed(whose: int, *words: str, at: datetime = AT) -> tuple[Need, ...]:
    given = [Given(words=one) for one in words]
    return hand_in(participation_id=whose, needs=given, once="|".join(words), source="web", by="e", at=at).needs


def test_a_round_is_opened_with_all_that_its_file_says() -> None:
    made = opened()
    assert (made.begins_on, made.ends_on, made.lead.code) == (date(2026, 3, 2), date(2026, 9, 2), "CITY")
    assert made.network.count() == 3
    assert made.aims.earliest("place").zh == "设备更可靠"
    item = ServiceItem.objects.get(aim__campaign=made, code="power-quality")
    assert item.skills == {"harmonics": 4, "load": 3}
    assert item.checks[1]["quantity"] == "thd_u"
    with pytest.raises(RoundCodeTaken):
        opened()


def test_a_second_different_round_is_opened_without_code() -> None:
    opened()
    made = opened("digital-1", begins_on=date(2026, 4, 1))
    assert (made.visit_days, made.ends_on) == (5, date(2026, 8, 1))
    assert Skill.objects.filter(code="mes").exists()


def test_a_round_without_a_level_or_in_a_year_nobody_entered_is_refused() -> None:
    unions()
    with pytest.raises(NetworkIncomplete, match="level 2"):
        open_campaign(definition=FILES["power-1"], network={"CITY": 1, "GRID": 3}, by="t", at=AT)
    with pytest.raises(YearWithoutNotice, match="2031"):
        opened(begins_on=date(2031, 1, 1))
    assert not Campaign.objects.exists()


def test_a_second_round_starts_where_the_first_ended() -> None:
    first = opened()
    steward = somebody(Role.STEWARD, name="steward-a")
    whose = enrol_enterprise(campaign_id=first.pk, name="甲厂有限公司", code="E1", by="t", at=AT, steward=steward.name)
    other = enrol_enterprise(campaign_id=first.pk, name="乙厂有限公司", code="E2", by="t", at=AT)
    waiting, classified, done = handed(whose.pk, "谐波偏大", "想装光伏", "培训电工")
    for one in (classified, done):
        forward_need(need_id=one.pk, to_level=Level.SERVING, by="o", at=AT)
        confirm_need(need_id=one.pk, by="steward-a", at=AT)
    item = ServiceItem.objects.get(aim__campaign=first, code="solar-storage")
    classify_need(need_id=classified.pk, item_id=item.pk, wanted=item.skills, halfdays=2, priority=4, by="s", at=AT)
    end_need(need_id=done.pk, to=State.NOT_HELPED, sentence="暂无师资", by="s", at=AT)
    second = open_campaign(
        definition=FILES["power-1"],
        network={},
        code="power-2",
        begins_on=date(2026, 9, 2),
        follows="power-1",
        by="t",
        at=LATER,
    )
    assert second.network.count() == 3
    carried = {row.enterprise.code: row for row in second.participations.all()}
    assert (carried["E1"].steward, carried["E2"].steward) == (steward, None)
    needs = list(Need.objects.filter(participation__campaign=second).order_by("id"))
    assert [(one.words, one.follows_id, one.state) for one in needs] == [
        ("谐波偏大", waiting.pk, "forwarded"), ("想装光伏", classified.pk, "forwarded"),
    ]  # fmt: skip
    assert needs[1].item is not None
    assert (needs[1].item.aim.campaign_id, needs[1].item.code) == (second.pk, "solar-storage")
    assert dict(needs[1].wanted.values_list("skill__code", "level")) == {"solar": 3, "storage": 3}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.ended_at) == ("passed_on", LATER)
    assert needs[0].number in waiting.moves.latest("id").sentence
    assert other.enterprise.participations.count() == 2


def test_needs_are_taken_while_the_round_runs_only() -> None:
    whose = participation()
    for at in (datetime(2026, 2, 28, 2, tzinfo=UTC), datetime(2026, 9, 1, 2, tzinfo=UTC)):
        with pytest.raises(RoundNotRunning):
            handed(whose.pk, "谐波", at=at)
    assert not Need.objects.exists()


def test_an_enterprise_is_handed_over_with_its_file_and_the_new_steward_is_told() -> None:
    about = need_in(State.FORWARDED, of=participation(steward="steward-a"))
    new = somebody(Role.STEWARD, name="steward-b")
    row = appoint_steward(
        participation_id=about.participation_id, steward="steward-b", sentence="周二常在", by="o", at=AT
    )
    assert row.steward == new
    about.refresh_from_db()
    assert about.due_at is not None  # its clock goes on
    trail = Trail.objects.get(action="participation.steward")
    assert '"steward":["steward-a","steward-b"]' in trail.details
    assert "周二常在" in trail.details
    assert Notice.objects.filter(kind=Kind.HELP_STEWARD).count() == 1
    with pytest.raises(SameSteward):
        appoint_steward(participation_id=row.pk, steward="steward-b", by="o", at=AT)
    somebody(Role.EXPERT, name="no-steward")
    with pytest.raises(NotASteward):
        appoint_steward(participation_id=row.pk, steward="no-steward", by="o", at=AT)


def test_one_that_waited_at_the_serving_level_is_forwarded_when_a_steward_comes() -> None:
    about = need(of=participation())
    forward_need(need_id=about.pk, to_level=Level.SERVING, by="o", at=AT)  # no steward yet
    about.refresh_from_db()
    assert (about.state, about.level) == ("handed_in", Level.SERVING)
    somebody(Role.STEWARD, name="steward-a")
    appoint_steward(participation_id=about.participation_id, steward="steward-a", by="o", at=AT)
    about.refresh_from_db()
    assert about.state == "forwarded"


def test_classifying_takes_skills_and_plan_of_the_item_and_a_changed_plan_is_kept() -> None:
    about = need_in(State.CONFIRMED)
    item = ServiceItem.objects.get(code="quality")
    said = {"item_id": item.pk, "halfdays": 2, "priority": 5, "by": "s", "at": AT}
    moved = classify_need(need_id=about.pk, wanted={"harmonics": 4}, earliest_on=date(2026, 3, 9), **said)  # type: ignore[arg-type]
    assert (moved.state, moved.priority, moved.plan) == ("classified", 5, item.checks)
    assert dict(moved.wanted.values_list("skill__code", "level")) == {"harmonics": 4}
    write_plan(
        need_id=about.pk,
        lines=[{"zh": "先看电容器室"}, {"zh": "谐波电压", "quantity": "thd_u", "unit": "%"}],
        by="s",
        at=AT,
    )
    again = classify_need(need_id=about.pk, wanted={"harmonics": 5}, **said)  # type: ignore[arg-type]
    assert [line["zh"] for line in again.plan] == ["先看电容器室", "谐波电压"]
    assert dict(again.wanted.values_list("skill__code", "level")) == {"harmonics": 5}
    with pytest.raises(SkillUnknown):
        classify_need(need_id=about.pk, wanted={"harmonics": 6}, **said)  # type: ignore[arg-type]
    with pytest.raises(SkillUnknown):
        classify_need(need_id=about.pk, wanted={}, **said)  # type: ignore[arg-type]
    with pytest.raises(ItemUnknown):
        classify_need(need_id=about.pk, wanted={"harmonics": 4}, **{**said, "item_id": 0})  # type: ignore[arg-type]
    with pytest.raises(PlanLineWrong):
        write_plan(need_id=about.pk, lines=[{"quantity": "voltage"}], by="s", at=AT)


def test_what_is_not_confirmed_is_not_classified() -> None:
    about = need_in(State.FORWARDED)
    item = ServiceItem.objects.get(code="quality")
    with pytest.raises(MoveNotAllowed):
        classify_need(need_id=about.pk, item_id=item.pk, wanted={"harmonics": 4}, halfdays=1, priority=3, by="s", at=AT)


def test_a_call_is_kept_and_an_enterprise_that_answers_again_is_taken_up() -> None:
    about = need_in(State.FORWARDED)
    Enterprise.objects.filter(pk=about.participation.enterprise_id).update(contact=None)
    with pytest.raises(SentenceMissing):
        note_call(need_id=about.pk, sentence="", by="s", at=AT)
    note_call(need_id=about.pk, sentence="占线,下午再打", by="s", at=AT)
    end_need(need_id=about.pk, to=State.UNREACHABLE, sentence="三次无人接听", by="s", at=AT)
    back = take_up_again(need_id=about.pk, by="s", at=AT)
    assert (back.state, back.moves.count()) == ("forwarded", 5)


def test_repetitions_and_follow_ups_are_told_apart_and_said_why() -> None:
    whose = participation(steward="steward-a")
    first = need_in(State.CLOSED, of=whose, words="车间谐波偏大,电容器经常跳闸")
    second = need("车间谐波偏大,电容器经常跳闸了", of=whose)
    third = need("车间的谐波偏大,电容器经常跳闸", of=whose)
    found = alike(third)
    assert [(one.need.pk, one.same) for one in found] == [(second.pk, True), (first.pk, False)]
    assert any("电容器经常跳闸" in piece for piece in found[0].likeness.pieces)
    assert alike(need("想装充电桩", of=whose)) == []
    assert [(one.item.code, one.because) for one in suggestions(third)] == [("quality", ("谐波",))]


def test_the_record_of_a_steward_says_how_much_how_quickly_and_whether_it_helped() -> None:
    whose = participation(steward="steward-a")
    for solved in (True, True, True, True, False):
        about = need_in(State.FORWARDED, of=whose)
        confirm_need(need_id=about.pk, by="steward-a", at=datetime(2026, 3, 2, 6, tzinfo=UTC))  # 10:00 to 14:00
        for to in WAY[2:]:
            move_need(need_id=about.pk, to=to, what=to.value, by="t", at=datetime(2026, 3, 3, 6, tzinfo=UTC))
        Need.objects.filter(pk=about.pk).update(solved=solved)
    late = need_in(State.FORWARDED, of=participation("E2", steward="steward-b"))
    confirm_need(need_id=late.pk, by="steward-b", at=datetime(2026, 3, 5, 6, tzinfo=UTC))
    one, two = stewards_of(campaign=whose.campaign, stars={})
    assert (one.steward.name, one.place, one.needs, one.enough) == ("steward-a", 1, 5, True)
    assert (one.minutes_to_confirm, one.minutes_to_visit) == (150, 390)  # without the hour and a half at noon
    assert (one.solved.thousandths, one.solved.cases, one.in_time.thousandths) == (800, 5, 1000)
    assert (two.place, two.in_time.thousandths, two.solved.thousandths) == (None, 0, None)
    assert [row.steward.name for row in stewards_of(campaign=whose.campaign, only=two.steward.pk)] == ["steward-b"]
