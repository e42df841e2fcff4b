"""Words of a policy file that mean nothing where they stand: refused, so that nobody believes they work.

The JSON Schema knows which words there are; which of them go with which formula, test or window, and which fields events
have, stands here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jishiyu.engine.policy.requirements import AMOUNT_FIELDS

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
    "by_day": {"field", "after", "day", "years"},
    "not_paid_by": {"policies"},
}
_WINDOW = {
    "payment": {"amount"},
    "occurrence": {"amount", "count", "mode", "with"},
    "calendar_year": {"amount", "count", "mode", "with"},
    "policy_year": {"amount", "count", "mode", "with", "starts"},
    "rolling_months": {"amount", "count", "with", "months"},
    "lifetime": {"amount", "count", "mode", "with"},
}

# Fields of applications, and of stays beyond them (engine/applications.py, engine/settlement/stays.py); a stay can be
# applied for too, so it has both. docs/reference/policies.md.
_TEXTS = {
    "medical_type", "hospital_level", "employer_no", "employer_name", "household", "cover", "kind", "illness", "cause",
    "treatment_over", "injuries", "certificate_no", "certificate_issuer", "applied",
}  # fmt: skip
_TEXTS_OF_STAYS = {"insurance_type", "person_type", "sex", "area", "diagnosis_code"}
_DAYS = {
    "begins_on", "ends_on", "settled_on", "event_on", "filed_on", "graded_on", "certificate_on", "birth_date", "anchor_date",
}  # fmt: skip
_AMOUNTS = {"cash", "claimed", "loss", "invoice"}
_ANCHORS_OF_STAYS = {"begins_on", "ends_on", "settled_on"}


@dataclass(frozen=True)
class _Fields:
    """What events of some kinds carry."""

    texts: set[str]
    amounts: set[str]


def _fields(kinds: list[str]) -> _Fields:
    if "stay" in kinds:
        return _Fields(_TEXTS | _TEXTS_OF_STAYS, AMOUNT_FIELDS)
    return _Fields(_TEXTS, _AMOUNTS)


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
        if entry.get("per") == "household":
            yield from _household_unfit(("limit", at, "per"), data)
    yield from _ties_unfit(data)
    yield from _strange_fields(data)


def _household_unfit(path: Path, data: dict[str, Any]) -> Iterator[Misfit]:
    """Yield a limit per household that could be passed: on stays, which nobody hands in and which are decided person by
    person, and where a household may be unknown, so that husband and wife would each have their own."""
    if "stay" in data["judges"]:
        yield (
            path,
            "holds for what is applied for (fires, accidents …): stays are decided person by person, not per household",
            "只适用于须申请的事项(火灾、意外等);住院按人核定,不按户设限额",
        )
    if not any(entry["test"] == "given" and entry["field"] == "household" for entry in data.get("require", [])):
        yield (
            path,
            'needs a requirement that the household is known: test = "given", field = "household"',
            '需要一条写明户号的条件:test = "given", field = "household"',
        )


def _ties_unfit(data: dict[str, Any]) -> Iterator[Misfit]:
    """Yield ties to other policies that could not hold: to itself, or a shared limit that others still come after."""
    limits = data.get("limit", [])
    for at, entry in enumerate(limits):
        if "with" in entry and at + 1 < len(limits):
            yield (
                ("limit", at, "with"),
                "must be the last limit: what this policy lets through alone enters the shared limit",
                "必须是最后一项限额:本政策自身各项限额先计算,其结果再计入共用限额",
            )
    named = [(("limit", at, "with"), entry.get("with", [])) for at, entry in enumerate(limits)]
    named += [
        (("require", at, "policies"), entry.get("policies", [])) for at, entry in enumerate(data.get("require", []))
    ]
    for path, others in named:
        if data["name"] in others:
            yield path, "names this policy itself", "写的是本政策自己"
    if data.get("unit") == "settlement" and "stay" not in data["judges"]:
        yield (
            ("unit",),
            "says what a stay is, but this policy judges no stays",
            "规定住院的计算单位,但本政策不适用于住院",
        )


def _strange_fields(data: dict[str, Any]) -> Iterator[Misfit]:
    """Yield fields that no event of the judged kinds has: found here, not when the first feed is decided."""
    known = _fields(data["judges"])
    if "stay" in data["judges"]:
        yield from _unknown(("anchor",), data["anchor"], _ANCHORS_OF_STAYS)
    for at, entry in enumerate(data.get("require", [])):
        path: Path = ("require", at)
        match entry["test"]:
            case "one_of" | "none_of":
                yield from _unknown((*path, "field"), entry["field"], known.texts)
            case "given":
                yield from _unknown((*path, "field"), entry["field"], known.texts | _DAYS | known.amounts)
            case "over" | "from" | "at_most" | "under":
                yield from _unknown((*path, "field"), entry["field"], known.amounts)
            case "within_days" | "after_days" | "by_day":
                yield from _unknown((*path, "field"), entry["field"], _DAYS)
                yield from _unknown((*path, "after"), entry["after"], _DAYS)
        yield from _unknown_in_when(path, entry, known)
    yield from _unknown_amounts(("base",), data["base"], known)
    for at, entry in enumerate(data["base"].get("case", [])):
        yield from _unknown_amounts(("base", "case", at), entry, known)
        yield from _unknown_in_when(("base", "case", at), entry, known)
    for at, entry in enumerate(data["formula"].get("layer", [])):
        yield from _unknown_amounts(("formula", "layer", at), entry, known)
        yield from _unknown_in_when(("formula", "layer", at), entry, known)
    if "field" in data["formula"]:
        yield from _unknown(("formula", "field"), data["formula"]["field"], known.texts - {"applied"})


def _unknown_amounts(path: Path, entry: dict[str, Any], known: _Fields) -> Iterator[Misfit]:
    plus = entry["amount"]
    for word, names in (("amount", [plus] if isinstance(plus, str) else plus), ("less", entry.get("less", []))):
        for name in names:
            yield from _unknown((*path, word), name, known.amounts)


def _unknown_in_when(path: Path, entry: dict[str, Any], known: _Fields) -> Iterator[Misfit]:
    for field in entry.get("when", {}):
        yield from _unknown((*path, "when", field), field, known.texts)


def _unknown(path: Path, field: str, known: set[str]) -> Iterator[Misfit]:
    if field not in known:
        fields = ", ".join(sorted(known))
        yield (
            path,
            f"names a field that events do not have: {field}; known here are {fields}",
            f"引用了事件没有的字段 {field};这里可用的有 {fields}",
        )


def _beyond(path: Path, entry: dict[str, Any], fitting: set[str], beside: str) -> Iterator[Misfit]:
    for word in entry:
        if word not in fitting | _PROOF:
            yield (*path, word), f"has no effect beside {beside}", f"与 {beside} 同用没有作用"
