"""What an enterprise's own words say: which service item they point to, and which earlier need they repeat.

Both are plain and explained: words of the vocabulary that were found, and the share of pairs of characters that two
texts have in common. Nothing is decided here; the steward decides.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

SAME = Fraction(3, 5)  # assumed: from here on a text is taken for a repetition
ALIKE = Fraction(1, 3)  # assumed: from here on it may be a follow-up
_SHORTEST = 6  # characters; shorter texts are compared as a whole
_LEFT_OUT = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Suggestion:
    """A service item that the words point to, and the words that say so, the strongest first."""

    item: str
    score: Fraction
    because: tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """How much of two texts is the same, and the longest pieces that are."""

    share: Fraction
    pieces: tuple[str, ...]

    @property
    def per_cent(self) -> int:
        """Return the share in whole per cent, rounded down."""
        return int(self.share * 100)


def plain(text: str) -> str:
    """This function will return a text without case, width, space and punctuation."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text).casefold())


def suggest(text: str, vocabularies: Mapping[str, Sequence[str]], *, most: int = 3) -> list[Suggestion]:
    """This function will return the items whose words stand in a text, the most telling first.

    A word counts by its length and by how few items share it; a word that stands within a longer one that was found
    (跳闸 in 频繁跳闸) does not count again for the same item.
    """
    said = plain(text)
    shared = Counter(word for words in vocabularies.values() for word in {plain(word) for word in words})
    found = []
    for item, words in vocabularies.items():
        hits = {plain(word): word for word in words if plain(word) and plain(word) in said}
        own = [key for key in hits if not any(key != other and key in other for other in hits)]
        score = sum((Fraction(len(key), shared[key]) for key in own), Fraction(0))
        if own:
            because = sorted(own, key=lambda key: (-Fraction(len(key), shared[key]), said.index(key)))
            found.append(Suggestion(item, score, tuple(hits[key] for key in because)))
    return sorted(found, key=lambda one: (-one.score, list(vocabularies).index(one.item)))[:most]


def likeness(first: str, second: str) -> Likeness:
    """This function will compare two texts by their pairs of neighbouring characters (Dice's measure)."""
    one, two = plain(first), plain(second)
    if min(len(one), len(two)) < _SHORTEST:
        same = one == two != ""
        return Likeness(Fraction(int(same)), (one,) if same else ())
    ours, theirs = _pairs(one), _pairs(two)
    common = sum((ours & theirs).values())
    share = Fraction(2 * common, sum(ours.values()) + sum(theirs.values()))
    return Likeness(share, tuple(_pieces(one, two)))


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _pieces(one: str, two: str, most: int = 3) -> list[str]:
    """Return the longest runs of two or more characters that both texts have, each once."""
    found: list[str] = []
    at = 0
    while at < len(one) - 1:
        length = 0
        while at + length < len(one) and one[at : at + length + 1] in two:
            length += 1
        if length >= 2:
            found.append(one[at : at + length])
        at += max(1, length)
    return sorted(dict.fromkeys(found), key=lambda piece: (-len(piece), one.index(piece)))[:most]
