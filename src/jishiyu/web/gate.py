"""The gate before every page: who is it, may they, and with whose eyes does the database look.

`page()` puts a view behind it. A view that is not behind the gate is not answered at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.queries import Held, Reach, allowed, held, needs_second_factor, password_is_due, reach
from jishiyu.apps.accounts.rights import ACTIONS, PUBLIC, SIGNED_IN
from jishiyu.apps.accounts.rows import eyes
from jishiyu.apps.audit.operations import record
from jishiyu.engine.problems import Problem
from jishiyu.web.components.names import names_asked_once
from jishiyu.web.problem import only_sent, problem_page, refused

View = Callable[..., HttpResponseBase]
IDLE = timedelta(minutes=20)
SEEN = "seen"
WALL, WALL_LASTS = "wall", timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is known; each time costs a write
FRESH = timedelta(minutes=5)
REFUSALS_EVERY = timedelta(hours=1)
# What can be done before the password is changed and the second factor is set up.
FIRST_STEPS = "first-steps"


class Asks(StrEnum):
    """Whether somebody asks for an address, or a page that was left open does.

    What a page asks for by itself does not keep a session alive. A wall that was opened goes on showing the wall for
    half a day after its session was idle too long, and that session shows nothing else.
    """

    SOMEBODY = "somebody"
    A_PAGE = "a page"
    A_WALL = "a wall"


@dataclass(frozen=True, slots=True)
class Who:
    """Who is asking, with the roles in force today."""

    account: Account | None
    held: tuple[Held, ...] = ()
    action: str = PUBLIC

    @property
    def name(self) -> str:
        """Return what stands in every `by`."""
        return self.account.name if self.account is not None else ""

    def may(self, action: str) -> bool:
        """Say whether this account may do something somewhere."""
        return self.account is not None and allowed(held=self.held, action=action)

    def reach(self, action: str) -> Reach:
        """Return whose rows an action shows this account."""
        if self.account is None:
            return Reach()
        return reach(
            held=self.held, action=action, person_id=self.account.person_id, for_member=self.account.for_member,
            account_id=self.account.pk,
        )  # fmt: skip


def page(
    route: str, view: View, *, name: str, may: str, asks: Asks = Asks.SOMEBODY, **kwargs: Any
) -> URLPattern:  # fmt: skip
    """Return an address whose view is answered only to those who may do `may` (a key of `ACTIONS`).

    `PUBLIC` is for everybody, `SIGNED_IN` for whoever is signed in; both see no row of anybody. `FIRST_STEPS` is
    SIGNED_IN also before the password was changed and the second factor was set up. `asks`: see `Asks`.
    """
    if may not in ACTIONS and may not in (PUBLIC, SIGNED_IN, FIRST_STEPS):
        raise ValueError(f"{route}: no action {may!r} in the table of rights")
    return path(route, gated(view, may, asks), kwargs or None, name=name)


def gated(view: View, may: str, asks: Asks = Asks.SOMEBODY) -> View:
    """Return a view behind the gate: rights first, then one transaction with the reader's own eyes."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        who = ask(request, may, asks)
        if may != PUBLIC:
            turned_away = _turn_away(request, who, may)
            if turned_away is not None:
                return turned_away
        try:
            with names_asked_once(), eyes(account=who.name, reach=who.reach(may)):
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response = response.render()
        except Problem as problem:
            return problem_page(request, problem)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return only_sent(request, response)
        if isinstance(response, StreamingHttpResponse) and not hasattr(response, "file_to_stream"):
            response.streaming_content = _with_rows(who, may, response.streaming_content)
        return response

    answer.may = may  # type: ignore[attr-defined]  # read by OnlyPages and by the walk over all addresses
    answer.asks = asks  # type: ignore[attr-defined]  # read by the walk over everything that a page asks by itself
    return answer


def who(request: HttpRequest) -> Who:
    """Return who is asking; nobody outside the gate."""
    return getattr(request, "who", None) or Who(None)


