"""The web application: pages by Django, static files by WhiteNoise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jishiyu.web
from jishiyu.conf.start import ready
from jishiyu.web.console.security import HEADERS

STATIC = Path(jishiyu.web.__file__).parent / "static"


def application() -> Callable[..., Any]:
    """Make the database ready for this process and return the WSGI application."""
    ready()
    from django.core.handlers.wsgi import WSGIHandler
    from whitenoise import WhiteNoise

    def add_headers(headers: Any, path: str, url: str) -> None:
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                headers[name] = value

    served: Callable[..., Any] = WhiteNoise(
        WSGIHandler(), root=str(STATIC), prefix="static/", max_age=3600, add_headers_function=add_headers
    )
    return served
