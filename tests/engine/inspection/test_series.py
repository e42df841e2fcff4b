"""Series of an analyser: the 95 % rule against sorting and counting, and what has to stay true whatever the values are."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiyu.engine.inspection.sums import narrowest
from tests.engine.inspection import oracle
from tests.engine.inspection.given import MIDNIGHT, ON, PER_DAY, TEN_MINUTES, codes, judged, long, only

THD = next(limit for limit in oracle.raw_limits(ON) if limit["quantity"] == "thd_u" and "380V" in limit["levels"])
VOLTS = next(limit for limit in oracle.raw_limits(ON) if limit["quantity"] == "voltage" and "380V" in limit["levels"])


def thd(values: list[str], **more: str) -> list[dict[str, str]]:
    return long("thd_u", values, "%", level="380V", kind="pcc", **more)


@pytest.mark.parametrize(
    ("beyond", "count", "verdict"),
    [
        (0, 144, "normal"),
        (7, 144, "normal"),  # 5 % of 144 are 7.2 values
        (8, 144, "fails"),
        (50, 1000, "normal"),  # 5 % exactly
        (51, 1000, "fails"),
        (144, 144, "fails"),
        (1, 12, "attention"),  # two hours: more than 5 % of them, not of a day
        (7, 12, "attention"),
        (8, 12, "fails"),  # whatever the rest of the day had been, 8 of 144 are too many
        (0, 1, "normal"),
    ],
)
def test_one_in_twenty_may_lie_beyond(beyond: int, count: int, verdict: str) -> None:
    assert only(judged(thd(["5.1"] * beyond + ["5.0"] * (count - beyond)))).verdict == verdict


def test_the_value_that_is_shown_is_the_largest_without_the_worst_five_in_a_hundred() -> None:
    found = only(judged(thd([f"{at / 100:.2f}" for at in range(1, 201)])))
    assert found.value == "1.9"  # 200 values, 10 left off: 2.00 … 1.91


def test_a_short_series_says_that_it_cannot_fail() -> None:
    found = only(judged(thd(["5.1"] * 7 + ["1"] * 5)))
    assert "too_short" in codes(found)
    assert found.summary is not None
    assert (found.summary.count, found.summary.beyond) == (12, 7)


def test_a_series_without_times_is_attention_at_most() -> None:
    rows = [{name: told for name, told in row.items() if name != "measured_at"} for row in thd(["9"] * 1000)]
    found = only(judged(rows))
    assert (found.verdict, "length_unknown" in codes(found)) == ("attention", True)


def test_gaps_are_counted_and_missing_values_never_fail() -> None:
    rows = thd(["1"] * 136 + ["5.1"] * 8)
    whole, with_gaps = only(judged(rows)), only(judged(rows[:40] + rows[60:]))
    assert whole.verdict == with_gaps.verdict == "fails"
    assert "gaps" in codes(with_gaps)
    assert with_gaps.summary is not None
    assert with_gaps.summary.missing == 20
    few = thd(["1"] * 137 + ["5.1"] * 7)
    gone = only(judged(few[:1] + few[41:]))  # 7 of 104: more than 5 % of what is there, not of the day
    assert (gone.verdict, "too_few" in codes(gone)) == ("attention", True)


def test_rows_that_stand_there_twice_count_once() -> None:
    rows = thd(["1"] * 137 + ["5.1"] * 7)
    found = only(judged(rows + rows[-7:]))
    assert (found.verdict, "same_time_twice" in codes(found)) == ("normal", True)


def test_one_bad_day_of_a_good_week_is_told() -> None:
    good = ["1"] * (PER_DAY * 6)
    found = only(judged(thd(good + ["5.1"] * 40 + ["1"] * 104)))
    assert (found.verdict, codes(found)[-1]) == ("normal", "bad_day")
    assert "bad_day" not in codes(only(judged(thd(good + ["5.1"] * 7 + ["1"] * 137))))


def test_no_value_of_unbalance_may_be_over_four_per_cent() -> None:
    def verdict(peak: str) -> str:
        return only(judged(long("unbalance_u", ["1"] * 143 + [peak], "%", kind="pcc"))).verdict

    assert [verdict(peak) for peak in ("4", "4.000001", "4.0000001")] == ["normal", "fails", "fails"]


@pytest.mark.parametrize(
    ("stretches", "verdict"),
    [
        ([11, 11], "normal"),  # 11 readings of ten minutes are 1 h 50 min
        ([12], "attention"),
        ([11, 12], "attention"),
    ],
)
def test_heavy_load_has_to_last_two_hours(stretches: list[int], verdict: str) -> None:
    values: list[str] = ["50"]
    for stretch in stretches:
        values += ["80"] * stretch + ["79.9"]
    found = only(judged(long("load_ratio", values, "%", kind="transformer")))
    assert found.verdict == verdict
    # A gap ends a stretch: nobody measured what was in between.
    rows = long("load_ratio", ["50", *["80"] * 12, "50"], "%", kind="transformer")
    assert only(judged(rows[:5] + rows[7:])).verdict == "normal"


def test_an_overload_fails_by_one_value() -> None:
    found = only(judged(long("load_ratio", ["50"] * 143 + ["100"], "%", kind="transformer")))
    assert (found.verdict, found.limit) == ("fails", "< 100 %")


def test_values_that_cannot_be_are_left_out_and_counted() -> None:
    rows = long("voltage", ["10.1"] * 140 + ["0"] * 4, "kV", level="10kV", kind="pcc")
    found = only(judged(rows))
    assert (found.verdict, "left_out" in codes(found)) == ("normal", True)
    wrong = only(judged(long("voltage", ["10.1"] * 144, "V", level="10kV", kind="pcc")))
    assert (wrong.verdict, codes(wrong)) == ("", ["no_value_left", "left_out", "voltage_unit_suspect"])
    phase = only(judged(long("voltage", ["225"] * 144, "V", level="380V", kind="pcc")))
    assert (phase.verdict, codes(phase)[-1]) == ("", "phase_voltage")


def test_rows_without_a_number_are_counted_in_a_finding_of_their_own() -> None:
    judged_, unread = sorted(judged(thd(["1"] * 143 + ["n/a"])), key=lambda one: one.verdict, reverse=True)
    assert judged_.verdict == "normal"
    assert (unread.verdict, unread.value, codes(unread)) == ("", "n/a", ["rows_unreadable"])


@pytest.mark.parametrize(
    ("values", "total", "verdict"),
    [
        (["36.05"] * 72 + ["34.3"] * 72, "5", "normal"),  # +3 % and -2 %
        (["37.1"] * 72 + ["33.6"] * 72, "10", "normal"),  # +6 % and -4 %: 10 % exactly
        (["37.1"] * 72 + ["33.5965"] * 72, "10.01", "fails"),
        (["38.5"] * 144, "10", "normal"),  # of one sign the larger counts
        (["38.51"] * 144, "10.03", "fails"),
        (["35"] * 137 + ["40"] * 7, "0", "normal"),  # 5 % left off
        (["35"] * 136 + ["40"] * 8, "14.29", "fails"),
        (["40"] * 8, "14.29", "fails"),
        (["40"] * 7, "14.29", "attention"),
    ],
)
def test_at_35_kv_the_sum_of_the_deviations_counts(values: list[str], total: str, verdict: str) -> None:
    found = only(judged(long("voltage", values, "kV", level="35kV", kind="pcc")))
    assert (found.value, found.limit, found.verdict) == (total, "≤ 10 %", verdict)


@given(values=st.lists(st.integers(-60, 60), min_size=1, max_size=10), drop=st.integers(0, 4))
def test_the_values_left_off_are_the_best_choice(values: list[int], drop: int) -> None:
    drop = min(drop, len(values) - 1)
    found = narrowest(np.sort(np.array(values, dtype=np.int64)) + 1000, 1000, drop)[0]
    kept = combinations(sorted(values), len(values) - drop)
    assert found == min(max(few[-1], 0) + max(-few[0], 0) for few in kept)


NUMBERS = st.integers(0, 10_000).map(lambda hundredths: f"{hundredths / 1000:.3f}")
SERIES = st.lists(NUMBERS, min_size=2, max_size=300)


@settings(max_examples=60, deadline=None)
@given(SERIES)
def test_series_agree_with_sorting_and_counting(values: list[str]) -> None:
    found = only(judged(thd(values)))
    exact = [Fraction(value) for value in values]
    assert found.verdict == oracle.by_series(THD, exact, PER_DAY)
    assert Fraction(Decimal(found.value)) == oracle.value95(exact, Fraction(5))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(3400, 4200).map(lambda tenths: f"{tenths / 10}"), min_size=2, max_size=200))
def test_two_sided_limits_count_both_sides(values: list[str]) -> None:
    found = only(judged(long("voltage", values, "V", level="380V", kind="pcc")))
    exact = [Fraction(value) for value in values]
    assert found.verdict == oracle.by_series(VOLTS, exact, PER_DAY, "380V")
    assert found.summary is not None
    assert found.summary.beyond == sum(not oracle.keeps(VOLTS, value, "380V") for value in exact)
    kept = oracle.keeps(VOLTS, Fraction(Decimal(found.value)), "380V")
    assert kept == (found.summary.beyond <= len(values) // 20)


@settings(max_examples=40, deadline=None)
@given(SERIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values: list[str], chance: Random) -> None:
    rows = thd(values) + long("frequency", ["50.1", "50.3", "49.7"], "Hz")
    mixed = list(rows)
    chance.shuffle(mixed)
    assert judged(mixed) == judged(rows)


@settings(max_examples=40, deadline=None)
@given(SERIES, st.integers(0, 5000).map(lambda thousandths: f"{thousandths / 1000:.3f}"), st.data())
def test_a_normal_reading_more_never_makes_more_fail(values: list[str], normal: str, data: st.DataObject) -> None:
    rows = thd(values)
    # Every third reading at most is missing, so the interval stays known; the new one fills a gap or comes next.
    gone = data.draw(st.sets(st.integers(0, max(len(rows) // 3 - 1, 0)).map(lambda at: at * 3 + 1), max_size=20))
    there = [row for at, row in enumerate(rows) if at not in gone]
    free = sorted(at for at in gone if at < len(rows))
    at = data.draw(st.sampled_from([*free, len(rows)]))
    more = {**rows[0], "value": normal, "measured_at": str(MIDNIGHT + TEN_MINUTES * at)}
    before, after = only(judged(there)), only(judged([*there, more]))
    if before.verdict != "fails":
        assert after.verdict != "fails"
    assert after.summary is not None
    assert before.summary is not None
    assert after.summary.beyond == before.summary.beyond


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(9_000_000, 11_000_000), min_size=2, max_size=200), st.booleans())
def test_the_unit_changes_nothing(millivolts: list[int], mixed: bool) -> None:
    kilo = long("voltage", [f"{value}e-6" for value in millivolts], "kV", level="10kV", kind="pcc")
    volts = long("voltage", [f"{value / 1000:.3f}" for value in millivolts], "V", level="10kV", kind="pcc")
    other = [row if at % 2 else volts[at] for at, row in enumerate(kilo)] if mixed else volts
    first, second = only(judged(kilo)), only(judged(other))
    assert (first.verdict, [*codes(first)]) == (second.verdict, [*codes(second)])
    assert first.summary is not None
    assert second.summary is not None
    assert first.summary.beyond == second.summary.beyond
    assert first.summary.value95 * 1000 == second.summary.value95


def test_the_length_of_a_day_comes_from_the_interval() -> None:
    step = timedelta(seconds=3)
    rows = long("thd_u", ["5.1"] * 1441, "%", step=step, level="380V", kind="pcc")
    assert only(judged(rows)).verdict == "fails"  # 5 % of 28,800 values are 1,440
    assert only(judged(rows[1:])).verdict == "attention"


def test_a_series_without_a_verdict_says_how_long_it_is() -> None:
    for rows in (long("voltage", ["400"] * 3, "V"), long("voltage", ["400"] * 3, "Hz", level="380V"),
                 long("temperature_ambient", ["30"] * 3, "°C")):  # fmt: skip
        found = only(judged(rows))
        assert (found.verdict, "series_of" in codes(found)) == ("", True)


def test_a_stray_reading_between_two_others_does_not_change_the_interval() -> None:
    rows = thd(["5.1"] * 8 + ["1"] * 136)
    stray = {**rows[0], "value": "1", "measured_at": "2025-06-17 00:00:01"}
    found = only(judged([*rows, stray]))
    assert found.summary is not None
    assert (found.verdict, found.summary.interval_us) == ("fails", 600_000_000)
