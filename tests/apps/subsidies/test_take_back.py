"""A whole feed can be taken back until something of it is on its way to the bank."""

import random
from pathlib import Path

import pytest
from django.db import transaction

from jishiyu.apps.intake.models import Fate, Feed, Line
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.intake.problems import FeedPaidFrom, FeedUnknown, FeedWithdrawn, ReasonMissing
from jishiyu.apps.intake.queries import buckets_of_feed
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.subsidies.operations import post_feed, take_back_feed
from tests.apps.subsidies.situations import (
    AS_OF,
    FEED,
    bring_to,
    cases,
    check_books,
    enrol,
    load,
    member,
    newest,
    owed,
    reversal,
    stay,
    write,
)
from tests.apps.subsidies.test_any_order import dirt, outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1), member(2))
    return tmp_path


def take_back(feed: Feed, because: str = "发错了文件") -> None:
    take_back_feed(feed_id=feed.pk, by="li.na", because=because, on=AS_OF)


def test_what_the_feed_brought_is_gone_and_its_lines_stay_stored(folder: Path) -> None:
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "152000.00"))
    take_back(feed)
    assert owed() == [("H1/V1", 40_000, 40_000, "set_off")]
    assert cases() == [("H1/V2", "over_limit", "closed")]
    assert (Line.objects.count(), Fate.objects.count()) == (2, 0)
    assert Feed.objects.get().withdrawn_because == "发错了文件"
    check_books()


def test_taking_back_a_reversal_brings_the_amount_back(folder: Path) -> None:
    first = stay(1, "1", "20000.00")
    load(folder, "a", first)
    undoing, _ = load(folder, "b", reversal(first))
    take_back(undoing)
    assert newest("V1").bucket == "auto"
    assert [row[3] for row in owed()] == ["set_off", "owed"]
    check_books()


def test_the_same_file_may_come_again(folder: Path) -> None:
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"))
    take_back(feed)
    load(folder, "a", stay(1, "1", "20000.00"))
    assert [row[3] for row in owed()] == ["set_off", "owed"]
    check_books()


def test_a_feed_that_was_only_stored_can_be_taken_back_and_not_posted_afterwards(folder: Path) -> None:
    path = write(folder / "a.csv", FEED, [stay(1, "1", "20000.00")])
    feed = take_feed(path=path, by="li.na", as_of=AS_OF)
    load(folder, "b", stay(1, "2", "20000.00"))
    assert [row[0] for row in owed()] == ["H1/V2"]
    take_back(feed)
    with pytest.raises(FeedWithdrawn, match="发错了文件"):
        post_feed(feed=feed, by="li.na")
    assert [row[0] for row in owed()] == ["H1/V2"]
    check_books()


@pytest.mark.parametrize("state", ["in_batch", "sent", "paid", "unknown", "returned", "failed"])
def test_refused_when_something_was_paid_or_is_on_its_way(folder: Path, state: str) -> None:
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "20000.00"))
    bring_to(state, "H1/V2")
    with pytest.raises(FeedPaidFrom, match="H1/V2"):
        take_back(feed)
    assert Feed.objects.get().state == "posted"
    check_books()


def settled() -> tuple[object, ...]:
    """Return decisions, lines and money; without what an amount over the limit was paid before it went over it.

    That part stays posted until two people have approved the rest, so it depends on what came first.
    """
    decisions, money, fates = outcome()
    waiting = set(Decision.objects.filter(newest=True, bucket="assist").values_list("stay_id", flat=True))
    assert isinstance(money, dict)
    return decisions, {stay_id: fen for stay_id, fen in money.items() if stay_id not in waiting}, fates


@pytest.mark.parametrize("seed", range(6))
def test_two_feeds_and_the_first_taken_back_are_the_second_alone(folder: Path, seed: int) -> None:
    enrol(folder, *[member(who) for who in range(3, 6)])
    lines = dirt(seed)
    cut = random.Random(seed).randint(15, 45)
    with transaction.atomic():
        load(folder, "b", *lines[cut:])
        alone = settled()
        transaction.set_rollback(True)
    first, _ = load(folder, "a", *lines[:cut])
    load(folder, "b", *lines[cut:])
    take_back(first)
    assert settled() == alone
    check_books()
    load(folder, "a", *lines[:cut])
    check_books()
    last = Feed.objects.get(state="posted", name="a.csv")
    take_back(last)
    assert settled() == alone
    check_books()


def test_the_lines_of_a_feed_that_was_taken_back_are_accounted_for(folder: Path) -> None:
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "152000.00"))
    take_back(feed)
    assert [(count.bucket, count.lines) for count in buckets_of_feed(feed_id=feed.pk)] == [("taken_back", 2)]


def test_refused_without_a_reason_twice_and_for_an_unknown_feed(folder: Path) -> None:
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"))
    with pytest.raises(ReasonMissing):
        take_back(feed, " ")
    take_back(feed)
    with pytest.raises(FeedWithdrawn):
        take_back(feed)
    with pytest.raises(FeedUnknown):
        take_back_feed(feed_id=0, by="li.na", because="没有", on=AS_OF)
