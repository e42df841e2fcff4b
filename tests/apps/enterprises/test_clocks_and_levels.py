"""A clock that runs out reminds first, then goes up one level after another; every step is kept and told once."""

from datetime import UTC, datetime, timedelta

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.handing_in import Given
from jishiyu.apps.enterprises.models import Level, Need, NeedMove, State
from jishiyu.apps.enterprises.operations import (
    Clocked,
    appoint_steward,
    confirm_need,
    forward_need,
    hand_in,
    run_clocks,
)
from jishiyu.apps.enterprises.problems import MoveNotAllowed
from jishiyu.apps.notices.models import Kind, Notice
from jishiyu.apps.notices.operations import take_up
from jishiyu.engine.calendar import shipped_calendar
from tests.apps.enterprises.situations import AT, need, participation, somebody, unions

pytestmark = pytest.mark.django_db


def china(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour - 8, minute, tzinfo=UTC)


def told(kind: Kind) -> int:
    return Notice.objects.filter(kind=kind).count()


def organisers() -> None:
    unions()
    for union in ("CITY", "MADE", "GRID"):
        who = somebody(Role.ORGANISER, union=union)
        who.mobile = "13900000000"
        who.save(update_fields=["mobile"])


def handed() -> Need:
    organisers()
    whose = participation(steward="steward-a")
    done = hand_in(participation_id=whose.pk, needs=[Given(words="谐波偏大")], once="x", source="web", by="e", at=AT)
    return done.needs[0]


def test_a_need_waits_at_the_first_level_where_somebody_is_and_they_are_told() -> None:
    about = handed()
    assert (about.level, about.due_at) == (Level.SERVING, china(3, 10))  # no organiser at the enterprise's own union
    assert told(Kind.HELP_NEED) == 1


def test_it_is_forwarded_through_levels_with_the_same_clock_and_to_the_steward_with_a_new_one() -> None:
    about = handed()
    up = forward_need(need_id=about.pk, to_level=Level.CITY, by="o", at=china(2, 14), sentence="请市总协调")
    assert (up.state, up.level, up.due_at) == ("handed_in", Level.CITY, china(3, 10))
    down = forward_need(need_id=about.pk, to_level=Level.SERVING, by="o", at=china(2, 15))
    assert (down.state, down.level, down.due_at) == ("forwarded", Level.SERVING, china(3, 15))
    steps = NeedMove.objects.filter(need=about, what="forwarded").order_by("id").values_list("level", "sentence")
    assert list(steps) == [(1, "请市总协调"), (3, "")]
    with pytest.raises(MoveNotAllowed):
        forward_need(need_id=about.pk, to_level=Level.CITY, by="o", at=china(2, 16))


def test_a_need_nobody_confirms_is_reminded_of_and_then_goes_up_level_by_level() -> None:
    about = forward_need(need_id=handed().pk, to_level=Level.SERVING, by="o", at=AT)  # due on the 3rd at ten
    assert run_clocks(at=china(3, 9, 59)) == Clocked()
    assert run_clocks(at=china(3, 10)) == Clocked(reminded=1)
    assert run_clocks(at=china(3, 10, 10)) == Clocked()  # once
    assert run_clocks(at=china(4, 9, 50)) == Clocked()
    assert run_clocks(at=china(4, 10)) == Clocked(escalated=1)
    about.refresh_from_db()
    assert (about.escalated_to, about.state) == (Level.INDUSTRY, "forwarded")
    assert run_clocks(at=china(4, 16)) == Clocked()
    assert run_clocks(at=china(5, 10)) == Clocked(escalated=1)
    about.refresh_from_db()
    assert about.escalated_to == Level.CITY
    assert run_clocks(at=china(20, 10)) == Clocked()  # above the city there is nobody
    kept = NeedMove.objects.filter(need=about, by="system").order_by("id")
    assert [step.what for step in kept] == ["reminded", "escalated", "escalated"]
    assert told(Kind.HELP_LATE) == 1
    assert told(Kind.HELP_ESCALATED) == 4  # each time the level, and the steward


