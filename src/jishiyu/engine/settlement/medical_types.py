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

    def words(self, language: str) -> dict[str, str]:
        """Return code → name in `zh` or `en`; a name without English stays as it is."""
        if language == "zh":
            return self.types
        english = english_names()
        return {code: english.get(name, name) for code, name in self.types.items()}


@cache
def medical_types() -> tuple[str, dict[str, MedicalTypes]]:
    """Return the default area and the lists by area prefix."""
    path = Path(__file__).parents[2] / "policies" / "codes" / "medical_types.toml"
    data = loads(path.read_text(encoding="utf-8"))
    default = data.pop("default_area")
    data.pop("english")
    return default, {area: MedicalTypes(area, **entry) for area, entry in data.items()}


@cache
def english_names() -> dict[str, str]:
    """Return what the names of all lists are in English, by the Chinese name: the codes have local meanings."""
    path = Path(__file__).parents[2] / "policies" / "codes" / "medical_types.toml"
    names: dict[str, str] = loads(path.read_text(encoding="utf-8"))["english"]
    return names


@cache
def types_of(area: str | None) -> MedicalTypes | None:
    """Return the list of an area by the longest prefix; no area means the default area."""
    default, lists = medical_types()
    prefixes = [prefix for prefix in lists if (area or default).startswith(prefix)]
    return lists[max(prefixes, key=len)] if prefixes else None


def fold_medical_types(
    types: pl.Series, areas: pl.Series | None, kinds: Mapping[str, pl.Series]
) -> tuple[pl.Series, pl.Series | None]:
    """Return the medical types as codes, and which of them their area does not know (null when all are known).

    A type may stand as its code or as its whole name in the list of the area. `kinds` holds the distinct
    values of `area` and `medical_type`.
    """
    lists = {area: types_of(area) for area in ([None] if areas is None else kinds["area"].to_list())}
    if len({found and found.area for found in lists.values()}) == 1:
        return _fold(types, kinds["medical_type"], next(iter(lists.values())))
    unknown = pl.repeat(None, len(types), dtype=pl.Boolean, eager=True)
    folded = types
    for area, found in lists.items():
        if areas is not None:
            rows = areas.eq_missing(pl.Series([area], dtype=pl.String))
            codes, strange = _fold(types, kinds["medical_type"], found)
            folded = codes.zip_with(rows, folded)
            if strange is not None:
                unknown = strange.zip_with(rows, unknown)
    return folded, unknown


def _fold(types: pl.Series, kinds: pl.Series, found: MedicalTypes | None) -> tuple[pl.Series, pl.Series | None]:
    codes = list(found.types) if found else []
    if kinds.drop_nulls().is_in(codes).all():
        return types, None
    if found:
        types = types.replace({name: code for code, name in found.types.items()})
    return types, ~types.is_in(codes)
