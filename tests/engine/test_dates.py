"""Days and moments as files write them."""

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiyu.engine.dates import days_from_text, moments_from_text

DAYS = st.dates(min_value=date(1927, 5, 20), max_value=date(2145, 1, 1))
FORMS = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y-%m-%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M:%S",
]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(DAYS, st.sampled_from([*FORMS, "serial", "short"])), min_size=1, max_size=20))
def test_reads_days_in_every_form_also_mixed_in_one_column(days: list[tuple[date, str]]) -> None:
    texts = []
    for day, form in days:
        if form == "serial":
            texts.append(str((day - date(1899, 12, 30)).days))
        elif form == "short":
            texts.append(f"{day.year}/{day.month}/{day.day}")
        else:
            texts.append(day.strftime(form))
    found, wrong = days_from_text(pl.Series(texts))
    assert found.to_list() == [day for day, _ in days]
    assert not wrong.any()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-09 10:11:12", "2025-03-09 10:11:12"), ("2025-03-09 10:11", "2025-03-09 10:11:00"),
        ("20250309101112", "2025-03-09 10:11:12"), ("2025-03-09 10:11:12.345", "2025-03-09 10:11:12.345"),
        ("2025/3/9 8:05:38", "2025-03-09 08:05:38"), ("45725.3372453704", "2025-03-09 08:05:38"),
        ("2025-03-09", "2025-03-09 00:00:00"), (" 2025-03-09 ", "2025-03-09 00:00:00"),
    ],
)  # fmt: skip
def test_reads_moments(text: str, expected: str) -> None:
    found, wrong = moments_from_text(pl.Series([text, "2024-01-01 00:00:00"]))
    assert found[0] == datetime.fromisoformat(expected)
    assert not wrong.any()


@pytest.mark.parametrize(
    "text",
    ["2025-02-29", "2025-13-01", "2025-00-10", "2025-1", "202511", "2025-3/9", "09.03.2025", "3/9/2025", "0000-00-00", "1899-12-31",
     "2200-01-01", "2025-03-09 24:00:00", "2025-03-09 10:60", "today", "12345678901", "-45725", "2025-03-09x", "2025-03-09 10"],
)  # fmt: skip
def test_refuses_what_is_no_real_date(text: str) -> None:
    for others in ([], ["2025-03-09"], [None]):
        texts = pl.Series([text, *others], dtype=pl.String)
        for read in (days_from_text, moments_from_text):
            found, wrong = read(texts)
            assert (found[0], wrong[0]) == (None, True)
            assert not any(wrong[1:])


def test_empty_is_no_date_and_no_mistake() -> None:
    texts = pl.Series(["", None, " ", "null", "2025-03-09"])
    found, wrong = days_from_text(texts)
    assert found.to_list() == [None] * 4 + [date(2025, 3, 9)]
    assert not wrong.any()
