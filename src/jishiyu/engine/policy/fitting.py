"""Words of a policy file that mean nothing where they stand: refused, so that nobody believes they work.

The JSON Schema knows which words there are; which of them go with which formula, test or window stands here.
"""

from collections.abc import Iterator
from typing import Any

_PROOF = {"source", "status", "article"}
_FORMULA = {
    "whole_amount": {"bracket"},
    "marginal": {"bracket"},
    "flat": {"rate"},
    "layered": {"layer"},
    "table": {"table", "field", "entries"},
    "per_day": {"amount", "max_days"},
    "lump_sum": {"amount"},
}
_TEST = {
    "in_service": set[str](),
    "member": set[str](),
    "member_for": {"days"},
    "age": {"min", "max"},
    "one_of": {"field", "values"},
    "none_of": {"field", "values"},
    "over": {"field", "value"},
    "from": {"field", "value"},
    "at_most": {"field", "value"},
    "under": {"field", "value"},
    "given": {"field"},
    "paper": {"papers"},
    "within_days": {"field", "after", "days"},
    "after_days": {"field", "after", "days"},
}
_WINDOW = {
    "payment": {"amount"},
    "occurrence": {"amount", "count", "mode"},
    "calendar_year": {"amount", "count", "mode"},
    "policy_year": {"amount", "count", "mode", "starts"},
    "rolling_months": {"amount", "count", "months"},
    "lifetime": {"amount", "count", "mode"},
}

Path = tuple[str | int, ...]
Misfit = tuple[Path, str, str]


def misfits(data: dict[str, Any]) -> Iterator[Misfit]:
    """This function will yield path, English and Chinese sentence of every word that has no effect where it stands."""
    formula = data["formula"]
    yield from _beyond(("formula",), formula, _FORMULA[formula["kind"]] | {"kind"}, f'kind = "{formula["kind"]}"')
    for at, entry in enumerate(data.get("require", [])):
        common = {"code", "zh", "en", "test", "otherwise", "when"}
        yield from _beyond(("require", at), entry, _TEST[entry["test"]] | common, f'test = "{entry["test"]}"')
    for at, entry in enumerate(data.get("limit", [])):
        own = _WINDOW[entry["window"]] | {"per", "window"}
        yield from _beyond(("limit", at), entry, own, f'window = "{entry["window"]}"')


def _beyond(path: Path, entry: dict[str, Any], fitting: set[str], beside: str) -> Iterator[Misfit]:
    for word in entry:
        if word not in fitting | _PROOF:
            yield (*path, word), f"has no effect beside {beside}", f"与 {beside} 同用没有作用"
