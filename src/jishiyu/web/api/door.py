"""The door of the API, as `web/gate.py` is that of the pages: who asks, may they, and with whose eyes.

Every route is made by `reads` or `does`, which name the scopes that open it. Rights come from the table of rights, by
way of the account that answers for the token; rows are those which row security shows that account and branch.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.security import HttpBearer

from jishiyu.apps.accounts.rows import eyes
from jishiyu.apps.api.operations import Told, once, take_request
from jishiyu.apps.api.problems import FieldUnknown, KeyMissing, ScopeMissing, TokenRefused, TooFast
from jishiyu.apps.api.queries import Caller, caller
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.api.answers import answer, told

View = Callable[..., Any]
KEY = "Idempotency-Key"


class Bearer(HttpBearer):
    """Opens for a token with one of the scopes, within its rate."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who asks; raises TokenRefused, TooFast, ScopeMissing."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, secret.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Find the token, take one request from its rate, and see whether it is good for this."""
        found = caller(secret=token, on=timezone.localdate())
        if found is None:
            raise TokenRefused
        wait = take_request(token_id=found.token.pk, address=address_of(request))
        if wait:
            raise TooFast(rate=found.token.per_minute, seconds=-(-wait // 1000))
        if not any(found.may(scope) for scope in self.scopes):
            raise ScopeMissing(scopes=" / ".join(self.scopes))
        return found


def reads(router: Router, path: str, *scopes: str, **more: Any) -> Callable[[View], View]:
    """Put a view that reads at an address: it sees what the token's account may see."""

    def put(view: View) -> View:
        known = _fields(view)

        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            asking = who_asks(request)
            _only(request, known)
            with eyes(account=asking.by, reach=asking.reach(_scope(asking, scopes))):
                return view(request, *args, **kwargs)

        router.get(path, auth=Bearer(*scopes), **more)(look)
        return view

    return put


def does(router: Router, path: str, *scopes: str, **more: Any) -> Callable[[View], View]:
    """Put a view that does something at an address (POST): it returns `Told`, and is done once per Idempotency-Key."""

    def put(view: View) -> View:
        @wraps(view)
        def act(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asking, key = who_asks(request), _key(request)
            _only(request, set())
            with eyes(account=asking.by, reach=asking.reach(_scope(asking, scopes))):
                done = once(
                    token_id=asking.token.pk, key=key, fingerprint=_fingerprint(request), at=timezone.now(),
                    do=lambda: view(request, *args, **kwargs), refused=told,
                )  # fmt: skip
            return answer(done)

        router.post(path, auth=Bearer(*scopes), **more)(act)
        return view

    return put


def who_asks(request: HttpRequest) -> Caller:
    """Return who asks; only behind the door."""
    found: Caller = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    return found


def ok(status: int, **body: Any) -> Told:
    """Return what was done, as it is told."""
    return Told(status, body)


def _scope(asking: Caller, scopes: tuple[str, ...]) -> str:
    return next(scope for scope in scopes if asking.may(scope))


def _fields(view: View) -> set[str]:
    """Return the names that an address may carry behind its question mark."""
    return {name for name in signature(view).parameters if name not in ("request", "body")}


def _only(request: HttpRequest, known: set[str]) -> None:
    """Refuse a misspelt filter, which would show everything, and one that stands twice."""
    for name, values in request.GET.lists():
        if name not in known or len(values) > 1:
            raise FieldUnknown(name=name[:40])


def _key(request: HttpRequest) -> str:
    key = request.headers.get(KEY, "")
    if not re.fullmatch(r"[!-~]{8,128}", key):
        raise KeyMissing
    return key


def _fingerprint(request: HttpRequest) -> str:
    whole = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    whole.update(request.body)
    return whole.hexdigest()
