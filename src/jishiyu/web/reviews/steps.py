"""At the desk: take, hand back, return, approve, refuse, revoke."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import operations
from jishiyu.apps.applications.models import Application, State
from jishiyu.apps.applications.problems import Overtaken
from jishiyu.apps.applications.queries import sentences
from jishiyu.apps.applications.steps import not_allowed
from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem
from jishiyu.web.applications.actor import actor
from jishiyu.web.applications.views import found
from jishiyu.web.components.forms import answer_form
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import ask_factor_again
from jishiyu.web.language import language
from jishiyu.web.member.filed import version
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.reviews import views
from jishiyu.web.reviews.forms import Said

Data = dict[str, Any]


@require_POST
def take(request: HttpRequest, application_id: int) -> HttpResponse:
    """Put an application on the own desk, also for the second signature."""
    return _take(request, application_id, (State.SUBMITTED, State.UNDER_REVIEW))


@require_POST
def take_appeal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Put an appeal on the own desk."""
    return _take(request, application_id, (State.APPEALED, State.SECOND_REVIEW))


def hand_back(request: HttpRequest, application_id: int) -> HttpResponse:
    """Put it back on the pile."""
    return _step(request, found(application_id), "", _("Hand it back"), _("Anybody can take it again."),
                 lambda step, data: _handed(operations.hand_back(because=data["words"], **step)))  # fmt: skip


def return_(request: HttpRequest, application_id: int) -> HttpResponse:
    """Return it for a supplement."""
    return _step(
        request, found(application_id), "return", _("Return for a supplement"),
        _("Whoever filed it is asked to add what is missing. Until when is worked out in working days."),
        lambda step, data: _returned(
            operations.return_for_supplement(codes=data["codes"], words=data["words"], **step)
        ),
    )  # fmt: skip


def approve(request: HttpRequest, application_id: int) -> HttpResponse:
    """Approve it for the amount that is on the page; over the limit this is the first of two signatures.

    The second factor is asked for again: from here on the money is owed.
    """
    about = found(application_id)  # there is nothing to ask about what the reader does not see
    if (asked := ask_factor_again(request)) is not None:
        return asked
    return _step(
        request, about, "approve", _("Approve"), "",
        lambda step, data: _approved(operations.approve(
            seen_fen=data["fen"] if data["fen"] is not None else -1, codes=data["codes"], words=data["words"], **step)),
        amount=True,
    )  # fmt: skip


def refuse(request: HttpRequest, application_id: int) -> HttpResponse:
    """Refuse it with a reason."""
    return _step(
        request, found(application_id), "refuse", _("Refuse"),
        _("The member is told the reason and can appeal once; another reviewer decides then. On appeal this is final."),
        lambda step, data: _refused(operations.refuse(codes=data["codes"], words=data["words"], **step)),
    )  # fmt: skip


def revoke(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take an approval back, with two people."""
    return _step(
        request, found(application_id), "", _("Revoke the approval"),
        _("Two people: the first proposes, the second revokes. What was paid is claimed back or set off."),
        lambda step, data: _revoked(operations.revoke(because=data["words"], **step)),
    )  # fmt: skip


def _take(request: HttpRequest, application_id: int, states: tuple[str, ...]) -> HttpResponse:
    about = found(application_id)
    now = timezone.now()
    try:
        if about.state not in states:
            raise not_allowed(about)
        with whole():
            operations.take_application(application_id=about.pk, by=actor(request), on=timezone.localdate(now), at=now)
    except Problem as problem:
        context = {**views.desk(request, found(application_id)), "problem": told(problem)}
        return render(request, "reviews/one.html", context, status=REFUSED)
    messages.success(request, _("It is on your desk now."))
    return HttpResponseRedirect(reverse("reviews:one", args=[about.pk]))


def _step(
    request: HttpRequest, about: Application, use: str, title: str, explained: str,
    operation: Callable[[Data, Data], str], *, amount: bool = False,
) -> HttpResponse:  # fmt: skip
    """Show one step of a review, or take it; a refusal shows it again with its sentence."""
    shown = views.desk(request, about) | (views.seen(request, about) if amount else {"preview": None})
    fen = shown["preview"].amount_fen if amount and shown["preview"] is not None else None
    form = Said(
        request.POST or None, sentences=_sentences(use, about), initial={"seen": shown["seen"], "fen": fen}
    )  # fmt: skip

    def do(data: Data) -> HttpResponse:
        if data["seen"] != version(about):
            form.data = _with(request, seen=version(about), fen=fen)
            raise Overtaken(number=about.number)
        if amount:  # what is refused is shown with the amount of now
            form.data = _with(request, seen=data["seen"], fen=fen)
        now = timezone.now()
        step = {"application_id": about.pk, "by": actor(request), "on": timezone.localdate(now), "at": now}
        with whole():
            done = operation(step, {"codes": (), **data})
        messages.success(request, done)
        return HttpResponseRedirect(reverse("reviews:one", args=[about.pk]))

    return answer_form(request, form, template="reviews/step.html", do=do, **shown, title=title, explained=explained,
                       amount=amount)  # fmt: skip


def _with(request: HttpRequest, **changes: Any) -> Any:
    """Return what was sent with some values changed."""
    data = request.POST.copy()
    for name, value in changes.items():
        data[name] = "" if value is None else str(value)
    return data


def _sentences(use: str, about: Application) -> list[tuple[str, str]]:
    day = about.filed_on or timezone.localdate()
    found_ = sentences(use=use, on=day) if use else []
    return [(code, chinese(zh) if language() == "zh" else en) for code, zh, en in found_]


def _handed(about: Application) -> str:
    return _("It waits for a reviewer again.")


def _returned(about: Application) -> str:
    return _("Returned. The supplement is due on {day}.").format(day=about.supplement_due_on)


def _approved(done: operations.Approval) -> str:
    if not done.posted:
        return _("Signed as the first of two. Another person takes it and approves.")
    return _("Approved: {yuan} yuan are owed and go into the next batch.").format(yuan=yuan_text(done.owed_fen))


def _refused(about: Application) -> str:
    if about.state == State.UPHELD:
        return _("The refusal is upheld; this is final.")
    return _("Refused. It can be appealed until {day}.").format(day=about.appeal_due_on)


def _revoked(done: Any) -> str:
    return _("Proposed. Somebody else revokes it.") if done is None else _("The approval was revoked.")
