"""JSON that can be read in one way only: amounts stay the text they came as, no key stands twice."""

import json
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser


class Written(str):
    """A number with a point or an exponent, as it was written."""


class Exact(Parser):
    """Reads a body so that no amount becomes a float and no second value hides behind the same key."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body; raises ValueError with what is wrong, which is not what was sent."""
        found = json.loads(
            request.body, parse_float=Written, parse_constant=_no_number, object_pairs_hook=_each_key_once
        )  # fmt: skip
        return cast("dict[str, Any]", found)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
