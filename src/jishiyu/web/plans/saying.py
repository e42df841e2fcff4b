"""Asking the enterprise by a personal link, and what it says there without an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Participation
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Action, Satisfaction
from jishiyu.apps.visits.queries import actions_of, asked_by, waiting_for_answer
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.plans.forms import Said

SECRET = "satisfaction-secret"  # noqa: S105  # the name of a place in the session, shown once


def ask(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Make the link that is sent to the enterprise; it is shown once."""
    account = who(request).account
    if account is None:
        raise Http404
    rows = participations_of(account).select_related("enterprise")
    participation = get_object_or_404(rows, pk=participation_id)

    def do(_data: dict[str, Any]) -> HttpResponse:
        with whole():
            secret = operations.ask_satisfaction(participation_id=participation.pk, by=account.name, at=timezone.now())
        request.session[SECRET] = [participation.pk, secret]
        return HttpResponseRedirect(reverse("plans:ask", args=[participation.pk]))

    made = request.session.pop(SECRET, None) if request.method == "GET" else None
    secret = made[1] if made and made[0] == participation.pk else ""
    href = request.build_absolute_uri(reverse("plans:say", args=[secret])) if secret else ""
    context = {"participation": participation, "href": href, "needs": list(waiting_for_answer(participation))}
    return answer_form(
        request, Form(request.POST if request.method == "POST" else None), template="plans/ask.html", do=do, **context
    )


def say(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an enterprise what was done, and ask about each need that was served."""
    with whole():
        participation = _asked(secret)
        needs = list(waiting_for_answer(participation))
        actions = list(actions_of([need.pk for need in needs]))
        said = list(
            Satisfaction.objects.filter(need__participation=participation).select_related("need").order_by("-id")[:20]
        )
    context = {
        "participation": participation, "secret": secret, "said": said,
        "needs": [_card(need, [one for one in actions if one.need_id == need.pk]) for need in needs],
    }  # fmt: skip
    return render(request, "plans/say.html", context)


def answer(request: HttpRequest, secret: str, need_id: int) -> HttpResponse:
    """Take what an enterprise says about one need."""
    with whole():
        participation = _asked(secret)
        need = waiting_for_answer(participation).filter(pk=need_id).first()
        if need is None:
            return HttpResponseRedirect(reverse("plans:say", args=[secret]))
        card = _card(need, list(actions_of([need.pk])))

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.say_satisfaction(secret=secret, need_id=need.pk, at=timezone.now(), **data)
        thanks = (
            _("Thank you. The need is closed.") if data["solved"] else _("Thank you. Your steward goes on with it.")
        )
        messages.success(request, thanks)
        return HttpResponseRedirect(reverse("plans:say", args=[secret]))

    context = {"participation": participation, "secret": secret, "card": card}
    return answer_form(request, Said(request.POST or None), template="plans/answer.html", do=do, **context)


def _asked(secret: str) -> Participation:
    return asked_by(secret=secret, at=timezone.now())


def _card(need: Any, actions: list[Action]) -> dict[str, Any]:
    item = need.item
    return {
        "need": need,
        "actions": actions,
        "service": "" if item is None else item.zh if language() == "zh" else item.en,
    }
