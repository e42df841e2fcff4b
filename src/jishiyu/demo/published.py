"""The published figures of Changchun, and what they come to at another size of the city."""

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from importlib import resources

ENOUGH = 30  # below this many expected cases a figure is printed and not compared


@dataclass(frozen=True)
class Figure:
    """One published figure: `value` in yuan or a count, `counts` the cases it rests on, over `months` months."""

    key: str
    zh: str
    en: str
    value: Decimal
    unit: str  # yuan | count
    counts: int
    months: int
    compare: bool
    source: str
    status: str

    def at(self, scale: Fraction, months: int = 36) -> Decimal:
        """This function will return the figure at a scale of the city and a number of months, to two places."""
        part = Fraction(self.value) * scale * months / self.months
        return (Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def is_compared(self, scale: Fraction, months: int = 36) -> bool:
        """This function will tell whether enough cases are expected for a comparison within ten per cent."""
        return self.compare and self.counts * scale * months / self.months >= ENOUGH


@dataclass(frozen=True)
class Published:
    """All published figures of a city, by key, and the sentences they were taken from."""

    figures: dict[str, Figure]
    sources: dict[str, dict[str, str]]

    def fen(self, key: str) -> int:
        """This function will return a figure in yuan as whole fen."""
        return int(self.figures[key].value * 100)

    def count(self, key: str) -> int:
        """This function will return a figure that counts."""
        return int(self.figures[key].value)


@cache
def published(city: str = "changchun") -> Published:
    """This function will load `policies/published/CITY.toml`."""
    text = (resources.files("jishiyu.policies") / "published" / f"{city}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    figures = {
        item["key"]: Figure(
            key=item["key"], zh=item["zh"], en=item["en"], value=Decimal(item["value"]), unit=item["unit"],
            counts=item["counts"], months=item["months"], compare=item["compare"], source=item["source"],
            status=item["status"],
        )
        for item in data["figure"]
    }  # fmt: skip
    return Published(figures=figures, sources=data["sources"])
