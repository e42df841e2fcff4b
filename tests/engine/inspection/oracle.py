"""The rules of a diagnosis once more, in plain fractions over the raw TOML: nothing of the engine is used here."""

import math
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

POWER = Path(__file__).parents[3] / "src" / "jishiyu" / "policies" / "power"
NOMINAL = {"220V": 220, "380V": 380, "660V": 660, "3kV": 3000, "6kV": 6000, "10kV": 10_000, "20kV": 20_000,
           "35kV": 35_000, "66kV": 66_000, "110kV": 110_000, "220kV": 220_000}  # fmt: skip
GRAVITY = {"normal": 0, "attention": 1, "fails": 2}


def raw_limits(on: date | None = None) -> list[dict[str, Any]]:
    """Return the limits of all files as they are written, with their standard; those in force on a day when one is given."""
    found = []
    for path in sorted(POWER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        standard = data["standard"]
        if on is None or (standard["from"] <= on and ("until" not in standard or on < standard["until"])):
            found += [{**limit, "standard": standard, "file": path.name} for limit in data["limit"]]
    return found


def keeps(limit: dict[str, Any], value: Fraction, level: str = "") -> bool:
    """Return whether a value in the limit's own unit (volts around a nominal voltage) keeps the limit."""

    def bound(name: str) -> Fraction:
        number = Fraction(limit[name])
        return NOMINAL[level] * (1 + number / 100) if limit.get("of") == "nominal" else number

    return (
        ("at_least" not in limit or value >= bound("at_least"))
        and ("above" not in limit or value > bound("above"))
        and ("at_most" not in limit or value <= bound("at_most"))
        and ("below" not in limit or value < bound("below"))
    )


def by_hand(limits: list[dict[str, Any]], value: Fraction, level: str = "") -> str:
    """Return the verdict of one hand-held value under several limits: the worst one."""
    verdicts = ["normal"]
    for limit in limits:
        if not keeps(limit, value, level):
            verdicts.append(limit["verdict"] if limit["period"] == "moment" else "attention")
    return max(verdicts, key=GRAVITY.__getitem__)


def by_series(limit: dict[str, Any], values: list[Fraction], per_day: int, level: str = "") -> str:
    """Return the verdict of a regular series under one limit for 95 % of a day.

    GB/T 14549-93, annex D: put the values in order, leave off the worst 5 %, the worst of the rest counts. A series
    shorter than a day is filled up to a day with values that keep the limit: only what fails even then fails.
    """
    outside = sum(not keeps(limit, value, level) for value in values)
    if outside > math.floor(Fraction(max(len(values), per_day), 20)):
        return "fails"
    return "attention" if outside > math.floor(Fraction(len(values), 20)) else "normal"


def value95(values: list[Fraction], high: Fraction) -> Fraction:
    """Return the 95 % value under an upper limit by sorting, as the annex says it."""
    return sorted(values, reverse=True)[len(values) // 20]
