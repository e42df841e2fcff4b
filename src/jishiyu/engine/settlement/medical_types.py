"""Which medical types an insured area knows; lists are per area because codes have local meanings."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tomllib import loads

import polars as pl


@dataclass(frozen=True)
class MedicalTypes:
    """The medical types of one area: code → Chinese name; `status` is `published` or `assumed`."""

    area: str
    zh: str
    status: str
    types: dict[str, str]


@cache
def medical_types() -> tuple[str, dict[str, MedicalTypes]]:
    """Return the default area and the lists by area prefix."""
    path = Path(__file__).parents[2] / "policies" / "codes" / "medical_types.toml"
    data = loads(path.read_text(encoding="utf-8"))
    default = data.pop("default_area")
    return default, {area: MedicalTypes(area, **entry) for area, entry in data.items()}


@cache
def types_of(area: str | None) -> MedicalTypes | None:
    """Return the list of an area by the longest prefix; no area means the default area."""
    default, lists = medical_types()
    prefixes = [prefix for prefix in lists if (area or default).startswith(prefix)]
    return lists[max(prefixes, key=len)] if prefixes else None


def unknown_medical_types(
    codes: pl.Series, areas: pl.Series | None, kinds: Mapping[str, pl.Series]
) -> pl.Series | None:
    """Return which codes their area does not know, null when all are known.

    `kinds` holds the distinct values of `area` and `medical_type`.
    """
    lists = {area: types_of(area) for area in ([None] if areas is None else kinds["area"].to_list())}
    if len({found and found.area for found in lists.values()}) == 1:
        words = _codes(next(iter(lists.values())))
        return None if kinds["medical_type"].drop_nulls().is_in(words).all() else ~codes.is_in(words)
    unknown = pl.repeat(None, len(codes), dtype=pl.Boolean, eager=True)
    for area, found in lists.items():
        if areas is not None:
            rows = areas.eq_missing(pl.Series([area], dtype=pl.String))
            unknown = (~codes.is_in(_codes(found))).zip_with(rows, unknown)
    return unknown


def _codes(found: MedicalTypes | None) -> list[str]:
    return list(found.types) if found else []