def test_whoever_acts_stops_the_climb_and_the_next_clock_begins_anew() -> None:
    about = forward_need(need_id=handed().pk, to_level=Level.SERVING, by="o", at=AT)
    run_clocks(at=china(3, 10))
    run_clocks(at=china(4, 10))
    confirm_need(need_id=about.pk, by="steward-a", at=china(4, 11))
    about.refresh_from_db()
    assert (about.reminded_at, about.escalated_to, about.due_at) == (None, None, china(6, 11))
    assert run_clocks(at=china(6, 10, 59)) == Clocked()
    assert run_clocks(at=china(6, 11)) == Clocked(reminded=1)


def test_a_weekend_and_a_holiday_do_not_count() -> None:
    organisers()
    about = need(of=participation(steward="steward-a"), at=china(6, 15))  # a Friday
    moved = forward_need(need_id=about.pk, to_level=Level.SERVING, by="o", at=china(6, 15))
    assert moved.due_at == china(9, 15)


def test_a_need_in_a_year_nobody_entered_is_named_and_the_others_go_on() -> None:
    first, second = handed(), None
    Need.objects.filter(pk=first.pk).update(due_at=china(31, 16, month=12), reminded_at=china(31, 16, month=12))
    second = forward_need(
        need_id=need(of=participation("E2", steward="steward-b")).pk, to_level=Level.SERVING, by="o", at=AT
    )
    assert second.state == State.FORWARDED
    done = run_clocks(at=china(31, 16, month=12) + timedelta(days=3), calendar=shipped_calendar())
    assert (done.reminded, done.stopped) == (1, (first.number,))


def letters(kind: Kind, at: datetime) -> list[str]:
    """Return what a kind of notices says, in the clear."""
    kinds = dict(Notice.objects.values_list("pk", "kind"))
    return [letter.text for letter in take_up(at=at) if kinds[letter.notice_id] == kind]


def test_whoever_reads_english_is_told_about_a_need_in_english_alone() -> None:
    about = handed()
    for who in (about.participation.steward, somebody(Role.ORGANISER, union="GRID")):
        assert who is not None
        who.mobile, who.language = "13900000001", "en"
        who.save(update_fields=["mobile", "language"])
    forward_need(need_id=about.pk, to_level=Level.SERVING, by="o", at=AT)
    run_clocks(at=china(3, 10))
    assert letters(Kind.HELP_LATE, china(3, 11)) == [
        f"[Jishiyu] Need {about.number} (E1 有限公司, forwarded) was due at 2026-03-03 10:00. Please act; it goes up one "
        "level after another."
    ]


def test_whoever_reads_chinese_is_told_about_the_same_need_in_chinese() -> None:
    about = handed()
    forward_need(need_id=about.pk, to_level=Level.SERVING, by="o", at=AT)
    steward = about.participation.steward
    assert steward is not None
    steward.mobile = "13900000001"
    steward.save(update_fields=["mobile"])
    run_clocks(at=china(3, 10))
    assert letters(Kind.HELP_LATE, china(3, 11)) == [
        f"【及时雨】需求 {about.number}\uff08E1 有限公司\uff09已超过办理时限\uff082026-03-03 10:00\uff09\uff0c目前“已转交”。请尽快办理\uff0c逾期将逐级升级。"
    ]


def test_a_steward_of_a_new_enterprise_is_told_the_name_of_the_round_in_their_language() -> None:
    who = somebody(Role.STEWARD, name="steward-b")
    who.mobile, who.language = "13900000002", "en"
    who.save(update_fields=["mobile", "language"])
    appoint_steward(participation_id=participation().pk, steward="steward-b", by="o", at=china(4, 10))
    assert letters(Kind.HELP_STEWARD, china(4, 11)) == [
        "[Jishiyu] You are the steward of E1 有限公司 now (Power help). Its file and needs are under My enterprises."
    ]


def test_a_refused_step_says_in_english_where_the_need_is_and_what_is_possible() -> None:
    about = handed()
    with pytest.raises(MoveNotAllowed) as refused:
        confirm_need(need_id=about.pk, by="steward-a", at=AT)
    assert "is 'handed in'" in refused.value.say("en")
    assert "Possible now: forwarded, " in refused.value.say("en")
    assert "目前为“已提交”" in refused.value.say("zh")
    assert "现在可以:已转交、" in refused.value.say("zh")
