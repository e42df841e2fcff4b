"""What survey sheets say → our words: kinds, quantities, levels, attributes. The words are data of `policies/power/words`."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from jishiyu.engine.inspection.model import Level

ATTRIBUTES = ("place", "multiple", "element", "earthing", "supply", "system", "customer")
_HARMONIC = re.compile(r"harmonicu([0-9]{1,2})|(?:第)?([0-9]{1,2})次谐波(?:电压)?(?:含有率)?")
_VOLTS = re.compile(r"(?:ac|dc)?~?([0-9]+(?:\.[0-9]+)?)(kv|v|千伏|伏)")
_FIRST_ORDER, _LAST_ORDER = 2, 50


@dataclass(frozen=True)
class Default:
    """What is taken for an attribute that no list of points gives; a silent one is not worth a word."""

    attribute: str
    value: str
    levels: tuple[str, ...]
    silent: bool


@dataclass(frozen=True)
class Words:
    """Levels by their volts, words by what they are for, and defaults."""

    levels: dict[Decimal, Level]
    words: dict[str, dict[str, str]]
    labels: dict[str, dict[str, tuple[str, str]]]
    defaults: tuple[Default, ...]

    def word(self, about: str, text: str) -> str | None:
        """This function will return our word for a text, or null when it is not known."""
        return self.words[about].get(folded(text))

    def level(self, text: str) -> Level | None:
        """This function will return the level that a text means: `380V`, `0.4 kV`, `10千伏`."""
        match = _VOLTS.fullmatch(folded(text))
        if not match:
            return None
        volts = Decimal(match[1]) * (1000 if match[2] in ("kv", "千伏") else 1)
        return self.levels.get(volts.normalize())

    def quantity(self, text: str) -> tuple[str, int | None] | None:
        """This function will return a quantity and, for a harmonic, its order; null when it is not known."""
        if match := _HARMONIC.fullmatch(folded(text)):
            order = int(match[1] or match[2])
            return ("harmonic_u", order) if _FIRST_ORDER <= order <= _LAST_ORDER else None
        found = self.word("quantity", text)
        return (found, None) if found else None

    def label(self, about: str, word: str, language: str) -> str:
        """This function will return how a word is said in `zh` or `en`."""
        return self.labels[about].get(word, (word, word))[0 if language == "zh" else 1]

    def taken(self, attribute: str, level: Level | None) -> Default:
        """This function will return what is taken where a list of points is silent."""
        return next(
            default
            for default in self.defaults
            if default.attribute == attribute and (not default.levels or (level and level.name in default.levels))
        )


def folded(text: str) -> str:
    """This function will return a text without case, blanks, underscores and full-width forms."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("_", "").replace("ω", "Ω")


def _label(said: list[str]) -> tuple[str, str]:
    return said[0], said[-1].replace("_", " ")


@cache
def survey_words() -> Words:
    """This function will read the words that come with the product."""
    text = (resources.files("jishiyu.policies") / "power" / "words" / "survey.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    levels = {}
    for entry in data["level"]:
        level = Level(entry["name"], Decimal(entry["nominal"]))
        levels[level.nominal.normalize()] = level
        for also in entry["also"]:
            match = _VOLTS.fullmatch(folded(also))
            if match is None:
                raise ValueError(f"{also} is no voltage")
            levels[(Decimal(match[1]) * (1000 if match[2] == "kv" else 1)).normalize()] = level
    return Words(
        levels=levels,
        words={
            about: {folded(said): word for word, several in table.items() for said in several}
            for about, table in data["words"].items()
        },
        labels={about: {word: _label(said) for word, said in table.items()} for about, table in data["words"].items()},
        defaults=tuple(
            Default(entry["attribute"], entry["value"], tuple(entry.get("levels", [])), entry.get("silent", False))
            for entry in data["default"]
        ),
    )
