"""What the frame of every page needs."""

from typing import Any

from django.http import HttpRequest

from jishiyu.web.gate import who
from jishiyu.web.language import LARGE
from jishiyu.web.layout.navigation import navigation
from jishiyu.web.place import issuer


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return who is signed in, where they can go, and how large letters are."""
    known = who(request)
    return {
        "who": known,
        "may_find": known.may("people.find"),
        "navigation": navigation(request, known),
        "issuer": issuer(),
        "large_text": request.COOKIES.get(LARGE) == "1",
    }
