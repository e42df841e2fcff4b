"""What every answer carries, so that a browser does nothing we did not mean."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# No 'unsafe-inline' anywhere: scripts and styles are files of ours. `data:` is for the QR code of a second factor.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
FORMS = "form-action 'self'"
SIGN_IN = "/sign-in"
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class Headers:
    """Add the headers to every answer; a request that names another host than ours is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        request.get_host()
        response = self.get_response(request)
        for name, value in (HEADERS | HTTPS_ONLY if settings.HTTPS else HEADERS).items():
            response.headers[name] = value
        if request.path == SIGN_IN and (elsewhere := sign_on_origins()):
            response.headers["Content-Security-Policy"] = POLICY.replace(FORMS, f"{FORMS} {elsewhere}")
        return response


def sign_on_origins() -> str:
    """Return where the sign-in page's button leads through a redirect, which browsers check against `form-action` too."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    addresses = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return " ".join(f"{address.scheme}://{address.netloc}" for address in addresses)
