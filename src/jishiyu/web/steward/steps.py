"""What is done with a need: forwarded, called about, confirmed, classified, its survey planned, ended, taken up again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Level, Need, ServiceItem
from jishiyu.apps.enterprises.queries import needs_of, suggestions
from jishiyu.apps.enterprises.states import State
from jishiyu.engine.problems import Problem
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.needs.views import account
from jishiyu.web.problem import REFUSED, told
from jishiyu.web.steward import lists
from jishiyu.web.steward.forms import Classified, Ended, Forwarded, Said
from jishiyu.web.steward.needs import levels, need_of, own_need, shown, skills_of
from jishiyu.web.visits.plan_lines import given_lines, rows_of

MOST_AT_ONCE = 200


def forward(request: HttpRequest, need_id: int) -> HttpResponse:
    """Pass a need to another level; to the serving level it goes to the steward."""
    need = need_of(request, need_id)
    form = Forwarded(request.POST or None, levels=levels(need))
    return _step(request, need, form, _("Forward"), lambda data, step: operations.forward_need(
        to_level=Level(int(data["level"])), sentence=data["sentence"], **step))  # fmt: skip


@require_POST
def forward_many(request: HttpRequest) -> HttpResponseBase:
    """Forward all needs that were ticked to their stewards; each of them, or a sentence why not."""
    rows = lists.NEEDS.filtered(request, needs_of(account(request)).filter(state=State.HANDED_IN))
    if "all_found" not in request.POST:
        rows = rows.filter(pk__in=[int(key) for key in request.POST.getlist("selected") if key.isdecimal()])
    done = 0
    for need in rows.order_by("id")[:MOST_AT_ONCE]:
        try:
            if need.participation.steward_id is None:
                messages.error(request, _("%(number)s: the enterprise has no steward yet.") % {"number": need.number})
                continue
            with whole():
                operations.forward_need(need_id=need.pk, to_level=Level.SERVING, **_by(request))
            done += 1
        except Problem as refused:
            messages.error(request, told(refused))
    messages.success(request, _("Forwarded to their stewards: %(count)d needs.") % {"count": done})
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("service:needs") + (f"?{query}" if query else ""))


@require_POST
def confirm(request: HttpRequest, need_id: int) -> HttpResponse:
    """Confirm a need after the call, in one click."""
    need = own_need(request, need_id)
    said = request.POST.get("sentence", "").replace("\x00", "").strip()[:500] or str(_("Confirmed by telephone."))
    with whole():
        operations.confirm_need(need_id=need.pk, sentence=said, **_by(request))
    messages.success(request, _("Confirmed. Now say which service it is."))
    return HttpResponseRedirect(reverse("service:classify", args=[need.pk]))


def call(request: HttpRequest, need_id: int) -> HttpResponse:
    """Note a call."""
    need = own_need(request, need_id)
    return _step(request, need, Said(request.POST or None), _("Note a call"),
                 lambda data, step: operations.note_call(sentence=data["sentence"], **step))  # fmt: skip


def classify(request: HttpRequest, need_id: int) -> HttpResponse:
    """Say which service it is; the words of the enterprise suggest one, the steward decides."""
    need = own_need(request, need_id)
    items = list(
        ServiceItem.objects.filter(aim__campaign_id=need.participation.campaign_id)
        .select_related("aim")
        .order_by("aim__place", "place")
    )
    form = Classified(
        request.POST or None, need=need, items=items, skills=skills_of(need), initial=_initial(request, need, items)
    )

    def do(data: dict[str, Any], step: dict[str, Any]) -> None:
        operations.classify_need(
            item_id=int(data["item"]), wanted=form.wanted, halfdays=data["halfdays"], priority=int(data["priority"]),
            earliest_on=data["earliest_on"], latest_on=data["latest_on"], follows=data["follows"], **step,
        )  # fmt: skip

    return _step(
        request,
        need,
        form,
        _("Classify"),
        do,
        template="steward/classify.html",
        chosen=form.initial.get("item"),
        items=items,
    )


def plan(request: HttpRequest, need_id: int) -> HttpResponse:
    """Change the survey plan, row by row."""
    need, problem, status = own_need(request, need_id), "", 200
    lines: Sequence[Mapping[str, Any]] = need.plan
    if request.method == "POST":
        lines = given_lines(request)
        try:
            with whole():
                operations.write_plan(need_id=need.pk, lines=lines, **_by(request))
            messages.success(request, _("Noted."))
            return HttpResponseRedirect(reverse("service:need", args=[need.pk]))
        except Problem as refused:
            problem, status = told(refused), REFUSED
    context = {**shown(need), "rows": rows_of(lines, language()), "problem": problem}
    return render(request, "steward/plan.html", context, status=status)


def end(request: HttpRequest, need_id: int) -> HttpResponse:
    """Say that a need ends without help, or that nobody answers, with a reason."""
    need = need_of(request, need_id) if who(request).may("needs.forward") else own_need(request, need_id)
    form = Ended(request.POST or None)
    return _step(request, need, form, _("End without help"), lambda data, step: operations.end_need(
        to=State(data["to"]), sentence=data["sentence"], **step))  # fmt: skip


@require_POST
def again(request: HttpRequest, need_id: int) -> HttpResponse:
    """Take a need up again whose enterprise answers now."""
    need = own_need(request, need_id)
    with whole():
        operations.take_up_again(need_id=need.pk, **_by(request))
    messages.success(request, _("Taken up again; confirm it with the enterprise."))
    return HttpResponseRedirect(reverse("service:need", args=[need.pk]))


def _initial(request: HttpRequest, need: Need, items: list[ServiceItem]) -> dict[str, Any]:
    """Return what the form says at first: what was said before, what was picked above, or what the words point to."""
    asked = request.GET.get("item", "")
    picked = next((item for item in items if str(item.pk) == asked), None)
    first = next(iter(suggestions(need)), None)
    item = picked or need.item or (first.item if first else None)
    wanted: Mapping[str, int] = item.skills if item else {}
    if need.item_id and picked is None:
        wanted = {one.skill.code: one.level for one in need.wanted.select_related("skill")}
    return {
        "item": str(item.pk) if item else "", "priority": str(need.priority), "earliest_on": need.earliest_on,
        "halfdays": need.halfdays if need.item_id and picked is None else item.halfdays if item else 1,
        "latest_on": need.latest_on, "follows": need.follows.number if need.follows else "",
        **{f"skill-{code}": str(level) for code, level in wanted.items()},
    }  # fmt: skip


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": who(request).name, "at": timezone.now()}


def _step(
    request: HttpRequest, need: Need, form: Form, title: str, do: Any, *, template: str = "steward/step.html", **more: Any
) -> HttpResponse:  # fmt: skip
    """Show the form of a step, or take it and go back to the need."""

    def done(data: dict[str, Any]) -> HttpResponse:
        with whole():
            do(data, {"need_id": need.pk, **_by(request)})
        messages.success(request, _("Noted."))
        return HttpResponseRedirect(reverse("service:need", args=[need.pk]))

    return answer_form(request, form, template=template, do=done, title=title, **shown(need), **more)
