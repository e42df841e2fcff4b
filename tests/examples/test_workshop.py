"""The invented workshop: what was put wrong on purpose is found, and nothing else."""

from datetime import date
from pathlib import Path

from examples.workshop import BY_HAND, series, write
from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.points import read_points
from jishiyu.engine.inspection.readings import read_readings


def test_the_report_finds_what_was_put_wrong(tmp_path: Path) -> None:
    write(tmp_path)
    survey, readings = read_points(tmp_path / "points.csv"), read_readings(tmp_path / "readings.csv")
    findings = judge(readings, survey.points, date.fromisoformat("2025-06-18"))
    wrong = {
        (one.point, one.quantity, one.measure, one.verdict) for one in findings if one.verdict in ("fails", "attention")
    }
    assert wrong == {
        ("D2", "voltage", "value", "attention"), ("D2", "temperature", "value", "fails"),
        ("D2", "temperature", "relative_difference", "attention"), ("E2", "earth_resistance", "value", "fails"),
        ("L2", "insulation", "value", "fails"), ("PCC", "harmonic_u_5", "value", "fails"),
        ("PCC", "power_factor", "value", "attention"), ("R3", "trip_time", "value", "fails"),
        ("R3", "trip_current", "value", "fails"), ("R3", "trip_current", "rated", "fails"),
        ("T1", "load_ratio", "value", "attention"), ("T1", "current_unbalance", "value", "attention"),
    }  # fmt: skip
    (unread,) = [one for one in findings if not one.verdict and not one.quantity.startswith("temperature_")]
    assert (unread.point, unread.quantity, unread.reasons[0].code) == ("T1", "frequency", "unit_wrong")
    assert sum(len(one.values) for one in readings.series) == len(list(series()))
    assert len(readings.singles) == len(BY_HAND)
