"""The queue, one application on the desk, and reviewers beside each other."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications.deciding import data_stay
from jishiyu.apps.applications.models import Application, State
from jishiyu.apps.applications.operations import Preview, read_in_full
from jishiyu.apps.applications.queries import preview as decided
from jishiyu.apps.applications.states import IN_REVIEW, WAITING
from jishiyu.engine.evidence import review_on
from jishiyu.engine.problems import Problem
from jishiyu.web.applications import shown
from jishiyu.web.applications.actor import actor
from jishiyu.web.applications.views import found
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.feeds.words import bucket
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import Who, who
from jishiyu.web.language import language
from jishiyu.web.problem import told
from jishiyu.web.reviews.lists import COMPARED, QUEUE, Period, Queue

QUARTER = timedelta(days=90)
PAYABLE = Badge(_("payable by the rules"), Tone.DONE)
ON_THE_DESK = "审核"  # the reason of the trail: who has taken an application reads it


def queue(request: HttpRequest) -> HttpResponseBase:
    """List what waits: most facts worth a second look first, then the largest amounts."""
    known = who(request)
    return QUEUE.answer(request, Queue(known.name), may_compare=known.may("reviews.compare"))


def compare(request: HttpRequest) -> HttpResponseBase:
    """Put reviewers beside each other: how many, how long, how often returned or refused."""
    today = timezone.localdate()
    period = Period(today - QUARTER, today)
    return COMPARED.answer(request, period, period=COMPARED.filtered(request, period))


def review(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show one application on the desk: form beside evidence, facts in words, what deciding would say."""
    return render(request, "reviews/one.html", desk(request, found(application_id)))


def desk(request: HttpRequest, about: Application) -> dict[str, Any]:
    """Return what the pages of a review show; who has taken an application reads it in full, on the record."""
    known = who(request)
    mine = about.state in IN_REVIEW and about.reviewer == known.name
    if mine and request.method == "GET":
        with whole():
            read_in_full(application_id=about.pk, by=actor(request), reason=ON_THE_DESK, at=timezone.now())
    file = shown.opened(about.pk)
    judged = [one.by for one in file.verdicts if one.turn < about.turn]
    now_signed = [one for one in file.verdicts if one.turn == about.turn and one.ruling == "approve"]
    zh = language() == "zh"
    return {
        **shown.about_it(about, file, full=mine or about.filed_by == known.name), "mine": mine,
        "signals": [one.zh if zh else one.en for one in file.row.signals], "signed": now_signed,
        "waits": about.state in WAITING,
        **_buttons(known, about, [one.by for one in now_signed], judged),
    }  # fmt: skip


def preview(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show what deciding would say now; asked for when the page is there, for it decides on trial."""
    return render(request, "reviews/_verdict.html", seen(request, found(application_id)))


def seen(request: HttpRequest, about: Application) -> dict[str, Any]:
    """Return what deciding would say now, or why it cannot be said; nothing where it is decided already."""
    limits = _limits(request, about)
    if about.state not in WAITING:
        return {"preview": None, "no_preview": "", **limits}
    try:
        with whole():
            found_ = decided(application_id=about.pk, on=timezone.localdate(), at=timezone.now())
    except Problem as problem:
        return {"preview": None, "no_preview": told(problem), **limits}
    return {"preview": found_, "no_preview": "", **limits, **_in_words(found_)}


def _in_words(found_: Preview) -> dict[str, Any]:
    zh = language() == "zh"
    return {
        "sentence": chinese(found_.zh) if zh else found_.en, "bucket": PAYABLE if found_.can_be_approved else bucket(found_.bucket),
        "policy": policy_label(found_.policy)(language()) if found_.policy else "",
        "others": [(one, policy_label(one.policy)(language()), bucket(one.after_bucket)) for one in found_.others],
    }  # fmt: skip


def _limits(request: HttpRequest, about: Application) -> dict[str, Any]:
    """Return up to which amount the reader decides, and from where on two people sign."""
    rules = review_on(about.filed_on or timezone.localdate())
    return {"my_limit": rules.may_decide.get(actor(request).role), "two_over": rules.two_reviewers_over_fen}


def _buttons(known: Who, about: Application, signed: list[str], judged: list[str]) -> dict[str, bool]:
    """Return which steps this reader may take now; an appeal is no step for those who `judged` before."""
    name, waits = known.name, bool(signed) and about.reviewer == signed[0] and about.reviewer != known.name
    mine = about.state in IN_REVIEW and about.reviewer == name and name not in signed
    decide, second = known.may("reviews.decide"), known.may("reviews.second")
    return {
        "may_take": decide and (about.state == State.SUBMITTED or (waits and about.state == State.UNDER_REVIEW)),
        "may_take_appeal": second and name not in judged and (about.state == State.APPEALED or (waits and about.state == State.SECOND_REVIEW)),
        "for_second": waits, "may_decide": decide and mine, "may_return": decide and mine and about.state == State.UNDER_REVIEW,
        "may_hand_back": decide and about.state in IN_REVIEW and about.reviewer == name and not signed,
        "may_revoke": second and about.state == State.APPROVED and data_stay(about) is None,
        "may_close": decide and State.CLOSED in _ends(about), "may_reveal": known.may("people.reveal"),
    }  # fmt: skip


def _ends(about: Application) -> tuple[str, ...]:
    return (State.CLOSED,) if about.state in (State.APPROVED, State.UPHELD) else ()
