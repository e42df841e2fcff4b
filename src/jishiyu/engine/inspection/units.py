"""Units of readings, exact: every unit is a rational number of base units, and only units of one kind compare."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

VOLTAGE, CURRENT, TIME, RESISTANCE = "voltage", "current", "time", "resistance"
FREQUENCY, RATIO, TEMPERATURE, CHARGE, RISE = "frequency", "ratio", "temperature", "charge", "rise"

_ZERO_CELSIUS = Decimal("273.15")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9])?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Unit:
    """One unit: `1 unit = factor base units`, after `offset` was added to the number (temperatures in K)."""

    symbol: str
    dimension: str
    factor: Decimal
    offset: Decimal = Decimal(0)

    def to_base(self, value: Decimal) -> Decimal:
        """Return a number of this unit in base units."""
        return (value + self.offset) * self.factor

    def from_base(self, value: Decimal) -> Decimal:
        """Return a number of base units in this unit; factors are powers of ten, so limits stay exact."""
        return value / self.factor - self.offset


def _unit(symbol: str, dimension: str, factor: str, offset: str = "0") -> Unit:
    return Unit(symbol, dimension, Decimal(factor), Decimal(offset))


# Base units: V, A, s, Ω, Hz, %, °C, A·s, K.
UNITS: dict[str, Unit] = {
    unit.symbol: unit
    for unit in (
        _unit("V", VOLTAGE, "1"), _unit("kV", VOLTAGE, "1000"), _unit("mV", VOLTAGE, "0.001"),
        _unit("A", CURRENT, "1"), _unit("mA", CURRENT, "0.001"), _unit("kA", CURRENT, "1000"),
        _unit("s", TIME, "1"), _unit("ms", TIME, "0.001"), _unit("μs", TIME, "0.000001"),
        _unit("Ω", RESISTANCE, "1"), _unit("mΩ", RESISTANCE, "0.001"), _unit("kΩ", RESISTANCE, "1000"),
        _unit("MΩ", RESISTANCE, "1000000"), _unit("GΩ", RESISTANCE, "1000000000"),
        _unit("Hz", FREQUENCY, "1"), _unit("kHz", FREQUENCY, "1000"), _unit("mHz", FREQUENCY, "0.001"),
        _unit("%", RATIO, "1"), _unit("‰", RATIO, "0.1"), _unit("1", RATIO, "100"),
        _unit("°C", TEMPERATURE, "1"), Unit("K", TEMPERATURE, Decimal(1), -_ZERO_CELSIUS),
        _unit("mA·s", CHARGE, "0.001"),
    )
}  # fmt: skip
# What people write. Where case matters (mΩ and MΩ, mV and MV) it is kept; `_LOWER` is for the rest.
_ALSO = {
    "伏": "V", "千伏": "kV", "毫伏": "mV", "安": "A", "毫安": "mA", "千安": "kA", "秒": "s", "毫秒": "ms", "微秒": "μs",
    "欧": "Ω", "欧姆": "Ω", "毫欧": "mΩ", "千欧": "kΩ", "兆欧": "MΩ", "吉欧": "GΩ", "赫": "Hz",
    "赫兹": "Hz", "千赫": "kHz", "度": "°C", "摄氏度": "°C", "C": "°C", "pu": "1", "p.u.": "1", "-": "1", "—": "1", "/": "1",
    "mohm": "mΩ", "Mohm": "MΩ", "mOhm": "mΩ", "MOhm": "MΩ", "kohm": "kΩ", "kOhm": "kΩ", "Gohm": "GΩ", "ohm": "Ω", "Ohm": "Ω",
    "m欧": "mΩ", "M欧": "MΩ", "us": "μs", "sec": "s",
}  # fmt: skip
_LOWER = {
    "v": "V", "kv": "kV", "a": "A", "ma": "mA", "ka": "kA", "ms": "ms", "s": "s", "hz": "Hz", "khz": "kHz", "kω": "kΩ",
    "gω": "GΩ", "ohm": "Ω", "ω": "Ω", "kohm": "kΩ", "°c": "°C", "k": "K", "pct": "%",
}  # fmt: skip


def unit_named(text: str) -> Unit | None:
    """This function will return the unit that a text means, or null when it is none that is known or it is unclear."""
    folded = unicodedata.normalize("NFKC", text).strip().replace("µ", "μ").replace("\u2126", "Ω").replace(" ", "")
    folded = folded.replace("º", "°")
    if folded in UNITS:
        return UNITS[folded]
    if folded in _ALSO:
        return UNITS[_ALSO[folded]]
    # A capital M in front is mega: MV for a reading of 228 would be a guess either way.
    if folded[:1] == "M" and len(folded) > 1:
        return None
    found = _LOWER.get(folded.lower())
    return UNITS[found] if found else None


def number(text: str) -> tuple[str, Decimal] | None:
    """This function will read a number as (bound, value); bound is ">", "<" or "", value is exact.

    `>500` is how testers show that their range ended. Returns null for anything that is no number.
    """
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("≥", ">").replace("≤", "<")
    folded = "".join(folded.split())
    bound = folded[:1] if folded[:1] in ("<", ">") else ""
    digits = folded[len(bound) :]
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits):
        return None
    return bound, Decimal(digits)


def plain(value: Decimal) -> str:
    """This function will write a number without an exponent and without zeros that say nothing: 235.4, 0.5, 10."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
