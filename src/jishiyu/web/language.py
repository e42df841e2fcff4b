"""Which language a page speaks: the one chosen on any page, kept in a cookie; Chinese where none was chosen."""

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGES = dict(settings.LANGUAGES)
LARGE = "large_text"


class Language:
    """Speak the language of the cookie for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in one language."""
        with translation.override(chosen(request) or settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


def language() -> str:
    """Return `zh` or `en`: how problems, figures and documents name the language of this request."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def spoken_on(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Go on speaking the language of now while a file is streamed: its rows are made after the request has ended."""
    return _spoken(iter(parts), translation.get_language() or settings.LANGUAGE_CODE)


def _spoken(parts: Iterator[bytes], spoken: str) -> Iterator[bytes]:
    while True:
        with translation.override(spoken):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


def chosen(request: HttpRequest) -> str:
    """Return the language that was chosen in this browser; empty where none was."""
    found = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return found if found in LANGUAGES else ""
