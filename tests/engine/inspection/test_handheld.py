"""Hand-held readings: what needs two or three of them, what cannot be judged and why, and what never fails."""

import string
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jishiyu.engine.inspection.model import FAILS, Finding
from jishiyu.engine.inspection.reasons import REASONS, why
from tests.engine.inspection.given import Row, codes, judged, only, reading


def infrared(t1: str, t2: str, t0: str) -> tuple[Finding, ...]:
    return judged(
        reading("temperature", t1, "°C"), reading("temperature_reference", t2, "°C"), reading("temperature_ambient", t0, "°C")
    )  # fmt: skip


def of(findings: tuple[Finding, ...], measure: str, quantity: str = "") -> Finding:
    (found,) = [one for one in findings if one.measure == measure and one.verdict and one.quantity.startswith(quantity)]
    return found


@pytest.mark.parametrize(
    ("t1", "t2", "t0", "delta", "verdict", "grade"),
    [
        ("50", "43.1", "30", "34.5", "normal", ""),
        ("50", "43", "30", "35", "attention", "general"),
        ("50", "34", "30", "80", "fails", "severe"),
        ("50", "34.001", "30", "80", "attention", "general"),  # 79.995 %, shown rounded, judged exactly
        ("50", "31", "30", "95", "fails", "critical"),
        ("40", "30.5", "30", "95", "fails", "critical"),  # the rise is 10 K exactly
    ],
)
def test_the_relative_difference_is_judged_exactly(
    t1: str, t2: str, t0: str, delta: str, verdict: str, grade: str
) -> None:
    found = of(infrared(t1, t2, t0), "relative_difference")
    assert (found.value, found.verdict, found.grade) == (delta, verdict, grade)


def test_below_ten_kelvin_the_relative_difference_is_not_used() -> None:
    found = infrared("39.999", "30", "30")
    assert [one.measure for one in found if one.verdict] == ["value"]
    assert "rise_small" in codes(of(found, "value"))


def test_the_coolest_other_phase_is_the_like_point() -> None:
    rows = [
        reading("temperature", value, "°C", phase=phase) for phase, value in zip("ABC", ("80", "40", "42"), strict=True)
    ]
    found = judged(*rows, reading("temperature_ambient", "30", "°C"))
    deltas = {one.phase: one.value for one in found if one.measure == "relative_difference"}
    assert deltas == {"A": "80", "C": "16.67"}  # the coolest phase has nothing cooler to be compared with


def test_without_ambient_or_like_point_only_the_temperature_is_judged() -> None:
    assert "reference_missing" in codes(
        of(judged(reading("temperature", "50", "C"), reading("temperature_ambient", "30", "C")), "value")
    )
    assert "ambient_missing" in codes(only(judged(reading("temperature", "50", "C"))))


def test_nothing_that_helps_is_lost() -> None:
    found = infrared("50", "43", "30")
    assert sorted((one.quantity, codes(one)) for one in found if not one.verdict) == [
        ("temperature_ambient", ["ambient_used"]), ("temperature_reference", ["reference_used"]),
    ]  # fmt: skip


@given(*[st.integers(-20, 150) for _ in range(3)])
@settings(deadline=None, max_examples=80)
def test_grades_agree_with_the_formula(t1: int, t2: int, t0: int) -> None:
    assume(-60 <= t0 <= 80)
    found = [one for one in infrared(str(t1), str(t2), str(t0)) if one.measure == "relative_difference"]
    if t1 - t0 < 10:
        assert found == []
        return
    delta = Fraction(t1 - t2, t1 - t0) * 100
    expected = "fails" if delta >= 80 else "attention" if delta >= 35 else "normal"
    assert [one.verdict for one in found] == [expected]


def device(place: str, current: str, time: str, rated: str = "") -> tuple[Finding, ...]:
    point = {"point": "P", "place": place, **({"rated_ma": rated} if rated else {})}
    return judged(reading("trip_current", current, "mA"), reading("trip_time", time, "ms"), points=[point])


