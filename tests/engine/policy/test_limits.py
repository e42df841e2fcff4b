"""Every window, scope and mode of a limit, worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiyu.engine.policy.limits import apply_limits, months_before
from jishiyu.engine.policy.problems import PolicyRefused
from tests.engine.policy.desk import BASE, decided, events, paid, people, policy

YEAR = 'amount = "500.00"\nper = "member"\nwindow = "calendar_year"'
HOUSEHOLD_YEAR = 'amount = "500.00"\nper = "household"\nwindow = "calendar_year"'
HOUSEHOLD = 'test = "given"\nfield = "household"\notherwise = "held"'


def stay(cash: str, day: str = "2025-03-10", **more: Any) -> dict[str, Any]:
    """Return a stay that ended on a day."""
    return {"cash": cash, "ends_on": date.fromisoformat(day), **more}


def test_a_limit_per_payment_cuts_each_payment_alone(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "200.00"\nper = "member"\nwindow = "payment"'])
    rows = decided(rule, stay("300.00"), stay("300.00"), stay("150.00"))
    assert [row["payable_fen"] for row in rows] == [20_000, 20_000, 15_000]
    assert [row["reasons"] for row in rows] == [["limit_reached"], ["limit_reached"], []]


def test_a_calendar_year_begins_anew_on_the_first_of_january(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=[YEAR])
    rows = decided(rule, stay("400.00", "2024-12-31"), stay("400.00", "2025-01-01"), stay("400.00", "2025-12-31"))
    assert [row["payable_fen"] for row in rows] == [40_000, 40_000, 10_000]
    assert [row["year"] for row in rows] == [2024, 2025, 2025]
    assert [row["used_before_fen"] for row in rows] == [0, 0, 40_000]


def test_a_policy_year_begins_on_its_own_day(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "policy_year"\nstarts = "06-01"'])
    days = ("2025-05-31", "2025-06-01", "2025-12-31", "2026-05-31", "2026-06-01")
    rows = decided(rule, *[stay("300.00", day) for day in days])
    assert [row["payable_fen"] for row in rows] == [30_000, 30_000, 20_000, 0, 30_000]
    assert [row["year"] for row in rows] == [2024, 2025, 2025, 2025, 2026]
    assert rows[3]["bucket"] == "capped"


def test_rolling_months_free_what_falls_out_of_the_window(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "rolling_months"\nmonths = 12'])
    days = ("2024-03-10", "2024-09-10", "2025-03-09", "2025-03-10", "2025-09-10")
    # Up to 9 March 2025 both first payments are inside; on 10 March the first one falls out.
    assert paid(rule, *[stay("300.00", day) for day in days]) == ["300.00", "200.00", "0.00", "300.00", "200.00"]


def test_a_rolling_limit_also_holds_when_the_later_stay_was_settled_first(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "rolling_months"\nmonths = 12'])
    assert paid(rule, stay("500.00", "2024-12-01"), stay("500.00", "2024-06-01")) == ["500.00", "0.00"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 600)), min_size=1, max_size=8), st.integers(1, 14))
def test_no_rolling_window_ever_holds_more_than_the_limit(
    tmp_path_factory: pytest.TempPathFactory, stays: list[tuple[int, int]], months: int
) -> None:
    rule = policy(
        tmp_path_factory.mktemp("rule"),
        limits=[f'amount = "500.00"\nper = "member"\nwindow = "rolling_months"\nmonths = {months}'],
    )
    rows = decided(rule, *[stay(f"{cash}.00", str(date(2024, 1, 31) + timedelta(days=days))) for days, cash in stays])
    for end in {row["anchor_date"] for row in rows}:
        start = months_before(end, months)
        assert sum(row["payable_fen"] for row in rows if start < row["anchor_date"] <= end) <= 50_000


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-03-10", 12, "2024-03-10"), ("2025-03-31", 1, "2025-02-28"), ("2024-03-31", 1, "2024-02-29"),
        ("2025-01-15", 1, "2024-12-15"), ("2025-12-31", 12, "2024-12-31"), ("2025-02-28", 24, "2023-02-28"),
        ("2025-01-31", 2, "2024-11-30"),
    ],
)  # fmt: skip
def test_months_are_counted_back_to_the_same_day_or_the_last_one(day: str, months: int, expected: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_lifetime_limit_never_begins_anew(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "lifetime"'])
    rows = decided(rule, stay("300.00", "2021-01-01"), stay("300.00", "2029-01-01"), stay("300.00", "2030-01-01"))
    assert [row["payable_fen"] for row in rows] == [30_000, 20_000, 0]
    assert {row["year"] for row in rows} == {0}


def test_an_occurrence_has_a_limit_of_its_own(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "occurrence"'])
    rows = [stay("300.00", occurrence=name) for name in ("fall", "fall", "crash")]
    assert paid(rule, *rows) == ["300.00", "200.00", "300.00"]


def test_a_count_lets_so_many_payments_through(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['count = 2\nper = "member"\nwindow = "calendar_year"'])
    rows = decided(rule, *[stay("300.00")] * 3)
    assert [row["payable_fen"] for row in rows] == [30_000, 30_000, 0]
    assert rows[2]["bucket"] == "capped"


def test_what_is_not_entitled_does_not_count_as_a_payment(tmp_path: Path) -> None:
    rule = policy(
        tmp_path, limits=['count = 1\nper = "member"\nwindow = "lifetime"'],
        requirements=['test = "one_of"\nfield = "medical_type"\nvalues = ["21"]'],
    )  # fmt: skip
    assert paid(rule, stay("300.00", medical_type="52"), stay("300.00", medical_type="21")) == ["0.00", "300.00"]


def test_the_greatest_amount_counts_and_a_greater_one_pays_the_difference(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['mode = "greatest"\nper = "member"\nwindow = "occurrence"'])
    rows = [stay(cash, occurrence="fall") for cash in ("300.00", "200.00", "1000.00", "1000.00")]
    assert paid(rule, *rows, stay("50.00", occurrence="crash")) == ["300.00", "0.00", "700.00", "0.00", "50.00"]


def test_the_greatest_amount_stays_below_its_ceiling(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "800.00"\nmode = "greatest"\nper = "member"\nwindow = "occurrence"'])
    rows = [stay(cash, occurrence="fall") for cash in ("300.00", "1000.00", "2000.00")]
    assert paid(rule, *rows) == ["300.00", "500.00", "0.00"]


def test_a_household_shares_its_limit_and_people_without_one_wait(tmp_path: Path) -> None:
    rule = policy(tmp_path, kind="fire", limits=[HOUSEHOLD_YEAR], requirements=[HOUSEHOLD])
    roster = people(
        {"person_key": "A", "household": "H1"}, {"person_key": "B", "household": "H1"},
        {"person_key": "C"}, {"person_key": "D"},
    )  # fmt: skip
    rows = [stay("300.00", person_key=key, kind="fire") for key in "ABCD"]
    decisions = decided(rule, *rows, roster=roster)
    assert [row["payable_fen"] for row in decisions] == [30_000, 20_000, 0, 0]
    assert [row["bucket"] for row in decisions[2:]] == ["held", "held"]


def test_a_limit_per_household_is_refused_where_the_household_may_be_unknown(tmp_path: Path) -> None:
    with pytest.raises(PolicyRefused, match="the household is known"):
        policy(tmp_path, kind="fire", limits=[HOUSEHOLD_YEAR])


def test_a_limit_per_household_is_refused_on_stays(tmp_path: Path) -> None:
    with pytest.raises(PolicyRefused, match="person by person"):
        policy(tmp_path, limits=[HOUSEHOLD_YEAR], requirements=[HOUSEHOLD])


def test_a_member_limit_is_not_shared_within_the_household(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=[YEAR])
    roster = people({"person_key": "A", "household": "H1"}, {"person_key": "B", "household": "H1"})
    assert paid(rule, *[stay("300.00", person_key=key) for key in "AB"], roster=roster) == ["300.00", "300.00"]


def test_several_limits_apply_in_order(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "200.00"\nper = "member"\nwindow = "payment"', YEAR])
    rows = decided(rule, *[stay("300.00")] * 3)
    assert [row["payable_fen"] for row in rows] == [20_000, 20_000, 10_000]
    assert [row["used_before_fen"] for row in rows] == [0, 20_000, 40_000]  # of the limit over a span of time


def test_events_use_a_limit_up_in_the_order_of_settlement_then_by_name(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=[YEAR])
    same_moment = {"settled_at": date(2025, 1, 1)}
    rows = [
        stay("300.00", last_settlement_id="S3", **same_moment), stay("300.00", last_settlement_id="S1", **same_moment),
        stay("300.00", last_settlement_id="S2", **same_moment),
    ]  # fmt: skip
    assert paid(rule, *rows) == ["0.00", "300.00", "200.00"]


def test_history_uses_a_limit_up_before_everything_new(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=[YEAR])
    history = pl.DataFrame({
        "person_key": ["A", "A", "A", "B"], "policy": ["check.rule", "check.rule", "check.other", "check.rule"],
        "anchor_date": [date(2025, 1, 5), date(2024, 1, 5), date(2025, 1, 5), date(2025, 1, 5)],
        "uncapped_fen": [30_000, 20_000, 20_000, 20_000],
    })  # fmt: skip
    row = decided(rule, stay("300.00"), history=history)[0]
    assert (row["used_before_fen"], row["payable_fen"], row["reasons"]) == (30_000, 20_000, ["limit_reached"])


def test_history_of_the_household_counts_for_the_whole_household(tmp_path: Path) -> None:
    rule = policy(tmp_path, kind="fire", limits=[HOUSEHOLD_YEAR], requirements=[HOUSEHOLD])
    roster = people({"person_key": "A", "household": "H1"}, {"person_key": "B", "household": "H1"})
    history = pl.DataFrame({
        "person_key": ["B"], "policy": ["check.rule"], "anchor_date": [date(2025, 1, 5)], "uncapped_fen": [40_000],
        "household": ["H1"],
    })  # fmt: skip
    assert paid(rule, stay("300.00", kind="fire", person_key="A"), roster=roster, history=history) == ["100.00"]


def test_history_of_an_occurrence_counts_for_that_occurrence(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['mode = "greatest"\nper = "member"\nwindow = "occurrence"'])
    history = pl.DataFrame({
        "person_key": ["A"], "policy": ["check.rule"], "anchor_date": [date(2025, 1, 5)], "uncapped_fen": [40_000],
        "occurrence": ["fall"],
    })  # fmt: skip
    rows = [stay("1000.00", occurrence="fall"), stay("300.00", occurrence="crash")]
    assert paid(rule, *rows, history=history) == ["600.00", "300.00"]


def test_history_fills_rolling_windows_by_its_own_dates(tmp_path: Path) -> None:
    rule = policy(tmp_path, limits=['amount = "500.00"\nper = "member"\nwindow = "rolling_months"\nmonths = 12'])
    history = pl.DataFrame({
        "person_key": ["A", "A"], "policy": ["check.rule"] * 2, "anchor_date": [date(2024, 3, 10), date(2024, 3, 11)],
        "uncapped_fen": [20_000, 10_000],
    })  # fmt: skip
    assert paid(rule, stay("500.00", "2025-03-10"), history=history) == ["400.00"]


def test_an_accumulating_base_pays_what_each_event_adds(tmp_path: Path) -> None:
    base = BASE.replace('amount = "cash"', 'amount = "cash"\naccumulate = true')
    steps = 'kind = "whole_amount"\nbracket = [\n    { over = "3000.00", rate = "10 %", source = "check", status = "assumed" },\n'
    steps += '    { over = "10000.00", rate = "20 %", source = "check", status = "assumed" },\n]'
    more = '[threshold]\nover = "3000.00"\nzh = "超过"\nen = "over"\nsource = "check"\nstatus = "assumed"\n'
    limit = 'amount = "unlimited"\nper = "member"\nwindow = "calendar_year"'
    rule = policy(tmp_path, base=base, formula=steps, more=more, limits=[limit])
    rows = decided(
        rule, stay("2000.00"), stay("1000.00"), stay("1000.00"), stay("7000.00"), stay("9000.00", "2026-01-01")
    )
    # 2000: nothing; 3000: nothing; 4000 × 10 %; 11,000 × 20 % − 400; and the new year begins at nothing.
    assert [row["payable_fen"] for row in rows] == [0, 0, 40_000, 180_000, 90_000]
    assert [row["base_fen"] for row in rows] == [200_000, 300_000, 400_000, 1_100_000, 900_000]
    assert [row["reasons"] for row in rows[:2]] == [["threshold_not_reached"]] * 2


def test_an_accumulating_base_leaves_out_what_is_not_entitled(tmp_path: Path) -> None:
    base = BASE.replace('amount = "cash"', 'amount = "cash"\naccumulate = true')
    rule = policy(
        tmp_path, base=base, formula='kind = "flat"\nrate = "10 %"',
        requirements=['test = "one_of"\nfield = "medical_type"\nvalues = ["21"]'],
        limits=['amount = "250.00"\nper = "member"\nwindow = "calendar_year"'],
    )  # fmt: skip
    rows = [stay("1000.00", medical_type=code) for code in ("21", "52", "21", "21")]
    assert paid(rule, *rows) == ["100.00", "0.00", "100.00", "50.00"]


def test_the_sum_an_accumulating_base_pays_does_not_depend_on_how_the_cash_is_cut(tmp_path: Path) -> None:
    base = BASE.replace('amount = "cash"', 'amount = "cash"\naccumulate = true')
    limit = 'amount = "unlimited"\nper = "member"\nwindow = "calendar_year"'
    rule = policy(tmp_path, base=base, formula='kind = "flat"\nrate = "33.3333 %"', limits=[limit])
    cut = [["1000.00"], ["0.01"] * 3 + ["999.97"], ["333.33", "333.33", "333.34"]]
    assert {sum(map(Decimal, paid(rule, *[stay(cash) for cash in parts]))) for parts in cut} == {Decimal("333.33")}


def test_one_limit_runs_across_two_versions_in_one_year(tmp_path: Path) -> None:
    old = policy(tmp_path, version="1", top="until = 2025-06-01\n", limits=[YEAR])
    new = policy(tmp_path, version="2", starts="2025-06-01", formula='kind = "flat"\nrate = "50 %"', limits=[YEAR])
    rows = decided([new, old], stay("300.00", "2025-05-31"), stay("300.00", "2025-06-01"), stay("300.00", "2025-07-01"))
    assert [row["version"] for row in rows] == ["1", "2", "2"]
    assert [row["payable_fen"] for row in rows] == [30_000, 15_000, 5_000]
    assert [row["used_before_fen"] for row in rows] == [0, 30_000, 45_000]


def test_the_order_of_payment_runs_across_versions_too(tmp_path: Path) -> None:
    old = policy(tmp_path, version="1", top="until = 2025-06-01\n", limits=[YEAR])
    new = policy(tmp_path, version="2", starts="2025-06-01", limits=[YEAR])
    # The stay under the old version was settled last.
    assert paid([old, new], stay("400.00", "2025-06-01"), stay("400.00", "2025-05-31")) == ["400.00", "100.00"]


amounts = st.lists(st.integers(0, 100_000), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(amounts, st.integers(0, 200_000), st.data())
def test_what_a_limit_lets_through_does_not_depend_on_how_the_work_is_cut(
    tmp_path_factory: pytest.TempPathFactory, asked: list[int], limit: int, data: st.DataObject
) -> None:
    """The proof of min(L, c) − min(L, b): the parts telescope to min(L, total), wherever the cut is."""
    yuan = Decimal(limit).scaleb(-2)
    rule = policy(
        tmp_path_factory.mktemp("rule"), limits=[f'amount = "{yuan}"\nper = "member"\nwindow = "calendar_year"']
    )
    frame = events(*[stay("0.00") for _ in asked]).with_columns(
        uncapped_fen=pl.Series(asked, dtype=pl.Int64), anchor_date=pl.col("ends_on"), household=pl.lit(None, pl.String)
    )
    together = apply_limits(rule, frame)["payable_fen"].to_list()
    assert sum(together) == min(limit, sum(asked))
    assert all(0 <= payable <= amount for payable, amount in zip(together, asked, strict=True))

    cut = data.draw(st.integers(0, len(asked)))
    first, second = frame.head(cut), frame.slice(cut)
    history = first.select("person_key", "anchor_date", "uncapped_fen").with_columns(policy=pl.lit("check.rule"))
    rows = (
        decided(rule, *[stay(str(Decimal(amount).scaleb(-2))) for amount in asked[cut:] if amount], history=history)
        if any(asked[cut:])
        else []
    )
    assert [row["payable_fen"] for row in rows] == [
        payable for payable, amount in zip(together[cut:], asked[cut:], strict=True) if amount
    ]
    assert second.height == len(asked) - cut


def test_every_pair_of_windows_can_stand_together(tmp_path: Path) -> None:
    windows = [
        'amount = "900.00"\nper = "member"\nwindow = "payment"', 'amount = "800.00"\nper = "household"\nwindow = "occurrence"',
        'amount = "700.00"\nper = "member"\nwindow = "calendar_year"',
        'amount = "600.00"\nper = "member"\nwindow = "policy_year"\nstarts = "06-01"',
        'amount = "500.00"\nper = "household"\nwindow = "rolling_months"\nmonths = 6',
        'amount = "400.00"\nper = "member"\nwindow = "lifetime"',
    ]  # fmt: skip
    ceilings = [900, 800, 700, 600, 500, 400]
    for one, other in combinations(range(len(windows)), 2):
        rule = policy(tmp_path, kind="fire", limits=[windows[one], windows[other]], requirements=[HOUSEHOLD])
        rows = [stay("10000.00", occurrence="fall", kind="fire")]
        assert paid(rule, *rows, roster=people({"person_key": "A", "household": "H1"})) == [
            f"{min(ceilings[one], ceilings[other])}.00"
        ]
