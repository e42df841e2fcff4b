"""Working days: weekdays less days off, and the weekends that are worked, by the State Council's notices of each year.

A year without a notice has weekdays only: every day found there is marked as assumed. Clocks of working hours
(`moment_after`) refuse such a year instead.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

DAY = timedelta(days=1)
SHIPPED = Path(str(resources.files("jishiyu.policies") / "calendar"))
SATURDAY = 5
Spans = tuple[tuple[time, time], ...]


class YearWithoutNotice(Problem):
    """A clock would run into a year whose working days nobody has entered."""

    en = (
        "The working days of {year} are not known, so no clock can run into it. The system administrator enters the "
        "State Council's notice of {year} as the calendar says; then do this again. Nothing was changed."
    )
    zh = "尚未登记 {year} 年的节假日安排,无法计算办理时限。请系统管理员按国务院办公厅通知登记 {year} 年日历后重试;未作任何改动。"


class NoticeRefused(Problem):
    """A file that is no notice of a year's working days."""

    en = "{file} is no notice of a year's working days: {what}. Write it as those of the other years; nothing was changed."
    zh = "{file} 不是年度节假日安排:{what}。请参照已有年份的文件填写;未作任何改动。"


@dataclass(frozen=True)
class Due:
    """A day by which something is due; `assumed` where a year without a notice had to be counted."""

    on: date
    assumed: bool


@dataclass(frozen=True)
class Calendar:
    """Days off and worked weekends of the `years` that have a notice."""

    years: frozenset[int]
    off: frozenset[date]
    worked: frozenset[date]

    def is_working(self, day: date) -> bool:
        """This function will tell whether people work on a day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, count: int) -> Due:
        """This function will return the `count`-th working day after a day, which itself does not count."""
        assumed = False
        while count > 0:
            day += DAY
            assumed = assumed or day.year not in self.years
            count -= self.is_working(day)
        return Due(day, assumed)

    def must_know(self, year: int) -> None:
        """This function will raise `YearWithoutNotice` for a year that nobody has entered."""
        if year not in self.years:
            raise YearWithoutNotice(year=year)

    def moment_after(self, begins: datetime, days: int, spans: Spans) -> datetime:
        """This function will return the local moment at which `days` full working days have passed since `begins`.

        A day is the sum of its working hours `spans`: what begins at ten ends at ten, what begins on a day off when the
        next working day ends. Raises `YearWithoutNotice` rather than guess.
        """
        left = days * sum(((_on(begins, shuts) - _on(begins, opens)) for opens, shuts in spans), timedelta())
        day = begins.date()
        while True:
            self.must_know(day.year)
            if self.is_working(day):
                for opens, shuts in spans:
                    first, last = max(begins, datetime.combine(day, opens)), datetime.combine(day, shuts)
                    if last - first >= left:
                        return first + left
                    left -= max(last - first, timedelta())
            day += DAY

    def seconds_between(self, begins: datetime, ends: datetime, spans: Spans) -> int:
        """This function will return how many seconds of working time lie in [`begins`, `ends`), local wall-clock times.

        `spans` are the working hours of a day, half-open, in order and apart.
        """
        seconds = 0
        for day in _days(begins.date(), ends.date()):
            if self.is_working(day):
                for opens, shuts in spans:
                    first = max(begins, datetime.combine(day, opens))
                    last = min(ends, datetime.combine(day, shuts))
                    seconds += max((last - first) // timedelta(seconds=1), 0)
        return seconds


def _on(day: datetime, clock: time) -> datetime:
    return datetime.combine(day.date(), clock)


def _days(first: date, last: date) -> Iterator[date]:
    """Yield every day from the first to the last."""
    while first <= last:
        yield first
        first += DAY


def load_calendar(*folders: Path) -> Calendar:
    """This function will read every notice (`YEAR.toml`) of some folders; one that is not there has none.

    Raises `NoticeRefused`.
    """
    off: set[date] = set()
    worked: set[date] = set()
    years: set[int] = set()
    for path in sorted(path for folder in folders for path in folder.glob("*.toml")):
        year, days_off, days_worked = read_notice(path)
        years.add(year)
        off |= days_off
        worked |= days_worked
    return Calendar(frozenset(years), frozenset(off), frozenset(worked))


def read_notice(path: Path) -> tuple[int, set[date], set[date]]:
    """This function will return the year of a notice, its days off and its worked weekends. Raises `NoticeRefused`."""
    try:
        notice = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoticeRefused(file=path.name, what=Words(f"无法读取({error})", f"it cannot be read ({error})")) from error
    year, worked, holidays = notice.get("year"), notice.get("work"), notice.get("holiday")
    if not isinstance(year, int) or not isinstance(worked, list) or not isinstance(holidays, list) or not holidays:
        raise NoticeRefused(file=path.name, what=Words("缺少 year、work 或 holiday", "it lacks year, work or holiday"))
    spans: list[tuple[Any, Any]] = [(one.get("first"), one.get("last")) for one in holidays if isinstance(one, dict)]
    days = [*worked, *(day for span in spans for day in span)]
    if len(spans) != len(holidays) or not all(
        type(day) is date and day.year in (year - 1, year, year + 1) for day in days
    ):
        raise NoticeRefused(
            file=path.name, what=Words(f"有日期缺失或不在 {year} 年", f"a day is missing, or not of {year}")
        )
    return year, {day for first, last in spans for day in _days(first, last)}, set(worked)


@cache
def shipped_calendar() -> Calendar:
    """This function will read the notices that come with the product."""
    return load_calendar(SHIPPED)
