"""Settlements and rosters in, and how far their jobs are."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.api import operations
from jishiyu.apps.api.models import Push, Scope
from jishiyu.apps.api.operations import Told
from jishiyu.apps.api.queries import lines_for, push_of
from jishiyu.apps.intake.models import Feed
from jishiyu.apps.intake.queries import LineRow, buckets_of_feed
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.jobs.problems import JobUnknown
from jishiyu.apps.jobs.queries import job as job_by_id
from jishiyu.web.api.door import does, ok, reads, who_asks
from jishiyu.web.api.schemas import (
    FIFTY,
    FROM_THE_FIRST,
    HUNDRED,
    After,
    Bucket,
    FeedOut,
    FeedsOut,
    Id,
    JobOut,
    Limit,
    LinesOut,
    Nothing,
    Part,
    PushBegin,
    PushEnd,
    PushOut,
    Settlements,
    yuan,
)

router = Router(tags=["settlements"])


@does(router, "/settlements", Scope.SETTLEMENTS_PUSH, response={202: JobOut}, summary="Push settlements")
def push(request: HttpRequest, body: Settlements) -> Told:
    """Up to 5,000 lines, kept like a file of the bureau and taken in by a job that accounts for every line."""
    now, by = timezone.now(), who_asks(request).by
    with whole():
        made = operations.push_settlements(
            lines=body.lines, totals=body.totals.texts(), name=body.name, as_of=timezone.localdate(now), by=by, at=now
        )
    return ok(202, **job_body(made))


@does(router, "/settlements/pushes", Scope.SETTLEMENTS_PUSH, response={201: PushOut}, summary="Begin a push in parts")
def begin(request: HttpRequest, body: PushBegin) -> Told:
    """For more lines than one request may carry: begin, send parts numbered from 1, end."""
    asking = who_asks(request)
    with whole():
        made = operations.begin_push(token_id=asking.token.pk, name=body.name, by=asking.by, at=timezone.now())
    return ok(201, **_push(made, []))


@does(
    router, "/settlements/pushes/{push_id}/parts/{number}", Scope.SETTLEMENTS_PUSH, response={201: PushOut},
    summary="Send one part",
)  # fmt: skip
def part(request: HttpRequest, push_id: Path[Id], number: Path[Id], body: Part) -> Told:
    """Parts may come in any order; the same part again changes nothing."""
    asking = who_asks(request)
    with whole():
        operations.add_part(
            push_id=push_id, token_id=asking.token.pk, number=number, lines=body.lines, by=asking.by, at=timezone.now()
        )
        return ok(201, **_push(*push_of(push_id=push_id, token_id=asking.token.pk)))


@does(
    router, "/settlements/pushes/{push_id}/end", Scope.SETTLEMENTS_PUSH, response={202: PushOut}, summary="End a push"
)  # fmt: skip
def end(request: HttpRequest, push_id: Path[Id], body: PushEnd) -> Told:
    """Put the parts together as one file and take it in; refused while a part or a line is missing."""
    now, asking = timezone.now(), who_asks(request)
    with whole():
        found, parts = push_of(push_id=push_id, token_id=asking.token.pk)
        made = operations.end_push(
            push_id=found.pk, token_id=asking.token.pk, parts=body.parts, lines=body.lines, totals=body.totals.texts(),
            as_of=timezone.localdate(now), by=asking.by, at=now,
        )  # fmt: skip
    return ok(202, **_push(made, parts))


@does(
    router, "/settlements/pushes/{push_id}/give-up", Scope.SETTLEMENTS_PUSH, response={200: PushOut},
    summary="Give a push up",
)  # fmt: skip
def give_up(request: HttpRequest, push_id: Path[Id], body: Nothing) -> Told:
    """Its parts are removed; nothing was taken in."""
    asking = who_asks(request)
    with whole():
        made = operations.give_push_up(push_id=push_id, token_id=asking.token.pk, by=asking.by, at=timezone.now())
    return ok(200, **_push(made, []))


@reads(
    router, "/settlements/pushes/{push_id}", Scope.SETTLEMENTS_PUSH, response=PushOut, summary="Look at a push"
)  # fmt: skip
def look(request: HttpRequest, push_id: Path[Id]) -> dict[str, Any]:
    """Say which parts are there."""
    return _push(*push_of(push_id=push_id, token_id=who_asks(request).token.pk))


@reads(
    router, "/jobs/{job_id}", Scope.SETTLEMENTS_PUSH, Scope.ROSTER_PUSH, response=JobOut, tags=["jobs"],
    summary="Follow long work",
)  # fmt: skip
def job(request: HttpRequest, job_id: Path[Id]) -> dict[str, Any]:
    """Say how far a job of this token is."""
    found = job_by_id(job_id=job_id)
    if found.by != who_asks(request).by:
        raise JobUnknown(job=job_id)
    return job_body(found)


@reads(router, "/feeds", Scope.FEEDS_READ, response=FeedsOut, tags=["feeds"], summary="List feeds")
def feeds(request: HttpRequest, before: Query[Id | None] = None, limit: Limit = FIFTY) -> dict[str, Any]:
    """Files of the bureau, the newest first; `before` is the id that the last page ended with."""
    rows = Feed.objects.order_by("-id")
    found = list((rows.filter(pk__lt=before) if before else rows)[:limit])
    return {"items": [_feed(one, {}) for one in found], "before": found[-1].pk if len(found) == limit else None}


@reads(router, "/feeds/{feed_id}", Scope.FEEDS_READ, response=FeedOut, tags=["feeds"], summary="Look at a feed")
def feed(request: HttpRequest, feed_id: Path[Id]) -> dict[str, Any]:
    """Say where the lines of a file ended; once it is posted the buckets add up to its lines."""
    return _feed(_found(feed_id), {count.bucket: count.lines for count in buckets_of_feed(feed_id=feed_id)})


@reads(
    router, "/feeds/{feed_id}/lines", Scope.FEEDS_READ, response=LinesOut, tags=["feeds"],
    summary="Account for the lines of a feed",
)  # fmt: skip
def lines(
    request: HttpRequest, feed_id: Path[Id], bucket: Query[Bucket | None] = None, after: After = FROM_THE_FIRST,
    limit: Limit = HUNDRED,
) -> dict[str, Any]:  # fmt: skip
    """Every line with its one bucket and the reasons; name and number masked."""
    found = lines_for(
        feed_id=_found(feed_id).pk, buckets=[bucket] if bucket else None, after=after, limit=limit
    )  # fmt: skip
    return {"items": [_line(one) for one in found], "next": found[-1].line_no if len(found) == limit else None}


def job_body(found: Progress) -> dict[str, Any]:
    """Return a job as it is told."""
    return {
        "job": found.pk, "state": found.state, "href": f"/api/jobs/{found.pk}", "step_zh": found.step_zh,
        "step_en": found.step_en, "done": found.done, "of": found.of, "zh": found.zh, "en": found.en,
        "result": found.result,
    }  # fmt: skip


def _push(found: Push, parts: list[tuple[int, int]]) -> dict[str, Any]:
    return {
        "push": found.pk, "name": found.name, "state": found.state, "parts": [number for number, _ in parts],
        "lines": sum(count for _, count in parts), "job": found.job_id,
    }  # fmt: skip


def _found(feed_id: int) -> Feed:
    found = Feed.objects.filter(pk=feed_id).first()
    if found is None:
        raise Http404
    return found


def _feed(found: Feed, buckets: dict[str, int]) -> dict[str, Any]:
    return {
        "feed": found.pk, "name": found.name, "state": found.state, "sha256": found.sha256, "lines": found.line_count,
        "total": yuan(found.total_fen), "cash": yuan(found.cash_fen), "persons": found.person_count,
        "taken_by": found.taken_by, "taken_at": found.taken_at, "posted_at": found.posted_at, "buckets": buckets,
    }  # fmt: skip


def _line(found: LineRow) -> dict[str, Any]:
    return {
        "line": found.line_no, "file": found.file, "line_in_file": found.line, "settlement_id": found.settlement_id,
        "visit_id": found.visit_id, "hospital_code": found.hospital_code, "name": found.name, "number": found.number,
        "ends_on": found.ends_on, "total": yuan(found.total_fen), "cash": yuan(found.cash_fen),
        "bucket": found.bucket, "reasons": list(found.reasons), "stay_id": found.stay_id,
    }  # fmt: skip
