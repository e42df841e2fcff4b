"""A new text made from an old one by changing numbers: comments, order and everything else stay as they are."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jishiyu.engine.policy.places import Path, offsets, tokens
from jishiyu.engine.policy.problems import NumberNotEditable, SourceNotNamed

Value = str | int | date
_PAIR = re.compile(r'[^=\n]*?=[ \t]*("(?:\\.|[^"\\\n])*"|[^\s,}\]#]+)')
_WINDOWS = {
    "payment": ("每次", "per payment"), "occurrence": ("同一事件", "per event"), "calendar_year": ("每个日历年度", "per calendar year"),
    "policy_year": ("每个保障年度", "per policy year"), "rolling_months": ("滚动期间", "per rolling period"), "lifetime": ("终身", "per lifetime"),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One number of a text that a form can change: where it stands, what it is about, and what it is now."""

    path: Path
    zh: str
    en: str
    value: Value
    kind: str  # yuan | rate | count

    @property
    def key(self) -> str:
        """Return the name of its field: `formula.bracket.0.rate`."""
        return ".".join(str(part) for part in self.path)


def numbers_of(text: str) -> list[Number]:
    """This function will list the numbers of a valid text, in the order in which the policy decides."""
    data = tomllib.loads(text)
    parts = (_of_requirements, _of_threshold, _of_brackets, _of_formula, _of_limits, _of_the_rest)
    return [number for part in parts for number in part(data)]


def _of_requirements(data: Mapping[str, Any]) -> Iterator[Number]:
    words = (("min", "最低", "least"), ("max", "最高", "most"), ("days", "天数", "days"))
    for at, entry in enumerate(data.get("require", [])):
        for word, zh, en in words:
            if word in entry:
                yield Number(("require", at, word), f"{entry['zh']}:{zh}", f"{entry['en']}: {en}", entry[word], "count")
        if "value" in entry:
            yield Number(("require", at, "value"), entry["zh"], entry["en"], entry["value"], "yuan")


def _of_threshold(data: Mapping[str, Any]) -> Iterator[Number]:
    for word, zh, en in (("over", "起付线:超过", "threshold: over"), ("from", "起付线:达到", "threshold: from")):
        if word in data.get("threshold", {}):
            yield Number(("threshold", word), f"{zh}(元)", f"{en} (yuan)", data["threshold"][word], "yuan")


def _of_brackets(data: Mapping[str, Any]) -> Iterator[Number]:
    edges = (("over", "超过", "over"), ("from", "达到", "from"), ("up_to", "至", "up to"), ("under", "低于", "under"))
    for at, entry in enumerate(data["formula"].get("bracket", [])):
        place, which = ("formula", "bracket", at), (f"第 {at + 1} 档", f"bracket {at + 1}")
        for word, zh, en in edges:
            if word in entry:
                yield Number((*place, word), f"{which[0]}:{zh}(元)", f"{which[1]}: {en} (yuan)", entry[word], "yuan")
        yield Number((*place, "rate"), f"{which[0]}:比例", f"{which[1]}: rate", entry["rate"], "rate")


def _of_formula(data: Mapping[str, Any]) -> Iterator[Number]:
    formula = data["formula"]
    for at, entry in enumerate(formula.get("layer", [])):
        yield Number(
            ("formula", "layer", at, "rate"), f"第 {at + 1} 项:比例", f"layer {at + 1}: rate", entry["rate"], "rate"
        )
    for word, zh, en, kind in (
        ("rate", "比例", "rate", "rate"), ("amount", "金额(元)", "amount (yuan)", "yuan"),
        ("max_days", "最多天数", "most days", "count"),
    ):  # fmt: skip
        if word in formula:
            yield Number(("formula", word), zh, en, formula[word], kind)


def _of_limits(data: Mapping[str, Any]) -> Iterator[Number]:
    for at, entry in enumerate(data.get("limit", [])):
        zh, en = _WINDOWS[entry["window"]]
        if entry.get("amount", "unlimited") != "unlimited":
            yield Number(("limit", at, "amount"), f"限额:{zh}(元)", f"limit {en} (yuan)", entry["amount"], "yuan")
        if "count" in entry:
            yield Number(("limit", at, "count"), f"次数:{zh}", f"number of payments {en}", entry["count"], "count")


def _of_the_rest(data: Mapping[str, Any]) -> Iterator[Number]:
    if "minimum" in data:
        least = data["minimum"]["payment"]
        yield Number(("minimum", "payment"), "最低发放(元)", "minimum payment (yuan)", least, "yuan")
    most = data["automatic"]["up_to"]
    yield Number(("automatic", "up_to"), "免申请上限(元)", "without application up to (yuan)", most, "yuan")


