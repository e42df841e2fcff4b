"""The files of an invented city, written once and found again: the demo takes the same city in a second time."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jishiyu.demo import city
from jishiyu.demo.period import Period

MADE_BY = ("*.py", "*.toml")  # a change of the generator makes another city


@dataclass(frozen=True)
class CityFiles:
    """Where the files of a city are; `feeds` and `applications` by month, such as 2023-01."""

    folder: Path
    scale: Fraction
    seed: int
    period: Period
    unions: Path
    roster: Path
    feeds: dict[str, Path]
    applications: dict[str, Path]
    refused: dict[str, Path]
    counts: dict[str, int]


def city_files(
    *, under: Path, scale: Fraction, seed: int, months: int, anew: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> CityFiles:  # fmt: skip
    """This function will return a city's files, inventing it unless the same one lies in `under` already.

    Whatever else lies in `under` is an older city and is removed. Raises `CityTooSmall`.
    """
    wanted = under / _name(scale, seed, months)
    if under.exists():
        for other in under.iterdir():
            if other != wanted or anew:
                shutil.rmtree(other)
    if not wanted.exists():
        half = wanted.with_name(f"{wanted.name}.part")
        city.build(half, scale, seed, months=months, progress=progress)
        half.rename(wanted)
    return _found(wanted, scale, seed)


def _name(scale: Fraction, seed: int, months: int) -> str:
    digest = hashlib.sha256(f"{scale} {seed} {months}".encode())
    here = Path(__file__).parent
    for path in sorted(path for pattern in MADE_BY for path in here.glob(pattern)):
        digest.update(path.read_bytes())
    return f"city-{digest.hexdigest()[:16]}"


def _found(folder: Path, scale: Fraction, seed: int) -> CityFiles:
    told = json.loads((folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    feeds = {feed["month"]: folder / "feeds" / feed["file"] for feed in told["feeds"]}
    refused = {
        month: path
        for month, feed in feeds.items()
        if (path := folder / "refused" / f"first-sending-of-{feed.name}").exists()
    }
    applications = {path.stem[-7:]: path for path in sorted((folder / "applications").glob("*.csv"))}
    return CityFiles(
        folder=folder, scale=scale, seed=seed, period=Period(city.BEGINS, told["months"]),
        unions=folder / "unions.csv", roster=folder / "roster.csv", feeds=feeds, applications=applications,
        refused=refused, counts=told["counts"],
    )  # fmt: skip
