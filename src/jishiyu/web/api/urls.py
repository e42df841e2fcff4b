"""Addresses of the API. Each route names its scopes (`door.py`); what is not there is told as JSON."""

from django.urls import re_path

from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN
from jishiyu.web.api.answers import nothing
from jishiyu.web.api.document import api, docs, openapi, routes
from jishiyu.web.gate import page

__all__ = ["api", "urlpatterns"]

nothing.may = PUBLIC  # type: ignore[attr-defined]  # says the same to everybody
nothing.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    page("openapi.json", openapi, name="api-openapi", may=PUBLIC),
    page("docs", docs, name="api-docs", may=SIGNED_IN),
    *routes(),
    re_path(r"^.*$", nothing, name="api-nothing"),
]