def ask(request: HttpRequest, action: str, asks: Asks = Asks.SOMEBODY) -> Who:
    """Find out who is asking and keep it on the request; ends a session that was idle too long or was locked out."""
    account = request.user if request.user.is_authenticated else None
    known = Who(None, (), action)
    if isinstance(account, Account):
        now = timezone.now()
        if not account.is_active or _idle(request, now, asks):
            logout(request)
            messages.info(request, _("You were signed out. Sign in again to go on."))
        else:
            known = Who(account, held(account_id=account.pk, on=timezone.localdate(now)), action)
    request.who = known  # type: ignore[attr-defined]
    return known


def fresh_factor(request: HttpRequest) -> bool:
    """Say whether the second factor was shown within the last five minutes."""
    edge = (timezone.now() - FRESH).timestamp()
    return any(
        entry.get("method") == "mfa" and entry.get("at", 0) >= edge
        for entry in get_authentication_records(request, request.user)
    )


def ask_factor_again(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the second factor unless it is fresh; the page that was left is offered again after it.

    In a view: `if (asked := ask_factor_again(request)) is not None: return asked`.
    """
    if fresh_factor(request):
        return None
    address = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': _left(request)})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _left(request: HttpRequest) -> str:
    """Return the page to come back to: what was asked for, or where the form stands that was sent."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.headers.get("Referer", "/")


class OnlyPages:
    """Refuse every view that is not behind the gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise Http404 for a view without an action."""
        if not hasattr(view, "may"):
            raise Http404


def _turn_away(request: HttpRequest, who: Who, may: str) -> HttpResponseBase | None:
    """Return where to go instead: to sign in, to the first steps, or nowhere."""
    if who.account is None:
        return _redirect(request, f"{reverse('account_login')}?{urlencode({'next': _left(request)})}")
    if may != FIRST_STEPS:
        if password_is_due(account=who.account, at=timezone.now()):
            return _redirect(request, reverse("accounts:password"))
        if needs_second_factor(held=who.held) and not _two_factors(request, who.account):
            return _redirect(request, reverse("mfa_index"))
    if may not in (SIGNED_IN, FIRST_STEPS) and not who.may(may):
        _note_refusal(request, who, may)
        return refused(request)
    return None


def _note_refusal(request: HttpRequest, who: Who, may: str) -> None:
    """Write to the trail that somebody asked for what is not theirs: once an hour for an account and an action."""
    assert who.account is not None  # nobody else gets this far
    if not cache.add(f"refused-{who.account.pk}-{may}", "y", timeout=int(REFUSALS_EVERY.total_seconds())):
        return
    route = request.resolver_match.route if request.resolver_match is not None else ""
    details = {"action": may, "method": request.method, "route": route}
    with transaction.atomic():
        record(by=who.name, action="access.refused", record=f"account {who.name}", details=details, at=timezone.now())


def _two_factors(request: HttpRequest, account: Account) -> bool:
    """Say whether the account has a second factor; whoever showed it in this session needs not be looked up."""
    shown = any(entry.get("method") == "mfa" for entry in get_authentication_records(request, account))
    return shown or bool(is_mfa_enabled(account))


def _redirect(request: HttpRequest, address: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _idle(request: HttpRequest, now: datetime, asks: Asks) -> bool:
    """Say whether nobody asked for anything for twenty minutes; else note that somebody did."""
    seen, opened = request.session.get(SEEN), request.session.get(WALL)
    if seen is not None and now.timestamp() - seen > IDLE.total_seconds():
        hangs = opened is not None and now.timestamp() - opened <= WALL_LASTS.total_seconds()
        return not (asks is Asks.A_WALL and hangs)
    if asks is not Asks.SOMEBODY and seen is not None:
        if asks is Asks.A_WALL and opened is None:
            request.session[WALL] = int(now.timestamp())
        return False
    if opened is not None:
        del request.session[WALL]  # somebody is here again: the next wall is opened anew
    if seen is None or now.timestamp() - seen > SEEN_EVERY.total_seconds():
        request.session[SEEN] = int(now.timestamp())
    return False


def _with_rows(who: Who, action: str, content: Any) -> Iterator[bytes]:
    """Stream with the reader's own eyes: the transaction of the page has ended when the first byte is asked for."""
    with eyes(account=who.name, reach=who.reach(action)):
        yield from content