def edited(
    text: str, *, version: str, starts: date, numbers: Mapping[Path, Value], source: str = "", status: str = "assumed"
) -> str:
    """This function will return a text with another version and first day, and with some numbers changed.

    Every changed number gets a new source (its title is `source`) and a status; an `until` falls away. Raises
    SourceNotNamed when numbers change without a source, NumberNotEditable when the text is laid out so that a
    number cannot be found: it is then changed in the text itself.
    """
    data = tomllib.loads(text)
    changes: dict[Path, Value] = {("version",): version, ("from",): starts}
    changed = {path: value for path, value in numbers.items() if _at(data, path) != value}
    if changed and not source.strip():
        raise SourceNotNamed
    key = _free_key(data["sources"])
    for path, value in changed.items():
        owner = _owner(data, path)
        changes |= {path: value, (*owner, "source"): key, (*owner, "status"): status}
    made = _replaced(text, changes)
    wanted = _with(data, changes)
    if "until" in data:
        made, wanted = _without_until(made), {name: value for name, value in wanted.items() if name != "until"}
    if changed:
        made = f"{made.rstrip()}\n\n[sources.{key}]\ntitle = {_written(source.strip())}\n"
        wanted["sources"][key] = {"title": source.strip()}
    if _read(made) != wanted:  # whatever the layout: the new text says what was asked for and nothing else
        raise NumberNotEditable(where=", ".join(".".join(map(str, path)) for path in changes))
    return made


def rebracketed(text: str, *, kind: str, brackets: Sequence[tuple[str, str]], source: str) -> str:
    """This function will return a text with other brackets (over which amount in yuan, which rate) and kind of scale.

    A bracket that stands there already keeps its source and status; another one is `assumed` and has the title `source`. Raises
    NumberNotEditable where the brackets are not written as one list: they are then changed in the text itself.
    """
    data = tomllib.loads(text)
    old = data["formula"].get("bracket", [])
    if kind == data["formula"]["kind"] and [(one.get("over"), one["rate"]) for one in old] == list(brackets):
        return text
    key = _free_key(data["sources"])
    known = {(one.get("over"), one["rate"]): one for one in old if not {"up_to", "under", "from"} & set(one)}
    fresh = {"source": key, "status": "assumed"}
    made = [known.get(pair) or {"over": pair[0], "rate": pair[1], **fresh} for pair in brackets]
    wanted = copy.deepcopy(data)
    wanted["formula"] |= {"kind": kind, "bracket": made}
    lines = ["    { " + ", ".join(f"{word} = {_written(value)}" for word, value in one.items()) + " }," for one in made]
    changed = _with_list(
        _replaced(text, {("formula", "kind"): kind}), ("formula", "bracket"), "[\n" + "\n".join(lines) + "\n]"
    )
    if any(one.get("source") == key for one in made):
        changed = f"{changed.rstrip()}\n\n[sources.{key}]\ntitle = {_written(source.strip())}\n"
        wanted["sources"][key] = {"title": source.strip()}
    if _read(changed) != wanted:
        raise NumberNotEditable(where="formula.bracket")
    return changed


def _with_list(text: str, path: Path, written: str) -> str:
    """Put a list in the place of the one that stands at a path, brackets and all."""
    start = offsets(text).get(path)
    begins = text.find("[", start) if start is not None else -1
    if start is None or "=" not in text[start:begins]:
        raise NumberNotEditable(where=".".join(str(part) for part in path))
    depth, end = 0, begins
    for part, at in tokens(text[begins:], by_offset=True):
        depth += (part == "[") - (part == "]")
        end = begins + at + len(part)
        if depth == 0:
            break
    return text[:begins] + written + text[end:]


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _replaced(text: str, changes: Mapping[Path, Value]) -> str:
    found = offsets(text)
    for path, value in sorted(changes.items(), key=lambda change: -found.get(change[0], 0)):
        place = found.get(path)
        pair = _PAIR.match(text, place) if place is not None else None
        if pair is None:
            raise NumberNotEditable(where=".".join(str(part) for part in path))
        text = text[: pair.start(1)] + _written(value) + text[pair.end(1) :]
    return text


def _without_until(text: str) -> str:
    start = offsets(text)[("until",)]
    end = text.find("\n", start)
    return text[:start] + text[end + 1 :]


def _written(value: Value) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(
            "\x7f", "\\u007f"
        )  # a TOML text is a JSON text, but for DEL
    return value.isoformat() if isinstance(value, date) else str(value)


def _owner(data: Any, path: Path) -> Path:
    """Return the nearest section around a number that names a source."""
    for length in range(len(path) - 1, 0, -1):
        node = _at(data, path[:length])
        if isinstance(node, dict) and "source" in node:
            return path[:length]
    raise NumberNotEditable(where=".".join(str(part) for part in path))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _with(data: dict[str, Any], changes: Mapping[Path, Value]) -> dict[str, Any]:
    made = copy.deepcopy(data)
    for path, value in changes.items():
        _at(made, path[:-1])[path[-1]] = value
    return made


def _free_key(sources: Mapping[str, Any]) -> str:
    number = 1
    while f"decision_{number}" in sources:
        number += 1
    return f"decision_{number}"
