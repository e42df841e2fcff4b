"""Every test a requirement can make, at its edges; a missing value fails, but for an unknown age, which is held."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jishiyu.engine.policy.problems import FieldMissing
from jishiyu.engine.policy.requirements import is_aged
from tests.engine.policy.desk import decided, people, policy


def reasons(folder: Path, requirement: str, *rows: dict[str, Any], **options: Any) -> list[list[str]]:
    """Return the reasons that one requirement gives for each row."""
    rule = policy(folder, requirements=[requirement], **options.pop("parts", {}))
    return [row["reasons"] for row in decided(rule, *[{"cash": "100.00"} | row for row in rows], **options)]


def passes(folder: Path, requirement: str, *rows: dict[str, Any], **options: Any) -> list[bool]:
    """Return for each row whether the requirement is met."""
    return [not found for found in reasons(folder, requirement, *rows, **options)]


def days(**named: str) -> dict[str, date]:
    """Return dates from texts."""
    return {name: date.fromisoformat(value) for name, value in named.items()}


def test_age_counts_full_years_on_the_anchor_date_both_ends_included(tmp_path: Path) -> None:
    born = ["2009-03-10", "2009-03-11", "1964-03-11", "1964-03-10"]
    roster = people(*[{"person_key": str(at), "birth_date": date.fromisoformat(day)} for at, day in enumerate(born)])
    rows = [{"person_key": str(at)} for at in range(4)]
    assert passes(tmp_path, 'test = "age"\nmin = 16\nmax = 60', *rows, roster=roster) == [True, False, True, False]


def test_an_unknown_birth_date_holds_the_event_and_refuses_nobody(tmp_path: Path) -> None:
    ages = ['test = "age"\nmin = 0\nmax = 150', 'test = "age"\nmin = 16\nmax = 60']
    rule = policy(tmp_path, requirements=[*ages, 'test = "in_service"'])
    rows = [{"cash": "100.00"}, {"cash": "100.00", "person_key": "B"}]
    roster = people({"birth_date": None}, {"birth_date": None, "person_key": "B", "in_service": False})
    held, refused = decided(rule, *rows, roster=roster)
    assert (held["bucket"], held["reasons"], held["payable_fen"]) == ("held", ["birth_date_missing"], 0)
    assert (refused["bucket"], refused["reasons"]) == ("ineligible", ["r2", "birth_date_missing"])


def test_the_birth_date_of_the_event_comes_before_that_of_the_roster(tmp_path: Path) -> None:
    rows = [days(birth_date="1964-03-10")]
    assert passes(tmp_path, 'test = "age"\nmin = 16\nmax = 60', *rows) == [False]


def test_in_service_and_member_ask_for_the_anchor_date(tmp_path: Path) -> None:
    retired = people({"in_service": False})
    gone = people({"left_on": date(2025, 3, 10)})
    assert passes(tmp_path, 'test = "in_service"', {}, roster=retired) == [False]
    assert passes(tmp_path, 'test = "member"', {}, roster=retired) == [True]
    assert passes(tmp_path, 'test = "member"', {}, roster=gone) == [False]


def test_a_waiting_period_counts_days_of_membership(tmp_path: Path) -> None:
    rule = 'test = "member_for"\ndays = 30'
    for joined, expected in (("2025-02-08", True), ("2025-02-09", False)):
        assert passes(tmp_path, rule, {}, roster=people(days(joined_on=joined))) == [expected]


def test_a_waiting_period_does_not_begin_anew_when_a_member_moves_without_a_gap(tmp_path: Path) -> None:
    rule = 'test = "member_for"\ndays = 30'
    moved = people(days(joined_on="2020-01-01", left_on="2025-03-01"), days(joined_on="2025-03-01"))
    returned = people(days(joined_on="2020-01-01", left_on="2025-02-28"), days(joined_on="2025-03-01"))
    assert passes(tmp_path, rule, {}, roster=moved) == [True]
    assert passes(tmp_path, rule, {}, roster=returned) == [False]


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ('test = "one_of"\nfield = "medical_type"\nvalues = ["21", "22"]', [True, False, False]),
        ('test = "none_of"\nfield = "medical_type"\nvalues = ["21", "22"]', [False, True, False]),
        ('test = "given"\nfield = "medical_type"', [True, True, False]),
    ],
)
def test_texts_are_compared_whole_and_a_missing_one_fails(
    tmp_path: Path, requirement: str, expected: list[bool]
) -> None:
    assert passes(tmp_path, requirement, *[{"medical_type": code} for code in ("21", "2114", None)]) == expected


def test_an_empty_text_is_not_given(tmp_path: Path) -> None:
    rows = [{"certificate_no": text} for text in ("F1", "")]
    assert passes(tmp_path, 'test = "given"\nfield = "certificate_no"', *rows) == [True, False]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("over", [False, False, True, False]),
        ("from", [False, True, True, False]),
        ("at_most", [True, True, False, False]),
        ("under", [True, False, False, False]),
    ],
)
def test_amounts_are_compared_in_fen(tmp_path: Path, test: str, expected: list[bool]) -> None:
    rows = [{"total": total} for total in ("2999.99", "3000.00", "3000.01", None)]
    assert passes(tmp_path, f'test = "{test}"\nfield = "total"\nvalue = "3000.00"', *rows) == expected


def test_all_papers_have_to_be_there(tmp_path: Path) -> None:
    rows = [{"papers": papers} for papers in (["a", "b", "c"], ["b"], [], None)]
    assert passes(tmp_path, 'test = "paper"\npapers = ["a", "b"]', *rows) == [True, False, False, False]


def test_a_deadline_includes_its_last_day_and_nothing_before_the_event(tmp_path: Path) -> None:
    rows = [
        {"event_on": date(2025, 1, 1), "filed_on": date.fromisoformat(filed), "ends_on": date.fromisoformat(filed)}
        for filed in ("2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01")
    ]
    requirement = 'test = "within_days"\nfield = "filed_on"\nafter = "event_on"\ndays = 180'
    assert passes(tmp_path, requirement, *rows) == [False, True, True, False]


def test_a_grading_may_not_come_before_its_day(tmp_path: Path) -> None:
    rows = [
        {"event_on": date(2025, 1, 1), "graded_on": date.fromisoformat(graded) if graded else None}
        for graded in ("2025-06-29", "2025-06-30", None)
    ]
    requirement = 'test = "after_days"\nfield = "graded_on"\nafter = "event_on"\ndays = 180'
    assert passes(tmp_path, requirement, *rows) == [False, True, False]


@pytest.mark.parametrize(
    ("field", "after", "expected"),
    [("settled_on", "ends_on", [True, False]), ("ends_on", "settled_on", [False, False])],
)
def test_the_day_of_settlement_is_a_day_like_others(
    tmp_path: Path, field: str, after: str, expected: list[bool]
) -> None:
    rows = [days(settled_at=settled, ends_on="2025-03-10") for settled in ("2025-03-12", "2025-03-21")]
    requirement = f'test = "within_days"\nfield = "{field}"\nafter = "{after}"\ndays = 10'
    assert passes(tmp_path, requirement, *rows) == expected


def test_a_requirement_with_a_when_leaves_other_events_alone(tmp_path: Path) -> None:
    rows = [{"papers": [], "cause": cause} for cause in ("traffic", "fall", None)]
    requirement = 'test = "paper"\npapers = ["police"]\nwhen = { cause = ["traffic"] }'
    assert passes(tmp_path, requirement, *rows) == [False, True, True]


def test_what_can_be_put_right_is_held_and_what_cannot_is_refused(tmp_path: Path) -> None:
    held = 'code = "paper_missing"\ntest = "paper"\npapers = ["a"]\notherwise = "held"'
    refused = 'code = "wrong_type"\ntest = "one_of"\nfield = "medical_type"\nvalues = ["21"]'
    rule = policy(tmp_path, requirements=[held, refused])
    rows = decided(
        rule,
        {"cash": "100.00", "papers": [], "medical_type": "21"},
        {"cash": "100.00", "papers": [], "medical_type": "52"},
        {"cash": "100.00", "papers": ["a"], "medical_type": "21"},
    )
    assert [(row["bucket"], row["reasons"]) for row in rows] == [
        ("held", ["paper_missing"]), ("ineligible", ["paper_missing", "wrong_type"]), ("auto", []),
    ]  # fmt: skip
    assert [row["payable_fen"] for row in rows] == [0, 0, 10_000]


def test_an_input_without_a_field_that_the_policy_needs_is_refused(tmp_path: Path) -> None:
    rule = policy(tmp_path, requirements=['test = "given"\nfield = "diagnosis_code"'])
    with pytest.raises(FieldMissing) as refusal:
        decided(rule, {"cash": "100.00"})
    assert refusal.value.details == {"name": "check.rule", "version": "1", "field": "diagnosis_code"}
    assert "diagnosis_code" in refusal.value.say("zh")


def test_stays_of_a_feed_do_not_meet_what_only_an_application_can_say(tmp_path: Path) -> None:
    asked = [
        'code = "paper_missing"\ntest = "paper"\npapers = ["a"]\notherwise = "held"',
        'code = "filed_too_late"\ntest = "within_days"\nfield = "filed_on"\nafter = "ends_on"\ndays = 30',
    ]
    rule = policy(tmp_path, requirements=asked)
    [row] = decided(rule, {"cash": "100.00"})
    assert (row["bucket"], row["reasons"], row["payable_fen"]) == ("ineligible", ["paper_missing", "filed_too_late"], 0)


def test_stays_of_a_feed_are_events_of_their_own(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "50.00"\nper = "member"\nwindow = "occurrence"'])
    rows = decided(rule, {"cash": "100.00"}, {"cash": "40.00"})
    assert [row["payable_fen"] for row in rows] == [5_000, 4_000]


def test_the_days_lived_agree_with_the_calendar_around_every_birthday() -> None:
    pairs = []
    for born in (
        date(1900, 3, 1),
        date(1904, 2, 29),
        date(1960, 2, 28),
        date(1964, 2, 29),
        date(1999, 12, 31),
        date(2000, 1, 1),
    ):
        for years in (0, 16, 60, 61, 100):
            birthday = (
                date(born.year + years, 3, 1)
                if (born.month, born.day) == (2, 29)
                else born.replace(year=born.year + years)
            )
            pairs += [(born, birthday + timedelta(days=days)) for days in range(-8, 9)]
    births, days = pl.Series([born for born, _ in pairs]), pl.Series([day for _, day in pairs])
    ages = [day.year - born.year - ((day.month, day.day) < (born.month, born.day)) for born, day in pairs]
    for least, most in ((16, 60), (0, 0), (61, 99)):
        assert is_aged(births, days, least, most).to_list() == [least <= age <= most for age in ages]
