"""A stay that was applied for is not paid a second time when its data arrives."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.applications import applications, read_applications
from jishiyu.engine.same_stay import REPEATED, hold_repeated

SCHEMA = {"event_id": pl.String, "kind": pl.String, "person_key": pl.String, "begins_on": pl.Date, "ends_on": pl.Date,
          "filed_on": pl.Date, "hold": pl.String}  # fmt: skip


def day(of: int) -> date:
    return date(2025, 3, of)


def events(*rows: tuple[str, str, int, int, int | None]) -> pl.DataFrame:
    shaped = [
        (name, "stay", who, day(begins), day(ends), filed and date(2025, 4, filed), None)
        for name, who, begins, ends, filed in rows
    ]
    return pl.DataFrame(shaped, schema=SCHEMA, orient="row")


def held(*rows: tuple[str, str, int, int, int | None]) -> list[str]:
    found = hold_repeated(events(*rows))
    assert found["event_id"].to_list() == [row[0] for row in rows]
    return found.filter(pl.col("hold") == REPEATED)["event_id"].to_list()


@pytest.mark.parametrize(
    ("begins", "ends", "same"),
    [(1, 10, True), (2, 9, True), (5, 20, True), (10, 20, False), (12, 20, False), (1, 1, False), (1, 2, True)],
)
def test_data_of_a_stay_that_was_applied_for_is_held(begins: int, ends: int, same: bool) -> None:
    assert held(("A1", "p", 1, 10, 2), ("H1/V1", "p", begins, ends, None)) == (["H1/V1"] if same else [])


def test_a_day_in_hospital_is_the_same_only_as_itself() -> None:
    assert held(("A1", "p", 5, 5, 2), ("H1/V1", "p", 5, 5, None), ("H1/V2", "p", 5, 9, None)) == ["H1/V1"]


def test_of_two_applications_the_later_one_is_held() -> None:
    assert held(("A2", "p", 1, 10, 3), ("A1", "p", 1, 10, 3), ("A0", "p", 1, 10, 4)) == ["A2", "A0"]


def test_other_people_and_stays_without_an_application_are_left_alone() -> None:
    assert held(("A1", "p", 1, 10, 2), ("H1/V1", "q", 1, 10, None)) == []
    assert held(("H1/V1", "p", 1, 10, None), ("H1/V2", "p", 1, 10, None)) == []


def test_what_is_held_for_its_own_reason_says_so_still() -> None:
    rows = events(("A1", "p", 1, 10, 2), ("H1/V1", "p", 1, 10, None))
    rows = rows.with_columns(hold=pl.Series([None, "name_differs"], dtype=pl.String))
    assert hold_repeated(rows)["hold"].to_list() == [None, "name_differs"]


def test_events_that_know_no_filing_come_back_untouched() -> None:
    rows = events(("H1/V1", "p", 1, 10, None)).drop("filed_on")
    assert hold_repeated(rows) is rows


def test_a_stay_without_data_is_read_like_a_stay(tmp_path: Path) -> None:
    path = tmp_path / "applications.csv"
    path.write_text(
        "申请编号,类型,证件类型,证件号码,事发日期,申请日期,入院日期,个人现金支付,医疗类别\n"
        "S1,住院,08,E12345678,2025-03-10,2025-04-01,2025-03-01,12345.67,21\n",
        encoding="utf-8",
    )
    event = read_applications(path, as_of=date(2026, 1, 1)).events.row(0, named=True)
    assert (event["kind"], event["begins_on"], event["ends_on"]) == ("stay", day(1), day(10))
    assert (event["cash_fen"], event["medical_type"], event["last_settlement_id"]) == (1_234_567, "21", "S1")


def test_a_stay_that_begins_after_it_ends_is_refused() -> None:
    raw = pl.DataFrame({"file": "f", "line": 2, "application_id": "S1", "kind": "stay", "cert_type": "08",
                        "cert_no": "E12345678", "event_on": "2025-03-10", "filed_on": "2025-04-01",
                        "begins_on": "2025-03-11"})  # fmt: skip
    problems = applications(raw, as_of=date(2026, 1, 1)).problems
    assert problems["code"].to_list() == ["after_the_end"]
