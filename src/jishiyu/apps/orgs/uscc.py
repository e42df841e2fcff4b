"""The unified social credit code (统一社会信用代码), GB 32100-2015."""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# Registering body, kind of body, six digits of place, nine characters of organisation code, one check character.
SHAPE = re.compile(rf"[1-9ANY][{ALPHABET}]\d{{6}}[{ALPHABET}]{{10}}")


def check_character(first: str) -> str:
    """Return the check character for the first 17 characters of a code."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, first, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Say whether a code has the right shape and check character.

    The first character may be a letter: A military, N rural collectives, Y others; the second depends on the first
    (81 a grassroots union, 89 another union body) and is not judged, because new kinds are still being given out.
    """
    return bool(SHAPE.fullmatch(code)) and check_character(code[:17]) == code[17]
