"""Limits from `policies/power/*.toml`: checked when they are read, chosen by quantity, level, kind of point and day."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jishiyu.engine.inspection.model import ATTENTION, FAILS, MEASURES, QUANTITIES, Level, Limit, Standard
from jishiyu.engine.inspection.units import UNITS, Unit, plain
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

PERIODS = ("day", "all", "moment", "lasting", "month")
STATUSES = ("published", "assumed")
_BOUNDS = ("at_least", "above", "at_most", "below")
_DASH = "–"


class LimitsRefused(Problem):
    """A file of limits that cannot be used."""

    en = "{file} cannot be used: {what}. Nothing was judged; correct the file."
    zh = "{file} 不能使用:{what}。没有作出任何判定,请更正该文件。"


@dataclass(frozen=True)
class Limits:
    """All limits of all editions, and from which rise on a relative difference counts."""

    limits: tuple[Limit, ...]
    rises: tuple[tuple[Standard, Decimal], ...]
    sources: dict[str, str]

    def in_force(self, on: date) -> "Limits":
        """This function will return the limits whose edition is in force on a day."""
        return Limits(
            tuple(limit for limit in self.limits if _on(limit.standard, on)),
            tuple((standard, rise) for standard, rise in self.rises if _on(standard, on)),
            self.sources,
        )

    def of(self, quantity: str, measure: str, *, order: int | None = None) -> tuple[Limit, ...]:
        """This function will return the limits of a quantity and measure; `order` is the order of a harmonic."""
        return tuple(
            limit
            for limit in self.limits
            if limit.quantity == quantity and limit.measure == measure and _fits_order(limit, order)
        )

    @property
    def rise(self) -> Decimal | None:
        """Return from which rise (K) on a relative difference counts."""
        return self.rises[-1][1] if self.rises else None


def _on(standard: Standard, day: date) -> bool:
    return standard.starts <= day and (standard.ends is None or day < standard.ends)


def _fits_order(limit: Limit, order: int | None) -> bool:
    if not limit.orders or order is None:
        return True
    return order <= limit.highest and (order % 2 == 1) == (limit.orders == "odd")


def fits(limit: Limit, level: Level | None, attributes: Mapping[str, str]) -> bool:
    """This function will tell whether a limit is for points of this level and these attributes."""
    if limit.levels and (level is None or level.name not in limit.levels):
        return False
    return all(attributes.get(name) == value for name, value in limit.where.items())


def bounds(limit: Limit, level: Level | None) -> tuple[Decimal | None, Decimal | None]:
    """This function will return the lower and upper bound in base units."""
    low, high = (bound[0] if bound else None for bound in (limit.low, limit.high))
    if limit.of == "nominal":
        if level is None:
            raise ValueError("a limit around the nominal voltage needs a level")
        return (
            None if low is None else level.nominal * (100 + low) / 100,
            None if high is None else level.nominal * (100 + high) / 100,
        )
    return (
        None if low is None else limit.unit.to_base(low),
        None if high is None else limit.unit.to_base(high),
    )


def written(limit: Limit, level: Level | None, unit: Unit) -> str:
    """This function will write a limit in a unit: `198–235.4 V`, `≤ 5 %`, `< 80 %`, `> 30 mA`."""
    low, high = (None if bound is None else plain(unit.from_base(bound)) for bound in bounds(limit, level))
    symbol = "" if unit.symbol == "1" else f" {unit.symbol}"
    if low is not None and high is not None:
        if limit.low and limit.low[1] and limit.high and limit.high[1]:
            return f"{low}{_DASH}{high}{symbol}"
        return f"> {low}{symbol}, ≤ {high}{symbol}"
    if high is not None:
        return f"{'≤' if limit.high and limit.high[1] else '<'} {high}{symbol}"
    return f"{'≥' if limit.low and limit.low[1] else '>'} {low}{symbol}"


def limits_from(data: Mapping[str, Any], *, file: str) -> Limits:
    """This function will read one file of limits. Raises `LimitsRefused`."""
    told = data["standard"]
    _proved(told, data["sources"], file, "standard")
    standard = Standard(
        name=told["name"], edition=told["edition"], starts=told["from"], ends=told.get("until"),
        words=_words(told, file, "standard"), clauses=told["clauses"],
    )  # fmt: skip
    sources = {f"{file}:{name}": source["title"] for name, source in data["sources"].items()}
    limits = tuple(
        _limit(entry, standard, data["sources"], file, f"limit {at}", at) for at, entry in enumerate(data["limit"], 1)
    )
    rises: tuple[tuple[Standard, Decimal], ...] = ()
    if "rise" in data:
        _proved(data["rise"], data["sources"], file, "rise")
        rises = ((standard, _decimal(data["rise"]["at_least"], file, "rise")),)
    return Limits(limits, rises, sources)


def _limit(
    entry: Mapping[str, Any], standard: Standard, sources: Mapping[str, Any], file: str, place: str, at: int
) -> Limit:
    _proved(entry, sources, file, place)
    measure = entry.get("measure", "value")
    known = {
        "quantity": (entry["quantity"], QUANTITIES), "measure": (measure, MEASURES), "unit": (entry["unit"], UNITS),
        "period": (entry["period"], PERIODS), "verdict": (entry["verdict"], (ATTENTION, FAILS)),
        "orders": (entry.get("orders", "odd"), ("odd", "even")), "of": (entry.get("of", "nominal"), ("nominal",)),
    }  # fmt: skip
    for name, (value, allowed) in known.items():
        if value not in allowed:
            raise _refused(file, place, f"{name} is {value!r}", f"{name} 为 {value!r}")
    found = {name: _decimal(entry[name], file, place) if name in entry else None for name in _BOUNDS}
    if not any(found.values()) and all(value is None for value in found.values()):
        raise _refused(file, place, "it has no bound", "没有界限")
    return Limit(
        standard=standard, quantity=entry["quantity"], measure=measure, levels=tuple(entry.get("levels", [])),
        where=dict(entry.get("where", {})), orders=entry.get("orders", ""), highest=entry.get("highest", 0),
        of=entry.get("of", ""), unit=UNITS[entry["unit"]], period=entry["period"], hours=entry.get("hours", 0),
        verdict=entry["verdict"], grade=entry.get("grade", ""), coupling=entry.get("coupling", False),
        clause=entry["clause"], source=f"{file}:{entry['source']}", status=entry["status"],
        words=_words(entry, file, place), order=at, **found,
    )  # fmt: skip


def _words(entry: Mapping[str, Any], file: str, place: str) -> dict[str, str]:
    if not (entry.get("zh") and entry.get("en")):
        raise _refused(file, place, "it lacks zh or en", "缺少中文或英文")
    return {"zh": entry["zh"], "en": entry["en"]}


def _proved(entry: Mapping[str, Any], sources: Mapping[str, Any], file: str, place: str) -> None:
    if entry.get("source") not in sources or entry.get("status") not in STATUSES:
        raise _refused(file, place, "it lacks a known source or a status", "缺少来源或状态")


def _decimal(text: str, file: str, place: str) -> Decimal:
    try:
        found = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise _refused(file, place, f"{text!r} is no number written as text", f"{text!r} 不是用文本写的数字")
    return found


def _refused(file: str, place: str, english: str, chinese: str) -> LimitsRefused:
    return LimitsRefused(file=file, what=Words(f"{place}:{chinese}", f"{place}: {english}"))


def load_limits(paths: Iterable[Path]) -> Limits:
    """This function will read files of limits as one. Raises `LimitsRefused`."""
    parts = []
    for path in paths:
        try:
            parts.append(limits_from(tomllib.loads(path.read_text(encoding="utf-8")), file=path.name))
        except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
            raise _refused(path.name, str(error), "it lacks something", "内容不完整") from error
    return Limits(
        tuple(limit for part in parts for limit in part.limits),
        tuple(sorted((rise for part in parts for rise in part.rises), key=lambda rise: rise[0].starts)),
        {name: title for part in parts for name, title in part.sources.items()},
    )


@cache
def shipped_limits() -> Limits:
    """This function will read the limits that come with the product."""
    folder = Path(str(resources.files("jishiyu.policies") / "power"))
    return load_limits(sorted(folder.glob("*.toml")))
