"""Working days by the notices of the State Council."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from jishiyu.engine.calendar import SHIPPED, NoticeRefused, YearWithoutNotice, load_calendar, shipped_calendar

SPANS = ((time(8, 30), time(11, 30)), (time(13), time(16, 30)))


@pytest.mark.parametrize(("year", "working"), [(2025, 248), (2026, 248)])
def test_a_year_has_its_working_days(year: int, working: int) -> None:
    calendar = shipped_calendar()
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    assert sum(calendar.is_working(day) for day in days) == working


@pytest.mark.parametrize(
    ("after", "count", "due"),
    [
        (date(2025, 1, 24), 1, date(2025, 1, 26)),  # a Sunday that is worked before the Spring Festival
        (date(2025, 1, 27), 1, date(2025, 2, 5)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 3, 2), 15, date(2026, 3, 23)),
    ],
)
def test_the_nth_working_day_after_a_day(after: date, count: int, due: date) -> None:
    found = shipped_calendar().after(after, count)
    assert (found.on, found.assumed) == (due, False)


def test_a_year_without_a_notice_is_marked_as_assumed() -> None:
    assert shipped_calendar().after(date(2026, 12, 31), 1).assumed
    assert not shipped_calendar().after(date(2026, 12, 30), 1).assumed


def test_working_time_leaves_out_nights_breaks_weekends_and_days_off() -> None:
    calendar = shipped_calendar()
    hour = 3600
    friday, monday = datetime(2026, 3, 6, 16), datetime(2026, 3, 9, 9, 30)
    assert calendar.seconds_between(friday, monday, SPANS) == hour * 3 // 2
    assert calendar.seconds_between(datetime(2026, 3, 9, 11), datetime(2026, 3, 9, 13, 30), SPANS) == hour
    assert calendar.seconds_between(datetime(2026, 2, 15), datetime(2026, 2, 24), SPANS) == 0
    assert calendar.seconds_between(monday, friday, SPANS) == 0


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        ("2026-03-02 10:00", 1, "2026-03-03 10:00"),
        ("2026-03-02 12:10", 1, "2026-03-03 11:30"),
        ("2026-03-02 20:00", 1, "2026-03-03 16:30"),
        ("2026-03-06 15:00", 2, "2026-03-10 15:00"),  # over a weekend
        ("2026-02-28 08:30", 1, "2026-02-28 16:30"),  # a Saturday that is worked
        ("2026-09-30 10:00", 1, "2026-10-08 10:00"),  # over the National Day
    ],
)
def test_a_clock_counts_working_hours(begins: str, days: int, ends: str) -> None:
    found = shipped_calendar().moment_after(datetime.fromisoformat(begins), days, SPANS)
    assert found.isoformat(" ", "minutes") == ends


def test_a_clock_refuses_a_year_without_a_notice() -> None:
    calendar = shipped_calendar()
    assert calendar.moment_after(datetime(2026, 12, 30, 10), 1, SPANS) == datetime(2026, 12, 31, 10)
    with pytest.raises(YearWithoutNotice, match="2027"):
        calendar.moment_after(datetime(2026, 12, 31, 10), 1, SPANS)


NEXT = "year = 2027\nwork = [2027-02-06]\n[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-03\n"


def test_a_notice_that_was_entered_lets_clocks_go_on(tmp_path: Path) -> None:
    (tmp_path / "2027.toml").write_text(NEXT, encoding="utf-8")
    calendar = load_calendar(SHIPPED, tmp_path, tmp_path / "nowhere")
    assert calendar.moment_after(datetime(2026, 12, 31, 10), 1, SPANS) == datetime(2027, 1, 4, 10)
    assert calendar.is_working(date(2027, 2, 6))


@pytest.mark.parametrize(
    "text",
    [
        "year = = 2027", "year = 2027", NEXT.replace("year = 2027", 'year = "2027"'), NEXT.replace("last = 2027-01-03\n", ""),
        NEXT.replace("2027-01-03", "2026-12-31"), NEXT.replace("2027-01-03", "2027-11-03"),
        NEXT.replace("2027-02-06", "2027-02-08"), NEXT.replace("2027-02-06", "2027-01-02"),
        NEXT.replace("2027-02-06", "2037-02-06"), NEXT.replace("2027-01-03", "2027-01-03T10:00:00"),
    ],
)  # fmt: skip
def test_what_is_no_notice_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "2027.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NoticeRefused, match=r"2027\.toml"):
        load_calendar(tmp_path)


def test_a_year_that_is_shipped_goes_before_one_that_was_entered(tmp_path: Path) -> None:
    (tmp_path / "2026.toml").write_text(
        NEXT.replace("2027", "2026").replace("work = [2026-02-06]", "work = []"), encoding="utf-8"
    )
    calendar = load_calendar(SHIPPED, tmp_path)
    assert calendar == load_calendar(SHIPPED)
