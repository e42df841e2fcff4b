"""What every answer of the console carries, and what no request may do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Headers:
    """Refuse everything that is not reading, and add the headers to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; one that names another host than this machine is refused (a foreign page's trick)."""
        request.get_host()
        allowed = request.method in ("GET", "HEAD")
        response = self.get_response(request) if allowed else HttpResponseNotAllowed(["GET", "HEAD"])
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response
