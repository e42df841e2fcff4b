"""An enterprise's own needs: handed in, looked at, withdrawn; and what is on record about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Attachment, Need, Participation, State
from jishiyu.apps.enterprises.queries import enterprises_of, moves_of, needs_of
from jishiyu.apps.enterprises.states import MOVES
from jishiyu.engine.problems import Problem
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.needs import words
from jishiyu.web.needs.forms import Because, Facts
from jishiyu.web.needs.lists_given import need_list
from jishiyu.web.problem import REFUSED, told

SHOWN = 100


def home(request: HttpRequest) -> HttpResponse:
    """Show the own needs with what comes next, and the way to hand in more."""
    takes = own(request)
    ids = [row.pk for row in takes]
    found = needs_of(account(request)).filter(participation__in=ids).order_by("-id")[:SHOWN]
    return render(request, "needs/home.html", {"takes": takes, "needs": [line(need) for need in found]})


def new(request: HttpRequest) -> HttpResponse:
    """Hand in several needs at once."""
    takes = own(request)
    given, problem = need_list(request), ""
    if request.method == "POST" and takes and given.is_valid():
        try:
            with whole():
                done = operations.hand_in(
                    participation_id=takes[0].pk, needs=given.given(), once=given.once, source="web",
                    by=who(request).name, at=timezone.now(),
                )  # fmt: skip
            messages.success(
                request, _("Handed in: %(count)d needs. Your union was told.") % {"count": len(done.needs)}
            )
            return HttpResponseRedirect(reverse("needs:home"))
        except Problem as refused:
            problem = told(refused)
    context = {"given": given, "take": takes[0] if takes else None, "problem": problem}
    return render(request, "needs/new.html", context, status=REFUSED if request.method == "POST" else 200)


def facts(request: HttpRequest) -> HttpResponse:
    """Change what is on record about the own enterprise."""
    takes = own(request)
    enterprise = takes[0].enterprise if takes else None
    form = Facts.of(enterprise, request.POST or None) if enterprise is not None else Facts(request.POST or None)

    def do(data: dict[str, Any]) -> HttpResponse:
        if enterprise is not None:
            contact = {"name": data.pop("contact"), "mobile": data.pop("mobile")}
            with whole():
                operations.describe_enterprise(
                    enterprise_id=enterprise.pk, facts=data, by=who(request).name, at=timezone.now(),
                    contact=contact if any(contact.values()) else None,
                )  # fmt: skip
            messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("needs:home"))

    return answer_form(request, form, template="needs/facts.html", do=do, enterprise=enterprise)


def one(request: HttpRequest, need_id: int) -> HttpResponse:
    """Show one need: where it stands, what comes next, what was said."""
    need = get_object_or_404(needs_of(account(request)), pk=need_id)
    context = {
        **line(need), "moves": [(move, badge(move.to_state, words.STATES), words.WHAT.get(move.what, move.what))
                                for move in moves_of(need)],
        "files": list(need.attachments.order_by("id")), "may_withdraw": State.WITHDRAWN in MOVES[need.state],
    }  # fmt: skip
    return render(request, "needs/one.html", context)


def withdraw(request: HttpRequest, need_id: int) -> HttpResponse:
    """Take a need back, with a reason."""
    need = get_object_or_404(needs_of(account(request)), pk=need_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.move_need(
                need_id=need.pk, to=State.WITHDRAWN, what="withdrawn", by=who(request).name, at=timezone.now(),
                sentence=data["sentence"],
            )  # fmt: skip
        messages.success(request, _("You took the need back."))
        return HttpResponseRedirect(reverse("needs:one", args=[need.pk]))

    return answer_form(request, Because(request.POST or None), template="needs/withdraw.html", do=do, need=need)


def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show a file of an own need; that it was opened is recorded."""
    found = get_object_or_404(Attachment, pk=file_id, need__in=needs_of(account(request)))
    return handed_out(request, found)


def handed_out(request: HttpRequest, found: Attachment) -> HttpResponse:
    """Return a file: pictures in the browser itself, anything else as a file."""
    with whole():
        opened = operations.open_attachment(attachment_id=found.pk, by=who(request).name, at=timezone.now())
    response = HttpResponse(opened.content, content_type=opened.media_type)
    kind = "inline" if opened.media_type.startswith("image/") else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{opened.file_name}"'
    return response


def own(request: HttpRequest) -> list[Participation]:
    """Return where the own enterprise takes part, the running rounds first."""
    return list(enterprises_of(account(request), on=timezone.localdate()))


def account(request: HttpRequest) -> Account:
    """Return who is signed in; the gate lets nobody else get here."""
    found = who(request).account
    assert found is not None
    return found


def line(need: Need) -> dict[str, Any]:
    """Return what a page shows of one need."""
    return {"need": need, "state": badge(need.state, words.STATES), "next": words.comes_next(need, words.NEXT),
            "due": words.due(need)}  # fmt: skip