@pytest.mark.parametrize(
    ("place", "current", "time", "verdicts"),
    [
        ("末端", "30", "100", ["normal", "normal"]),
        ("末端", "30.1", "100.1", ["fails", "fails"]),
        ("潮湿场所", "15", "100", ["normal", "normal"]),
        ("潮湿场所", "15.1", "100", ["fails", "normal"]),
        ("浴室", "10.1", "50", ["fails", "normal"]),
        ("总配电箱", "100", "300", ["normal", "normal", "normal"]),  # 30 mA·s exactly
        ("总配电箱", "100.1", "300", ["normal", "fails", "normal"]),
        ("总配电箱", "30", "100", ["attention", "normal", "attention"]),
    ],
)
def test_residual_current_devices_are_judged_by_their_place(
    place: str, current: str, time: str, verdicts: list[str]
) -> None:
    found = device(place, current, time)
    by_measure = sorted(found, key=lambda one: (one.quantity != "trip_current", one.measure != "value"))
    assert [one.verdict for one in by_measure] == verdicts


def test_the_rated_current_has_to_fit_the_place_and_the_trip_current_the_rated_one() -> None:
    found = device("潮湿", "14", "50", rated="30")
    assert of(found, "value", "trip_current").verdict == "normal"
    assert of(found, "rated").verdict == "fails"
    assert (of(found, "share_of_rated").value, of(found, "share_of_rated").verdict) == ("46.67", "fails")


def test_a_device_whose_place_nobody_says_is_taken_for_an_end_circuit_and_says_so() -> None:
    found = only(judged(reading("trip_time", "0.2", "s", kind="rcd")))
    assert (found.verdict, "taken_as" in codes(found)) == ("fails", True)


@pytest.mark.parametrize(
    ("row", "verdict", "code"),
    [
        (reading("insulation", ">500", "MΩ"), "normal", "within"),
        (reading("insulation", ">0.2", "MΩ"), "", "bound_open"),
        (reading("insulation", "<0.5", "MΩ"), "fails", "beyond"),
        (reading("trip_time", ">300", "ms"), "fails", "beyond"),
        (reading("trip_time", ">50", "ms"), "", "bound_open"),
        (reading("trip_time", "<40", "ms"), "normal", "within"),
    ],
)
def test_the_end_of_an_instruments_range_is_understood(row: Row, verdict: str, code: str) -> None:
    found = only(judged(row))
    assert (found.verdict, codes(found)[0]) == (verdict, code)


