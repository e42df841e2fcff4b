"""The web application: pages by Django, static files by WhiteNoise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import allauth.account
import allauth.mfa

import jishiyu.web
from jishiyu.conf.start import ready
from jishiyu.web.security import HEADERS

STATIC = [Path(str(package.__file__)).parent / "static" for package in (jishiyu.web, allauth.account, allauth.mfa)]


def application() -> Callable[..., Any]:
    """Make the database ready for this process and return the WSGI application."""
    ready()
    from django.core.handlers.wsgi import WSGIHandler

    return serve_files(WSGIHandler())


def serve_files(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return an application that gives static files itself and leaves everything else to `answer`."""
    from whitenoise import WhiteNoise

    def add_headers(headers: Any, path: str, url: str) -> None:
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                headers[name] = value

    served = WhiteNoise(answer, max_age=3600, add_headers_function=add_headers)
    for folder in STATIC:
        served.add_files(str(folder), prefix="static/")
    files: Callable[..., Any] = served
    return files
