"""Reading feeds and what became of their lines."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from jishiyu.apps.intake.models import Bucket, Fate, Feed, FeedState, Line
from jishiyu.apps.people.sealing import open_many

TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class BucketCount:
    """How many lines of a feed ended in a bucket; `label` is its Chinese name."""

    bucket: str
    label: str
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


def sealed_facts(*, feed_id: int, line_no: int) -> dict[str, Any]:
    """This function will open the sealed facts of one line (identity, diagnosis); the caller records that it did."""
    token = Line.objects.filter(feed_id=feed_id, line_no=line_no).values_list("sealed", flat=True).get()
    facts: dict[str, Any] = json.loads(open_many([bytes(token)], purpose="intake_line.sealed")[0])
    return facts


def place_in_file(feed: Feed, line_no: int) -> tuple[str, int]:
    """This function will return the table (member of a ZIP, sheet) and the number of a line as a person sees it."""
    name, offset = next((part for part in reversed(feed.parts) if line_no > part[1]), (feed.name, 0))
    return str(name), line_no - int(offset)
