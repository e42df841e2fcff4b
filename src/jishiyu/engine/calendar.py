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
LONGEST_HOLIDAY = timedelta(days=15)
Spans = tuple[tuple[time, time], ...]


class YearWithoutNotice(Problem):
    """A clock would run into a year whose working days nobody has entered."""

    en = (
        "The working days of {year} are not known, so no clock can run into it. The system administrator enters the "
        "State Council's notice of {year} under Settings, Working days; then do this again. Nothing was changed."
    )
    zh = "尚未登记 {year} 年的节假日安排,无法计算办理时限。请系统管理员按国务院办公厅通知在“系统设置 – 工作日历”登记 {year} 年后重试;未作任何改动。"


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
class Notice:
    """What the State Council said of a year: days off from the first to the last of each span, and weekends worked."""

    year: int
    spans: tuple[tuple[date, date], ...]
    worked: tuple[date, ...]
    source: str

    @property
    def off(self) -> frozenset[date]:
        """Return every day off."""
        return frozenset(day for first, last in self.spans for day in _days(first, last))


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

    Of a year that several folders have, the first one counts. Raises `NoticeRefused`.
    """
    known: dict[int, Notice] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        notice = read_notice(path)
        known.setdefault(notice.year, notice)
    notices = known.values()
    return Calendar(
        frozenset(one.year for one in notices), frozenset(day for one in notices for day in one.off),
        frozenset(day for one in notices for day in one.worked),
    )  # fmt: skip


def read_notice(path: Path) -> Notice:
    """This function will read the file of a year's notice. Raises `NoticeRefused`."""
    try:
        return notice_of(path.read_text(encoding="utf-8"), file=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(path.name, f"无法读取({error})", f"it cannot be read ({error})") from error


def notice_of(text: str, *, file: str) -> Notice:
    """This function will read a year's notice from its text. Raises `NoticeRefused`, which names `file`."""
    try:
        told = tomllib.loads(text)
    except ValueError as error:
        raise _refused(file, f"无法读取({error})", f"it cannot be read ({error})") from error
    year, worked, holidays = told.get("year"), told.get("work"), told.get("holiday")
    if not isinstance(year, int) or not isinstance(worked, list) or not isinstance(holidays, list) or not holidays:
        raise _refused(file, "缺少 year、work 或 holiday", "it lacks year, work or holiday")
    spans: list[tuple[Any, Any]] = [(one.get("first"), one.get("last")) for one in holidays if isinstance(one, dict)]
    days = [*worked, *(day for span in spans for day in span)]
    if len(spans) != len(holidays) or not all(
        type(day) is date and day.year in (year - 1, year, year + 1) for day in days
    ):
        raise _refused(file, f"有日期缺失或不在 {year} 年", f"a day is missing, or not of {year}")
    for first, last in spans:
        if not first <= last < first + LONGEST_HOLIDAY:
            raise _refused(
                file,
                f"{first} 至 {last} 不是一段假期",
                f"{first} to {last} is no holiday of one day to {LONGEST_HOLIDAY.days}",
            )
    made = Notice(year=year, spans=tuple(spans), worked=tuple(worked), source=str(told.get("source", "")))
    for day in made.worked:
        if day.weekday() < SATURDAY or day in made.off:
            raise _refused(
                file,
                f"调休上班日 {day} 不是周末,或同时列为放假",
                f"the worked day {day} is no day of a weekend, or is off too",
            )
    return made


def _refused(file: str, zh: str, en: str) -> NoticeRefused:
    return NoticeRefused(file=file, what=Words(zh, en))


@cache
def shipped_calendar() -> Calendar:
    """This function will read the notices that come with the product."""
    return load_calendar(SHIPPED)
