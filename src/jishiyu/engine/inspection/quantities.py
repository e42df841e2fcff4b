"""What every quantity is measured in, and which numbers cannot be one of its readings."""

from dataclasses import dataclass
from decimal import Decimal

from jishiyu.engine.inspection.model import Level, Reason, because
from jishiyu.engine.inspection.units import (
    CURRENT,
    FREQUENCY,
    RATIO,
    RESISTANCE,
    TEMPERATURE,
    TIME,
    UNITS,
    VOLTAGE,
    Unit,
    plain,
)


@dataclass(frozen=True)
class Quantity:
    """A dimension, units to name in a sentence, and the range (base units, ends included) outside of which nothing can lie.

    `bare` is the unit of a number without one: only a power factor has it.
    """

    dimension: str
    expected: str
    least: Decimal
    most: Decimal
    bare: str = ""


def _quantity(dimension: str, expected: str, least: str, most: str, bare: str = "") -> Quantity:
    return Quantity(dimension, expected, Decimal(least), Decimal(most), bare)


_DEGREES = _quantity(TEMPERATURE, "°C", "-60", "1500")
_SHARE = _quantity(RATIO, "%", "0", "400")
QUANTITY: dict[str, Quantity] = {
    "voltage": _quantity(VOLTAGE, "V / kV", "0", "1000000"),
    "frequency": _quantity(FREQUENCY, "Hz", "40", "60"),
    "thd_u": _SHARE,
    "harmonic_u": _quantity(RATIO, "%", "0", "100"),
    "unbalance_u": _quantity(RATIO, "%", "0", "100"),
    "power_factor": _quantity(RATIO, "1 / %", "0", "100", bare="1"),
    "temperature": _DEGREES,
    "temperature_reference": _DEGREES,
    "temperature_ambient": _quantity(TEMPERATURE, "°C", "-60", "80"),
    "trip_time": _quantity(TIME, "s / ms", "0", "60"),
    "trip_current": _quantity(CURRENT, "mA / A", "0", "100"),
    "earth_resistance": _quantity(RESISTANCE, "Ω", "0", "1000000"),
    "insulation": _quantity(RESISTANCE, "MΩ / kΩ / GΩ", "0", "1000000000000000"),
    "load_ratio": _SHARE,
    "current_unbalance": _SHARE,
}
# Whose limits stand beside a nominal voltage.
NEEDS_LEVEL = frozenset({"voltage", "thd_u", "harmonic_u"})
# Zero is what a wire that came off shows.
_NEVER_ZERO = frozenset({"frequency", "trip_time", "trip_current", "earth_resistance"})
_SQUARE_OF_PHASE, _NEAR = 3, Decimal("0.1")
LOW_LEVEL = "380V"
# Nearer than this to nothing, as a share of the nominal voltage, is an outage or a slip; in the low-voltage network the
# phase voltage (58 %) lies below it.
_LEAST_OF_NOMINAL, _LEAST_AT_LOW_LEVEL, _MOST_OF_NOMINAL = Decimal("0.5"), Decimal("0.64"), Decimal("1.5")


def possible(quantity: str, level: Level | None) -> tuple[Decimal, Decimal]:
    """This function will return between which values (base units, ends included) a reading of a quantity can lie."""
    about = QUANTITY[quantity]
    if quantity != "voltage" or level is None:
        return about.least, about.most
    least = _LEAST_AT_LOW_LEVEL if level.name == LOW_LEVEL else _LEAST_OF_NOMINAL
    return level.nominal * least, level.nominal * _MOST_OF_NOMINAL


def why_not(quantity: str, value: Decimal, unit: Unit, level: Level | None) -> Reason | None:
    """This function will say why a value (in `unit`) cannot be a reading of a quantity, or return null when it can."""
    base = unit.to_base(value)
    shown = f"{plain(value)} {unit.symbol}" if unit.symbol != "1" else plain(value)
    least, most = possible(quantity, level)
    if least <= base <= most and not (base == 0 and quantity in _NEVER_ZERO):
        return None
    if quantity != "voltage" or level is None or base < 0:
        return because("impossible", value=shown)
    if _is_phase_voltage(base, level):
        return because("phase_voltage", value=shown, level=level.name)
    other = {"V": "kV", "kV": "V", "mV": "V"}[unit.symbol]
    if least <= UNITS[other].to_base(value) <= most:
        return because("voltage_unit_suspect", value=shown, level=level.name, likely=other)
    return because("far_from_nominal", value=shown, level=level.name)


def _is_phase_voltage(base: Decimal, level: Level) -> bool:
    """Return whether a value lies within 10 % of nominal/√3, squared so that it stays exact; low voltage only."""
    square = base * base * _SQUARE_OF_PHASE
    whole = level.nominal * level.nominal
    return level.name == LOW_LEVEL and whole * (1 - _NEAR) ** 2 <= square <= whole * (1 + _NEAR) ** 2
