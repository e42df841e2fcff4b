"""A round of enterprise help as data: TOML file → checked `Campaign`. What is not understood is refused, line by line."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from jishiyu.engine.calendar import DAY
from jishiyu.engine.policy.numbers import say_schema_error
from jishiyu.engine.policy.places import line_of, places
from jishiyu.engine.policy.problems import PolicyFault, PolicyRefused
from jishiyu.engine.words import Words

Place = tuple[str | int, ...]
Told = tuple[Place, str, str]


class CampaignRefused(PolicyRefused):
    """A file of a round with faults; nothing was opened."""

    en = "Round {file} is refused, nothing was opened. {faults}"
    zh = "批次文件 {file} 不予采用,没有建立任何批次。{faults}"


@dataclass(frozen=True)
class Check:
    """One line of a survey plan: what is looked at, and where it is a reading, which quantity, kind of point and unit."""

    words: Words
    quantity: str = ""
    kind: str = ""
    unit: str = ""

    def plain(self) -> dict[str, str]:
        """Return the line as it stands in tables; what is not said is left out."""
        said = {
            "zh": self.words.zh,
            "en": self.words.en,
            "quantity": self.quantity,
            "kind": self.kind,
            "unit": self.unit,
        }
        return {name: text for name, text in said.items() if text}


@dataclass(frozen=True)
class Item:
    """A service item: the words enterprises use for it, the skills it needs with their least level, its survey plan."""

    code: str
    words: Words
    vocabulary: tuple[str, ...]
    skills: Mapping[str, int]
    halfdays: int
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Aim:
    """An aim of a round with its service items."""

    code: str
    words: Words
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Campaign:
    """A round as its file says; dates half-open, clocks in working days, `levels` from the city down to the enterprise."""

    code: str
    words: Words
    area: str
    begins_on: date
    ends_on: date
    team_max: int
    clocks: Mapping[str, int]
    working_hours: tuple[tuple[str, str], ...]
    levels: tuple[Words, ...]
    honours: Mapping[int, Words]
    skills: Mapping[str, Words]
    aims: tuple[Aim, ...]
    text: str
    assumed: tuple[str, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the service items of all aims."""
        return tuple(item for aim in self.aims for item in aim.items)


