"""Feeds: the list, handing in, following a file, the account of lines, one line, taking back."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.intake.operations import reveal_line as reveal
from jishiyu.apps.intake.queries import line_of_feed, lines_beside, reasons_of_feed
from jishiyu.apps.jobs.models import ENDS, Kind, Progress, State
from jishiyu.apps.jobs.operations import queue_feed, queue_take_back
from jishiyu.apps.subsidies.queries import decisions_of_stay, money_of_feed
from jishiyu.engine.problems import Problem
from jishiyu.web.components.chart import Chart, Shape, wanted
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.components.listing import Listing
from jishiyu.web.feeds import lists, words
from jishiyu.web.feeds.account import account_figure, flow_chart
from jishiyu.web.feeds.forms import HandIn, TakeBack
from jishiyu.web.feeds.money import money_rows, nothing_left
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.problem import REFUSED

FILE_KINDS = (Kind.TAKE_FEED, Kind.TAKE_BACK_FEED)
REFUSED_SHOWN = 3


def feed_list(request: HttpRequest) -> HttpResponseBase:
    """List the feeds; above them what is on its way and what was refused last."""
    handed = Progress.objects.filter(kind__in=FILE_KINDS).order_by("-id")
    context = {
        "running": handed.exclude(state__in=ENDS)[:10],
        "refused": [(job, words.sentence(job)) for job in handed.filter(state__in=[State.REFUSED, State.FAILED])[:REFUSED_SHOWN]],
        "may_take": who(request).may("feeds.take"),
    }  # fmt: skip
    return lists.FEEDS.answer(request, Feed.objects.order_by("-id"), **context)


def files(request: HttpRequest) -> HttpResponseBase:
    """List every file that was handed in, refused ones with their sentence."""
    return lists.FILES.answer(request, Progress.objects.filter(kind__in=FILE_KINDS).order_by("-id"))


def upload(request: HttpRequest) -> HttpResponse:
    """Hand a file in; it is taken by a job, and this leads to the page that follows it."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            job = queue_feed(
                pieces=data["file"].chunks(), name=data["file"].name, as_of=data["as_of"], by=who(request).name,
                at=timezone.now(), stated=form.stated(),
            )  # fmt: skip
        return HttpResponseRedirect(reverse("feeds:file", args=[job.pk]))

    form = HandIn(request.POST or None, request.FILES or None, initial={"as_of": timezone.localdate()})
    return answer_form(request, form, template="feeds/upload.html", do=do)


def file(request: HttpRequest, job_id: int) -> HttpResponse:
    """Follow one file."""
    job = get_object_or_404(Progress, pk=job_id, kind__in=FILE_KINDS)
    return render(request, "feeds/file.html", _followed(job))


def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Return the part of the page that says how far a file is; htmx asks for it until it has ended."""
    job = get_object_or_404(Progress, pk=job_id, kind__in=FILE_KINDS)
    return render(request, "feeds/progress.html", _followed(job))


def feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Show one feed: the account of its lines, what is owed from it, what was done with it."""
    found = get_object_or_404(Feed, pk=feed_id)
    counted = reasons_of_feed(feed_id=feed_id)
    flow, account = flow_chart(found, counted), account_figure(found, counted)
    said = [(_("File"), f"{found.name} (feed {found.pk})")]
    if (sheet := wanted(request, [flow, Chart(account, Shape.BARS, values=(2,))], said)) is not None:
        return sheet
    money = money_of_feed(feed_id=feed_id)
    context = {
        "feed": found, "state": words.feed_state(found), "came_by": words.came_by(found.taken_by), "flow": flow,
        "account": account_lines(counted), "sum": sum(row.lines for row in counted), "money": money_rows(money),
        "posted": found.state == FeedState.POSTED, "may_withdraw": who(request).may("feeds.withdraw"),
        "open": found.state != FeedState.WITHDRAWN, "history": steps(f"feed {feed_id}"),
    }  # fmt: skip
    return render(request, "feeds/feed.html", context)


