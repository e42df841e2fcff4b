"""Which language a page speaks: the one chosen on any page, kept in a cookie; Chinese where none was chosen."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

LANGUAGES = dict(settings.LANGUAGES)
A_YEAR = 365 * 24 * 3600
LARGE = "large_text"


class Language:
    """Speak the language of the cookie for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in one language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


def language() -> str:
    """Return `zh` or `en`: how problems, figures and documents name the language of this request."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language and size of letters, and go back to the page it was chosen on."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen, large = request.POST.get("language"), request.POST.get("large_text")
    options = {"max_age": A_YEAR, "httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    if chosen in LANGUAGES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, **options)  # type: ignore[arg-type]
    if large in ("0", "1"):
        response.set_cookie(LARGE, large, **options)  # type: ignore[arg-type]
    return response
