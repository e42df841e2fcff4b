"""Reading feeds and what became of their lines."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Coalesce

from jishiyu.apps.intake.line_rows import (
    LINE_SEALED,
    LineRow,
    line_of_feed,
    line_row,
    lines_beside,
    lines_of_feed,
    lines_of_stay,
    place_in_file,
)
from jishiyu.apps.intake.models import Bucket, Fate, Feed, FeedState, Line
from jishiyu.apps.people.sealing import open_many

__all__ = [
    "TAKEN_BACK", "BucketCount", "LineRow", "ReasonCount", "buckets_of_feed", "feeds", "line_of_feed", "line_row",
    "lines_beside", "lines_of_feed", "lines_of_stay", "place_in_file", "reasons_of_feed", "sealed_facts",
]  # fmt: skip
TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class BucketCount:
    """How many lines of a feed ended in a bucket; `label` is its Chinese name."""

    bucket: str
    label: str
    lines: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many lines of a feed ended in a bucket for a leading reason (a code, or "")."""

    bucket: str
    reason: str
    lines: int


def feeds() -> list[Feed]:
    """This function will return all feeds, the newest first."""
    return list(Feed.objects.order_by("-id"))


def buckets_of_feed(*, feed_id: int) -> list[BucketCount]:
    """This function will count the lines of a feed per bucket; they add up to its lines once it is posted.

    All lines of a feed that was taken back stand in one, `taken_back`: they are stored and count no more.
    """
    feed = Feed.objects.filter(pk=feed_id, state=FeedState.WITHDRAWN).first()
    if feed is not None:
        return [BucketCount(TAKEN_BACK, "已撤回", feed.line_count)]
    counted = Fate.objects.filter(feed_id=feed_id).values("bucket").order_by("bucket").annotate(lines=Count("line_no"))
    lines = {row["bucket"]: row["lines"] for row in counted}
    return [BucketCount(bucket.value, bucket.label, lines[bucket]) for bucket in Bucket if bucket in lines]


def reasons_of_feed(*, feed_id: int) -> list[ReasonCount]:
    """This function will count the lines of a posted feed per bucket and leading reason ("" where none is given).

    They add up to the lines of the feed; nothing for a feed that is not posted or was taken back.
    """
    counted = (
        Fate.objects.filter(feed_id=feed_id, feed__state=FeedState.POSTED)
        .annotate(reason=Coalesce(F("reasons__0"), Value(""), output_field=TextField()))
        .values("bucket", "reason")
        .annotate(lines=Count("line_no"))
        .order_by("bucket", "-lines", "reason")
    )
    place = {bucket.value: at for at, bucket in enumerate(Bucket)}
    rows = [ReasonCount(row["bucket"], row["reason"], row["lines"]) for row in counted]
    return sorted(rows, key=lambda row: place[row.bucket])


def sealed_facts(*, feed_id: int, line_no: int) -> dict[str, Any]:
    """This function will open the sealed facts of one line (identity, diagnosis); the caller records that it did."""
    token = Line.objects.filter(feed_id=feed_id, line_no=line_no).values_list("sealed", flat=True).get()
    facts: dict[str, Any] = json.loads(open_many([bytes(token)], purpose=LINE_SEALED)[0])
    return facts
