"""Choosing the language and the size of letters, on any page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.operations import speak
from jishiyu.web.gate import who
from jishiyu.web.language import LANGUAGES, LARGE

A_YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language and size of letters, and go back to the page it was chosen on.

    Of whoever is signed in the language is kept with the account too: their notices come in it.
    """
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    language, large = request.POST.get("language", ""), request.POST.get("large_text")
    options = {"max_age": A_YEAR, "httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    if language in LANGUAGES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **options)  # type: ignore[arg-type]
        if (account := who(request).account) is not None:
            speak(account_id=account.pk, language=language)
    if large in ("0", "1"):
        response.set_cookie(LARGE, large, **options)  # type: ignore[arg-type]
    return response
