"""What is said in Chinese and in English at once: the name of a state, a piece of a sentence."""

from collections.abc import Iterable
from typing import Any, Self

LISTED = {"zh": "、", "en": ", "}


class Words(str):
    """Chinese words that know their English.

    As text they are the Chinese ones, so they stand wherever text stands: as the label of a choice, in a table, in a
    file. `say` chooses. Words are like other words when both languages are, and like a text when the Chinese is.
    """

    __slots__ = ("en",)
    en: str

    def __new__(cls, zh: str, en: str) -> Self:
        """Join the Chinese with its English."""
        made = super().__new__(cls, zh)
        made.en = en
        return made

    @classmethod
    def of(cls, choice: Any) -> Self:
        """Return what a choice is called. One that has no English is a bug."""
        label = choice.label
        if not isinstance(label, Words):
            raise TypeError(f"{choice!r} has no English name")
        return cls(label.zh, label.en)

    @property
    def zh(self) -> str:
        """Return the Chinese alone."""
        return str(self)

    def say(self, language: str) -> str:
        """Return the words in `zh` or `en`."""
        return self.zh if language == "zh" else self.en

    @property
    def both(self) -> str:
        """Return the words where nobody knows who will read: `中文 / English`."""
        return f"{self.zh} / {self.en}"

    def __eq__(self, other: object) -> bool:
        """Compare both languages where there are two."""
        return super().__eq__(other) and (not isinstance(other, Words) or self.en == other.en)

    def __ne__(self, other: object) -> bool:
        """Say the contrary: a text brings its own."""
        return not self == other

    __hash__ = str.__hash__

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # a text has one part, words have two
        """Let words be copied, and travel between processes."""
        return self.zh, self.en


def said(value: Any, language: str) -> Any:
    """This function will return a value as it is said in `zh` or `en`: what can say itself does, the rest stays as it is."""
    return value.say(language) if hasattr(value, "say") else value


def listed(parts: Iterable[Any], *, otherwise: str = "—") -> Words:
    """This function will return several things as one list, with the marks of each language; `otherwise` where there are none."""
    known = list(parts)
    zh, en = (LISTED[language].join(str(said(part, language)) for part in known) for language in ("zh", "en"))
    return Words(zh, en) if known else Words(otherwise, otherwise)
