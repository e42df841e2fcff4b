"""A decision that a limit made smaller says in words which one: by number, by event, by payment, or by its sum of a year."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jishiyu.engine.decide import decide
from jishiyu.engine.explain import Explanation, explain
from jishiyu.engine.policy.shelf import Shelf
from tests.engine.policy import desk

ONCE = 'count = 1\nper = "household"\nwindow = "occurrence"'
EACH = 'amount = "300.00"\nper = "household"\nwindow = "payment"'
YEAR = 'amount = "500.00"\nper = "member"\nwindow = "calendar_year"'
GREATEST = 'amount = "500.00"\nper = "member"\nwindow = "occurrence"\nmode = "greatest"'
GIVEN = 'test = "given"\nfield = "household"\notherwise = "held"'
DAY = date(2025, 5, 1)


def fire(cash: str, **more: Any) -> dict[str, Any]:
    return {"kind": "fire", "cash": cash, "ends_on": DAY, "event_on": DAY, "filed_on": DAY, "household": "H",
            "occurrence": "E"} | more  # fmt: skip


def last(folder: Path, limits: list[str], *rows: dict[str, Any]) -> Explanation:
    policy = desk.policy(folder, limits=limits, requirements=[GIVEN], kind="fire", anchor="event_on")
    people = desk.people({"person_key": "A"}, {"person_key": "B"})
    return explain(decide(desk.events(*rows), people, None, Shelf.of([policy])).rows(named=True)[-1], policy)


@pytest.mark.parametrize(
    ("limits", "rows", "zh", "taken"),
    [
        ([EACH, ONCE], [fire("200.00"), fire("200.00", person_key="B", filed_on=date(2025, 5, 2))],
         "实际补贴 0.00 元(限额:每户同一事件最多 1 次)", "-200.00"),
        ([EACH, ONCE], [fire("400.00")], "实际补贴 300.00 元(限额:每户每次最多 300.00 元)", "-100.00"),
        ([GREATEST], [fire("200.00"), fire("350.00", filed_on=date(2025, 5, 2))],
         "实际补贴 150.00 元(限额:每人同一事件按最高的一次,已付部分扣除,最多 500.00 元)", "-200.00"),
        ([YEAR], [fire("600.00")], "本年度已用 0.00 元,上限 500.00 元,实际补贴 500.00 元。", "0.00"),
    ],
)  # fmt: skip
def test_what_was_taken_off_is_said_with_its_reason(
    tmp_path: Path, limits: list[str], rows: list[dict[str, Any]], zh: str, taken: str
) -> None:
    explained = last(tmp_path, limits, *rows)
    assert zh in explained.zh
    assert explained.steps[-2].value == taken
    assert ("(limit: " in explained.en) == ("(限额:" in explained.zh)


def test_an_amount_that_no_limit_touched_names_none(tmp_path: Path) -> None:
    assert "限额:" not in last(tmp_path, [EACH, ONCE], fire("200.00")).zh
