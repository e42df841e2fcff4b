"""The page for a phone on site: a shell that opens without connection, its data, and what it sends."""

import hashlib
import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, DateField, DurationField, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Visit, VisitState
from jishiyu.apps.visits.queries import visits_of
from jishiyu.engine.problems import Problem
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.visits.survey import carried, vocabulary

# What the page is made of besides its shell; the worker keeps them and gives them without connection.
ASSETS = (
    "jishiyu/phone.css", "jishiyu/phone.js", "jishiyu/phone-store.js", "jishiyu/phone-entries.js", "jishiyu/phone-page.js",
    "jishiyu/icon.svg",
)  # fmt: skip
WORKER = "jishiyu/phone-worker.js"
# Not every phone draws an SVG on its first page; the pictures are made by `scripts/static.py`. A maskable one fills its square.
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"), ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"), ("icon-full-512.png", "512x512", "image/png", "maskable"),
)  # fmt: skip
STATIC = Path(__file__).parents[1] / "static"
BEFORE, AFTER = timedelta(days=21), timedelta(days=28)
MOST_VISITS, MOST_ENTRIES = 60, 50


def shell(request: HttpRequest) -> HttpResponse:
    """Give the page without anybody's data; the browser keeps it."""
    return render(request, "visits/phone.html", {"colour": "#0958d9"})


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Give what a phone takes to the site: my visits with plans and entries, the words of a survey, a token for sending."""
    account = who(request).account
    assert account is not None
    today = timezone.localdate()
    near = visits_of(account).filter(on__gte=today - BEFORE, on__lte=today + AFTER).exclude(state=VisitState.CANCELLED)
    answer = {
        "account": account.name, "name": account.full_name, "language": get_language(), "token": get_token(request),
        "visits": carried(_nearest(near, today), language()), "words": vocabulary(language()),
    }  # fmt: skip
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _nearest(visits: QuerySet[Visit], today: date) -> QuerySet[Visit]:
    """Return what stands first on a phone: today and what comes, then what is over, the nearest day first in both."""
    on, now = F("on"), Value(today, output_field=DateField())
    away = Case(When(on__lt=today, then=now - on), default=on - now, output_field=DurationField())
    return visits.annotate(over=Q(on__lt=today), away=away).order_by("over", "away", "half", "id")[:MOST_VISITS]


@require_POST
def entries(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Take what a phone sends about one visit, and say of each entry what became of it."""
    account = who(request).account
    assert account is not None
    visit = visits_of(account).filter(pk=visit_id).first()
    if visit is None:
        said = _(
            "You are not, or no longer, on the team of this visit. What you noted stays on this phone; tell the steward."
        )
        return JsonResponse({"sentence": said}, status=404)
    try:
        given = json.loads(request.body)["entries"]
        if not isinstance(given, list) or len(given) > MOST_ENTRIES or not all(isinstance(one, dict) for one in given):
            raise ValueError("entries")
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"sentence": _("This is not what a phone sends.")}, status=400)
    now = timezone.now()
    try:
        with whole():
            received = operations.receive(
                visit_id=visit.pk, entries=given, by=account.name, on=timezone.localdate(now), at=now
            )
    except Problem as refused:
        return JsonResponse({"sentence": told(refused)}, status=REFUSED)
    sentences = {name: {one.client_id: _said(one) for one in getattr(received, name)} for name in ("refused", "told")}
    return JsonResponse({"stored": received.stored, **sentences}, json_dumps_params={"ensure_ascii": False})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, with the names of what it keeps; changed files make it a new worker."""
    files = [static(name) for name in ASSETS]
    told_ = {"shell": reverse("visits:phone"), "files": files, "version": _version()}
    text = f"const KEPT = {json.dumps(told_)};\n{(STATIC / WORKER).read_text(encoding='utf-8')}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Give what a phone needs to keep the page among its programs."""
    made = {
        "name": f"及时雨 · {_('Visits')}", "short_name": "及时雨", "lang": get_language() or settings.LANGUAGE_CODE,
        "start_url": reverse("visits:phone"), "scope": reverse("visits:phone"), "id": reverse("visits:phone"),
        "display": "standalone", "background_color": "#ffffff", "theme_color": "#0958d9",
        "icons": [{"src": static(f"jishiyu/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
                  for name, sizes, kind, purpose in ICONS],
    }  # fmt: skip
    return HttpResponse(json.dumps(made, ensure_ascii=False), content_type="application/manifest+json")


def _said(one: Any) -> str:
    return chinese(one.zh) if language() == "zh" else str(one.en)


@cache
def _version() -> str:
    """Return a name that changes with any of the files: whoever has another one fetches them anew."""
    digest = hashlib.sha256()
    for name in (*ASSETS, WORKER):
        digest.update((STATIC / name).read_bytes())
    digest.update((Path(__file__).parent / "templates" / "visits" / "phone.html").read_bytes())
    return digest.hexdigest()[:16]