def account_lines(counted: Any) -> list[dict[str, Any]]:
    """Return the account for the page: each bucket with its lines and its reasons."""
    shown: dict[str, dict[str, Any]] = {}
    for row in counted:
        bucket = shown.setdefault(
            row.bucket, {"key": row.bucket, "badge": words.bucket(row.bucket), "lines": 0, "why": []}
        )
        bucket["lines"] += row.lines
        if row.reason:
            bucket["why"].append({"code": row.reason, "words": words.reasons([row.reason]), "lines": row.lines})
    return list(shown.values())


def lines(request: HttpRequest, feed_id: int) -> HttpResponseBase:
    """List the lines of a feed, masked."""
    found = get_object_or_404(Feed, pk=feed_id)
    return _of(lists.LINES, found).answer(request, lists.line_rows(feed_id), feed=found)


def _of(listing: Listing, feed: Feed) -> Listing:
    """Return a list that names its file, on the page and on the cover of its Excel."""
    return replace(listing, title=f"{listing.title} · {feed.name}")


def problems(request: HttpRequest, feed_id: int) -> HttpResponseBase:
    """List what the bureau should put right; its Excel is the letter to the bureau."""
    found = get_object_or_404(Feed, pk=feed_id)
    return _of(lists.PROBLEMS, found).answer(
        request, lists.line_rows(feed_id, buckets=lists.PROBLEM_BUCKETS), feed=found
    )


def line(request: HttpRequest, feed_id: int, line_no: int) -> HttpResponse:
    """Show one line, what became of it, and the lines that have to do with it."""
    found = line_of_feed(feed_id=feed_id, line_no=line_no)
    if found is None:
        raise Http404
    context = {
        "line": found, "bucket": words.bucket(found.bucket), "reasons": words.reasons(found.reasons),
        "beside": [(row, words.bucket(row.bucket), words.reasons(row.reasons))
                   for row in lines_beside(feed_id=feed_id, line_no=line_no)],
        "decisions": [row for row in decisions_of_stay(found.stay_id or "") if row.newest],
        "may_reveal": who(request).may("people.reveal"),
    }  # fmt: skip
    return render(request, "feeds/line.html", context)


@require_POST
def reveal_line(request: HttpRequest, feed_id: int, line_no: int) -> HttpResponse:
    """Show who stands in a line, in full, with a reason; it stands in the trail."""
    if line_of_feed(feed_id=feed_id, line_no=line_no) is None:
        raise Http404
    try:
        with whole():
            shown = reveal(
                feed_id=feed_id, line_no=line_no, reason=request.POST.get("reason", ""), by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
    except Problem as problem:
        return render(request, "layout/problem_part.html", {"sentence": problem.say(language())}, status=REFUSED)
    return render(request, "feeds/revealed.html", {"shown": shown})


def take_back(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Take a whole feed back, as long as nothing of it is on its way to the bank; a job does it."""
    found = get_object_or_404(Feed.objects.exclude(state=FeedState.WITHDRAWN), pk=feed_id)
    money = money_of_feed(feed_id=feed_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        nothing_left(found, money)
        with whole():
            job = queue_take_back(
                feed_id=feed_id, name=found.name, because=data["because"], on=timezone.localdate(),
                by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.info(request, _("The feed is being taken back; the differences are posted with it."))
        return HttpResponseRedirect(reverse("feeds:file", args=[job.pk]))

    return answer_form(
        request,
        TakeBack(request.POST or None),
        template="feeds/take_back.html",
        do=do,
        feed=found,
        money=(rows := money_rows(money)),
        kept=sum(row.count for row in rows if row.keeps),
    )


def _followed(job: Progress) -> dict[str, Any]:
    result = job.result if job.state == State.DONE else {}
    return {
        "job": job, "state": words.job_state(job), "ended": job.state in ENDS, "step": words.step(job),
        "sentence": words.sentence(job), "result": result, "came_by": words.came_by(job.by),
        "buckets": [(words.bucket(name), count) for name, count in result.get("buckets", {}).items()],
    }  # fmt: skip