def test_at_35_kv_readings_of_a_point_are_judged_together() -> None:
    rows = [reading("voltage", value, "kV", level="35kV") for value in ("37.1", "33.5")]
    found = judged(*rows)
    assert sorted((one.value, one.verdict) for one in found) == [
        ("10.29", "attention"), ("4.29", "normal"), ("6", "normal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (reading("voltage", "10.2", "V", level="10kV"), "voltage_unit_suspect"),
        (reading("voltage", "231", "kV", level="220V"), "voltage_unit_suspect"),
        (reading("voltage", "226", "V", level="380V"), "phase_voltage"),
        (reading("voltage", "0", "V", level="380V"), "far_from_nominal"),
        (reading("voltage", "380", "Hz", level="380V"), "unit_wrong"),
        (reading("voltage", "380", "", level="380V"), "unit_missing"),
        (reading("voltage", "380", "volt-ish", level="380V"), "unit_not_known"),
        (reading("insulation", "5", "MV"), "unit_not_known"),
        (reading("voltage", "380", "V"), "level_unknown"),
        (reading("thd_u", "3", "%"), "level_unknown"),
        (reading("voltage", "380", "V", level="低压"), "level_not_known"),
        (reading("thd_u", "3", "%", level="20kV"), "no_limit_at_level"),
        (reading("harmonic_u_26", "1", "%", level="10kV"), "no_limit_at_level"),
        (reading("harmonic_u_1", "1", "%", level="10kV"), "quantity_not_known"),
        (reading("vibration", "1", "mm", level="10kV"), "quantity_not_known"),
        (reading("frequency", "-50", "Hz"), "impossible"),
        (reading("power_factor", "1.01", ""), "impossible"),
        (reading("earth_resistance", "0", "Ω"), "impossible"),
        (reading("temperature", "-300", "°C"), "impossible"),
        (reading("frequency", "fifty", "Hz"), "not_a_number"),
        (reading("frequency", "NaN", "Hz"), "not_a_number"),
        (reading("frequency", "", "Hz"), "value_missing"),
        (reading("frequency", "50", "Hz", point=""), "point_missing"),
        (reading("", "50", "Hz"), "quantity_missing"),
        (reading("frequency", "50", "Hz", series="maybe"), "series_not_known"),
        (reading("frequency", "50", "Hz", measured_at="yesterday"), "time_not_known"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_stands_there_with_its_reason(row: Row, code: str) -> None:
    found = only(judged(row))
    assert (found.verdict, found.value, codes(found)[0]) == ("", row["value"], code)
    assert all(len(why(found, language)) > 8 for language in ("zh", "en"))


def test_a_point_of_another_level_is_asked_about() -> None:
    found = only(judged(reading("voltage", "228", "V", level="220V"), points=[{"point": "P", "voltage_level": "10kV"}]))
    assert (found.verdict, codes(found)) == ("", ["level_differs"])


def test_a_day_before_every_edition_has_no_verdict() -> None:
    found = only(judged(reading("frequency", "50", "Hz"), on=date.fromisoformat("1985-01-01")))
    assert (found.verdict, codes(found)) == ("", ["no_limit_on_day"])


def test_the_day_chooses_the_edition() -> None:
    row = reading("voltage", "380", "V", level="380V")
    days = ("2009-04-30", "2009-05-01")
    found = [only(judged(row, on=date.fromisoformat(day))) for day in days]
    assert [(one.standard, one.edition) for one in found] == [("GB 12325", "1990"), ("GB/T 12325", "2008")]


PERIOD = st.sampled_from(
    [("voltage", "V", "380V"), ("frequency", "Hz", ""), ("thd_u", "%", "380V"), ("harmonic_u_5", "%", "10kV"),
     ("unbalance_u", "%", ""), ("power_factor", "", "10kV"), ("voltage", "kV", "35kV")]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(PERIOD, st.lists(st.integers(0, 500_000).map(lambda n: f"{n / 1000:.3f}"), min_size=1, max_size=6))
def test_a_hand_held_reading_never_fails_a_limit_over_a_period(what: tuple[str, str, str], values: list[str]) -> None:
    quantity, unit, level = what
    found = judged(*[reading(quantity, value, unit, level=level) for value in values])
    assert [one for one in found if one.verdict == FAILS] == []
    assert len(found) >= len(values)


def test_every_reason_has_both_languages_with_the_same_details() -> None:
    for code, (zh, en) in REASONS.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(told) if name} for told in (zh, en)]
        assert fields[0] == fields[1] or code == "taken_as", code


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(9)))
def test_the_order_of_hand_held_readings_does_not_matter(order: list[int]) -> None:
    rows = [
        reading("temperature", "80", "°C", phase="A"), reading("temperature", "40", "°C", phase="B"),
        reading("temperature", "80", "°C", phase="A"), reading("temperature_ambient", "30", "°C"),
        reading("trip_current", "20", "mA", phase="A"), reading("trip_current", "20", "mA", phase="B"),
        reading("trip_time", "0.05", "s"), reading("voltage", "36", "kV", level="35kV"),
        reading("voltage", "34", "kV", level="35kV"),
    ]  # fmt: skip
    points = [{"point": "P", "rated_ma": "30", "place": "main"}]
    assert judged(*[rows[at] for at in order], points=points) == judged(*rows, points=points)


TWINS = [
    ("voltage", "10kV", "V", "kV", -3), ("voltage", "380V", "V", "mV", 3), ("frequency", "", "Hz", "mHz", 3),
    ("thd_u", "380V", "%", "‰", 1), ("thd_u", "10kV", "%", "1", -2), ("power_factor", "10kV", "1", "%", 2),
    ("trip_time", "", "s", "ms", 3), ("trip_current", "", "mA", "A", -3), ("insulation", "380V", "MΩ", "kΩ", 3),
    ("insulation", "380V", "Ω", "GΩ", -9), ("earth_resistance", "", "Ω", "mΩ", 3), ("load_ratio", "", "%", "1", -2),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TWINS), st.integers(0, 12_000_000), st.integers(0, 6))
def test_the_unit_changes_nothing(twin: tuple[str, str, str, str, int], digits: int, places: int) -> None:
    quantity, level, unit, other, power = twin
    value = Decimal(digits).scaleb(-places)
    found = only(judged(reading(quantity, f"{value:f}", unit, level=level)))
    again = only(judged(reading(quantity, f"{value.scaleb(power):f}", other, level=level)))
    assert (found.verdict, found.standard, found.clause) == (again.verdict, again.standard, again.clause)


def test_kelvin_is_celsius_with_another_beginning() -> None:
    pairs = [("90", "363.15"), ("90.01", "363.16"), ("130", "403.15"), ("130.01", "403.16")]
    for celsius, kelvin in pairs:
        one, two = (only(judged(reading("temperature", *told))) for told in ((celsius, "°C"), (kelvin, "K")))
        assert (one.verdict, one.grade) == (two.verdict, two.grade)
