"""A year's working days are entered once for everybody, or stay unknown and are asked for in time."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.boards import WorkingTime
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.enterprises.moving import move_need
from jishiyu.apps.workdays.operations import enter_notice, text_of
from jishiyu.apps.workdays.problems import NoticeNotKept, YearIsShipped
from jishiyu.apps.workdays.queries import known_calendar, notices, year_to_enter
from jishiyu.engine.calendar import NoticeRefused, YearWithoutNotice
from tests.apps.enterprises.situations import AT, campaign, need
from tests.apps.enterprises.test_moving import china

pytestmark = pytest.mark.django_db
SPANS = [(date(2027, 1, 1), date(2027, 1, 3)), (date(2027, 4, 5), date(2027, 4, 5))]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CALENDAR_FOLDER = str(tmp_path / "calendar")
    return tmp_path / "calendar"


def enter(year: int = 2027, *, text: str = "") -> None:
    worked = [date(2027, 2, 6)] if year == 2027 else []
    spans = SPANS if year == 2027 else [(date(year, 1, 1), date(year, 1, 1))]
    given = text or text_of(year=year, spans=spans, worked=worked, source='国办发"2026"\\号\n')
    enter_notice(text=given, file="x.toml", by="sys", at=AT)


def test_everybody_counts_by_a_notice_as_soon_as_it_is_entered() -> None:
    begins, ends = china(31, 9, month=12), china(31, 9, month=12).replace(year=2027, month=1, day=5)
    before = WorkingTime(campaign()).between(begins, ends)
    assert known_calendar().after(date(2026, 12, 31), 1).assumed
    enter()
    due = known_calendar().after(date(2026, 12, 31), 1)
    assert (due.on, due.assumed) == (date(2027, 1, 4), False)
    assert known_calendar().is_working(date(2027, 2, 6))
    assert (
        before - WorkingTime(campaign()).between(begins, ends) == WorkingTime(campaign()).day_seconds
    )  # New Year's Day


def test_a_need_waits_for_the_notice_and_goes_on_with_it() -> None:
    about = need()
    late = china(31, 16, month=12)
    with pytest.raises(YearWithoutNotice, match=r"2027.*Settings, Working days"):
        move_need(need_id=about.pk, to=State.FORWARDED, what="forwarded", by="s", at=late)
    about.refresh_from_db()
    assert about.state == State.HANDED_IN
    enter()
    move_need(need_id=about.pk, to=State.FORWARDED, what="forwarded", by="s", at=late)


def test_what_was_there_before_stands_in_the_trail() -> None:
    enter()
    enter(text=text_of(year=2027, spans=SPANS[:1], worked=[], source="更正"))
    told = json.loads(Trail.objects.filter(action="workdays.entered").latest("id").details)["changes"]
    assert told["worked"] == ["2027-02-06", ""]
    assert told["off"] == ["2027-01-01 – 2027-01-03, 2027-04-05", "2027-01-01 – 2027-01-03"]
    assert [(one.year, shipped) for one, shipped in notices()] == [(2027, False), (2026, True), (2025, True)]
    assert not known_calendar().is_working(date(2027, 2, 6))


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (text_of(year=2026, spans=[(date(2026, 1, 1), date(2026, 1, 1))], worked=[], source="x"), YearIsShipped),
        ("year = 2027", NoticeRefused),
        (text_of(year=2027, spans=SPANS, worked=[date(2027, 2, 8)], source="x"), NoticeRefused),  # a Monday
        (text_of(year=2027, spans=[(date(2027, 2, 6), date(2027, 12, 6))], worked=[], source="x"), NoticeRefused),
    ],
)
def test_what_cannot_be_a_notice_changes_nothing(text: str, refused: type[Exception], folder: Path) -> None:
    with pytest.raises(refused):
        enter(text=text)
    assert not folder.exists()
    assert not Trail.objects.filter(action="workdays.entered").exists()


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.write_text("in the way", encoding="utf-8")
    with pytest.raises((NoticeNotKept, NoticeRefused)):
        enter()


@pytest.mark.parametrize(
    ("on", "until", "missing"),
    [
        (date(2026, 11, 30), None, None), (date(2026, 12, 1), None, 2027), (date(2026, 8, 1), date(2026, 12, 31), None),
        (date(2026, 8, 1), date(2027, 1, 31), 2027), (date(2027, 3, 1), None, 2027), (date(2025, 6, 1), None, None),
    ],
)  # fmt: skip
def test_a_year_is_asked_for_from_december_or_when_a_round_goes_on_into_it(
    on: date, until: date | None, missing: int | None
) -> None:
    assert year_to_enter(on=on, until=until) == missing
    enter()
    assert year_to_enter(on=on, until=until) is None


def test_this_year_goes_before_the_next() -> None:
    assert year_to_enter(on=date(2027, 12, 5)) == 2027
    enter()
    assert year_to_enter(on=date(2027, 12, 5)) == 2028
    enter(2028)
    assert year_to_enter(on=date(2027, 12, 5)) is None


def test_the_moment_a_clock_ends_is_that_of_the_notice() -> None:
    enter()
    spans = ((datetime(2026, 1, 1, 8).time(), datetime(2026, 1, 1, 12).time()),)
    assert known_calendar().moment_after(datetime(2026, 12, 31, 10), 1, spans) == datetime(2027, 1, 4, 10)
