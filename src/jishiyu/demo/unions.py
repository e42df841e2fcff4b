"""The unions of the invented city: city, districts and zones, industries, streets, grassroots unions."""

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from jishiyu.demo import words
from jishiyu.demo.numbers import credit_code
from jishiyu.demo.streams import UNIT, Ints, Stream, scaled, share

ALL_UNIONS = 9_600  # at scale 1; assumed
ALL_STREETS = 480  # at scale 1; assumed
CITY_CODE = "220100"
HEADINGS = ("code", "name", "kind", "territorial_parent", "industry_parent", "district", "trade", "uscc")


@dataclass(frozen=True)
class Union:
    """One union; parents are codes, empty for none; small unions without legal personality have no credit code."""

    code: str
    name: str
    kind: str  # city | district | industry | street | grassroots
    territorial_parent: str
    industry_parent: str
    district: str
    trade: str
    uscc: str
    employer: str = ""


@dataclass(frozen=True)
class Unions:
    """All unions; `grassroots` are positions in `everyone`, `sizes` their members (they add up to the city's)."""

    everyone: tuple[Union, ...]
    grassroots: Ints
    sizes: Ints


def make_unions(*, seed: int, scale: Fraction, members: int) -> Unions:
    """This function will invent the unions of a city of this scale and share its members among them."""
    stream = Stream(seed, "unions")
    above = _city_and_districts() + _industries()
    streets = _streets(stream, max(3, scaled(ALL_STREETS, scale)), {union.name for union in above})
    count = max(12, scaled(ALL_UNIONS, scale) - len(above) - len(streets))
    grassroots = _grassroots(stream, count, streets, above)
    everyone = (*above, *streets, *grassroots)
    first = len(above) + len(streets)
    return Unions(everyone, np.arange(first, len(everyone), dtype=np.int64), _sizes(stream, count, members))


def write_unions(unions: Unions, path: Path) -> None:
    """This function will write `unions.csv`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        for union in unions.everyone:
            writer.writerow([getattr(union, heading) for heading in HEADINGS])


def _city_and_districts() -> list[Union]:
    city = Union(CITY_CODE, "长春市总工会(演示)", "city", "", "", "", "", "")
    districts = [
        Union(code, f"{name}总工会", "district", CITY_CODE, "", name, "", "")
        for code, name, _ in (*words.DISTRICTS, *words.ZONES)
    ]
    return [city, *districts]


def _industries() -> list[Union]:
    return [
        Union(f"2201H{code}", f"长春市{name}工会联合会", "industry", CITY_CODE, "", "", trade, "")
        for code, name, trade, _, _ in words.INDUSTRIES
    ]


def _streets(stream: Stream, count: int, taken: set[str]) -> list[Union]:
    areas = (*words.DISTRICTS, *words.ZONES)
    per_area = share(count, [weight for _, _, weight in areas])
    streets: list[Union] = []
    for (code, district, _), number in zip(areas, per_area, strict=True):
        for at in range(int(number)):
            ending = words.STREET_ENDINGS[_one(stream, len(words.STREET_ENDINGS))]
            name = _fresh(stream, taken, "", f"{ending}总工会")
            streets.append(Union(f"{code}{at + 1:03d}", name, "street", code, "", district, "", ""))
    return streets


def _grassroots(stream: Stream, count: int, streets: list[Union], above: list[Union]) -> list[Union]:
    """Invent grassroots unions: most under a street, some straight under a district or only under an industry."""
    weights = [weight for *_, weight, _ in words.INDUSTRIES]
    trades = stream.choose(count, weights)
    homes = stream.below(count, len(streets))
    under = stream.choose(count, (90, 7, 3))  # street, district, industry alone
    joins_industry = stream.chance(count, 650_000)
    no_code = stream.chance(count, 50_000)
    taken = {union.name for union in (*streets, *above)}
    unions = []
    for at in range(count):
        code, _, trade, _, kinds = words.INDUSTRIES[int(trades[at])]
        street = streets[int(homes[at])]
        kind = kinds[_one(stream, len(kinds))]
        school = trade in ("教育", "卫生")
        name = _fresh(stream, taken, "长春市" if school else "长春", kind if school else f"{kind}有限公司")
        parent = (street.code, street.territorial_parent, "")[int(under[at])]
        industry = f"2201H{code}" if joins_industry[at] or not parent else ""
        uscc = "" if no_code[at] else credit_code(street.territorial_parent, 90_000_000 + at)
        unions.append(
            Union(
                f"22G{at + 1:06d}",
                f"{name}工会委员会",
                "grassroots",
                parent,
                industry,
                street.district,
                trade,
                uscc,
                name,
            )
        )
    return unions


def _fresh(stream: Stream, taken: set[str], before: str, after: str) -> str:
    """Invent a name that is not yet taken."""
    for _ in range(1_000):
        word = words.PLACE_WORDS[_one(stream, len(words.PLACE_WORDS))]
        ending = words.PLACE_ENDINGS[_one(stream, len(words.PLACE_ENDINGS))]
        name = f"{before}{word}{ending}{after}"
        if name not in taken:
            taken.add(name)
            return name
    raise ValueError("the demo has run out of names; add words to demo/words.py")


def _one(stream: Stream, bound: int) -> int:
    return int(stream.below(1, bound)[0])


def _sizes(stream: Stream, count: int, members: int) -> Ints:
    """Share the members among the unions: many small, few large (assumed: half have under 65 members)."""
    shares = np.asarray((0, 300, 600, 850, 970, 995, 1000), dtype=np.int64) * UNIT // 1000
    size = np.asarray((8, 30, 80, 220, 700, 2000, 5000), dtype=np.int64)
    units = stream.strata(count)
    piece = np.clip(np.searchsorted(shares, units, side="right") - 1, 0, len(size) - 2)
    inside = units - shares[piece]
    weights = size[piece] + (size[piece + 1] - size[piece]) * inside // (shares[piece + 1] - shares[piece])
    return share(members, weights)
