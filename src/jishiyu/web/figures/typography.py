"""Chinese text as it is printed: full-width punctuation beside Chinese characters."""

import re

WIDE = str.maketrans(",;:?!", "\uff0c\uff1b\uff1a\uff1f\uff01")
_HAN = "\u3400-\u9fff\uff01-\uff60\u3001-\u3011\u201c\u201d—·"
_STOPS = re.compile(rf"(?<=[{_HAN}])[,;:?!]|[,;:?!](?=[{_HAN}])")
_BRACKETS = re.compile(rf"(?<=[{_HAN}])\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)")


def chinese(text: str) -> str:
    """Return a Chinese text with full-width commas, colons, semicolons and brackets; numbers keep their own.

    A stop or bracket beside a Chinese character is widened, so `152,000.00 元,适用第 5 档` keeps the comma inside the number.
    """
    return _STOPS.sub(lambda stop: stop[0].translate(WIDE), _BRACKETS.sub(_widened, text))


def _widened(brackets: re.Match[str]) -> str:
    return f"\uff08{brackets[1] if brackets[1] is not None else brackets[2]}\uff09"
