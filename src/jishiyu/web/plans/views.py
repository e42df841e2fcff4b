"""Service plans: the list of actions, the plan of one need, results, and the end of the work."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Action, Report, Satisfaction
from jishiyu.apps.visits.queries import actions_of
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.plans import lists
from jishiyu.web.plans.forms import Came, Planned
from jishiyu.web.plans.words import state_badge


def plans(request: HttpRequest) -> HttpResponseBase:
    """List the actions of my enterprises."""
    mine = participations_of(_account(request)).values("pk")
    rows = Action.objects.filter(need__participation__in=mine).select_related("need__participation__enterprise")
    return lists.ACTIONS.answer(request, lists.ordered(rows))


def one(request: HttpRequest, need_id: int) -> HttpResponse:
    """Show the service plan of a need, and add an action to it."""
    need = _need(request, need_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.add_action(need_id=need.pk, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("The action is in the plan; you are reminded when its day has come."))
        return _back(need.pk)

    open_ = need.participation.frozen_at is None
    actions = list(actions_of([need.pk]))
    item = need.item
    context = {
        "need": need, "state": state_badge(need.state), "actions": [(action, lists.state(action)) for action in actions],
        "service": "" if item is None else item.zh if language() == "zh" else item.en,
        "reports": list(Report.objects.filter(visit__need=need).exclude(released_at=None).order_by("visit_id", "number")),
        "said": list(Satisfaction.objects.filter(need=need).order_by("-id")), "history": steps(f"need {need.number}"),
        "may_add": open_ and need.state in (State.DIAGNOSED, State.SERVED),
        "may_serve": open_ and need.state == State.DIAGNOSED and bool(actions) and all(one.done_on for one in actions),
        "may_ask": open_ and need.state == State.SERVED,
        "waits": need.state not in (State.DIAGNOSED, State.SERVED, State.CLOSED),
    }  # fmt: skip
    return answer_form(request, Planned(request.POST or None), template="plans/one.html", do=do, **context)


def result(request: HttpRequest, action_id: int) -> HttpResponse:
    """Note what came of an action."""
    mine = participations_of(_account(request)).values("pk")
    rows = Action.objects.filter(need__participation__in=mine).select_related("need__participation__enterprise")
    action = get_object_or_404(rows, pk=action_id)
    begins = {
        "done_on": action.done_on or timezone.localdate(), "result": action.result, "saved_kwh": action.saved_kwh,
        "saved": None if action.saved_fen is None else f"{action.saved_fen // 100}.{action.saved_fen % 100:02d}",
        "trained": action.trained or None,
    }  # fmt: skip
    form = Came(request.POST or None, initial=begins)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.note_result(
                action_id=action.pk, came=form.result_of(data), by=who(request).name, at=timezone.now()
            )
        messages.success(request, _("The result is noted."))
        return _back(action.need_id)

    return answer_form(request, form, template="plans/result.html", do=do, action=action, need=action.need)


@require_POST
def served(request: HttpRequest, need_id: int) -> HttpResponse:
    """Say that everything of the plan is done: now the enterprise is asked."""
    need = _need(request, need_id)
    with whole():
        operations.serve_need(need_id=need.pk, by=who(request).name, at=timezone.now())
    messages.success(request, _("Everything is done. Now ask the enterprise whether it is solved."))
    return _back(need.pk)


def _account(request: HttpRequest) -> Account:
    account = who(request).account
    if account is None:
        raise Http404
    return account


def _need(request: HttpRequest, need_id: int) -> Need:
    mine = participations_of(_account(request)).values("pk")
    rows = Need.objects.filter(participation__in=mine).select_related("participation__enterprise", "item")
    return get_object_or_404(rows, pk=need_id)


def _back(need_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("plans:one", args=[need_id]))
