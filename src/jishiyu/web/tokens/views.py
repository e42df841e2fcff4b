"""Tokens: the security administrator issues and ends them, whoever answers for one collects it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.api import operations
from jishiyu.apps.api.models import TokenState
from jishiyu.apps.api.queries import tokens, tokens_of
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.tokens.forms import Ending, NewToken
from jishiyu.web.tokens.lists import TOKENS
from jishiyu.web.tokens.words import scopes, state

A_DAY = timedelta(days=1)


def every(request: HttpRequest) -> HttpResponseBase:
    """List the tokens."""
    return TOKENS.answer(request, tokens())


def one(request: HttpRequest, token_id: int) -> HttpResponse:
    """Show one token: what it is good for, how it is used, its history."""
    found = get_object_or_404(tokens(), pk=token_id)
    context = {
        "token": found, "state": state(found, timezone.localdate()), "scopes": scopes(found),
        "last_day": found.until - A_DAY, "open": found.state != TokenState.ENDED, "history": steps(f"token {found.name}"),
    }  # fmt: skip
    return render(request, "tokens/token.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Issue a token."""

    def do(data: dict[str, Any]) -> HttpResponse:
        now, last = timezone.now(), data.pop("last_day")
        with whole():
            made = operations.issue(
                **data, until=last + A_DAY, on=timezone.localdate(now), by=who(request).name, at=now
            )  # fmt: skip
        messages.success(request, _("The token was issued. The account that answers for it collects it now."))
        return HttpResponseRedirect(reverse("tokens:one", args=[made.pk]))

    form = NewToken(request.POST or None, initial={"last_day": timezone.localdate() + timedelta(days=180)})
    return answer_form(request, form, template="tokens/new.html", do=do)


def end(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token with a reason, at once."""
    found = get_object_or_404(tokens(), pk=token_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        operations.end(token_id=found.pk, because=data["because"], by=who(request).name, at=timezone.now())
        messages.success(request, _("The token has ended; requests with it are refused from now on."))
        return HttpResponseRedirect(reverse("tokens:one", args=[found.pk]))

    return answer_form(request, Ending(request.POST or None), template="tokens/end.html", do=do, token=found)


def mine(request: HttpRequest) -> HttpResponse:
    """List the tokens that one answers for."""
    known, today = who(request).account, timezone.localdate()
    assert known is not None  # the gate lets nobody else in
    rows = [
        (one, state(one, today), scopes(one), one.until - A_DAY, one.state == TokenState.ISSUED and today < one.until)
        for one in tokens_of(account_id=known.pk)
    ]
    return render(request, "tokens/mine.html", {"rows": rows})


@require_POST
def collect(request: HttpRequest, token_id: int) -> HttpResponse:
    """Draw the secret and show it, once."""
    if (asked := ask_factor_again(request)) is not None:
        return asked
    known = who(request).account
    assert known is not None  # the gate lets nobody else in
    found = get_object_or_404(tokens_of(account_id=known.pk), pk=token_id)
    with whole():
        drawn = operations.collect(token_id=found.pk, by=known.name, at=timezone.now())
    return render(request, "tokens/collected.html", {"token": drawn.token, "secret": drawn.secret})