@cache
def schema() -> dict[str, Any]:
    """This function will return the JSON Schema of a round's file."""
    text = resources.files(__package__).joinpath("campaign.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def shipped() -> dict[str, Path]:
    """This function will return the files of the rounds that come with the product, by name."""
    folder = Path(str(resources.files("jishiyu.policies") / "campaigns"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def load_campaign(path: Path) -> Campaign:
    """This function will read and check a round's file. Raises `CampaignRefused`, which lists every fault with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise CampaignRefused(path.name, [PolicyFault(1, "", f"cannot be read: {why}", f"无法读取:{why}")]) from error
    return read_campaign(text, name=path.name)


def read_campaign(text: str, *, name: str = "-") -> Campaign:
    """This function will check the text of a round's file. Raises `CampaignRefused`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"\(at line ([0-9]+), column [0-9]+\)", str(error))
        line = int(named[1]) if named else text.rstrip().count("\n") + 1
        said = PolicyFault(line, "", f"is not TOML: {error}", f"不是有效的 TOML:{error}")
        raise CampaignRefused(name, [said]) from error
    lines = places(text)
    told = list(_against_schema(data)) or list(_faults(data))
    if told:
        faults = [PolicyFault(line_of(where, lines), _named(where), en, zh) for where, en, zh in told]
        raise CampaignRefused(name, sorted(faults, key=lambda fault: fault.line))
    return _campaign(data, text)


def months_after(day: date, months: int) -> date:
    """This function will return the same day some months later, the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, last))


def _against_schema(data: dict[str, Any]) -> Iterator[Told]:
    plain = json.loads(json.dumps(data, default=str))
    for error in Draft202012Validator(schema()).iter_errors(plain):
        where = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = ", ".join(sorted(error.schema["properties"]))
            for word in sorted(set(error.instance) - set(error.schema["properties"])):
                yield (
                    (*where, word),
                    f"is an unknown word; known here are {known}",
                    f"是不认识的词;这里可用的有 {known}",
                )
        else:
            yield (where, *_schema_sentence(error))
    begins = data.get("period", {}).get("begins") if isinstance(data.get("period"), dict) else None
    if begins is not None and (not isinstance(begins, date) or isinstance(begins, datetime)):
        said = f"is {str(begins)!r} but must be a date without quotes, for example 2026-03-02"
        yield ("period", "begins"), said, f"为 {str(begins)!r},应写作不带引号的日期,例如 2026-03-02"


def _schema_sentence(error: ValidationError) -> tuple[str, str]:
    value = error.validator_value
    if error.validator in ("minimum", "maximum"):
        en, zh = ("at least", "不小于") if error.validator == "minimum" else ("at most", "不大于")
        return f"is {error.instance} but must be {en} {value}", f"为 {error.instance},应{zh} {value}"
    if error.validator == "minLength":
        return f"needs at least {value} characters", f"至少 {value} 个字"
    return say_schema_error(error)


def _faults(data: dict[str, Any]) -> Iterator[Told]:
    """Yield what the schema cannot see: names that lead nowhere, names twice, hours out of order, sources unknown."""
    yield from _unsourced(data, data["sources"], ())
    skills = [skill["code"] for skill in data["skill"]]
    yield from _twice("skill", skills)
    yield from _twice("aim", [aim["code"] for aim in data["aim"]])
    items: list[tuple[Place, str]] = []
    for at, aim in enumerate(data["aim"]):
        for number, item in enumerate(aim["item"]):
            where: Place = ("aim", at, "item", number)
            if any(item["code"] == code for _, code in items):
                yield (*where, "code"), f"{item['code']} is named twice", f"{item['code']} 重复"
            items.append((where, item["code"]))
            for skill in item["skills"]:
                if skill not in skills:
                    yield (
                        (*where, "skills", skill), "is a skill that no [[skill]] names; add it there",
                        "是没有在 [[skill]] 中登记的技能;请先登记",
                    )  # fmt: skip
    before = "00:00"
    for at, (opens, shuts) in enumerate(data["working_hours"]["spans"]):
        if not before <= opens < shuts:
            said = f"{opens}–{shuts} is not after what stands before it"
            yield ("working_hours", "spans", at), said, f"{opens}–{shuts} 的先后顺序不对"
        before = shuts


def _twice(word: str, codes: list[str]) -> Iterator[Told]:
    for at, code in enumerate(codes):
        if code in codes[:at]:
            yield (word, at, "code"), f"{code} is named twice", f"{code} 重复"


def _unsourced(node: Any, sources: Mapping[str, Any], where: Place) -> Iterator[Told]:
    if isinstance(node, dict):
        source = node.get("source")
        if where[:1] != ("sources",) and isinstance(source, str) and source not in sources:
            said = f"is {source!r}, which [sources] does not have"
            yield (*where, "source"), said, f"为 {source!r},[sources] 中没有"
        for key, value in node.items():
            yield from _unsourced(value, sources, (*where, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _unsourced(value, sources, (*where, at))


def _assumed(node: Any, where: Place) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("status") == "assumed":
            yield _named(where)
        for key, value in node.items():
            yield from _assumed(value, (*where, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _assumed(value, (*where, at))


def _named(where: Place) -> str:
    return ".".join(str(part) if isinstance(part, str) else f"[{part + 1}]" for part in where)


def _words(entry: Mapping[str, Any]) -> Words:
    return Words(entry["zh"], entry["en"])


def _item(entry: Mapping[str, Any]) -> Item:
    checks = tuple(
        Check(_words(line), line.get("quantity", ""), line.get("kind", ""), line.get("unit", ""))
        for line in entry["check"]
    )
    return Item(
        entry["code"], _words(entry), tuple(entry["vocabulary"]), dict(entry["skills"]), entry["halfdays"], checks
    )


def _campaign(data: dict[str, Any], text: str) -> Campaign:
    begins: date = data["period"]["begins"]
    return Campaign(
        code=data["code"], words=_words(data), area=data["area"], begins_on=begins,
        ends_on=months_after(begins, data["period"]["months"]), team_max=data["team"]["most"],
        clocks={name: data["clocks"][name] for name in ("forward", "confirm", "visit", "report", "escalate")},
        working_hours=tuple((opens, shuts) for opens, shuts in data["working_hours"]["spans"]),
        levels=tuple(_words(level) for level in data["level"]),
        honours={honour["rank"]: _words(honour) for honour in data["honour"]},
        skills={skill["code"]: _words(skill) for skill in data["skill"]},
        aims=tuple(Aim(aim["code"], _words(aim), tuple(_item(item) for item in aim["item"])) for aim in data["aim"]),
        text=text, assumed=tuple(_assumed(data, ())),
    )  # fmt: skip
