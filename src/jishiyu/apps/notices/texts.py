"""The words of notices: data in `policies/notices/texts.toml`, checked when they are read."""

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jishiyu.engine.words import said

# What a masked preview does not show; `number` is an application's, which says nothing by itself.
HIDDEN = {"name", "code", "yuan", "card"}
# The fields in the words to others than the member; empty: all of the kind.
MAY_SAY: dict[str, set[str]] = {"filer": {"number", "day"}, "heir": set()}
ADDRESS = re.compile(r"\+?\d{5,15}|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Text:
    """One kind's words: for members or staff, the fields they need, and after how many minutes they are stale.

    `voices` has further words by listener and language: `filer` is an officer who filed for the member (without a name),
    `heir` is whoever receives the subsidy for a death: they have no member page, and it was not theirs.
    """

    to: str
    fields: tuple[str, ...]
    minutes: int
    zh: str
    en: str
    voices: Mapping[str, Mapping[str, str]]

    def say(self, language: str, values: Mapping[str, str], *, voice: str = "") -> str:
        """Return the words with their fields filled in, those that are `Words` in the same language; `voice` is a key of `voices`, empty for the member."""
        words = self.voices[voice] if voice else {"zh": self.zh, "en": self.en}
        return words[language].format(**{name: said(values[name], language) for name in self.fields if name in values})

    def preview(self, language: str, values: Mapping[str, str], *, voice: str = "") -> str:
        """Return the words with what leads to a person or their money hidden."""
        shown = {name: "***" if name in HIDDEN else values[name] for name in self.fields if name in values}
        return self.say(language, shown, voice=voice)


@cache
def texts() -> dict[str, Text]:
    """This function will return the words of every kind; a field that words name and `fields` does not is refused."""
    path = resources.files("jishiyu.policies").joinpath("notices/texts.toml")
    found = {}
    for kind, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for language in ("zh", "en"):
            used = {name for _, name, _, _ in string.Formatter().parse(entry[language]) if name}
            if used != set(entry["fields"]):
                raise ValueError(f"{kind}: the {language} words use {sorted(used)}, fields says {entry['fields']}")
        voices = {voice: entry[voice] for voice in MAY_SAY if voice in entry}
        for voice, words in voices.items():
            for language in ("zh", "en"):
                said = {name for _, name, _, _ in string.Formatter().parse(words[language]) if name}
                if not said <= (MAY_SAY[voice] or set(entry["fields"])):
                    raise ValueError(
                        f"{kind}: the {language} words to the {voice} say {sorted(said)}, which is more than they may"
                    )
        found[kind] = Text(entry["to"], tuple(entry["fields"]), entry["minutes"], entry["zh"], entry["en"], voices)
    return found


def mask_address(address: str) -> str:
    """This function will hide the middle of a mobile number or the name of an e-mail address."""
    if "@" in address:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 8 else "****"
