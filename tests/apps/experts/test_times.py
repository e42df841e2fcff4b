"""Half-days: numbers and back, boxes that were ticked, weekly patterns, calendars."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.apps.experts.calendars import busy_halfdays
from jishiyu.apps.experts.halfdays import (
    HalfDay,
    first_number,
    half_day_from,
    halfday_of,
    in_a_row,
    last_number,
    monday_of,
    number_of,
    ranges,
)
from jishiyu.apps.experts.models import Availability
from jishiyu.apps.experts.operations import offer_weekly, set_times, take_calendar
from jishiyu.apps.experts.problems import CalendarUnreadable
from tests.apps.experts.situations import AT, person

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 13)
BY = {"by": "甲", "at": AT}


@given(st.integers(0, 400))
def test_numbers_and_half_days_are_two_names_of_one_thing(number: int) -> None:
    halfday = halfday_of(number, monday=MONDAY)
    assert number_of(halfday, monday=MONDAY) == number
    assert half_day_from(halfday.key) == halfday


def test_weekends_have_no_number_and_are_passed_over() -> None:
    saturday = date(2026, 3, 7)
    assert number_of(HalfDay(saturday, "am"), monday=MONDAY) is None
    assert first_number(saturday, monday=MONDAY) == 10
    assert last_number(saturday, monday=MONDAY) == 9
    assert last_number(date(2026, 2, 27), monday=MONDAY) == -1
    assert monday_of(saturday) == MONDAY
    assert ranges([5, 1, 2, 3, 3]) == ((1, 3), (5, 5))
    assert half_day_from("2026-13-01-am") is half_day_from("x") is half_day_from("2026-03-02-eve") is None


def test_half_days_in_a_row_go_on_after_a_weekend_on_monday() -> None:
    friday, saturday, monday, tuesday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)
    assert in_a_row(HalfDay(friday, "pm"), 3) == [HalfDay(friday, "pm"), HalfDay(monday, "am"), HalfDay(monday, "pm")]
    begun_on_saturday = in_a_row(HalfDay(saturday, "am"), 5)
    assert [one.on for one in begun_on_saturday] == [saturday, saturday, monday, monday, tuesday]
    assert in_a_row(HalfDay(date(2026, 3, 8), "pm"), 2)[1] == HalfDay(monday, "am")


@given(st.integers(0, 60), st.integers(1, 20))
def test_half_days_in_a_row_of_working_days_are_numbers_in_a_row(first: int, count: int) -> None:
    row = in_a_row(halfday_of(first, monday=MONDAY), count)
    assert [number_of(one, monday=MONDAY) for one in row] == list(range(first, first + count))


@pytest.mark.django_db
def test_what_is_ticked_is_offered_and_the_rest_is_not() -> None:
    who = person("E1", free=())
    count = set_times(
        expert_id=who.pk, offered=[HalfDay(date(2026, 3, 3), "am"), HalfDay(date(2026, 3, 7), "am")], first=FIRST, last=LAST,
        source="own", **BY,
    )  # fmt: skip
    assert count == 1
    assert list(Availability.objects.filter(expert=who, free=True).values_list("on", "half")) == [
        (date(2026, 3, 3), "am")
    ]
    assert Availability.objects.filter(expert=who, on__range=(FIRST, LAST)).count() == 20


@pytest.mark.django_db
def test_a_weekly_pattern_leaves_holidays_out() -> None:
    who = person("E1", free=())
    # 4 to 6 April 2026 is Qingming: Monday the 6th is off.
    offer_weekly(
        expert_id=who.pk,
        pattern=[(0, "am"), (2, "pm")],
        first=date(2026, 3, 30),
        last=date(2026, 4, 10),
        source="own",
        **BY,
    )
    found = list(
        Availability.objects.filter(expert=who, free=True, on__gte=date(2026, 3, 30))
        .order_by("on")
        .values_list("on", "half")
    )
    assert found == [(date(2026, 3, 30), "am"), (date(2026, 4, 1), "pm"), (date(2026, 4, 8), "pm")]


def calendar(*events: str) -> bytes:
    body = "\r\n".join(
        f"BEGIN:VEVENT\r\nUID:u{at}\r\nDTSTAMP:20260301T000000Z\r\n{event}\r\nEND:VEVENT"
        for at, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


def keys(content: bytes) -> set[str]:
    return {halfday.key for halfday in busy_halfdays(content, name="a.ics", first=FIRST, last=LAST, zone=SHANGHAI)}


@pytest.mark.parametrize(
    ("event", "busy"),
    [
        ("DTSTART:20260303T010000Z\r\nDTEND:20260303T020000Z", {"2026-03-03-am"}),
        ("DTSTART;TZID=Asia/Shanghai:20260303T110000\r\nDTEND;TZID=Asia/Shanghai:20260303T130000", {"2026-03-03-am", "2026-03-03-pm"}),
        ("DTSTART:20260303T140000\r\nDURATION:PT1H", {"2026-03-03-pm"}),
        ("DTSTART;VALUE=DATE:20260304", {"2026-03-04-am", "2026-03-04-pm"}),
        ("DTSTART;VALUE=DATE:20260304\r\nDTEND;VALUE=DATE:20260306", {"2026-03-04-am", "2026-03-04-pm", "2026-03-05-am", "2026-03-05-pm"}),
        ("DTSTART:20260303T070000\r\nDTEND:20260303T080000", set()),
        ("DTSTART:20260303T120000\r\nDTEND:20260303T130000", {"2026-03-03-pm"}),
        ("DTSTART:20260303T090000\r\nDTEND:20260303T100000\r\nTRANSP:TRANSPARENT", set()),
        ("DTSTART:20260303T090000\r\nDTEND:20260303T100000\r\nSTATUS:CANCELLED", set()),
        ("DTSTART:20260302T090000\r\nDTEND:20260302T100000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH\r\nEXDATE:20260305T090000",
         {"2026-03-02-am", "2026-03-09-am", "2026-03-12-am"}),
        ("DTSTART:20250106T090000\r\nDTEND:20250106T100000\r\nRRULE:FREQ=WEEKLY;UNTIL=20260303T000000Z", {"2026-03-02-am"}),
        ("DTSTART:20260310T090000\r\nDTEND:20260310T100000\r\nRDATE:20260311T140000", {"2026-03-10-am", "2026-03-11-pm"}),
        ("DTSTART:20270303T090000\r\nDTEND:20270303T100000", set()),
    ],
)  # fmt: skip
def test_a_calendar_says_which_half_days_are_busy(event: str, busy: set[str]) -> None:
    assert keys(calendar(event)) == busy


def test_one_of_a_series_that_was_moved_is_busy_where_it_went() -> None:
    series = "DTSTART:20260302T090000\r\nDTEND:20260302T100000\r\nRRULE:FREQ=WEEKLY;COUNT=2"
    content = calendar(series).replace(
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:u0\r\nDTSTAMP:20260301T000000Z\r\nRECURRENCE-ID:20260309T090000\r\nDTSTART:20260310T150000\r\n"
        b"DTEND:20260310T160000\r\nEND:VEVENT\r\nEND:VCALENDAR",
    )
    assert keys(content) == {"2026-03-02-am", "2026-03-10-pm"}


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR", b"\xff\xfe\x00"]
)
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(CalendarUnreadable):
        busy_halfdays(content, name="a.ics", first=FIRST, last=LAST, zone=SHANGHAI)


@pytest.mark.django_db
def test_a_calendar_makes_half_days_unavailable_and_a_later_one_frees_what_it_does_not_name() -> None:
    who = person("E1")
    one = calendar("DTSTART:20260304T090000\r\nDTEND:20260304T100000")
    two = calendar("DTSTART:20260305T090000\r\nDTEND:20260305T100000")
    words = {"name": "a.ics", "first": FIRST, "last": LAST, "zone": SHANGHAI, **BY}
    assert take_calendar(expert_id=who.pk, content=one, **words) == 1
    assert not Availability.objects.get(expert=who, on=date(2026, 3, 4), half="am").free
    assert take_calendar(expert_id=who.pk, content=two, **words) == 1
    assert not Availability.objects.filter(expert=who, on=date(2026, 3, 4), half="am").exists()
    assert not Availability.objects.get(expert=who, on=date(2026, 3, 5), half="am").free
