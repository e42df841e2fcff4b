"""A settlement file is queued once; a whole feed is taken back by a job that may be done twice."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.intake.problems import FeedTakenBefore, ReasonMissing
from jishiyu.apps.intake.queries import buckets_of_feed, reasons_of_feed
from jishiyu.apps.jobs.models import Progress, Upload
from jishiyu.apps.jobs.operations import begin, queue_feed, queue_take_back
from jishiyu.apps.subsidies.models import Entitlement
from jishiyu.apps.subsidies.queries import money_of_feed
from jishiyu.conf.jobs.feeds import take_feed_back
from tests.apps.subsidies.situations import AS_OF, AT, check_books, enrol, load, member, stay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    enrol(tmp_path, member(1), member(2))
    lines = [stay(1, "A", "6000.00"), stay(2, "B", "7000.00"), stay(2, "C", "10.00"), stay(9, "D", "9000.00")]
    return load(tmp_path, "三月", *lines)[0]


def hand_in(content: bytes, name: str = "a.csv") -> Progress:
    return queue_feed(pieces=[content], name=name, as_of=AS_OF, by="li.na", at=AT)


def test_the_same_file_waits_once_whatever_it_is_called() -> None:
    first, again, other = hand_in(b"a"), hand_in(b"a", "b.csv"), hand_in(b"c")
    assert (first.pk == again.pk, first.pk == other.pk) == (True, False)
    assert first.arguments == {"as_of": "2026-01-01"}


def test_a_file_that_was_posted_is_refused_and_leaves_no_upload(feed: Feed, tmp_path: Path) -> None:
    with pytest.raises(FeedTakenBefore):
        hand_in((tmp_path / "三月.csv").read_bytes())
    assert (Progress.objects.count(), Upload.objects.count()) == (0, 0)


def test_the_reasons_of_a_feed_add_up_to_its_lines_like_its_buckets(feed: Feed) -> None:
    found = reasons_of_feed(feed_id=feed.pk)
    assert [(row.bucket, row.reason, row.lines) for row in found] == [
        ("unmatched", "not_on_the_roster", 1), ("ineligible", "threshold_not_reached", 1), ("auto", "", 2),
    ]  # fmt: skip
    assert (
        sum(row.lines for row in found) == sum(row.lines for row in buckets_of_feed(feed_id=feed.pk)) == feed.line_count
    )


def test_the_money_of_a_feed_is_what_is_owed_from_it_by_state(feed: Feed, tmp_path: Path) -> None:
    assert [(row.state, row.count, row.amount_fen) for row in money_of_feed(feed_id=feed.pk)] == [("owed", 2, 19_500)]
    for state in ("in_batch", "sent", "paid"):
        Entitlement.objects.filter(stay_id="H1/VA").update(state=state)
    later = load(tmp_path, "四月", stay(1, "A", "8000.00", setl_id="SA2"))[0]
    assert {(row.state, row.count) for row in money_of_feed(feed_id=feed.pk)} >= {("paid", 1), ("owed", 2)}
    assert [row.count for row in money_of_feed(feed_id=later.pk)] == [1]
    assert money_of_feed(feed_id=0) == []


def test_taking_back_needs_a_reason_and_waits_once(feed: Feed) -> None:
    about = {"feed_id": feed.pk, "name": feed.name, "on": AS_OF, "by": "li.na", "at": AT}
    with pytest.raises(ReasonMissing):
        queue_take_back(**about, because=" x ")  # type: ignore[arg-type]
    first = queue_take_back(**about, because="发错月份")  # type: ignore[arg-type]
    assert queue_take_back(**about, because="又一次").pk == first.pk  # type: ignore[arg-type]


def test_a_feed_is_taken_back_and_a_second_run_after_a_kill_says_the_same(feed: Feed) -> None:
    queued = queue_take_back(
        feed_id=feed.pk, name=feed.name, because="发错月份", on=date(2026, 1, 2), by="li.na", at=AT
    )  # fmt: skip
    first = begin(progress_id=queued.pk, at=AT)
    assert first is not None
    assert take_feed_back(first).result["feed_id"] == feed.pk
    assert Feed.objects.get(pk=feed.pk).state == FeedState.WITHDRAWN
    assert {row.state for row in Entitlement.objects.all()} == {"set_off"}
    assert reasons_of_feed(feed_id=feed.pk) == []
    again = begin(progress_id=queued.pk, at=AT)
    assert again is not None
    assert (again.attempts, take_feed_back(again).result) == (2, {"feed_id": feed.pk})
    check_books()
